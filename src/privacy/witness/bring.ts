import type { Queries } from '#kit/database';
import { EgressFault, type EgressAnswer } from '#kit/egress';
import { consistencyProof } from '../ledger/served.ts';
import { readCount } from '../ledger/tree/bytes.ts';
import { judgeSignatures, readCheckpoint, type Checkpoint } from '../ledger/tree/checkpoint.ts';
import { readNote, signaturesOf, writeNote, type NoteSignature, type VerifierKey } from '../ledger/tree/note.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';
import { writeAddCheckpoint } from '../ledger/tree/witnessing.ts';
import { linesOf } from './cosigner.ts';
import { readKeyLines } from './key-lines.ts';
import type { WitnessNeeds, WitnessTrouble } from './shapes.ts';
import { alarm } from './sign-others.ts';
import { statements } from './store.ts';

export type WitnessRow = {
  readonly witnessId: string;
  readonly shopId: string;
  readonly host: string;
  readonly origin: string;
  readonly url: string;
  readonly keys: string;
  readonly logKeys: string;
  readonly addedAt: Temporal.Instant;
  readonly signedSize: number;
  readonly signedAt: Temporal.Instant | null;
  readonly attempts: number;
  readonly trouble: WitnessTrouble | null;
};

/** Whoever was asked may ask again only then: a ledger that grows all day is signed twelve times a minute at the most. */
const paceSeconds = 5;
const leaseSeconds = 60;
const backoffSecondsMax = 3_600;
const timeoutMs = 10_000;
const answerBytesMax = 64 * 1024;
const alarming: ReadonlySet<string> = new Set(['ahead', 'fork', 'inconsistent']);

/** Brings each ledger's newest checkpoint to those of its witnesses that are due. @returns how many were asked */
export async function bringRound(needs: WitnessNeeds): Promise<number> {
  const now = needs.clock.now();
  const due = await needs.database.rows<WitnessRow>(statements.takeDue, [now, now.add({ seconds: leaseSeconds })]);
  const newest = new Map<string, Checkpoint>();
  for (const shopId of new Set(due.map((row) => row.shopId))) {
    // The same one for all: what several have signed counts together.
    const checkpoint = await newestOf(needs.database, shopId);
    if (checkpoint !== null) newest.set(shopId, checkpoint);
  }
  await Promise.all(
    due.map(async (row) => {
      const checkpoint = newest.get(row.shopId);
      if (checkpoint === undefined) return;
      // One that goes wrong is asked again when its lease is over, and holds up no other.
      await bringOne(needs, row, checkpoint).catch((error: unknown) =>
        needs.log.error('a witness could not be asked', error, { host: row.host }),
      );
    }),
  );
  return due.length;
}

async function newestOf(queries: Queries, shopId: string): Promise<Checkpoint | null> {
  const row = await queries.one<{ note: string }>(statements.newest, [shopId]);
  return row === null ? null : readCheckpoint(row.note);
}

type Outcome =
  | { readonly lines: string }
  | { readonly trouble: WitnessTrouble; readonly seen?: number }
  /** It has signed less or more than was thought, and says how much. */
  | { readonly again: number };

async function bringOne(needs: WitnessNeeds, row: WitnessRow, checkpoint: Checkpoint): Promise<void> {
  const first = await ask(needs, row, checkpoint, row.signedSize);
  const outcome = 'again' in first ? await askAgain(needs, row, checkpoint, first.again) : first;
  const now = needs.clock.now();
  if ('lines' in outcome) {
    const { shopId, witnessId } = row;
    await needs.database.tx(async (tx) => {
      await tx.rows(statements.putCosignature, [shopId, checkpoint.size, witnessId, outcome.lines]);
      await tx.rows(statements.setSigned, [witnessId, checkpoint.size, now, now.add({ seconds: paceSeconds })]);
      await tx.rows(statements.pruneCosignatures, [shopId]);
    });
    return;
  }
  const trouble = 'trouble' in outcome ? outcome.trouble : 'status';
  const wait = Math.min(paceSeconds * 2 ** Math.min(row.attempts, 12), backoffSecondsMax);
  await needs.database.rows(statements.setTrouble, [
    row.witnessId,
    now.add({ seconds: wait }),
    trouble,
    row.signedSize,
  ]);
  needs.log.warn('a witness has not signed', { host: row.host, trouble });
  if (!alarming.has(trouble)) return;
  const { origin, note } = checkpoint;
  await alarm(needs, { origin, what: trouble, kept: null, shown: writeNote(note) }, row.shopId);
  needs.log.error('a witness knows another ledger than this one', undefined, { host: row.host, trouble });
}

/** Once: what it says then, that is how it stands. */
async function askAgain(needs: WitnessNeeds, row: WitnessRow, checkpoint: Checkpoint, seen: number): Promise<Outcome> {
  if (seen > checkpoint.size) return { trouble: 'ahead' };
  const second = await ask(needs, row, checkpoint, seen);
  if (!('again' in second)) return second;
  // It was told its own size, and says no to the same size: another root.
  return { trouble: seen === checkpoint.size && second.again === seen ? 'fork' : 'status' };
}

async function ask(needs: WitnessNeeds, row: WitnessRow, checkpoint: Checkpoint, oldSize: number): Promise<Outcome> {
  const proof = await consistencyProof(needs.database, row.shopId, oldSize, checkpoint.size);
  try {
    const answer = await needs.send({
      method: 'POST',
      url: new URL('add-checkpoint', row.url).href,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: writeAddCheckpoint({ oldSize, proof, checkpoint }),
      hosts: [new URL(row.url).hostname],
      timeoutMs,
      answerBytesMax,
    });
    return await outcomeOf(answer, checkpoint, readKeyLines(row.keys));
  } catch (error) {
    if (error instanceof EgressFault) return { trouble: 'unreachable' };
    throw error;
  }
}

const troubles: Readonly<Partial<Record<number, WitnessTrouble>>> = {
  403: 'refused',
  404: 'not_told',
  422: 'inconsistent',
};

async function outcomeOf(
  { status, bytes }: EgressAnswer,
  checkpoint: Checkpoint,
  keys: readonly VerifierKey[],
): Promise<Outcome> {
  const text = Buffer.from(bytes).toString('utf8');
  if (status === 200) {
    const lines = await goodLines(text, checkpoint, keys);
    return lines === null ? { trouble: 'not_signed' } : { lines };
  }
  const seen = status === 409 ? readCount(text.replace(/\n$/, '')) : null;
  return seen === null ? { trouble: troubles[status] ?? 'status' } : { again: seen };
}

/** The lines by keys that are known, all of them good; null when there is none. Others are left out. */
async function goodLines(
  text: string,
  { note, ...head }: Checkpoint,
  keys: readonly VerifierKey[],
): Promise<string | null> {
  const read = readNote(`${note.text}\n${text}`);
  if (read === null) return null;
  const cosigned: Checkpoint = { ...head, note: read };
  const good: NoteSignature[] = [];
  for (const key of keys) {
    const { verdict } = await judgeSignatures(cosigned, key, checkByWebCrypto);
    if (verdict === 'bad') return null;
    if (verdict === 'good') good.push(...signaturesOf(read, key).slice(0, 1));
  }
  return good.length === 0 ? null : linesOf(good);
}
