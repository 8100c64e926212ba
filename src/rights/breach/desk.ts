import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import {
  affectedBy,
  createAffected,
  type Affected,
  type AffectedLook,
  type AffectedNeeds,
  type AffectedPerson,
} from './affected.ts';
import { assess, type Assessment } from './assess.ts';
import type { BreachCase, BreachColumn, BreachStep, StepKind, Suspicion } from './case.ts';
import { clockOf, dueAfter, type BreachClock } from './clock.ts';
import { draftsOf, type Draft } from './drafts.ts';
import type { Letters } from './letters/letter.ts';
import { createLetterbox, type LetterNeeds, type Mailing, type Reach } from './letters/mailing.ts';
import { statements } from './store.ts';

/** Everything that is known of a case. */
export type BreachState = {
  readonly case: BreachCase;
  readonly clock: BreachClock;
  readonly affected: Affected;
  readonly assessment: Assessment;
};

export type OpenedBreach = Suspicion & {
  /** Null for every shop of the installation. */
  readonly shopId: string | null;
  readonly awareAt: Temporal.Instant;
  /** How it was found. */
  readonly found: string;
};

/** What a case that is open still asks for. */
export type OpenCase = {
  readonly caseId: string;
  /** Null once the authority was told. */
  readonly dueAt: Temporal.Instant | null;
  /** `staff`, `key key_…`, `command line` or `canary`. */
  readonly openedBy: string;
};

/** Of what may have been taken (Art. 33 and 34 GDPR). A shop sees its own cases and those of all; null sees every one. */
export type BreachDesk = {
  /** @throws Fault('invalid') for a window that ends before it begins or is still to come, Fault('limit') beyond 500 cases */
  readonly open: (tx: Tx, opened: OpenedBreach, actor: string) => Promise<string>;
  /** Newest first. */
  readonly list: (
    queries: Queries,
    shopId: string | null,
  ) => Promise<readonly (BreachCase & { readonly clock: BreachClock })[]>;
  /** Those that nobody closed, as every page of the console shows them; the one that is due first comes first. */
  readonly openCases: (queries: Queries, shopId: string | null) => Promise<readonly OpenCase[]>;
  readonly show: (queries: Queries, shopId: string | null, caseId: string) => Promise<BreachState | null>;
  /**
   * Adds to the log, which nobody changes afterwards.
   * @throws Fault('not_found'), Fault('invalid') for an authority told late without words why (Art. 33(1)), Fault('limit')
   */
  readonly step: (
    shopId: string | null,
    caseId: string,
    step: { readonly kind: Exclude<StepKind, 'opened'>; readonly words: string },
    actor: string,
  ) => Promise<void>;
  /** Who may be affected, to be told: a page of 1,000 at the most, by id. Reading it stands in the audit. */
  readonly persons: (
    shopId: string | null,
    caseId: string,
    after: string | null,
    actor: string,
  ) => Promise<readonly AffectedPerson[]>;
  /** For the authority and for customers, from what is known; null when there is no such case. */
  readonly drafts: (
    queries: Queries,
    shopId: string | null,
    caseId: string,
    language: string,
  ) => Promise<{ readonly authority: Draft; readonly customers: Draft } | null>;
  /** How many of a shop's customers a letter would reach, and what letters went; null when there is no such case. */
  readonly reach: (
    queries: Queries,
    shopId: string,
    caseId: string,
  ) => Promise<{ readonly reach: Reach; readonly mailings: readonly Mailing[] } | null>;
  /**
   * Mails a letter to every customer of this shop who may be affected (Art. 34). It is written down and in the audit at
   * once; the mails follow.
   * @param wanted.confirm how many it goes to, as `reach` said
   * @throws Fault('invalid') for a letter with places that nobody filled in, Fault('conflict') when there are more or fewer
   *   by now, the case is closed, or the letter went already, Fault('not_found'), Fault('limit'), Fault('unavailable')
   */
  readonly write: (
    shopId: string,
    caseId: string,
    wanted: { readonly letters: Letters; readonly confirm: number },
    actor: string,
  ) => Promise<Reach>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type BreachNeeds = AffectedNeeds &
  LetterNeeds & {
    readonly database: Database;
    readonly clock: Clock;
    readonly privacy: Pick<Privacy, 'audit' | 'lockForShop' | 'openForShop'>;
    readonly columns: readonly BreachColumn[];
  };

const casesMax = 500;
const stepsMax = 500;
const wordsCharactersMax = 4_000;
/** Cases about every shop have no shop's key: theirs is that of no shop. */
const everyShop = '00000000-0000-0000-0000-000000000000';

type OpenRow = Pick<OpenCase, 'caseId' | 'openedBy'> & { readonly awareAt: Temporal.Instant; readonly isTold: boolean };
type CaseRow = Omit<BreachCase, 'steps'>;
type StepRow = Omit<BreachStep, 'words'> & {
  readonly caseId: string;
  readonly stepId: string;
  readonly words: Buffer | null;
};

export function createBreachDesk(needs: BreachNeeds): BreachDesk {
  const { database, clock } = needs;
  const affected = createAffected(needs);
  const show: BreachDesk['show'] = async (queries, shopId, caseId) => {
    const found = await read(needs, queries, shopId, caseId);
    if (found === null) return null;
    // A shop counts its own customers, whomever else the case is about.
    const counted = await affectedBy(affected, queries, found, found.shopId ?? shopId);
    const { columns } = needs;
    const scopes = await affected.scopesOf(found);
    return {
      case: found,
      clock: clockOf(found.awareAt, found.steps, clock.now()),
      affected: counted,
      assessment: assess(found, { columns, scopes, persons: counted.persons }),
    };
  };
  return {
    ...writing(needs, affected),
    open: (tx, opened, actor) => openCase(needs, tx, opened, actor),
    list: async (queries, shopId) => {
      const rows = await queries.rows<CaseRow>(statements.cases, [shopId, casesMax]);
      const cases = await withSteps(needs, queries, rows);
      return cases.map((one) => Object.assign({ clock: clockOf(one.awareAt, one.steps, clock.now()) }, one));
    },
    openCases: async (queries, shopId) => {
      const rows = await queries.rows<OpenRow>(statements.openCases, [shopId, casesMax]);
      return rows.map(({ caseId, awareAt, openedBy, isTold }) => {
        return { caseId, openedBy, dueAt: isTold ? null : dueAfter(awareAt) };
      });
    },
    show,
    step: (shopId, caseId, step, actor) =>
      database.tx(async (tx) => {
        await addStep(needs, tx, await locked(needs, tx, shopId, caseId), step, actor);
      }),
    persons: (shopId, caseId, after, actor) =>
      database.tx(async (tx) => {
        const found = await read(needs, tx, shopId, caseId);
        if (found === null) throw noCase();
        const subject = showId('brc', caseId);
        await needs.privacy.audit(tx, { shopId: found.shopId, actor, verb: 'breach.persons', subject });
        return await affected.page(tx, found, found.shopId ?? shopId, after);
      }),
    drafts: async (queries, shopId, caseId, language) => {
      const state = await show(queries, shopId, caseId);
      if (state === null) return null;
      const shops = await needs.orders.shops(queries);
      const seenBy = state.case.shopId ?? shopId;
      return draftsOf(state, seenBy === null ? shops : shops.filter((shop) => shop.shopId === seenBy), language);
    },
  };
}

async function read(
  needs: BreachNeeds,
  queries: Queries,
  shopId: string | null,
  caseId: string,
): Promise<BreachCase | null> {
  const row = await queries.one<CaseRow>(statements.case, [shopId, caseId]);
  return row === null ? null : ((await withSteps(needs, queries, [row]))[0] ?? null);
}

/** Held still, so that of two who write at once each knows of the other. */
async function locked(needs: BreachNeeds, tx: Tx, shopId: string | null, caseId: string): Promise<BreachCase> {
  await tx.one(statements.lockCase, [caseId]);
  const found = await read(needs, tx, shopId, caseId);
  if (found === null) throw noCase();
  return found;
}

/** Letters to customers, and what goes with them and with the cases when a shop goes. */
function writing(needs: BreachNeeds, look: AffectedLook): Pick<BreachDesk, 'reach' | 'write' | 'forgetShop'> {
  const letterbox = createLetterbox(needs, { look, read: (queries, caseId) => read(needs, queries, null, caseId) });
  return {
    reach: async (queries, shopId, caseId) => {
      const found = await read(needs, queries, shopId, caseId);
      if (found === null) return null;
      const mailings = await letterbox.list(queries, caseId, shopId);
      return { reach: await letterbox.reach(queries, found, shopId), mailings };
    },
    write: (shopId, caseId, wanted, actor) =>
      needs.database.tx(async (tx) => {
        const found = await locked(needs, tx, shopId, caseId);
        const reach = await letterbox.begin(tx, found, { shopId, ...wanted }, actor);
        const words = `E-Mail: ${reach.withAddress} / ${reach.persons}`;
        await addStep(needs, tx, found, { kind: 'customers_told', words }, actor);
        return reach;
      }),
    forgetShop: async (tx, shopId) => {
      await letterbox.forgetShop(tx, shopId);
      await tx.rows(statements.forgetSteps, [shopId]);
      await tx.rows(statements.forgetCases, [shopId]);
    },
  };
}

async function openCase(needs: BreachNeeds, tx: Tx, opened: OpenedBreach, actor: string): Promise<string> {
  const { clock, privacy } = needs;
  const now = clock.now();
  const { shopId, suspect, keyId, tables, from, until, keyring, awareAt, found } = opened;
  if (Temporal.Instant.compare(from, until) > 0) throw new Fault('invalid', 'The window ends before it begins.');
  if (Temporal.Instant.compare(from, now) > 0 || Temporal.Instant.compare(awareAt, now) > 0) {
    throw new Fault('invalid', 'Neither the window nor the moment when it was known may begin in the future.');
  }
  const row = await tx.one<{ count: number }>(statements.countCases, []);
  if ((row?.count ?? 0) >= casesMax) throw new Fault('limit', `There are ${casesMax} cases already.`);
  const caseId = newId(clock);
  await tx.rows(statements.addCase, [caseId, shopId, suspect, keyId, tables, from, until, keyring, awareAt, now]);
  await writeStep(needs, tx, { caseId, shopId }, { kind: 'opened', words: found }, actor);
  await privacy.audit(tx, { shopId, actor, verb: 'breach.open', subject: showId('brc', caseId) });
  return caseId;
}

async function addStep(
  needs: BreachNeeds,
  tx: Tx,
  found: BreachCase,
  step: { readonly kind: StepKind; readonly words: string },
  actor: string,
): Promise<void> {
  checkStep(clockOf(found.awareAt, found.steps, needs.clock.now()), step);
  if (found.steps.length >= stepsMax) throw new Fault('limit', `A case has at most ${stepsMax} steps.`);
  await writeStep(needs, tx, found, step, actor);
  const subject = showId('brc', found.caseId);
  await needs.privacy.audit(tx, { shopId: found.shopId, actor, verb: `breach.${step.kind}`, subject });
}

function checkStep(
  { isClosed, state }: BreachClock,
  { kind, words }: { readonly kind: StepKind; readonly words: string },
): void {
  if (isClosed && kind !== 'note' && kind !== 'reopened') {
    throw new Fault('conflict', 'This case is closed: open it again first.');
  }
  if (!isClosed && kind === 'reopened') throw new Fault('conflict', 'This case is open.');
  if (kind === 'authority_told' && state === 'late' && words.trim() === '') {
    throw new Fault('invalid', 'The 72 hours are over: say why it is told late (Art. 33(1) GDPR).');
  }
}

async function writeStep(
  { clock, privacy }: BreachNeeds,
  tx: Tx,
  { caseId, shopId }: Pick<BreachCase, 'caseId' | 'shopId'>,
  { kind, words }: { readonly kind: StepKind; readonly words: string },
  actor: string,
): Promise<void> {
  const said = words.replaceAll('\0', '').trim();
  if (said.length > wordsCharactersMax) {
    throw new Fault('invalid', `A step has at most ${wordsCharactersMax} characters.`);
  }
  const stepId = newId(clock);
  const sealed =
    said === '' ? null : privacy.lockForShop(shopId ?? everyShop, 'breaches', said, placeOf(caseId, stepId));
  await tx.rows(statements.addStep, [caseId, stepId, kind, clock.now(), actor, sealed]);
}

function placeOf(caseId: string, stepId: string): string {
  return `rights.breach_step.words|${caseId}|${stepId}`;
}

async function withSteps(
  { privacy }: BreachNeeds,
  queries: Queries,
  rows: readonly CaseRow[],
): Promise<readonly BreachCase[]> {
  if (rows.length === 0) return [];
  const steps = await queries.rows<StepRow>(statements.steps, [rows.map(({ caseId }) => caseId)]);
  const byCase = Map.groupBy(steps, ({ caseId }) => caseId);
  return rows.map((row): BreachCase => {
    const own = (byCase.get(row.caseId) ?? []).map(({ kind, at, actor, words, stepId }): BreachStep => {
      const place = placeOf(row.caseId, stepId);
      const said = words === null ? '' : privacy.openForShop(row.shopId ?? everyShop, 'breaches', words, place);
      return { kind, at, actor, words: said };
    });
    return { ...row, steps: own };
  });
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case here.');
}
