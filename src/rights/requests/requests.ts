import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import { sealed as seal, type HeldRow, type Privacy } from '#privacy';
import { dueAfter, extendedMonths, firstMonths, soonDays } from './due.ts';
import type { Evidence, Outcome, RequestKind, StepKind, Way } from './kinds.ts';
import { forgetting, statements } from './store.ts';

export type PersonRequest = {
  readonly requestId: string;
  readonly shopId: string;
  /** Null: nobody here was recognised, or the person was erased since. */
  readonly personId: string | null;
  readonly kind: RequestKind;
  readonly via: Way;
  readonly evidence: Evidence;
  readonly receivedAt: Temporal.Instant;
  /** The first moment at which the period is over. */
  readonly dueAt: Temporal.Instant;
  readonly extendedAt: Temporal.Instant | null;
  readonly outcome: Outcome | null;
  readonly endedAt: Temporal.Instant | null;
};

export type RequestStep = {
  readonly at: Temporal.Instant;
  /** `staff`, `customer`, `key key_…` or `command line`. */
  readonly actor: string;
  readonly step: StepKind;
  /** In somebody's own words; null when there are none, or when they went with the person. */
  readonly note: string | null;
};

export type NewRequest = {
  readonly shopId: string;
  readonly personId: string | null;
  readonly kind: RequestKind;
  readonly via: Way;
  readonly evidence: Evidence;
  /** Where it is done at once, as from the person's page. */
  readonly outcome?: Outcome;
  /** When it came, where that was before now. @throws Fault('invalid') when it is in the future or a year ago */
  readonly receivedAt?: Temporal.Instant;
  /** At most `noteCharactersMax`; kept sealed. */
  readonly note?: string;
  /** Who enters it; `customer` for a page and `staff` otherwise when it is missing. */
  readonly actor?: string;
};

export type RequestCounts = { readonly open: number; readonly overdue: number; readonly soon: number };

/** What is done about a request; the note is sealed. */
export type StepInput = {
  readonly shopId: string;
  readonly requestId: string;
  readonly note: string;
  readonly actor: string;
};

/** Every request of a person: until when it must be answered (art. 12(3)), what was done, how it ended. */
export type Requests = {
  /** Answers its id. In the transaction of what it asks for, so that there is neither without the other. */
  readonly record: (tx: Tx, request: NewRequest) => Promise<string>;
  /** What is due first comes first; ended ones come after, the latest first. 500 at the most. */
  readonly list: (
    queries: Queries,
    shopId: string,
    filter?: { readonly personId?: string | undefined; readonly ended?: boolean | undefined },
  ) => Promise<readonly PersonRequest[]>;
  /** Null when there is none in this shop. */
  readonly read: (
    queries: Queries,
    shopId: string,
    requestId: string,
  ) => Promise<{ readonly request: PersonRequest; readonly steps: readonly RequestStep[] } | null>;
  /** By which it is judged what is due. */
  readonly now: () => Temporal.Instant;
  readonly count: (queries: Queries, shopId: string) => Promise<RequestCounts>;
  /** All of these: @throws Fault('not_found'), Fault('conflict') when it has ended, Fault('limit') beyond 400 steps */
  readonly note: (step: StepInput) => Promise<void>;
  /** With `personId` it is theirs from now on; without, whose it was. */
  readonly identify: (step: StepInput & { readonly evidence: Evidence; readonly personId?: string }) => Promise<void>;
  /**
   * By two further months, once, with the reason that the person was told.
   * @throws Fault('conflict') after the first month, when it is too late to say so; Fault('invalid') without a reason
   */
  readonly extend: (step: StepInput) => Promise<PersonRequest>;
  /** @throws Fault('invalid') for a refusal without a reason */
  readonly end: (step: StepInput & { readonly outcome: Outcome }) => Promise<void>;
  /** What was asked for and said about somebody, opened: it is theirs to see as well. */
  readonly held: (queries: Queries, whose: { readonly personIds: readonly string[] }) => Promise<readonly HeldRow[]>;
  /** The words go, and whose they were; what was asked, when, and how it ended stays as a proof. */
  readonly forget: (tx: Tx, whose: { readonly personIds: readonly string[] }) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export const noteCharactersMax = 4_000;
const rowsMax = 500;
const stepsMax = 400;
const oldestDays = 366;

type Needs = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'lockForShop' | 'openForShop' | 'audit'>;
};
type StepRow = Omit<RequestStep, 'note'> & { readonly stepId: string; readonly sealed: Buffer | null };

export function createRequests(needs: Needs): Requests {
  const { database, clock } = needs;
  return {
    record: (tx, request) => record(needs, tx, request),
    list: (queries, shopId, { personId, ended = false } = {}) =>
      queries.rows<PersonRequest>(ended ? statements.ended : statements.open, [shopId, personId ?? null, rowsMax]),
    read: async (queries, shopId, requestId) => {
      const request = await queries.one<PersonRequest>(statements.request, [requestId, shopId]);
      if (request === null) return null;
      const rows = await queries.rows<StepRow>(statements.steps, [requestId]);
      return { request, steps: rows.map((row) => openStep(needs, shopId, row)) };
    },
    now: () => clock.now(),
    count: async (queries, shopId) => {
      const now = clock.now();
      const values = [shopId, now, now.add({ hours: soonDays * 24 })];
      return (await queries.one<RequestCounts>(statements.countOpen, values)) ?? { open: 0, overdue: 0, soon: 0 };
    },
    note: (step) => onOpen(needs, step, 'note', async () => {}),
    identify: (step) =>
      onOpen(needs, step, 'identified', async (tx) => {
        await tx.rows(statements.identify, [step.requestId, step.evidence, step.personId ?? null]);
      }),
    extend: async (step) => {
      await onOpen(needs, step, 'extended', (tx, request) => extend(needs, tx, request, step.note));
      const extended = await database.one<PersonRequest>(statements.request, [step.requestId, step.shopId]);
      if (extended === null) throw noRequest();
      return extended;
    },
    end: (step) =>
      onOpen(needs, step, 'ended', async (tx) => {
        if (step.outcome !== 'done' && step.note.trim() === '') throw reasonMissing();
        await tx.rows(statements.end, [step.requestId, step.outcome, clock.now()]);
      }),
    held: (queries, { personIds }) => held(needs, queries, personIds),
    forget: async (tx, { personIds }) => {
      if (personIds.length === 0) return;
      await tx.rows(statements.forgetWords, [personIds]);
      await tx.rows(statements.forgetPersons, [personIds]);
    },
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}

type HeldStep = StepRow & { readonly shopId: string; readonly requestId: string };

function shown(at: Temporal.Instant | null): string | null {
  return at?.toString() ?? null;
}

async function held(needs: Needs, queries: Queries, personIds: readonly string[]): Promise<readonly HeldRow[]> {
  const [asked, steps] = await Promise.all([
    queries.rows<PersonRequest>(statements.ofPersons, [personIds]),
    queries.rows<HeldStep>(statements.stepsOfPersons, [personIds]),
  ]);
  const heading = 'conversations' as const;
  return [
    ...asked.map(({ requestId, kind, via, evidence, receivedAt, dueAt, extendedAt, outcome, endedAt }): HeldRow => {
      const times = { due_at: shown(dueAt), extended_at: shown(extendedAt), ended_at: shown(endedAt) };
      const values = { request_id: requestId, kind, via, evidence, outcome, received_at: shown(receivedAt), ...times };
      return { table: 'rights.request', heading, at: receivedAt, values, leftOut: {} };
    }),
    ...steps.map((row): HeldRow => {
      const { note, at, actor, step } = openStep(needs, row.shopId, row);
      const words = note === null ? null : seal('message', note);
      const values = { request_id: row.requestId, step, actor, at: shown(at), words };
      return { table: 'rights.request_step', heading, at, values, leftOut: {} };
    }),
  ];
}

async function record(needs: Needs, tx: Tx, request: NewRequest): Promise<string> {
  const { clock } = needs;
  const { shopId, personId, kind, via, evidence, outcome = null, note = '' } = request;
  const actor = request.actor ?? (via === 'page' ? 'customer' : 'staff');
  const now = clock.now();
  const receivedAt = request.receivedAt ?? now;
  if (Temporal.Instant.compare(receivedAt, now) > 0) {
    throw new Fault('invalid', 'A request cannot have come in the future.');
  }
  if (Temporal.Instant.compare(receivedAt, now.subtract({ hours: oldestDays * 24 })) < 0) {
    throw new Fault('invalid', 'A request that came more than a year ago cannot be entered any more.');
  }
  const requestId = newId(clock);
  const dueAt = dueAfter(receivedAt, firstMonths);
  const endedAt = outcome === null ? null : now;
  await tx.rows(statements.addRequest, [
    requestId,
    shopId,
    personId,
    kind,
    via,
    evidence,
    receivedAt,
    dueAt,
    outcome,
    endedAt,
  ]);
  const step = { shopId, requestId, note, actor };
  await addStep(needs, tx, step, 'received');
  if (outcome !== null) await addStep(needs, tx, { ...step, note: '' }, 'ended');
  return requestId;
}

/** One transaction: the request is there and open, what is to be done is done, and both the step and the audit say so. */
async function onOpen(
  needs: Needs,
  step: StepInput,
  kind: StepKind,
  act: (tx: Tx, request: PersonRequest) => Promise<void>,
): Promise<void> {
  await needs.database.tx(async (tx) => {
    const { requestId, shopId } = step;
    const request = await tx.one<PersonRequest>(statements.lockRequest, [requestId, shopId]);
    if (request === null) throw noRequest();
    if (request.endedAt !== null) throw new Fault('conflict', 'This request has ended.');
    const counted = await tx.one<{ steps: number }>(statements.countSteps, [requestId]);
    if ((counted?.steps ?? 0) >= stepsMax) throw new Fault('limit', `A request has at most ${stepsMax} steps.`);
    await act(tx, request);
    await addStep(needs, tx, step, kind);
  });
}

async function addStep(needs: Needs, tx: Tx, step: StepInput, kind: StepKind): Promise<void> {
  const { shopId, requestId, note, actor } = step;
  const words = note.trim();
  if (words.length > noteCharactersMax) {
    throw new Fault('invalid', `A note has at most ${noteCharactersMax} characters.`);
  }
  const stepId = newId(needs.clock);
  const sealed = words === '' ? null : needs.privacy.lockForShop(shopId, 'requests', words, boundOf(stepId));
  await tx.rows(statements.addStep, [requestId, stepId, needs.clock.now(), actor, kind, sealed]);
  await needs.privacy.audit(tx, { shopId, actor, verb: `request.${kind}`, subject: showId('req', requestId) });
}

async function extend(needs: Needs, tx: Tx, request: PersonRequest, reason: string): Promise<void> {
  const now = needs.clock.now();
  if (reason.trim() === '') throw reasonMissing();
  if (request.extendedAt !== null)
    throw new Fault('conflict', 'This request was extended before; it can be only once.');
  if (Temporal.Instant.compare(now, request.dueAt) >= 0) {
    throw new Fault('conflict', 'The first month is over: an extension has to be told within it (GDPR art. 12(3)).');
  }
  await tx.rows(statements.extend, [request.requestId, dueAfter(request.receivedAt, extendedMonths), now]);
}

function openStep({ privacy }: Needs, shopId: string, { at, actor, step, stepId, sealed }: StepRow): RequestStep {
  const note = sealed === null ? null : privacy.openForShop(shopId, 'requests', sealed, boundOf(stepId));
  return { at, actor, step, note };
}

function boundOf(stepId: string): string {
  return `rights.request_step.sealed|${stepId}`;
}

function noRequest(): Fault {
  return new Fault('not_found', 'There is no such request here.');
}

function reasonMissing(): Fault {
  return new Fault('invalid', 'Say why: the person has a right to the reason (GDPR art. 12(3) and (4)).');
}
