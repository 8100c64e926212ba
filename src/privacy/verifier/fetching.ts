import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '#kit/fault';
import { noteCharactersMax } from '../ledger/tree/note.ts';
import { hashBytes } from '../ledger/tree/merkle.ts';
import { tileWidth } from '../ledger/tree/tiles.ts';
import type { LogSource } from '../ledger/tree/verify-log.ts';

const timeoutMs = 20_000;
const triesMax = 6;
const breaksMax = 3;
const waitMsMax = 10_000;
const bundleBytesMax = tileWidth * (2 + 65_535);
const listBytesMax = 8 * 1024 * 1024;

/** What the longest file of this path may have. */
function bytesMaxOf(path: string): number {
  if (path.startsWith('tile/entries/')) return bundleBytesMax;
  if (/\.json(?:\?|$)/.test(path)) return listBytesMax;
  return path.startsWith('tile/') ? tileWidth * hashBytes : noteCharactersMax * 2;
}

/**
 * The files of a ledger at an address, which ends in a slash. No redirect is followed, and what is longer than it can be is
 * not read to its end. @throws Fault('unavailable') that says what is the matter, but for what is not there
 */
export function urlSource(base: URL): LogSource {
  return async (path) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await ask(new URL(path, base));
      const waitMs = waitMsOf(answer, tries);
      if (waitMs === null) return await bytesOf(answer, base, path);
      await answer.body?.cancel();
      await pause(waitMs);
    }
  };
}

/** @throws Fault('invalid') for what is no address of a ledger */
export function ledgerAddress(text: string): URL {
  if (!URL.canParse(text)) throw new Fault('invalid', 'This is no address of a ledger.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new Fault('invalid', 'An address with a password in it is not asked: a ledger is public.');
  }
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) {
    throw new Fault('invalid', 'A ledger elsewhere is asked by https: only.');
  }
  // Copied out of a browser it may say a language, or name its newest checkpoint.
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/(?:checkpoint)?$/, '').concat('/');
  return url;
}

async function ask(url: URL): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), credentials: 'omit' });
    } catch (error) {
      // A connection that was kept open may end just when it is used again: that says nothing of the server.
      if (tries >= breaksMax || !/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(reasonOf(error))) {
        throw trouble(sayWhy(error, url.host));
      }
    }
  }
}

/** Null when it need not be asked again. */
function waitMsOf({ status, headers }: Response, tries: number): number | null {
  if ((status !== 429 && status !== 503) || tries >= triesMax) return null;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, waitMsMax) : 500 * tries;
}

async function bytesOf(answer: Response, base: URL, path: string): Promise<Uint8Array | null> {
  const { status } = answer;
  if (status === 200) return await collect(answer, base.host, path);
  await answer.body?.cancel();
  if (status === 404 || status === 410) return null;
  const to = answer.headers.get('location');
  if (status >= 300 && status < 400) {
    throw trouble(`${base.host} answers with a redirect, which is not followed${to === null ? '' : `: to ${to}`}.`);
  }
  throw trouble(`${base.host} answers ${path} with status ${status}.`);
}

async function collect({ body }: Response, host: string, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let left = bytesMaxOf(path);
  try {
    for await (const chunk of body ?? []) {
      left -= chunk.length;
      if (left < 0) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw trouble(sayWhy(error, host));
  }
  if (left < 0) throw trouble(`${host} answers ${path} with more than such a file can have.`);
  return Buffer.concat(chunks);
}

/** The files of a ledger in a folder. @throws Fault('unavailable') for what cannot be read, but for what is not there */
export function folderSource(folder: string): LogSource {
  return async (path) => await fileBytes(join(folder, path), bytesMaxOf(path));
}

/** Null for what is not there. @throws Fault('unavailable') */
export async function fileBytes(path: string, bytesMax: number): Promise<Uint8Array | null> {
  try {
    if ((await stat(path)).size > bytesMax) throw trouble(`${path} is longer than such a file can be.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw trouble(`${path} cannot be read${code === '' ? '' : ` (${code})`}.`);
  }
}

function trouble(said: string): Fault {
  return new Fault('unavailable', said);
}

function sayWhy(error: unknown, host: string): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `${host} took longer than 20 seconds to answer.`;
  const code = reasonOf(error);
  const reasons: readonly (readonly [RegExp, string])[] = [
    [/^(?:ENOTFOUND|EAI_)/, `There is no host ${host} in DNS.`],
    [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/, `Nobody answers at ${host}.`],
    [/CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO|^DEPTH_ZERO|^UNABLE_TO/, `${host} could not prove who it is`],
    [/TIMEOUT|ETIMEDOUT/, `${host} took too long to answer.`],
  ];
  const [, said] = reasons.find(([pattern]) => pattern.test(code)) ?? [];
  if (said === undefined) return `${host} broke off its answer${code === '' ? '' : ` (${code})`}.`;
  return said.endsWith('.') ? said : `${said} (${code}).`;
}

/** What `fetch` hides behind an error of its own. */
function reasonOf(error: unknown): string {
  return codeOf(error instanceof Error ? (error.cause ?? error) : error);
}

export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
