import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId } from '#kit/ids';
import type { OwnEntry } from '#privacy';
import { personOf, type DataNeeds, type Visit } from '../doors.ts';

/** Proofs that are looked up at a time. */
const togetherMax = 8;
/** A page's script checks the newest of them; all are in the download. */
const entriesMax = 500;

type OwnLine = Pick<OwnEntry, 'number' | 'shown' | 'details' | 'nonce' | 'index' | 'text'> & {
  readonly proof: string | null;
};

/** Everything that was entered about a person with its proofs, as the script of the page reads it. */
export async function ownRecord(
  needs: DataNeeds,
  visit: Visit,
): Promise<{ readonly count: number; readonly entries: readonly OwnLine[] }> {
  const { database, privacy } = needs;
  const { shopId } = visit.here;
  const { entries, count } = await privacy.ledger.ownEntries(database, personOf(visit));
  if (entries.length > entriesMax) throw new Fault('limit', 'There are too many entries to check them here.');
  const lines: OwnLine[] = [];
  for (let from = 0; from < entries.length; from += togetherMax) {
    const proven = entries.slice(from, from + togetherMax).map(async (entry) => {
      const { number, shown, details, nonce, index, text, entryId } = entry;
      const proof = index === null ? null : await privacy.ledger.proofOf(database, shopId, entryId);
      return { number, shown, details, nonce, index, text, proof };
    });
    lines.push(...(await Promise.all(proven)));
  }
  return { count, entries: lines };
}

/**
 * That an entry about this person is in the ledger, as a file. After a code it also says what was entered, so that it proves
 * that by itself.
 */
export async function proofAnswer(needs: DataNeeds, visit: Visit, shown: string): Promise<Answer> {
  const { database, privacy } = needs;
  const entryId = readId('dsc', shown);
  const { entries } = await privacy.ledger.ownEntries(database, personOf(visit));
  const entry = entries.find((one) => one.entryId === entryId);
  const own = entry === undefined || visit.open === null ? null : entry;
  const proof =
    entry === undefined ? null : await privacy.ledger.proofOf(database, visit.here.shopId, entry.entryId, own);
  if (entry === undefined || proof === null) throw new Fault('not_found', 'There is no such proof yet.');
  const name = `entry-${entry.number}.tlog-proof`;
  return answer.text(proof, { headers: { 'content-disposition': `attachment; filename="${name}"` } });
}
