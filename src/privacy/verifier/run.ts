import { stat } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import { codeOf, fileBytes, folderSource, ledgerAddress, urlSource } from './fetching.ts';
import { readKnownKeys, type KnownKeys } from './known-keys.ts';
import { readingReviews, readKeptEntries, readShown, reviewsPathOf, verifyReviews } from './reviews/look.ts';
import { reviewLines, sayWrongReview } from './reviews/say.ts';
import { readResumed, type ResumedEntry } from '../ledger/tree/own-entry.ts';
import { readBundle, readTilePath, tileWidth } from '../ledger/tree/tiles.ts';
import type { LogSource } from '../ledger/tree/verify-log.ts';
import type { ReviewsVerdict } from './reviews/judge.ts';
import { placeLines, proofLines, resumedLines, sayWrong, signatureJson, visible } from './say.ts';
import { verifyPlace, type PlaceVerdict } from './verify-place.ts';
import { verifyProof, type ProofVerdict } from './verify-proof.ts';

/** What is to be verified, in the words of a command line. */
export type Asked = {
  /** An address, a folder, or a file with a proof. */
  readonly place: string;
  readonly save: string | null;
  /** A file, or a key itself. */
  readonly keys: string | null;
  /** A file. */
  readonly entry: string | null;
  readonly all: boolean;
  readonly json: boolean;
};

export type Terminal = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
};

const fileBytesMax = 1_000_000;
const progressEvery = 20_000;
const lookAgainMs = 1_000;
const resumedMax = 100;
const resumedBytesMax = 150;

/**
 * Verifies a ledger, or a proof of one entry, by what anybody can read. @returns the exit code: 0 when all holds, 1 when
 * something is wrong, 2 when it could not be looked at
 */
export async function verifyLedger(asked: Asked, to: Terminal): Promise<number> {
  try {
    return asked.place.includes('://') || (await isFolder(asked.place))
      ? await lookAtPlace(asked, to)
      : await lookAtProof(asked, to);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    to.err(visible(error.publicText));
    return 2;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const code = codeOf(error);
    throw new Fault('unavailable', code === 'ENOENT' ? `There is no ${path}.` : `${path} cannot be read (${code}).`);
  }
}

async function lookAtPlace(asked: Asked, to: Terminal): Promise<number> {
  const { place } = asked;
  const url = place.includes('://') ? ledgerAddress(place) : null;
  const looked = await lookAtLedger(asked, url === null ? folderSource(place) : urlSource(url), to);
  const look = url === null || looked.verdict.wrong !== null ? unasked : await lookAtReviews(asked, url, looked, to);
  if (asked.json) to.out(JSON.stringify(placeJson(looked, look), null, 2));
  else tellPlace(looked, look, to);
  // More than is read is not wrong: it was not looked at.
  if (look.trouble !== null || looked.verdict.wrong?.what === 'size') return 2;
  return holds(looked.verdict, look.reviews) ? 0 : 1;
}

function tellPlace({ verdict, resumed }: Looked, { reviews, trouble }: ReviewsLook, to: Terminal): void {
  const more = [...resumedLines(resumed), ...saidOf(reviews)];
  for (const line of placeLines(verdict, more, trouble !== null || !holds(verdict, reviews))) to.out(line);
  if (trouble !== null) to.err(visible(`Its reviews could not be looked at: ${trouble}`));
}

/** What came of the reviews; `trouble` says why nothing did. */
type ReviewsLook = { readonly reviews: ReviewsVerdict | null; readonly trouble: string | null };
const unasked: ReviewsLook = { reviews: null, trouble: null };

/** What was found of the ledger is told also where the list of reviews cannot be read. */
async function lookAtReviews(asked: Asked, url: URL, looked: Looked, to: Terminal): Promise<ReviewsLook> {
  const { save } = asked;
  const path = reviewsPathOf(url);
  if (path === null) return unasked;
  let first: Looked | null = looked;
  try {
    const reviews = await verifyReviews(async () => {
      // The second look is a new one at both.
      const { reading, verdict } = first ?? (await lookAtLedger(asked, urlSource(url), quiet(to)));
      first = null;
      if (verdict.wrong !== null) throw new Fault('unavailable', sayWrong(verdict.wrong));
      if (save !== null) await readKeptEntries(reading, folderSource(save), verdict.size);
      return { entries: reading.entriesIn(verdict.size), shown: await readShown(urlSource(url), path) };
    }, lookAgainMs);
    return { reviews, trouble: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { reviews: null, trouble: error.publicText };
  }
}

type Resumed = ReadonlyMap<number, ResumedEntry>;
type Looked = {
  readonly verdict: PlaceVerdict;
  readonly reading: ReturnType<typeof readingReviews>;
  /** Where the ledger says of itself that it goes on from less than it had signed, by index. */
  readonly resumed: Resumed;
};

async function lookAtLedger(asked: Asked, source: LogSource, to: Terminal): Promise<Looked> {
  const { save, all } = asked;
  const resumed = new Map<number, ResumedEntry>();
  const reading = readingReviews(noticing(source, resumed));
  let next = progressEvery;
  const verdict = await verifyPlace({
    source: reading.source,
    save,
    all,
    keys: asked.keys === null ? null : await keysIn(asked.keys),
    progress: (checked, size) => {
      if (checked < next || asked.json) return;
      next += progressEvery;
      to.err(`${checked} of ${size} entries …`);
    },
  });
  return { verdict, reading, resumed: new Map([...resumed].filter(([index]) => index < verdict.size)) };
}

function noticing(source: LogSource, resumed: Map<number, ResumedEntry>): LogSource {
  return async (path) => {
    const bytes = await source(path);
    const tile = readTilePath(path);
    if (bytes === null || tile?.level !== 'entries') return bytes;
    for (const [at, entry] of (readBundle(bytes) ?? []).entries()) {
      const said = resumed.size < resumedMax && isShort(entry) ? readResumed(new TextDecoder().decode(entry)) : null;
      if (said !== null) resumed.set(tile.index * tileWidth + at, said);
    }
    return bytes;
  };
}

function isShort({ length }: Uint8Array): boolean {
  return length < resumedBytesMax;
}

function quiet(to: Terminal): Terminal {
  return { ...to, err: () => {} };
}

function holds(verdict: PlaceVerdict, reviews: ReviewsVerdict | null): boolean {
  return verdict.wrong === null && (reviews === null || reviews.wrong.length === 0);
}

function saidOf(reviews: ReviewsVerdict | null): readonly string[] {
  return reviews === null || (reviews.invited === 0 && reviews.wrong.length === 0) ? [] : reviewLines(reviews);
}

function reviewsJson(reviews: ReviewsVerdict | null): object | null {
  return reviews === null
    ? null
    : { ...reviews, wrong: reviews.wrong.map((wrong) => ({ ...wrong, said: sayWrongReview(wrong) })) };
}

async function lookAtProof(asked: Asked, to: Terminal): Promise<number> {
  const text = await textIn(asked.place);
  const entry = asked.entry === null ? null : await textIn(asked.entry);
  const verdict = await verifyProof(text, entry, await keysFor(asked));
  if (asked.json) to.out(JSON.stringify(proofJson(verdict), null, 2));
  else for (const line of proofLines(verdict)) to.out(line);
  return verdict.wrong === null ? 0 : 1;
}

/** Nobody is asked about a proof: its keys are given, or kept from a look at the ledger. */
async function keysFor({ keys, save }: Asked): Promise<KnownKeys> {
  if (keys !== null) return readKnownKeys(await keysIn(keys), 'given');
  const kept = save === null ? null : await folderSource(save)('keys');
  if (kept !== null) return readKnownKeys(new TextDecoder().decode(kept), 'kept');
  throw new Fault('invalid', 'Whose signature? Name the keys of the ledger with --keys, or a folder of --save.');
}

/** A key has plus signs in it, as a file's name may: who means the file is asked first. */
async function keysIn(keys: string): Promise<string> {
  const bytes = await fileBytes(keys, fileBytesMax).catch(() => null);
  if (bytes !== null) return new TextDecoder().decode(bytes);
  if (keys.includes('+')) return keys;
  throw new Fault('unavailable', `There is no ${keys}, and it is no key.`);
}

async function textIn(path: string): Promise<string> {
  const bytes = await fileBytes(path, fileBytesMax);
  if (bytes === null) throw new Fault('not_found', `There is no ${path}.`);
  return new TextDecoder().decode(bytes);
}

function placeJson({ verdict, resumed }: Looked, { reviews, trouble }: ReviewsLook): object {
  const { wrong, signatures, witnessed, ...rest } = verdict;
  return {
    holds: holds(verdict, reviews) && trouble === null,
    ...rest,
    resumed: [...resumed].map(([index, said]) => Object.assign({ index }, said)),
    signatures: signatures.map(signatureJson),
    witnesses: witnessed.map((one) => Object.assign(signatureJson(one), { called: one.name, size: one.size })),
    wrong: wrong === null ? null : { ...wrong, said: sayWrong(wrong) },
    reviews: reviewsJson(reviews),
    reviews_trouble: trouble,
  };
}

function proofJson({ wrong, signatures, witnessed, ...rest }: ProofVerdict): object {
  return {
    holds: wrong === null,
    ...rest,
    signatures: signatures.map(signatureJson),
    witnesses: witnessed.map((one) => ({ ...signatureJson(one), called: one.name })),
    wrong,
  };
}
