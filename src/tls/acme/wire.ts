import type { KeyObject } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { EgressAnswer } from '#kit/egress';
import type { Log } from '#kit/log';
import { es256, signJws, type Jwk } from './jws.ts';
import { AcmeFault, ownProblem } from './problem.ts';
import { createAcmeReader, readProblem, type AcmeReader } from './read.ts';
import type { AcmeDirectory, Send } from './shapes.ts';
import { authorityUrl } from './text.ts';

/** Who signs: the key, named by itself until there is an account, by the account's url from then on. */
export type Signer = { readonly key: KeyObject; readonly jwk: Jwk; readonly account: string | null };

/** Signed requests and their answers. Every answer is a 2xx; all else is an AcmeFault, or an EgressFault without one. */
export type Wire = {
  readonly reader: AcmeReader;
  readonly directory: () => Promise<AcmeDirectory>;
  /** A payload of null is POST-as-GET (RFC 8555 §6.3). */
  readonly post: (signer: Signer, url: string, payload: object | null) => Promise<EgressAnswer>;
  readonly get: (url: string) => Promise<EgressAnswer>;
};

export type WireNeeds = {
  readonly send: Send;
  readonly directoryUrl: string;
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
};

const answerBytesMax = 256 * 1024;
const timeoutMs = 20_000;
const noncesMax = 16;
/** With every fifth nonce refused, one request in ten million runs out of tries. */
const nonceTriesMax = 10;
const directoryKeptMs = 3_600_000;
const headers = { 'user-agent': 'Glasspost', 'accept-language': 'en' };

export function createWire(needs: WireNeeds): Wire {
  const { clock, log, hosts } = needs;
  const reader = createAcmeReader(hosts);
  const nonces: string[] = [];
  let kept: { readonly directory: AcmeDirectory; readonly until: Temporal.Instant } | null = null;

  const send = async (method: 'GET' | 'HEAD' | 'POST', url: string, body: string | null): Promise<EgressAnswer> => {
    if (authorityUrl(url, hosts) === null) throw new AcmeFault(ownProblem('unreadable', 'An address leads elsewhere.'));
    const type = body === null ? {} : { 'content-type': 'application/jose+json' };
    const request = { method, url, headers: { ...headers, ...type }, body, hosts, timeoutMs, answerBytesMax };
    const answer = await needs.send(request);
    const nonce = answer.headers['replay-nonce'] ?? '';
    if (/^[\w-]{1,512}$/.test(nonce)) nonces.push(nonce);
    if (nonces.length > noncesMax) nonces.shift();
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new AcmeFault(readProblem(answer, clock.now()));
  };

  const get = (url: string): Promise<EgressAnswer> => send('GET', url, null);

  const directory = async (): Promise<AcmeDirectory> => {
    if (kept !== null && Temporal.Instant.compare(clock.now(), kept.until) < 0) return kept.directory;
    const read = reader.directory(await get(needs.directoryUrl));
    kept = { directory: read, until: clock.now().add({ milliseconds: directoryKeptMs }) };
    return read;
  };

  /** The newest first: old ones are the ones that authorities have forgotten. */
  const nonce = async (): Promise<string> => {
    if (nonces.length === 0) await send('HEAD', (await directory()).newNonce, null);
    const next = nonces.pop();
    if (next === undefined) throw new AcmeFault(ownProblem('unreadable', 'It gives no nonces.'));
    return next;
  };

  const post: Wire['post'] = async ({ key, jwk, account }, url, payload) => {
    const text = payload === null ? '' : JSON.stringify(payload);
    const by = account === null ? { jwk } : { kid: account };
    for (let tries = 1; ; tries += 1) {
      const header = JSON.stringify({ alg: 'ES256', ...by, nonce: await nonce(), url });
      try {
        return await send('POST', url, JSON.stringify(signJws(header, text, es256(key))));
      } catch (error) {
        const isNonce = error instanceof AcmeFault && error.problem.kind === 'badNonce';
        if (!isNonce || tries >= nonceTriesMax) throw error;
        log.info('certificate authority refused a nonce', { tries });
        // Those from before are as old as the one that was refused; the refusal brought a new one.
        nonces.splice(0, nonces.length - 1);
      }
    }
  };

  return { reader, directory, post, get };
}
