import { Fault } from '#kit/fault';
import { same, toBase64 } from '../ledger/tree/bytes.ts';
import { readCheckpoint, type Checkpoint, type SignatureVerdict } from '../ledger/tree/checkpoint.ts';
import { createMerkle } from '../ledger/tree/merkle.ts';
import { writeNote, type VerifierKey } from '../ledger/tree/note.ts';
import {
  verifyLog,
  type LogSource,
  type LogVerdict,
  type SeenBefore,
  type WrongLog,
} from '../ledger/tree/verify-log.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';
import { folderSource } from './fetching.ts';
import { beginReading, readKept, soundKept, type KeptLog, type Reading } from './kept-log.ts';
import {
  areEnough,
  fingerprintOf,
  judgeWitnesses,
  keysOf,
  readKnownKeys,
  sha256,
  type KnownKeys,
  type Witnessed,
} from './known-keys.ts';

export type WrongPlace =
  | WrongLog
  /** What is kept is of another ledger. */
  | { readonly what: 'origin'; readonly kept: string }
  /** None of the keys is of this ledger. */
  | { readonly what: 'keys' }
  /** Whoever watches has signed something else. */
  | { readonly what: 'witness'; readonly name: string }
  | { readonly what: 'quorum' };

/** What came of reading a whole ledger. */
export type PlaceVerdict = {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** Entries read and hashed now. */
  readonly checked: number;
  /** How many there were at the last look; null when this is the first. */
  readonly before: number | null;
  readonly signatures: readonly SignatureVerdict[];
  readonly witnessed: readonly Witnessed[];
  readonly keys: { readonly from: KnownKeys['from']; readonly fingerprint: string };
  readonly wrong: WrongPlace | null;
  /** Where what was signed against the kept one is kept; null when there is no such thing. */
  readonly against: string | null;
};

export type PlaceNeeds = {
  readonly source: LogSource;
  /** A folder that remembers; null for none. */
  readonly save: string | null;
  /** A policy or a key; null for those that are kept, or served. */
  readonly keys: string | null;
  /** Reads what is kept again too. */
  readonly all: boolean;
  readonly progress: (checked: number, size: number) => void;
};

const merkle = createMerkle(sha256);

/** @throws Fault when it could not be looked at: what is wrong with what was seen is in the verdict */
export async function verifyPlace(needs: PlaceNeeds): Promise<PlaceVerdict> {
  const { save } = needs;
  const kept = save === null ? null : await readKept(save);
  const first = await checkpointAt(needs.source);
  const known = await knownKeys(needs, kept !== null);
  const isWatched = known.policy.witnesses.length > 0;
  const seen = isWatched ? await witnessedAt(needs.source) : null;
  // Asked for after it, so that it reaches as far: a ledger that is used is witnessed further while it is read.
  const checkpoint = seen === null ? first : await checkpointAt(needs.source);
  const reading = save === null ? null : beginReading(save);
  try {
    return await judge(needs, { kept, checkpoint, seen, known, reading });
  } finally {
    reading?.drop();
  }
}

async function checkpointAt(source: LogSource): Promise<Checkpoint> {
  const bytes = await source('checkpoint');
  if (bytes === null)
    throw new Fault('not_found', 'There is no ledger, or none with an entry yet: it has no file "checkpoint".');
  const checkpoint = readCheckpoint(new TextDecoder().decode(bytes));
  if (checkpoint === null)
    throw new Fault('unavailable', 'There is no ledger: what is served as "checkpoint" is none.');
  return checkpoint;
}

/** The newest that somebody who watches has signed; null when there is none that can be read. */
async function witnessedAt(source: LogSource): Promise<Checkpoint | null> {
  const bytes = await source('witnessed');
  return bytes === null ? null : readCheckpoint(new TextDecoder().decode(bytes));
}

/** Those given, else those that were believed at the first look, else those that the ledger itself serves. */
async function knownKeys({ keys, source, save }: PlaceNeeds, isKept: boolean): Promise<KnownKeys> {
  if (keys !== null) return readKnownKeys(keys, 'given');
  const kept = save === null || !isKept ? null : await textOf(save, 'keys');
  if (kept !== null) return readKnownKeys(kept, 'kept');
  // Whoever believed some keys once is not to believe others because a file went missing.
  if (isKept) throw new Fault('unavailable', 'The keys of the first look are gone from there: name them with --keys.');
  const served = await source('keys');
  if (served === null) throw new Fault('not_found', 'The ledger says no keys: name them with --keys.');
  return readKnownKeys(new TextDecoder().decode(served), 'served');
}

async function textOf(folder: string, name: string): Promise<string | null> {
  const bytes = await folderSource(folder)(name);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

type Looked = {
  readonly kept: KeptLog | null;
  readonly checkpoint: Checkpoint;
  readonly seen: Checkpoint | null;
  readonly known: KnownKeys;
  readonly reading: Reading | null;
};

async function judge(needs: PlaceNeeds, looked: Looked): Promise<PlaceVerdict> {
  const { kept, checkpoint, known } = looked;
  const { origin, size } = checkpoint;
  const keys = keysOf(known, origin);
  const said: PlaceVerdict = {
    origin,
    size,
    root: toBase64(checkpoint.root),
    checked: 0,
    before: kept?.checkpoint.size ?? null,
    signatures: [],
    witnessed: [],
    keys: { from: known.from, fingerprint: fingerprintOf(keys) },
    wrong: wrongOrigin(kept, checkpoint, keys.length),
    against: null,
  };
  return said.wrong === null ? await judgeWhole(needs, looked, keys, said) : said;
}

async function judgeWhole(
  needs: PlaceNeeds,
  looked: Looked,
  keys: readonly VerifierKey[],
  said: PlaceVerdict,
): Promise<PlaceVerdict> {
  const { kept, checkpoint, known, reading } = looked;
  const verdict = await readWhole(needs, looked, keys);
  const { signatures, checked } = verdict;
  const { witnessed, wrong: wrongWatch } = await judgeWatchers(looked, verdict.rootAt);
  const wrong = verdict.wrong ?? wrongWatch;
  const keep = (): void => reading?.keep(checkpoint, known.text, kept);
  const against = reading === null ? null : keepReading(reading, wrong, keep, checkpoint);
  return { ...said, checked, signatures, witnessed, wrong, against };
}

/**
 * First with what is kept taken as it lies there. Where that does not come out even, the copy may be damaged: then it is
 * looked at by itself, and everything is read again.
 */
async function readWhole(
  needs: PlaceNeeds,
  { kept, checkpoint, reading }: Looked,
  keys: readonly VerifierKey[],
): Promise<LogVerdict> {
  const read = async (before: SeenBefore | null, isTrusting: boolean): Promise<LogVerdict> => {
    const verdict = await verifyLog({
      merkle,
      keys,
      check: checkByWebCrypto,
      before,
      isTrusting,
      progress: needs.progress,
      // The very bytes that were looked at: another question could be answered otherwise.
      source: (path) => (path === 'checkpoint' ? Promise.resolve(bytesOf(checkpoint)) : needs.source(path)),
      ...(reading === null ? {} : { read: reading.add }),
    });
    if (verdict === null) throw new Error('a checkpoint that was read cannot be read again');
    return verdict;
  };
  if (kept === null) return await read(null, false);
  const { size, root } = kept.checkpoint;
  const trusting = needs.all ? null : await read({ size, root, source: kept.source }, true);
  return trusting?.wrong === null ? trusting : await read(await soundKept(kept), false);
}

/** Where the contradiction is kept; null when there is none. */
function keepReading(
  reading: Reading,
  wrong: WrongPlace | null,
  keep: () => void,
  checkpoint: Checkpoint,
): string | null {
  if (wrong === null) keep();
  return wrong?.what === 'before' || wrong?.what === 'shorter' ? reading.keepAgainst(checkpoint) : null;
}

function bytesOf({ note }: Checkpoint): Uint8Array {
  return new TextEncoder().encode(writeNote(note));
}

function wrongOrigin(kept: KeptLog | null, { origin }: Checkpoint, keys: number): WrongPlace | null {
  if (kept !== null && kept.checkpoint.origin !== origin) return { what: 'origin', kept: kept.checkpoint.origin };
  return keys === 0 ? { what: 'keys' } : null;
}

type Watched = { readonly witnessed: readonly Witnessed[]; readonly wrong: WrongPlace | null };

/** By those who watch: what stands under the newest checkpoint, and the newest one that they have seen. */
async function judgeWatchers(
  { known, checkpoint, seen }: Looked,
  rootAt: (size: number) => Uint8Array | null,
): Promise<Watched> {
  if (known.policy.witnesses.length === 0) return { witnessed: [], wrong: null };
  // A longer one says nothing of what was read, which reaches no further than its own checkpoint.
  const ours = seen?.origin === checkpoint.origin && seen.size <= checkpoint.size ? [seen] : [];
  const judged = await Promise.all([checkpoint, ...ours].map((one) => judgeWitnesses(known, one)));
  const witnessed = judged.flat();
  const bad = witnessed.find(({ verdict }) => verdict === 'bad');
  if (bad !== undefined) return { witnessed, wrong: { what: 'witness', name: bad.name } };
  const wrong = ours.map((one) => wrongSeen(one, rootAt)).find((one) => one !== null) ?? null;
  return { witnessed, wrong: wrong ?? (areEnough(known, witnessed) ? null : { what: 'quorum' }) };
}

/** What was witnessed has to be what these entries make. */
function wrongSeen({ size, root }: Checkpoint, rootAt: (size: number) => Uint8Array | null): WrongPlace | null {
  const made = rootAt(size);
  return made === null || same(made, root) ? null : { what: 'before', size, index: null };
}
