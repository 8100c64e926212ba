import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Fault } from '#kit/fault';
import { answer, type Answer, type AnswerHeaders, type RequestHead } from './route.ts';

/** A file that pages link to. Its name is what pages call it by, such as `base.css`. */
export type AssetFile = { readonly name: string; readonly text: string; readonly contentType: string };

export type Assets = {
  /** A name keeps its text for as long as the process lives; adding the same again changes nothing. */
  readonly add: (files: readonly AssetFile[]) => void;
  /**
   * Where a file is served: its address changes with its content, so that it may be kept for ever. And its digest as
   * browsers check it (W3C Subresource Integrity): a page of before an update asks for the old address, never for other
   * bytes.
   */
  readonly url: (name: string) => { readonly url: string; readonly integrity: string };
  readonly serve: (head: RequestHead) => Answer;
};

type Coding = 'br' | 'gzip' | 'identity';
type Kept = {
  readonly file: AssetFile;
  readonly hash: string;
  readonly integrity: string;
  readonly sent: SentOften;
};

/** Answers a request with a text: in the smallest form that the client takes, and with 304 where it has that already. */
export type SentOften = (head: RequestHead, headers: AnswerHeaders) => Answer;

export const assetPath = '/assets/:name';
const filesMax = 1_000;
const hashCharacters = 12;

export function createAssets(): Assets {
  const byName = new Map<string, Kept>();
  const byAddress = new Map<string, Kept>();
  return {
    add: (files) => {
      for (const file of files) {
        assert(/^[a-z0-9][a-z0-9.-]*\.[a-z0-9]+$/.test(file.name), `${file.name} is no name for an asset`);
        const before = byName.get(file.name);
        if (before?.file.text === file.text) continue;
        assert(before === undefined, `there are two assets ${file.name}`);
        assert(byName.size < filesMax, 'too many assets');
        const hash = hashOf(file.text);
        const integrity = `sha384-${createHash('sha384').update(file.text).digest('base64')}`;
        const kept = { file, hash, integrity, sent: sentOften(file.contentType, file.text) };
        byName.set(file.name, kept);
        byAddress.set(addressOf(kept), kept);
      }
    },
    url: (name) => {
      const kept = byName.get(name);
      assert(kept !== undefined, `there is no asset ${name}`);
      return { url: assetPath.replace(':name', addressOf(kept)), integrity: kept.integrity };
    },
    serve: (head) => {
      const kept = byAddress.get(head.params['name'] ?? '');
      if (kept === undefined) throw new Fault('not_found', 'There is nothing at this address.');
      return kept.sent(head, forEver);
    },
  };
}

/** `base.css` is served as `base.3f9c0a….css`. */
function addressOf({ file, hash }: Kept): string {
  const dot = file.name.lastIndexOf('.');
  return `${file.name.slice(0, dot)}.${hash}${file.name.slice(dot)}`;
}

const forEver = { 'cache-control': 'public, max-age=31536000, immutable' };

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, hashCharacters);
}

/**
 * A text that is sent again and again: compressed when first asked for in a coding, then kept, under a tag for each coding
 * (RFC 9110 §8.8.3, §13.1.2). What else an answer varies by is said in `vary`.
 */
export function sentOften(contentType: string, text: string): SentOften {
  const hash = hashOf(text);
  const coded = new Map<Coding, Uint8Array>();
  return (head, given) => {
    const coding = codingFor(head.headers['accept-encoding'] ?? '');
    const { vary } = given;
    const etag = `"${hash}-${coding}"`;
    const headers = {
      ...given,
      vary: vary === undefined ? 'accept-encoding' : `accept-encoding, ${vary.toString()}`,
      etag,
    };
    if (hasAlready(head, etag)) return answer.nothing({ status: 304, headers });
    const bytes = coded.get(coding) ?? encode(Buffer.from(text, 'utf8'), coding);
    coded.set(coding, bytes);
    const encoding = coding === 'identity' ? {} : { 'content-encoding': coding };
    return answer.bytes(contentType, bytes, { headers: { ...headers, ...encoding } });
  };
}

function hasAlready({ headers }: RequestHead, etag: string): boolean {
  return (headers['if-none-match'] ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

function encode(plain: Buffer, coding: Coding): Uint8Array {
  switch (coding) {
    case 'br':
      return brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    case 'gzip':
      return gzipSync(plain, { level: 9 });
    case 'identity':
      return plain;
  }
}

/** The smallest that the client takes; `q=0` is a refusal. */
function codingFor(accepts: string): Coding {
  const taken = new Set<string>();
  for (const part of accepts.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
    if (!parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))) taken.add(coding);
  }
  if (taken.has('br')) return 'br';
  return taken.has('gzip') ? 'gzip' : 'identity';
}
