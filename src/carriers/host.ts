import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Egress, EgressRoute } from '#kit/egress';
import type { Log } from '#kit/log';
import type { OutsidePurpose, Privacy, Sealed } from '#privacy';
import { keepSecrets, pauseAccount, type Account } from './accounts.ts';
import type { CarrierRequest, Connector, ParcelQuestion, PushCall, ReadResult } from './contract.ts';
import { statements } from './store.ts';

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
  readonly routeOf: (shopId: string) => EgressRoute | null;
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

/** The one place where connectors meet the world: quota, pace, disclosure, dial, read. */
export function createHost(needs: HostNeeds) {
  const pace = createPace(needs);
  /** The first call was counted before anything was disclosed; the others are counted here. */
  const call = async (account: Account, connector: Connector, requests: readonly CarrierRequest[]) => {
    const answers: Answer[] = [];
    for (const [index, request] of requests.entries()) {
      if (index > 0 && (await spend(needs, account, connector)) !== null) return answers;
      await pace.wait(account, connector);
      answers.push(await dial(needs, account, connector, request));
    }
    return answers;
  };
  return {
    ask: async (account: Account, connector: Connector, parcels: readonly AskedParcel[]): Promise<Asked> => {
      if (connector.ask(parcels.map(withoutNumber), account.secrets).length === 0) return { answers: [] };
      const asked = await admitted(needs, pace, account, connector, parcels, 'tracking');
      if ('no' in asked) return asked;
      const answers = await call(account, connector, connector.ask(asked.questions, account.secrets));
      const read = answers.map(({ request, bytes, status, retryAfter }) => ({
        parcelIds: request.parcelIds,
        result: connector.read(bytes, { status, retryAfter }),
      }));
      for (const { result } of read) await heed(needs, account, connector, result);
      return { answers: read };
    },
    subscribe: async (
      account: Account,
      connector: Connector,
      parcels: readonly AskedParcel[],
      pushUrl: string,
    ): Promise<'subscribed' | 'none' | 'later'> => {
      const { push } = connector;
      if (push === null || push.subscribe(pushUrl, parcels.map(withoutNumber), account.secrets).length === 0)
        return 'none';
      const asked = await admitted(needs, pace, account, connector, parcels, 'push subscription');
      if ('no' in asked) return 'later';
      const answers = await call(account, connector, push.subscribe(pushUrl, asked.questions, account.secrets));
      for (const { bytes, status, retryAfter } of answers) {
        const secrets = push.subscribed(bytes, { status, retryAfter }, account.secrets);
        if (secrets !== null) await keepSecrets(needs.database, needs.privacy, account, secrets);
        if (status >= 400) await heed(needs, account, connector, connector.read(bytes, { status, retryAfter }));
      }
      if (answers.some(({ status }) => isRefusal(status))) return 'none';
      return answers.length > 0 && answers.every(({ status }) => status < 400) ? 'subscribed' : 'later';
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

/** Tells whether there would be a request at all, before anything is counted or disclosed for it. */
function withoutNumber({ parcelId, service }: AskedParcel): ParcelQuestion {
  return { parcelId, number: 'number', service, recipientPostcode: null };
}

/**
 * Counts one call, then writes the disclosures and commits them; only then is there anything to build a request from.
 * What is not going to be sent is not disclosed either.
 */
async function admitted(
  needs: HostNeeds,
  pace: Pace,
  account: Account,
  connector: Connector,
  parcels: readonly AskedParcel[],
  purpose: OutsidePurpose,
): Promise<{ readonly questions: readonly ParcelQuestion[] } | Extract<Asked, { no: string }>> {
  const now = needs.clock.now();
  if (account.paused !== null) return { no: 'paused', retryAt: now.add({ hours: 1 }) };
  const crowdedUntil = pace.crowdedUntil(account);
  if (crowdedUntil !== null) return { no: 'quota', retryAt: crowdedUntil };
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

/** Counts a call before it is made; null when the day still had one. */
async function spend(
  needs: HostNeeds,
  account: Account,
  connector: Connector,
): Promise<Extract<Asked, { no: string }> | null> {
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

async function dial(
  needs: HostNeeds,
  account: Account,
  connector: Connector,
  request: CarrierRequest,
): Promise<Answer> {
  const answer = await needs.egress.send(
    { ...request, hosts: connector.manifest.hosts, timeoutMs },
    needs.routeOf(account.shopId),
  );
  return { request, status: answer.status, retryAfter: answer.headers['retry-after'] ?? null, bytes: answer.bytes };
}

/** A "no" that asking again does not change; being unknown, too early or too fast may pass. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
}

/** What an answer says about the account itself: slow down, or log in anew. */
async function heed(needs: HostNeeds, account: Account, connector: Connector, result: ReadResult): Promise<void> {
  for (const error of result.errors) {
    if (error.kind === 'rate_limited') {
      const seconds = error.retryAfterSeconds ?? defaultBlockMinutes * 60;
      const now = needs.clock.now();
      const day = now.toZonedDateTimeISO(connector.manifest.quota.resetZone).toPlainDate();
      const until = now.add({ seconds: Math.min(Math.max(Math.round(seconds), 1), blockMinutesMax * 60) });
      await needs.database.rows(statements.block, [account.accountId, day, until]);
    }
    if (error.kind === 'auth') {
      const reason = `${connector.manifest.name} refuses the credentials of this account. Connect it again.`;
      if (!(await pauseAccount(needs.database, needs.privacy, account, reason))) continue;
      needs.log.warn('carrier account paused', { carrier: connector.manifest.id, account: account.accountId });
    }
  }
}
