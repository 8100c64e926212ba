import { performance } from 'node:perf_hooks';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { createLoop } from '#kit/facts';
import { showId } from '#kit/ids';
import type { Log } from '#kit/log';
import type { KeyBook } from '../key-book.ts';
import { appendEntries, entryAbout, type Happening } from './append.ts';
import { createChecking, type Checking } from './checking/checking.ts';
import { entryText } from './entry.ts';
import { logKeys, type LogKeys } from './log-keys.ts';
import { ownEntries, proofOf, proofsOf, type OwnEntry } from './own.ts';
import { fileOf, placesOf, type LedgerFile } from './served.ts';
import { createSignedMemory, type SignedMemory } from './last-signed.ts';
import { createSequencer, type MissingEntries, type Sequencer } from './sequencer.ts';
import { statements } from './store.ts';
import { toHex } from './tree/bytes.ts';
import { policyLinesOf, witnessedCheckpoint } from '../witness/served.ts';
import { readCheckpoint } from './tree/checkpoint.ts';
import { writeVerifierKey } from './tree/note.ts';

export { appendEntries, enter, entryAbout, entryByRow, type Happening, type NewEntry } from './append.ts';
export { ledgerJson, type LedgerStatus } from './checking/checking.ts';
export type { OwnEntry } from './own.ts';
export type { MissingEntries } from './sequencer.ts';

export type LedgerNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly keyring: Pick<Keyring, 'derive'> & { readonly kept: Pick<Keyring['kept'], 'folder'> };
  readonly book: Pick<KeyBook, 'keysOf' | 'lockPerson'>;
  readonly log: Pick<Log, 'error'>;
  readonly publicUrl: string;
  /** Hears which entries have got their places. */
  readonly placed?: (entryIds: readonly string[]) => void;
};

export type Ledger = Pick<Sequencer, 'sequence' | 'missingOf'> &
  Checking & {
    /**
     * Has the ledger go on from what lies in the database where more, or other things, had been signed: see
     * `Sequencer.resume`. @param signed how much, so that whoever says it has read it
     */
    readonly resume: (shopId: string, signed: number, actor: string) => Promise<MissingEntries | null>;
    /** Gives places and reads again from now on, in every process; one at a time gives places for each shop. */
    readonly start: () => Promise<void>;
    readonly stop: () => Promise<void>;
    /**
     * Enters something that happened to a person's data, in the transaction of what records it, and answers the entry as its
     * person may keep it. Null for whoever was erased.
     */
    readonly record: (tx: Tx, personId: string, happening: Happening) => Promise<OwnEntry | null>;
    /** Everything that was entered about a person, oldest first, and how many entries there are about them. */
    readonly ownEntries: (
      queries: Queries,
      person: { readonly personId: string; readonly shopId: string },
    ) => Promise<{ readonly entries: readonly OwnEntry[]; readonly count: number }>;
    /** A file that proves an entry to whoever has the ledger's keys (C2SP tlog-proof); null before it has its place. */
    readonly proofOf: typeof proofOf;
    /** Such files of many entries, by their ids, for what they have in common is read once. */
    readonly proofsOf: (
      queries: Queries,
      shopId: string,
      entries: readonly OwnEntry[],
    ) => Promise<ReadonlyMap<string, string>>;
    /** The places of entries in a shop's ledger, by their ids; those that wait for one are not there. */
    readonly placesOf: typeof placesOf;
    /** What the shop's ledger is called: an address without its scheme, that of its first entry. */
    readonly originOf: (shopId: string) => Promise<string>;
    /** Where it is served now; it ends in a slash. */
    readonly urlOf: (shopId: string) => string;
    /** The keys that strangers check with, as a text (C2SP tlog-policy). */
    readonly policyOf: (shopId: string) => Promise<string>;
    /** What anybody may read; `path` is below the ledger's address. Null for what is not there. */
    readonly fileOf: (queries: Queries, shopId: string, path: string) => Promise<LedgerFile | null>;
    /** Who besides the shop has signed the newest checkpoint that anybody else has signed, by name. */
    readonly witnessesOf: (queries: Queries, shopId: string) => Promise<readonly string[]>;
  };

/** For what nobody told of: a process that ended between a commit and its NOTIFY is heard at the latest then. */
const lookEveryMs = 1_000;
/** Who comes within it shares a signature with the others. */
const gatherMs = 10;
/** How often somebody looks whether a ledger is to be read again. */
const lookForChecksMs = 10_000;
/** Between a few bundles that are read again and the next: 20,000 entries a second beside everything else. */
const readingPaceMs = 200;

export function createLedger(needs: LedgerNeeds): Ledger {
  const { database, book } = needs;
  const naming = createNames(needs);
  const memory = createSignedMemory(needs.keyring.kept.folder, needs.log);
  const sequencer = createSequencer({ database, clock: needs.clock, keysOf: naming.keysOf, memory });
  const checking = createChecking({ ...needs, shownKeysOf: naming.shownKeysOf, memory });
  return {
    sequence: async (shopId) => {
      const ids = await sequencer.sequence(shopId);
      await memory.settle();
      return ids;
    },
    missingOf: sequencer.missingOf,
    resume: async (shopId, signed, actor) => {
      const missing = await sequencer.resume(shopId, signed, (tx) => checking.noteResumed(tx, shopId, actor));
      // Only now what lies beside the keys is what it is held against.
      if (missing !== null) await checking.askCheckOf(shopId);
      return missing;
    },
    ...checking,
    ...createWork(needs, sequencer, { ...checking, memory }),
    record: (tx, personId, happening) => record(book, tx, personId, happening),
    ownEntries: (queries, person) => ownEntries(book, queries, person),
    proofOf,
    proofsOf,
    placesOf,
    originOf: naming.originOf,
    urlOf: (shopId) => ledgerUrl(needs.publicUrl, shopId),
    policyOf: async (shopId) => {
      const { verifiers } = await naming.shownKeysOf(shopId);
      const address = ledgerUrl(needs.publicUrl, shopId);
      const logs = verifiers.map((key) => `log ${writeVerifierKey(key)} ${address}`);
      return [...logs, ...(await policyLinesOf(database, shopId)), 'quorum none', ''].join('\n');
    },
    fileOf,
    witnessesOf: async (queries, shopId) => {
      const note = await witnessedCheckpoint(queries, shopId);
      const checkpoint = note === null ? null : readCheckpoint(note);
      const names = checkpoint?.note.signatures.map(({ name }) => name) ?? [];
      return [...new Set(names)].filter((name) => name !== checkpoint?.origin);
    },
  };
}

async function record(
  book: LedgerNeeds['book'],
  tx: Tx,
  personId: string,
  happening: Happening,
): Promise<OwnEntry | null> {
  const key = await book.lockPerson(tx, personId);
  if (key === null) return null;
  const entry = entryAbout(key, happening);
  const [number = 0] = await appendEntries(tx, [entry]);
  const { entryId, shown, details } = happening;
  const text = entryText(shown, { ...entry.own, number });
  return { number, entryId, kind: shown.kind, index: null, shown, details, nonce: toHex(entry.own.nonce), text };
}

/** Of the page, the files and the keys of a shop's ledger; it ends in a slash. */
export function ledgerPathOf(shopId: string): string {
  return `/ledger/${showId('shp', shopId)}/`;
}

/** Where a shop's ledger is served now; it ends in a slash. */
function ledgerUrl(publicUrl: string, shopId: string): string {
  return new URL(ledgerPathOf(shopId), publicUrl).href;
}

type Names = {
  /** Of a ledger that begins with it, if it has not. */
  readonly keysOf: (shopId: string) => Promise<LogKeys>;
  readonly shownKeysOf: (shopId: string) => Promise<LogKeys>;
  readonly originOf: (shopId: string) => Promise<string>;
};

/**
 * A ledger is called after the address that it is served at when it begins, and keeps this name when the house moves:
 * a ledger under another name would be another ledger, that begins with nothing behind it.
 */
function createNames({ database, clock, keyring, publicUrl }: LedgerNeeds): Names {
  const begun = new Map<string, LogKeys>();
  const nameNow = (shopId: string): string => {
    const { host, pathname } = new URL(ledgerUrl(publicUrl, shopId));
    return `${host}${pathname.slice(0, -1)}`;
  };
  const originOf = async (shopId: string): Promise<string> => {
    const row = await database.one<{ origin: string }>(statements.origin, [shopId]);
    return row?.origin ?? nameNow(shopId);
  };
  return {
    originOf,
    keysOf: async (shopId) => {
      const known = begun.get(shopId);
      if (known !== undefined) return known;
      const row = await database.one<{ origin: string }>(statements.begin, [shopId, nameNow(shopId), clock.now()]);
      const keys = logKeys(keyring, shopId, row?.origin ?? nameNow(shopId));
      begun.set(shopId, keys);
      return keys;
    },
    shownKeysOf: async (shopId) => begun.get(shopId) ?? logKeys(keyring, shopId, await originOf(shopId)),
  };
}

function createWork(
  { database, log, placed = () => {} }: LedgerNeeds,
  sequencer: Sequencer,
  { readOn, askCheckOf, memory }: Pick<Checking, 'readOn' | 'askCheckOf'> & { readonly memory: SignedMemory },
): Pick<Ledger, 'start' | 'stop'> {
  let stopListening: (() => Promise<void>) | null = null;
  /** When those that could not go on are tried again, by the clock that only goes forward. */
  const stuck = new Map<string, number>();

  /** True while there may be more. */
  const placeAll = async (): Promise<boolean> => {
    let more = false;
    for (const shopId of await sequencer.shopsWaiting()) {
      if ((stuck.get(shopId) ?? 0) > performance.now()) continue;
      const ids = await sequencer.sequence(shopId).catch(async (error: unknown) => {
        // It is tried again and again; it is told once, and read again so that people are told what is wrong with it.
        const isNew = !stuck.has(shopId);
        stuck.set(shopId, performance.now() + lookEveryMs);
        if (!isNew) return null;
        log.error('the ledger does not go on', error, { shop: showId('shp', shopId) });
        if (error instanceof Fault && error.code === 'conflict') await askCheckOf(shopId);
        return null;
      });
      if (ids === null) continue;
      stuck.delete(shopId);
      placed(ids);
      more ||= ids.length > 0;
    }
    memory.keepUp();
    return more;
  };

  const placing = createLoop({
    beatMs: lookEveryMs,
    paceMs: gatherMs,
    turn: placeAll,
    failed: (error) => log.error('the ledger cannot be looked at', error),
  });
  const reading = createLoop({
    beatMs: lookForChecksMs,
    paceMs: readingPaceMs,
    turn: readOn,
    failed: (error) => log.error('the ledger cannot be read again', error),
  });
  return {
    start: async () => {
      stopListening = await database.listen('glasspost_ledger', (payload) => {
        (payload === 'check' ? reading : placing).wake();
      });
      placing.start();
      reading.start();
    },
    stop: async () => {
      await stopListening?.();
      stopListening = null;
      await Promise.all([placing.stop(), reading.stop()]);
      await memory.settle();
    },
  };
}
