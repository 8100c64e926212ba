import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Egress, EgressRoute } from '#kit/egress';
import type { Log } from '#kit/log';
import { nobodys, type OutsidePurpose, type Privacy, type Sealed } from '#privacy';
import { keepSecrets, pauseAccount, type Account } from './accounts.ts';
import type {
  CarrierRequest,
  Connector,
  Granted,
  ParcelQuestion,
  PushCall,
  PushClient,
  ReadError,
  ReadResult,
} from './contract.ts';
import { isPushClient, issuePushToken } from './push-token.ts';
import { statements } from './store.ts';
import { createTokens, type Bearer, type TokenRefusal, type Tokens } from './tokens.ts';

/** A parcel that a carrier is asked about. */
export type AskedParcel = {
  readonly parcelId: string;
  readonly personId: string;
  readonly number: Sealed<'tracking_number'>;
  readonly service: string | null;
};

/** What came back. `no` means that nothing was asked, and when it makes sense to try again. */
export type Asked =
  | { readonly answers: readonly { readonly parcelIds: readonly string[]; readonly result: ReadResult }[] }
  | { readonly no: 'quota' | 'paused' | 'withheld'; readonly retryAt: Temporal.Instant };

export type HostNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly egress: Egress;
  readonly log: Log;
  /** Where a shop's calls go instead of to the carriers; null for real shops. */
  readonly routeOf: (shopId: string) => EgressRoute | null | Promise<EgressRoute | null>;
  /** Waits between calls, in product time. */
  readonly pause: (ms: number) => Promise<void>;
};

type Answer = {
  readonly request: CarrierRequest;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly bytes: Uint8Array;
};

const timeoutMs = 10_000;
/** Whoever would wait longer for an account's turn comes again later, and holds nobody up in the meantime. */
const paceWaitMsMax = 3_000;
const defaultBlockMinutes = 15;
const blockMinutesMax = 24 * 60;

export type Host = ReturnType<typeof createHost>;

/** The one place where connectors meet the world: quota, pace, token, disclosure, dial, read. */
export function createHost(needs: HostNeeds) {
  const pace = createPace(needs);
  const tokens = tokensOf(needs, pace);
  const desk: Desk = { needs, pace, tokens, line: createLine(needs, pace, tokens) };
  return {
    ask: (account: Account, connector: Connector, parcels: readonly AskedParcel[]): Promise<Asked> =>
      ask(desk, account, connector, parcels),
    subscribe: (
      account: Account,
      connector: Connector,
      parcels: readonly AskedParcel[],
      pushUrl: string,
    ): Promise<'subscribed' | 'none' | 'later'> => subscribe(desk, account, connector, parcels, pushUrl),
    /** A token for a carrier that has to show one with its pushes; null when who asks is not the account's client. */
    grantPush: (account: Account | null, connector: Connector | null, shown: PushClient): Granted | null => {
      const client = account === null ? null : (connector?.push?.client?.(account.secrets) ?? null);
      const isClient = isPushClient(shown, client);
      return isClient && client !== null ? issuePushToken(client, needs.clock.now()) : null;
    },
    readPush: async (account: Account, connector: Connector, pushed: PushCall) => {
      const reading = connector.push?.readPush(pushed, account.secrets) ?? ({ no: 'signature' } as const);
      if ('kind' in reading && reading.kind === 'handshake') {
        if (reading.secrets !== null) await keepSecrets(needs.database, needs.privacy, account, reading.secrets);
        for (const request of reading.requests) {
          // A subscription that is not confirmed is lost, so this goes even when the day's calls are spent.
          await spend(needs, account, connector);
          await pace.wait(account, connector);
          await dial(needs, account, connector, request);
        }
      }
      return reading;
    },
  };
}

type Desk = {
  readonly needs: HostNeeds;
  readonly pace: Pace;
  readonly tokens: Tokens;
  readonly line: ReturnType<typeof createLine>;
};

/** The first call was counted before anything was disclosed; the others are counted here. */
async function call(
  { needs, line }: Desk,
  account: Account,
  connector: Connector,
  requests: readonly CarrierRequest[],
) {
  const answers: Answer[] = [];
  for (const [index, request] of requests.entries()) {
    const refused = index > 0 ? await spend(needs, account, connector) : null;
    const answer = refused ?? (await line(account, connector, request));
    if ('no' in answer) return { answers, refused: answer };
    answers.push(answer);
  }
  return { answers, refused: null };
}

async function ask(
  desk: Desk,
  account: Account,
  connector: Connector,
  parcels: readonly AskedParcel[],
): Promise<Asked> {
  if (connector.ask(parcels.map(withoutNumber), account.secrets).length === 0) return { answers: [] };
  const asked = await admitted(desk, account, connector, parcels, 'tracking');
  if ('no' in asked) return asked;
  const requests = connector.ask(asked.questions, account.secrets);
  const { answers, refused } = await call(desk, account, connector, requests);
  if (answers.length === 0 && refused !== null) return refused;
  const read = answers.map(({ request, bytes, status, retryAfter }) => ({
    parcelIds: request.parcelIds,
    result: aboutAsked(connector.read(bytes, { status, retryAfter }), request, asked.questions),
  }));
  for (const { result } of read) await heed(desk.needs, account, connector, result);
  return { answers: read };
}

async function subscribe(
  desk: Desk,
  account: Account,
  connector: Connector,
  parcels: readonly AskedParcel[],
  pushUrl: string,
): Promise<'subscribed' | 'none' | 'later'> {
  const { needs } = desk;
  const { push } = connector;
  if (push === null || push.subscribe(pushUrl, parcels.map(withoutNumber), account.secrets).length === 0) return 'none';
  const asked = await admitted(desk, account, connector, parcels, 'push subscription');
  if ('no' in asked) return 'later';
  const { answers } = await call(desk, account, connector, push.subscribe(pushUrl, asked.questions, account.secrets));
  for (const { bytes, status, retryAfter } of answers) {
    const secrets = push.subscribed(bytes, { status, retryAfter }, account.secrets);
    if (secrets !== null) await keepSecrets(needs.database, needs.privacy, account, secrets);
    if (status >= 400) await heed(needs, account, connector, connector.read(bytes, { status, retryAfter }));
  }
  if (answers.some((answer) => isRefusal(answer.status) || takesNot(push, answer))) return 'none';
  return answers.length > 0 && answers.every(({ status }) => status < 400) ? 'subscribed' : 'later';
}

type Push = NonNullable<Connector['push']>;

/** True when the carrier answers well and says that it did not take all of the numbers. */
function takesNot(push: Push, { status, retryAfter, bytes }: Answer): boolean {
  return status < 400 && push.refused(bytes, { status, retryAfter }).length > 0;
}

function spelled(number: string): string {
  return number.replaceAll(/\s/g, '').toUpperCase();
}

/** Of an answer to one question that brings a whole shipment: the packages with the number that was asked about. */
function aboutAsked(result: ReadResult, request: CarrierRequest, asked: readonly ParcelQuestion[]): ReadResult {
  const [only, ...others] = asked.filter(({ parcelId }) => request.parcelIds.includes(parcelId));
  if (only === undefined || others.length > 0) return result;
  const same = result.parcels.filter(({ number }) => spelled(number) === spelled(only.number));
  return same.length === 0 ? result : { ...result, parcels: same };
}

/** Tells whether there would be a request at all, before anything is counted or disclosed for it. */
function withoutNumber({ parcelId, service }: AskedParcel): ParcelQuestion {
  return { parcelId, number: nobodys('tracking_number', 'number'), service, recipientPostcode: null };
}

/**
 * Counts one call, then writes the disclosures and commits them; only then is there anything to build a request from.
 * What is not going to be sent is not disclosed either.
 */
async function admitted(
  { needs, pace, tokens }: Desk,
  account: Account,
  connector: Connector,
  parcels: readonly AskedParcel[],
  purpose: OutsidePurpose,
): Promise<{ readonly questions: readonly ParcelQuestion[] } | Extract<Asked, { no: string }>> {
  const now = needs.clock.now();
  if (account.paused !== null) return { no: 'paused', retryAt: now.add({ hours: 1 }) };
  const crowdedUntil = pace.crowdedUntil(account);
  if (crowdedUntil !== null) return { no: 'quota', retryAt: crowdedUntil };
  // A token names nobody; without one there is nothing to disclose for.
  const bearer = await tokens.of(account, connector);
  if (bearer !== null && 'no' in bearer) return bearer;
  const refused = await spend(needs, account, connector);
  if (refused !== null) return refused;
  const questions = await needs.database.tx(async (tx) => {
    const admittedNow: ParcelQuestion[] = [];
    for (const { parcelId, personId, number, service } of parcels) {
      const { values } = await needs.privacy.disclose(tx, {
        shopId: account.shopId,
        personId,
        parcelId,
        recipient: { kind: 'carrier', name: connector.manifest.id },
        service: purpose,
        purpose,
        values: { tracking_number: number },
      });
      if (values.tracking_number === undefined) continue;
      admittedNow.push({ parcelId, number: values.tracking_number, service, recipientPostcode: null });
    }
    return admittedNow;
  });
  return questions.length > 0 ? { questions } : { no: 'withheld', retryAt: now.add({ hours: 24 }) };
}

type Spent = { readonly no: 'quota'; readonly retryAt: Temporal.Instant };

/** Counts a call before it is made; null when the day still had one. */
async function spend(needs: HostNeeds, account: Account, connector: Connector): Promise<Spent | null> {
  const { callsPerDay, resetZone } = connector.manifest.quota;
  const now = needs.clock.now();
  const day = now.toZonedDateTimeISO(resetZone).toPlainDate();
  const spent = await needs.database.one(statements.spend, [account.accountId, day, callsPerDay, now]);
  if (spent !== null) return null;
  const quota = await needs.database.one<{ blockedUntil: Temporal.Instant | null }>(statements.blocked, [
    account.accountId,
    now,
  ]);
  const midnight = day.add({ days: 1 }).toZonedDateTime(resetZone).toInstant();
  return { no: 'quota', retryAt: quota?.blockedUntil ?? midnight };
}

type Pace = {
  /** Waits until it is this account's turn. */
  readonly wait: (account: Account, connector: Connector) => Promise<void>;
  /** When that would be, where it is too long to wait for; null when it is soon. */
  readonly crowdedUntil: (account: Account) => Temporal.Instant | null;
};

/** Keeps an account under its calls per second in this process. */
function createPace(needs: HostNeeds): Pace {
  const freeAt = new Map<string, number>();
  const turnOf = (account: Account, nowMs: number): number => Math.max(nowMs, freeAt.get(account.accountId) ?? 0);
  return {
    wait: async (account, connector) => {
      const now = needs.clock.now().epochMilliseconds;
      const mine = turnOf(account, now);
      freeAt.set(account.accountId, mine + Math.ceil(1_000 / connector.manifest.quota.callsPerSecond));
      if (mine > now) await needs.pause(mine - now);
    },
    crowdedUntil: (account) => {
      const now = needs.clock.now().epochMilliseconds;
      const mine = turnOf(account, now);
      return mine - now > paceWaitMsMax ? Temporal.Instant.fromEpochMilliseconds(mine) : null;
    },
  };
}

function tokensOf(needs: HostNeeds, pace: Pace): Tokens {
  return createTokens({
    clock: needs.clock,
    call: async (account, connector, request) => {
      const refused = await spend(needs, account, connector);
      if (refused !== null) return refused;
      await pace.wait(account, connector);
      const { bytes, status, retryAfter } = await dial(needs, account, connector, request);
      return { bytes, head: { status, retryAfter } };
    },
    heed: (account, connector, error) => heedError(needs, account, connector, error),
  });
}

/**
 * One call that has been counted, with the account's token where the carrier wants one. A token that is refused is renewed
 * and the call made once more; when that is refused as well, the answer speaks for itself.
 */
function createLine(needs: HostNeeds, pace: Pace, tokens: Tokens) {
  return async (account: Account, connector: Connector, request: CarrierRequest): Promise<Answer | TokenRefusal> => {
    const bearer = await tokens.of(account, connector);
    if (bearer !== null && 'no' in bearer) return bearer;
    await pace.wait(account, connector);
    const answer = await dial(needs, account, connector, borne(request, bearer));
    if (answer.status !== 401 || bearer === null) return answer;
    tokens.drop(account, bearer.token);
    const renewed = await tokens.of(account, connector);
    if (renewed === null || 'no' in renewed) return renewed ?? answer;
    const refused = await spend(needs, account, connector);
    if (refused !== null) return refused;
    await pace.wait(account, connector);
    return await dial(needs, account, connector, borne(request, renewed));
  };
}

function borne(request: CarrierRequest, bearer: Bearer | null): CarrierRequest {
  if (bearer === null) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${bearer.token}` } };
}

async function dial(
  needs: HostNeeds,
  account: Account,
  connector: Connector,
  request: CarrierRequest,
): Promise<Answer> {
  const answer = await needs.egress.send(
    { ...request, hosts: connector.manifest.hosts, timeoutMs },
    await needs.routeOf(account.shopId),
  );
  return { request, status: answer.status, retryAfter: answer.headers['retry-after'] ?? null, bytes: answer.bytes };
}

/** A "no" that asking again does not change; being unknown, too early or too fast may pass. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

/** What an answer says about the account itself: slow down, or log in anew. */
async function heed(needs: HostNeeds, account: Account, connector: Connector, result: ReadResult): Promise<void> {
  for (const error of result.errors) await heedError(needs, account, connector, error);
}

async function heedError(needs: HostNeeds, account: Account, connector: Connector, error: ReadError): Promise<void> {
  if (error.kind === 'rate_limited') {
    const seconds = error.retryAfterSeconds ?? defaultBlockMinutes * 60;
    const now = needs.clock.now();
    const day = now.toZonedDateTimeISO(connector.manifest.quota.resetZone).toPlainDate();
    const until = now.add({ seconds: Math.min(Math.max(Math.round(seconds), 1), blockMinutesMax * 60) });
    await needs.database.rows(statements.block, [account.accountId, day, until]);
  }
  if (error.kind === 'auth') {
    const reason = `${connector.manifest.name} refuses the credentials of this account. Connect it again.`;
    if (!(await pauseAccount(needs.database, needs.privacy, account, reason))) return;
    needs.log.warn('carrier account paused', { carrier: connector.manifest.id, account: account.accountId });
  }
}
