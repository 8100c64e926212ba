import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { z } from 'zod';
import { createVisitor, EgressFault, type EgressReason } from '#kit/egress';
import { Fault } from '#kit/fault';
import { answer, anyone, type Http, type RequestHead } from '#kit/http';

const path = '/.well-known/glasspost-here';
const nonceBytes = 16;
const askShape = /^([\w-]{22})\.([\w-]{43})$/;
const timeoutMs = 4_000;
const answerBytesMax = 4_096;

/** How a request came in: which proxy there is, and whether it is believed. */
export type Arrival = {
  readonly scheme: 'http' | 'https';
  /** `X-Forwarded-For`: not sent, believed, or sent by somebody who is no trusted proxy. */
  readonly forwarded: 'none' | 'believed' | 'not_believed';
};

/** Who answers at an address. `trusted`: whether browsers believe its certificate; true over plain HTTP. */
export type Asked =
  | ({ readonly is: 'us'; readonly trusted: boolean } & Arrival)
  | { readonly is: 'other'; readonly trusted: boolean; readonly status: number }
  | { readonly is: 'nobody'; readonly reason: EgressReason; readonly systemCode: string | null };

export type AskedAt = {
  /** Scheme and host; what asks need not be its usual port. */
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly address: string;
  readonly port: number;
};

/**
 * Whether an address leads to this very installation: the question is signed by its keyring, and only whoever has the same
 * keyring knows the answer. To everybody else the path does not exist.
 */
export type Here = {
  readonly mount: (http: Pick<Http, 'route'>) => void;
  readonly ask: (at: AskedAt) => Promise<Asked>;
};

const said = z.object({
  scheme: z.enum(['http', 'https']),
  forwarded: z.enum(['none', 'believed', 'not_believed']),
  proof: z.string().max(64),
});

/** @param key 32 bytes that every process of this installation derives from its keyring */
export function createHere(key: Uint8Array): Here {
  const mac = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(parts.join('|')).digest('base64url');
  const visitor = createVisitor({ resolve: (host) => lookup(host, { all: true }) });
  return {
    mount: (http) =>
      http.route({
        method: 'GET',
        path,
        audience: 'machines',
        admit: anyone,
        limit: 'probe',
        takes: 'nothing',
        handle: (request) => {
          const [, nonce = '', sign = ''] = askShape.exec(request.query.get('ask') ?? '') ?? [];
          if (!isSame(sign, mac('ask', nonce))) throw new Fault('not_found', 'There is nothing here.');
          const { scheme, forwarded } = arrivalOf(request);
          return answer.json({ scheme, forwarded, proof: mac('here', nonce, scheme, forwarded) });
        },
      }),
    ask: async ({ scheme, host, address, port }) => {
      const nonce = randomBytes(nonceBytes).toString('base64url');
      const shown = host.includes(':') ? `[${host}]` : host;
      try {
        const visited = await visitor.visit({
          method: 'GET',
          url: `${scheme}://${shown}${path}?ask=${nonce}.${mac('ask', nonce)}`,
          headers: {},
          ports: { http: port, https: port },
          address,
          caPem: null,
          allowPrivate: true,
          timeoutMs,
          answerBytesMax,
        });
        const { trusted, status } = visited;
        const read = readAnswer(visited.bytes);
        if (read === null || !isSame(read.proof, mac('here', nonce, read.scheme, read.forwarded))) {
          return { is: 'other', trusted, status };
        }
        return { is: 'us', trusted, scheme: read.scheme, forwarded: read.forwarded };
      } catch (error) {
        if (!(error instanceof EgressFault)) throw error;
        return { is: 'nobody', reason: error.reason, systemCode: error.systemCode };
      }
    },
  };
}

function arrivalOf({ client, headers }: RequestHead): Arrival {
  const entries = (headers['x-forwarded-for'] ?? '').split(',').map((entry) => entry.trim());
  if (entries.every((entry) => entry === '')) return { scheme: client.scheme, forwarded: 'none' };
  const scheme = headers['x-forwarded-proto']?.split(',').at(-1)?.trim().toLowerCase() ?? client.scheme;
  // Whoever is believed is counted by an address out of this header; whoever is not, by their own.
  const isCounted = entries.some((entry) => entry.replace(/^\[|\](?::\d+)?$/g, '') === client.address);
  const forwarded = isCounted && scheme === client.scheme ? 'believed' : 'not_believed';
  return { scheme: client.scheme, forwarded };
}

function readAnswer(bytes: Uint8Array): z.infer<typeof said> | null {
  try {
    return said.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
