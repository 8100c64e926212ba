import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import { newId, showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Correction, Orders } from '#orders';
import { forgetIn, type Privacy } from '#privacy';
import {
  confirmEmail,
  correct,
  emailWaiting,
  expireChanges,
  type AskToConfirm,
  type Corrected,
  type CorrectNeeds,
} from './correct/correct.ts';
import { awaitProof, type ErasedWithProof, type ProofNeeds } from './erase/receipt.ts';
import {
  erase,
  forgetKeyless,
  sweep,
  sweepLate,
  sweepTask,
  weigh,
  type Erased,
  type EraseNeeds,
  type Weighed,
} from './erase/erase.ts';
import { exportPerson, type ExportFile, type ExportNeeds, type ExportWish } from './export/export.ts';
import { ledgerOf, receiptsOf } from './export/proven.ts';
import { openHeld, type Held, type PersonOf, type Reader, type Room } from './held/held.ts';
import { keptForOf } from './held/kept-for.ts';
import { expireHolds, forgetHolds, readHolds, type Hold, type HoldNeeds } from './hold/hold.ts';
import { heldBackOf, restrain, type HeldBack, type Restrained, type Restraining } from './restrain/restrain.ts';
import { statements } from './store.ts';
import { rightsTables } from './tables.ts';

type DryRun = { readonly dryRun: boolean };

/** What persons may ask for: to see, take along, correct and erase what is held about them. */
export type Rights = {
  /** Everything held about somebody, opened for these eyes. Somebody who was erased holds nothing. */
  readonly held: (queries: Queries, person: PersonOf, reader: Reader) => Promise<Held>;
  /**
   * The same as a file, with the proofs of every disclosure and the receipts of every consent. That staff made one stands
   * in the ledger, for the person; each stands in the audit, under `actor`, which is the reader's kind when it is missing.
   */
  readonly exportPerson: (person: PersonOf, wish: ExportWish, actor?: string) => Promise<ExportFile>;
  /** What an erasure would take and what the law would keep. */
  readonly weigh: (queries: Queries, person: PersonOf) => Promise<Weighed>;
  /** Erases somebody in the caller's transaction; the receipt is given to them, or lost. */
  readonly erase: (tx: Tx, person: PersonOf, actor: string) => Promise<Erased>;
  /** The same in a transaction of its own, with the proof from the ledger where it comes within two seconds. */
  readonly eraseNow: (person: PersonOf, actor: string) => Promise<ErasedWithProof>;
  /** After an older backup of the data was restored: forgets whom it brought back unreadable. Answers how many. */
  readonly forgetKeyless: () => Promise<number>;
  /** What a lost job left of those whose second sweep is due. Answers how many. */
  readonly sweepLate: () => Promise<number>;
  /** @throws Fault('invalid'), Fault('conflict'), Fault('unavailable'): see `correct` */
  readonly correct: (
    tx: Tx,
    person: PersonOf & { readonly orderId: string },
    correction: Correction,
    actor: string,
  ) => Promise<Corrected>;
  /** What they had held back, and what they allow. */
  readonly heldBack: (queries: Queries, person: PersonOf) => Promise<HeldBack>;
  /** Restricts, objects or withdraws for them, or takes that back. Waits for what leaves in this moment. */
  readonly restrain: (tx: Tx, person: PersonOf, wish: Restraining, actor: string) => Promise<Restrained>;
  /** Takes a new e-mail address by the secret that was sent there; null when it leads to none any more. */
  readonly confirmEmail: (tx: Tx, secret: string) => Promise<PersonOf | null>;
  /** Until when a new e-mail address of theirs can be confirmed; null when none waits. */
  readonly emailWaiting: (queries: Queries, personId: string) => Promise<Temporal.Instant | null>;
  /** What the law keeps of an order whose person was erased. @throws Fault('not_found') */
  readonly readHolds: (asked: Parameters<typeof readHolds>[1]) => Promise<readonly Hold[]>;
  /** Drops kept records whose time is over, keys and all. Answers how many; with `dryRun` it only counts. */
  readonly expireHolds: (queries: Queries, now: Temporal.Instant, how: DryRun) => Promise<number>;
  /** The same for new addresses that nobody confirmed in time. */
  readonly expireChanges: (queries: Queries, now: Temporal.Instant, how: DryRun) => Promise<number>;
  /** A room above this one that keeps something about persons too. Before anything is asked. */
  readonly join: (room: Room) => void;
  /** Drops what is kept here for a shop, and what waits. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type RightsNeeds = ProofNeeds & {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly facts: Facts;
  readonly keyring: HoldNeeds['keyring'];
  readonly privacy: Privacy;
  readonly orders: Orders;
  /** The rooms that keep something about persons, but for privacy: from the top down, as they are forgotten. */
  readonly rooms: readonly Room[];
  /** How long the rows of a table are kept, as a word; where it is missing, what this room knows itself. */
  readonly keptFor?: (queries: Queries, shopId: string) => Promise<(table: string) => string>;
  /** Of what is done with data; where it is missing, a copy tells the data alone. */
  readonly record?: ExportNeeds['record'];
  /** Asks at a new e-mail address; where it is missing, none is taken. */
  readonly askToConfirm?: AskToConfirm;
  /** Drops what lies opened in memory about these addresses. */
  readonly dropCaught?: (addresses: readonly string[]) => void;
};

export function createRights(needs: RightsNeeds): Rights {
  const { privacy, orders } = needs;
  const own: Room = {
    held: (queries, whose) => privacy.heldIn(queries, rightsTables, whose),
    forget: (tx, whose) => forgetIn(tx, rightsTables, whose),
  };
  const rooms = [own, ...needs.rooms];
  const held: Rights['held'] = async (queries, person, reader) => {
    const whose = await orders.whose(queries, person);
    const rows = await Promise.all([...rooms, privacy].map((room) => room.held(queries, whose)));
    const keptFor = (await needs.keptFor?.(queries, person.shopId)) ?? keptForOf;
    return openHeld({ privacy, keptFor }, person, rows.flat(), reader);
  };
  const erasing: EraseNeeds = { ...needs, rooms: () => rooms };
  needs.jobs.on(sweepTask, ({ personId = '' }) => sweep(erasing, personId));
  return {
    held,
    exportPerson: async (person, wish, actor = wish.reader) => {
      await noteExport(needs, person, wish, actor);
      return await exportPerson(exportingOf(needs, held), person, wish);
    },
    weigh: (queries, person) => weigh(erasing, queries, person),
    erase: (tx, person, actor) => erase(erasing, tx, person, actor),
    eraseNow: async (person, actor) => {
      const erased = await needs.database.tx((tx) => erase(erasing, tx, person, actor));
      if ('no' in erased) return { ...erased, proof: null };
      return { ...erased, proof: await awaitProof(needs, needs.database, erased.receipt) };
    },
    forgetKeyless: () => forgetKeyless(erasing),
    sweepLate: () => sweepLate(erasing),
    ...correcting(needs),
    heldBack: (queries, person) => heldBackOf(needs, queries, person),
    restrain: (tx, person, wish, actor) => restrain(needs, tx, person, wish, actor),
    readHolds: (asked) => readHolds(needs, asked),
    expireHolds,
    expireChanges,
    join: (room) => {
      rooms.unshift(room);
    },
    forgetShop: async (tx, shopId) => {
      await forgetHolds(tx, shopId);
      await tx.rows(statements.forgetErased, [shopId]);
      await tx.rows(statements.forgetChanges, [shopId]);
    },
  };
}

/** Whoever is shown what is held about them sees who else was. */
async function noteExport(
  { database, privacy, clock }: RightsNeeds,
  { shopId, personId }: PersonOf,
  { format, reader }: ExportWish,
  actor: string,
): Promise<void> {
  await database.tx(async (tx) => {
    const details = { format, reader, exported_at: clock.now().round('second').toString() };
    // A person's own page enters what they do there themselves.
    if (reader === 'staff') {
      await privacy.ledger.record(tx, personId, { entryId: newId(clock), shown: { kind: 'export' }, details });
    }
    await privacy.audit(tx, { shopId, actor, verb: 'rights.export', subject: showId('per', personId) });
  });
}

function exportingOf(needs: RightsNeeds, held: Rights['held']): ExportNeeds {
  const { database, clock, orders, privacy, record } = needs;
  return {
    database,
    clock,
    held,
    record,
    shopOf: async (queries, shopId) => (await orders.shops(queries)).find((one) => one.shopId === shopId) ?? null,
    ledgerOf: (queries, person) => ledgerOf(privacy, queries, person),
    receiptsOf: (queries, person) => receiptsOf(privacy, queries, person),
  };
}

function correcting(needs: CorrectNeeds): Pick<Rights, 'correct' | 'confirmEmail' | 'emailWaiting'> {
  return {
    correct: (tx, person, correction, actor) => correct(needs, tx, person, correction, actor),
    confirmEmail: (tx, secret) => confirmEmail(needs, tx, secret),
    emailWaiting: (queries, personId) => emailWaiting(queries, needs.clock.now(), personId),
  };
}
