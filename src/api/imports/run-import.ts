import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { openCsv, readMapping, type CsvEnd } from '#shops';
import { statements } from '../store.ts';
import type { Refused } from './check-draft.ts';
import { auditSubject } from './import-file.ts';
import { importOrders, type ImportCounts } from './import-orders.ts';
import { sweepOf, type ImportRow, type ImportsNeeds, type Sealed } from './kept-import.ts';
import { keptOf, refusedKeptMax } from './refused-report.ts';
import { readSealed, type Place } from './sealed-file.ts';

/** Another run of the same import has gone on: this one ends, and nothing of its batch stays. */
class Overtaken extends Error {}

const keptHours = 7 * 24;

/** Takes the orders of a kept file from where the last run stopped, and ends the import. */
export async function runImport(
  needs: ImportsNeeds,
  row: ImportRow,
  { columns, mapping, separator }: Sealed,
  place: Place | null,
): Promise<void> {
  if (place === null) return;
  const { importId, shopId } = row;
  let bytesDone = 0;
  async function* bytes(from: Place): AsyncGenerator<Uint8Array> {
    for await (const chunk of readSealed(needs, from)) {
      bytesDone += chunk.length;
      yield chunk;
    }
  }
  let done = row.counts;
  const noted = async (tx: Tx, counts: ImportCounts, refused: readonly Refused[]): Promise<void> => {
    const values = [importId, done.orders, JSON.stringify(counts), counts.orders, bytesDone];
    if ((await tx.one(statements.noteImport, values)) === null) throw new Overtaken();
    await keep(needs, tx, row, refused, counts.refused - refused.length);
  };
  try {
    const file = await openCsv(bytes(place), separatorOf(separator));
    const { counts, end } = await importOrders(needs, {
      shopId,
      file,
      done,
      noted,
      mapping: readMapping(mapping, columns),
      progress: (soFar) => {
        done = soFar;
      },
    });
    await endImport(needs, row, counts, end, end?.end ?? null);
  } catch (error) {
    if (error instanceof Overtaken) return;
    if (!(error instanceof Fault) || error.code === 'unavailable') throw error;
    // Trying again would not help: the file went away, or no longer fits.
    await endImport(needs, row, done, null, error.code === 'not_found' ? 'file' : 'mapping');
  }
}

function separatorOf(separator: string): ',' | ';' | '\t' | '|' | null {
  return ([',', ';', '\t', '|'] as const).find((one) => one === separator) ?? null;
}

async function keep(
  { privacy }: ImportsNeeds,
  tx: Tx,
  { importId, shopId }: ImportRow,
  refused: readonly Refused[],
  before: number,
): Promise<void> {
  const kept = refused.slice(0, Math.max(0, refusedKeptMax - before));
  if (kept.length === 0) return;
  await tx.rows(statements.addRefusals, [
    importId,
    kept.map((_, place) => before + place + 1),
    kept.map((one, place) =>
      privacy.lockForShop(shopId, 'imports', keptOf(one), `api.import_refusal|${importId}|${before + place + 1}`),
    ),
  ]);
}

async function endImport(
  needs: ImportsNeeds,
  { importId, shopId }: ImportRow,
  counts: ImportCounts,
  end: CsvEnd | null,
  why: string | null,
): Promise<void> {
  const { database, clock, privacy, jobs } = needs;
  await database.tx(async (tx) => {
    const state = why === null ? 'done' : 'ended';
    const ended = await tx.one(statements.endImport, [importId, state, end?.line ?? null, why, clock.now()]);
    if (ended === null) return;
    await tx.rows(statements.dropChunks, [importId]);
    await jobs.add(tx, sweepOf(needs, importId, keptHours));
    const subject = auditSubject(importId, counts);
    await privacy.audit(tx, { shopId, actor: 'staff', verb: 'orders.import', subject });
  });
}
