import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Notices } from '#notices';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import type { AffectedLook } from '../affected.ts';
import type { BreachCase } from '../case.ts';
import { breachLetter, breachMessage, checkLetters, letterFor, type Letters } from './letter.ts';
import { statements } from './store.ts';

/** How many would be written to: those of whom an address is known. */
export type Reach = { readonly persons: number; readonly withAddress: number };

/** A letter that was sent, or is under way; to whom is kept nowhere. */
export type Mailing = {
  readonly mailingId: string;
  readonly shopId: string;
  readonly begunAt: Temporal.Instant;
  /** `staff`, `key key_…` or `command line`. */
  readonly actor: string;
  readonly letters: Letters;
  /** How many there were when it was confirmed. */
  readonly persons: number;
  readonly mailed: number;
  /** Without an address, with one that takes no mail, or erased since. */
  readonly unreached: number;
  readonly endedAt: Temporal.Instant | null;
};

export type LetterNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly privacy: Pick<Privacy, 'lockForShop' | 'openForShop'>;
  readonly orders: Pick<Orders, 'contacts'>;
  /** Missing where no mails are sent. */
  readonly notices?: Pick<Notices, 'register' | 'tell'>;
};

/** What the desk knows that this room does not. */
type Cases = {
  readonly read: (queries: Queries, caseId: string) => Promise<BreachCase | null>;
  readonly look: Pick<AffectedLook, 'found'>;
};

export type Letterbox = {
  readonly reach: (queries: Queries, of: BreachCase, shopId: string) => Promise<Reach>;
  readonly list: (queries: Queries, caseId: string, shopId: string | null) => Promise<readonly Mailing[]>;
  /** In the transaction that writes the step down; the mails follow by jobs. Answers how many it goes to. */
  readonly begin: (
    tx: Tx,
    of: BreachCase,
    wanted: { readonly shopId: string; readonly letters: Letters; readonly confirm: number },
    actor: string,
  ) => Promise<Reach>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

const task = 'rights.breach_letters';
const lookedTogether = 1_000;
const mailedTogether = 100;
const mailingsMax = 10;

type Row = Omit<Mailing, 'letters'> & {
  readonly caseId: string;
  readonly afterId: string | null;
  readonly letters: Buffer;
};

/** Letters to everybody who may be affected (GDPR art. 34), a shop at a time, through the ordinary mails of the house. */
export function createLetterbox(needs: LetterNeeds, cases: Cases): Letterbox {
  needs.notices?.register(breachLetter, breachMessage);
  needs.jobs.on(task, ({ caseId = '', mailingId = '' }) => goOn(needs, cases, caseId, mailingId));
  const list: Letterbox['list'] = async (queries, caseId, shopId) => {
    const rows = await queries.rows<Row>(statements.mailings, [caseId, shopId]);
    return rows.map((row): Mailing => Object.assign(row, { letters: opened(needs, row) }));
  };
  return {
    list,
    reach: (queries, of, shopId) => reachOf(needs, cases, queries, of, shopId),
    begin: async (tx, of, { shopId, letters, confirm }, actor) => {
      checkLetters(letters);
      if (needs.notices === undefined) throw new Fault('unavailable', 'No mails are sent from here.');
      checkOthers(await list(tx, of.caseId, shopId), letters);
      const reach = await reachOf(needs, cases, tx, of, shopId);
      if (reach.withAddress === 0) throw new Fault('conflict', 'Nobody of those affected has an e-mail address.');
      if (reach.withAddress !== confirm) {
        throw new Fault(
          'conflict',
          `It goes to ${reach.withAddress} persons, and ${confirm} were confirmed. Look again.`,
        );
      }
      await add(needs, tx, { caseId: of.caseId, shopId, letters, actor, persons: reach.persons });
      return reach;
    },
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetMailings, [shopId]);
    },
  };
}

/** One at a time, and no letter twice: whoever presses twice tells nobody twice. */
function checkOthers(before: readonly Mailing[], letters: Letters): void {
  if (before.length >= mailingsMax) throw new Fault('limit', `A case has at most ${mailingsMax} mailings.`);
  if (before.some(({ endedAt }) => endedAt === null))
    throw new Fault('conflict', 'A letter of this case is on its way.');
  const wanted = textOf(letters);
  if (before.some((one) => textOf(one.letters) === wanted)) throw new Fault('conflict', 'This letter went already.');
}

function textOf({ de, en }: Letters): string {
  return JSON.stringify([de, en].map((one) => (one === undefined ? null : [one.subject, one.text])));
}

async function reachOf(
  { orders }: LetterNeeds,
  { look }: Cases,
  queries: Queries,
  of: BreachCase,
  shopId: string,
): Promise<Reach> {
  let persons = 0;
  let withAddress = 0;
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof look.found>> = await look.found(queries, of, shopId, after, lookedTogether);
    const contacts = await orders.contacts(queries, page.personIds);
    persons += page.personIds.length;
    withAddress += page.personIds.filter((id) => (contacts.get(id)?.email ?? null) !== null).length;
    if (page.last === null) return { persons, withAddress };
    after = page.last;
  }
}

type Added = Pick<Row, 'caseId' | 'shopId' | 'actor' | 'persons'> & { readonly letters: Letters };

async function add({ clock, privacy, jobs }: LetterNeeds, tx: Tx, added: Added): Promise<void> {
  const { caseId, shopId, letters, actor, persons } = added;
  const mailingId = newId(clock);
  const sealed = privacy.lockForShop(shopId, 'breaches', JSON.stringify(letters), placeOf(caseId, mailingId));
  await tx.rows(statements.addMailing, [caseId, mailingId, shopId, clock.now(), actor, sealed, persons]);
  await addJob(jobs, tx, caseId, mailingId);
}

async function addJob(jobs: Jobs, tx: Tx, caseId: string, mailingId: string): Promise<void> {
  await jobs.add(tx, { task, payload: { caseId, mailingId }, key: `${task}/${mailingId}` });
}

function opened({ privacy }: LetterNeeds, { shopId, caseId, mailingId, letters }: Row): Letters {
  const text = privacy.openForShop(shopId, 'breaches', letters, placeOf(caseId, mailingId));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by this room alone, and authenticated
  return JSON.parse(text) as Letters;
}

function placeOf(caseId: string, mailingId: string): string {
  return `rights.breach_mailing.letters|${caseId}|${mailingId}`;
}

/** The next of them, with the place up to which it went, in one transaction: a job that runs again tells nobody twice. */
async function goOn(needs: LetterNeeds, cases: Cases, caseId: string, mailingId: string): Promise<void> {
  await needs.database.tx(async (tx) => {
    const row = await tx.one<Row>(statements.lockMailing, [caseId, mailingId]);
    const of = row === null ? null : await cases.read(tx, caseId);
    if (row === null || of === null || row.endedAt !== null) return;
    const { personIds, last } = await cases.look.found(tx, of, row.shopId, row.afterId, mailedTogether);
    const mailed = await mailThese(needs, tx, row, personIds);
    const ended = last === null ? needs.clock.now() : null;
    await tx.rows(statements.goOn, [caseId, mailingId, last, mailed, personIds.length - mailed, ended]);
    if (last !== null) await addJob(needs.jobs, tx, caseId, mailingId);
  });
}

/** Answers how many of them the letter is on its way to. */
async function mailThese(needs: LetterNeeds, tx: Tx, row: Row, personIds: readonly string[]): Promise<number> {
  const { orders, notices } = needs;
  const { shopId } = row;
  const letters = opened(needs, row);
  const contacts = await orders.contacts(tx, personIds);
  let mailed = 0;
  for (const [personId, { email, name, language: read }] of contacts) {
    if (email === null) continue;
    const { subject, text, language } = letterFor(letters, read ?? 'en');
    const message = { shopId, personId, orderId: null, kind: breachLetter, language, values: { subject, text } };
    const told = await notices?.tell(tx, { ...message, to: { email, name } });
    if (told !== undefined && !('no' in told)) mailed += 1;
  }
  return mailed;
}

/** A mailing for the API and the command line. */
export function mailingJson({ mailingId, begunAt, actor, letters, persons, mailed, unreached, endedAt }: Mailing) {
  return {
    id: showId('brm', mailingId),
    begun_at: begunAt.toString(),
    actor,
    languages: Object.keys(letters),
    persons,
    mailed,
    unreached,
    ended_at: endedAt?.toString() ?? null,
  };
}
