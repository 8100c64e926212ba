import { EgressFault, type EgressAnswer, type EgressReason, type EgressRequest } from '#kit/egress';
import type { EvidenceNeeds } from '../needs.ts';
import { urlWith, type Adapter, type AdapterPage, type Filling } from '../reading/adapter.ts';
import type { CheckReason } from '../standing.ts';
import { readToken, type Tokens } from './tokens.ts';

/** A seal as far as its issuer is asked about it. */
export type AskedSeal = {
  readonly sealId: string;
  readonly shopId: string;
  readonly adapter: Adapter;
  readonly secrets: Readonly<Record<string, string>>;
  readonly filling: Filling;
};

export type Failed = { readonly failed: CheckReason; readonly retryAfterSeconds: number | null };

const answerBytesMax = 1024 * 1024;
const timeoutMs = 15_000;
const redirectsMax = 2;
const said = { 'user-agent': 'Glasspost', accept: 'application/json, text/html;q=0.9, */*;q=0.1' } as const;

type Line = Pick<EvidenceNeeds, 'send' | 'routeOf' | 'clock'> & { readonly tokens: Tokens };

/** One page of an issuer. The request holds what the shop's people gave for the seal, and nothing of any customer. */
export async function askPage(
  line: Line,
  seal: AskedSeal,
  page: AdapterPage,
): Promise<{ readonly status: number; readonly bytes: Uint8Array } | Failed> {
  const proof = await proofOf(line, seal);
  if ('failed' in proof) return proof;
  const answer = await follow(line, seal, page, proof.headers);
  // A token may be taken back before its time: the next one may be good.
  if (!('failed' in answer) || answer.failed !== 'refused' || !proof.isHeld) return answer;
  line.tokens.drop(seal.sealId);
  const again = await proofOf(line, seal);
  return 'failed' in again ? again : await follow(line, seal, page, again.headers);
}

async function follow(line: Line, seal: AskedSeal, page: AdapterPage, proof: Readonly<Record<string, string>>) {
  let url = urlWith(page.url, seal.filling);
  for (let hops = 0; hops <= redirectsMax; hops += 1) {
    const headers = { ...said, ...page.headers, ...proof };
    const method = hops === 0 ? page.method : 'GET';
    const answer = await sendTo(line, seal, { method, url, headers, body: null });
    if ('failed' in answer) return answer;
    const next = answer.status >= 300 && answer.status < 400 ? redirectOf(answer, url, seal.adapter.hosts) : null;
    if (next === null) return judged(answer);
    url = next;
  }
  return failed('moved');
}

/** To another page of the same issuer; null for anywhere else. */
function redirectOf({ headers }: EgressAnswer, from: string, hosts: readonly string[]): string | null {
  const url = URL.parse(headers['location'] ?? '', from);
  const isSame = url !== null && url.protocol === 'https:' && hosts.includes(url.hostname);
  return isSame ? url.href : null;
}

function judged(answer: EgressAnswer): { readonly status: number; readonly bytes: Uint8Array } | Failed {
  const { status, bytes, headers } = answer;
  if (isSuccess(status) || saidGone.has(status)) return { status, bytes };
  if (saidLater.has(status)) return { failed: 'busy', retryAfterSeconds: retryAfterOf(headers) };
  if (saidNo.has(status)) return failed('refused');
  return failed(status >= 300 && status < 400 ? 'moved' : 'broken');
}

const saidGone: ReadonlySet<number> = new Set([404, 410]);
const saidLater: ReadonlySet<number> = new Set([408, 425, 429, 503]);
const saidNo: ReadonlySet<number> = new Set([401, 403]);

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** In seconds; dates (RFC 9110, section 10.2.3) are left to the usual pause. */
function retryAfterOf(headers: EgressAnswer['headers']): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function failed(reason: CheckReason): Failed {
  return { failed: reason, retryAfterSeconds: null };
}

const reasons: Readonly<Record<EgressReason, CheckReason>> = {
  refused_url: 'not_allowed',
  refused_host: 'not_allowed',
  refused_address: 'not_allowed',
  refused_header: 'not_allowed',
  busy: 'busy',
  name: 'unreachable',
  connect: 'unreachable',
  tls: 'tls',
  timeout: 'timeout',
  too_large: 'too_large',
  broken: 'broken',
};

export async function sendTo(
  { send, routeOf }: Pick<Line, 'send' | 'routeOf'>,
  { shopId, adapter }: Pick<AskedSeal, 'shopId' | 'adapter'>,
  request: Omit<EgressRequest, 'hosts'>,
): Promise<EgressAnswer | Failed> {
  try {
    return await send({ ...request, hosts: adapter.hosts, timeoutMs, answerBytesMax }, await routeOf(shopId));
  } catch (error) {
    if (!(error instanceof EgressFault)) throw error;
    return failed(reasons[error.reason]);
  }
}

type Proof = { readonly headers: Readonly<Record<string, string>>; readonly isHeld: boolean };

/** What proves to the issuer who asks; it goes in headers, never in an address. */
export async function proofOf(line: Line, seal: AskedSeal): Promise<Proof | Failed> {
  const { auth } = seal.adapter;
  const secret = (name: string): string => seal.secrets[name] ?? '';
  switch (auth.kind) {
    case 'none':
      return { headers: {}, isHeld: false };
    case 'header':
      return { headers: { [auth.name]: secret(auth.secret) }, isHeld: false };
    case 'basic': {
      const pair = Buffer.from(`${secret(auth.user)}:${secret(auth.password)}`).toString('base64');
      return { headers: { authorization: `Basic ${pair}` }, isHeld: false };
    }
    case 'client credentials':
      return await bearerOf(line, seal, auth);
  }
}

/** OAuth 2.0 client credentials (RFC 6749, section 4.4), with the audience that eTrusted asks for. */
async function bearerOf(
  line: Line,
  seal: AskedSeal,
  auth: Extract<Adapter['auth'], { kind: 'client credentials' }>,
): Promise<Proof | Failed> {
  const held = line.tokens.held(seal.sealId, line.clock.now());
  if (held !== null) return { headers: { authorization: `Bearer ${held}` }, isHeld: true };
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: seal.secrets[auth.id] ?? '',
    client_secret: seal.secrets[auth.secret] ?? '',
    audience: auth.audience,
  });
  const headers = { ...said, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await sendTo(line, seal, { method: 'POST', url: auth.tokenUrl, headers, body: body.toString() });
  if ('failed' in answer) return answer;
  const ruled = judged(answer);
  if ('failed' in ruled) return ruled.failed === 'broken' && answer.status < 500 ? failed('refused') : ruled;
  const token = readToken(answer.bytes);
  if (answer.status >= 300 || token === null) return failed('refused');
  line.tokens.keep(seal.sealId, token, line.clock.now());
  return { headers: { authorization: `Bearer ${token.token}` }, isHeld: false };
}
