import { createHash } from 'node:crypto';
import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import type { Account } from './accounts.ts';
import type { AnswerHead, CarrierRequest, Connector, ReadError } from './contract.ts';

/** Why there is no token now, and when it makes sense to ask again. */
export type TokenRefusal = { readonly no: 'quota' | 'paused'; readonly retryAt: Temporal.Instant };

export type Bearer = { readonly token: string };

type TokenNeeds = {
  readonly clock: Clock;
  /** Makes one call, counted and paced like any other of the account. */
  readonly call: (
    account: Account,
    connector: Connector,
    request: CarrierRequest,
  ) => Promise<{ readonly bytes: Uint8Array; readonly head: AnswerHead } | TokenRefusal>;
  /** What a refusal means for the account. */
  readonly heed: (account: Account, connector: Connector, error: ReadError) => Promise<void>;
};

export type Tokens = {
  /**
   * The account's token, from memory or fetched; null for carriers that want none.
   * @throws Fault('unavailable') when the carrier gives none at the moment
   */
  readonly of: (account: Account, connector: Connector) => Promise<Bearer | TokenRefusal | null>;
  /** The carrier has refused this token: the next call fetches another, unless somebody already has. */
  readonly drop: (account: Account, token: string) => void;
};

const tokensMax = 1_000;
const lifetimeSecondsMax = 24 * 3_600;
/** How early a token is renewed: a tenth of its life before the end, five minutes at the most. */
const earlyShare = 0.1;
const earlySecondsMax = 300;
const failurePauseSeconds = 60;
const pausedHours = 1;
const limitedMinutes = 15;

type Asking = {
  readonly key: string;
  readonly request: CarrierRequest;
  readonly read: NonNullable<Connector['authorize']>['read'];
};

type Memory = {
  readonly held: Map<string, Held>;
  /** After a failure the next try waits a little, however many parcels ask. */
  readonly failedUntil: Map<string, Temporal.Instant>;
};

type Held = { readonly token: string; readonly renewAt: Temporal.Instant };

/** Tokens of the accounts in the memory of this process: never written down, one renewal at a time for each account. */
export function createTokens(needs: TokenNeeds): Tokens {
  const memory: Memory = { held: new Map(), failedUntil: new Map() };
  const underWay = new Map<string, Promise<Bearer | TokenRefusal>>();
  return {
    of: async (account, connector) => {
      const { authorize } = connector;
      const request = authorize?.request(account.secrets) ?? null;
      if (authorize === null || request === null) return null;
      const key = keyOf(account);
      const own = memory.held.get(key);
      if (own !== undefined && Temporal.Instant.compare(needs.clock.now(), own.renewAt) < 0) return own;
      const running = underWay.get(key);
      if (running !== undefined) return await running;
      const asking = { key, request, read: authorize.read };
      const fetching = fetchToken(needs, memory, account, connector, asking).finally(() => underWay.delete(key));
      underWay.set(key, fetching);
      return await fetching;
    },
    drop: (account, token) => {
      const key = keyOf(account);
      if (memory.held.get(key)?.token === token) memory.held.delete(key);
    },
  };
}

async function fetchToken(
  needs: TokenNeeds,
  memory: Memory,
  account: Account,
  connector: Connector,
  { key, request, read }: Asking,
): Promise<Bearer | TokenRefusal> {
  const now = needs.clock.now();
  const failed = memory.failedUntil.get(key);
  if (failed !== undefined && Temporal.Instant.compare(now, failed) < 0) throw noToken(connector);
  const answer = await needs.call(account, connector, request);
  if ('no' in answer) return answer;
  const granted = read(answer.bytes, answer.head);
  if ('token' in granted) {
    const renewAt = now.add({ seconds: keptSeconds(granted.expiresInSeconds) });
    remember(memory.held, key, { token: granted.token, renewAt });
    return { token: granted.token };
  }
  await needs.heed(account, connector, granted);
  if (granted.kind === 'auth') return { no: 'paused', retryAt: now.add({ hours: pausedHours }) };
  if (granted.kind === 'rate_limited') {
    const seconds = granted.retryAfterSeconds ?? limitedMinutes * 60;
    return { no: 'quota', retryAt: now.add({ seconds: Math.max(1, Math.round(seconds)) }) };
  }
  remember(memory.failedUntil, key, now.add({ seconds: failurePauseSeconds }));
  throw noToken(connector);
}

/** Other credentials are another key: a token of refused ones never serves new ones. */
function keyOf({ accountId, secrets }: Account): string {
  return `${accountId} ${createHash('sha256').update(JSON.stringify(secrets)).digest('base64url')}`;
}

function keptSeconds(lifetimeSeconds: number): number {
  const lifetime = Math.min(lifetimeSeconds, lifetimeSecondsMax);
  return Math.floor(lifetime - Math.min(lifetime * earlyShare, earlySecondsMax));
}

/** The keys used last are kept. */
function remember<Value>(kept: Map<string, Value>, key: string, value: Value): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= tokensMax) return;
    kept.delete(oldest);
  }
}

function noToken({ manifest }: Connector): Fault {
  return new Fault('unavailable', `${manifest.name} gives no token at the moment.`);
}
