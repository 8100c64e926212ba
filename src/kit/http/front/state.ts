import { request as askPlain } from 'node:http';
import { request as askSecure } from 'node:https';
import { performance } from 'node:perf_hooks';
import { createLine, frontLimits, keepTime, whyOf } from './lines.ts';
import type { Front } from './upstream.ts';

/** How it stands with a name: what its server said to one question, or why it said nothing. */
export type FrontState = {
  readonly name: string;
  readonly upstream: string;
  readonly answers: { readonly status: number; readonly ms: number } | null;
  readonly why: 'refused' | 'broken' | 'slow' | null;
};

const timeoutMs = 3_000;

/** Asks every server for the head of its first page, all at once; each has 3 seconds. */
export function frontStates(fronts: readonly Front[]): Promise<readonly FrontState[]> {
  return Promise.all(fronts.map(stateOf));
}

function stateOf(front: Front): Promise<FrontState> {
  const { name, upstream } = front;
  const { scheme, hostname, port, url } = upstream;
  const began = performance.now();
  const limits = { ...frontLimits, connectTimeoutMs: timeoutMs, answerTimeoutMs: timeoutMs };
  const headers = { host: name, 'x-forwarded-proto': 'https', 'x-forwarded-host': name, via: '1.1 glasspost' };
  const options = { hostname, port, method: 'HEAD', path: '/', headers, agent: createLine(front, limits, null).fresh };
  return new Promise((resolve) => {
    const outgoing = (scheme === 'https' ? askSecure : askPlain)(options, (incoming) => {
      incoming.resume();
      const ms = Math.round(performance.now() - began);
      resolve({ name, upstream: url, answers: { status: incoming.statusCode ?? 0, ms }, why: null });
      outgoing.destroy();
    });
    keepTime(outgoing, limits, () => false);
    outgoing.on('error', (error) => {
      const why = whyOf(error);
      resolve({ name, upstream: url, answers: null, why: why === 'slow' || why === 'broken' ? why : 'refused' });
    });
    outgoing.end();
  });
}
