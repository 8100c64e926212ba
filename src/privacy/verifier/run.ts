import { stat } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import { codeOf, fileBytes, folderSource, ledgerAddress, urlSource } from './fetching.ts';
import { readKnownKeys, type KnownKeys } from './known-keys.ts';
import { readingReviews, readKeptEntries, readShown, reviewsPathOf, verifyReviews } from './reviews/look.ts';
import { reviewLines, sayWrongReview } from './reviews/say.ts';
import type { LogSource } from '../ledger/tree/verify-log.ts';
import type { ReviewsVerdict } from './reviews/judge.ts';
import { placeLines, proofLines, sayWrong, signatureJson, visible } from './say.ts';
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
  const { place, save } = asked;
  const url = place.includes('://') ? ledgerAddress(place) : null;
  const looked = await lookAtLedger(asked, url === null ? folderSource(place) : urlSource(url), to);
  const { verdict } = looked;
  const path = url === null || verdict.wrong !== null ? null : reviewsPathOf(url);
  let first: Looked | null = looked;
  const reviews =
    url === null || path === null
      ? null
      : await verifyReviews(async () => {
          // The second look is a new one at both.
          const { reading, verdict: newest } = first ?? (await lookAtLedger(asked, urlSource(url), quiet(to)));
          first = null;
          if (save !== null) await readKeptEntries(reading, folderSource(save), newest.size);
          return { entries: reading.entriesIn(newest.size), shown: await readShown(urlSource(url), path) };
        }, lookAgainMs);
  if (asked.json) to.out(JSON.stringify({ ...placeJson(verdict, reviews), reviews: reviewsJson(reviews) }, null, 2));
  else for (const line of placeLines(verdict, saidOf(reviews), !holds(verdict, reviews))) to.out(line);
  return holds(verdict, reviews) ? 0 : 1;
}

type Looked = { readonly verdict: PlaceVerdict; readonly reading: ReturnType<typeof readingReviews> };

async function lookAtLedger(asked: Asked, source: LogSource, to: Terminal): Promise<Looked> {
  const { save, all } = asked;
  const reading = readingReviews(source);
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
  return { verdict, reading };
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

function placeJson(verdict: PlaceVerdict, reviews: ReviewsVerdict | null): object {
  const { wrong, signatures, witnessed, ...rest } = verdict;
  return {
    holds: holds(verdict, reviews),
    ...rest,
    signatures: signatures.map(signatureJson),
    witnesses: witnessed.map((one) => Object.assign(signatureJson(one), { called: one.name, size: one.size })),
    wrong: wrong === null ? null : { ...wrong, said: sayWrong(wrong) },
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
