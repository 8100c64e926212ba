import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import type { Clock } from '#kit/clock';
import type { Privacy } from '#privacy';
import { openCsv, readMapping, suggestMapping, type Separator, type Suggestion } from '#shops';
import type { Refused } from './check-draft.ts';
import { importOrders, type ImportCounts, type ImportNeeds, type ImportOutcome } from './import-orders.ts';

/** A file that whoever calls has at hand. */
export type FileImport = {
  readonly shopId: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** As it was written in MAP.json; checked here against the columns of the file. */
  readonly mapping: unknown;
  readonly separator: Separator | null;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly progress: (counts: ImportCounts, refused: readonly Refused[]) => void;
};

/** @throws Fault('invalid') when the mapping does not fit the file */
export async function importFile(
  needs: ImportNeeds & { readonly clock: Clock; readonly privacy: Privacy },
  { shopId, bytes, mapping, separator, dryRun, actor, progress }: FileImport,
): Promise<ImportOutcome> {
  const file = await openCsv(bytes, separator);
  if (file.columns.length === 0) throw new Fault('invalid', 'The file is empty, or its first row cannot be read.');
  const outcome = await importOrders(needs, {
    shopId,
    file,
    dryRun,
    progress,
    mapping: readMapping(mapping, file.columns),
  });
  if (!dryRun) {
    const subject = auditSubject(newId(needs.clock), outcome.counts);
    await needs.privacy.audit(needs.database, { shopId, actor, verb: 'orders.import', subject });
  }
  return outcome;
}

/** Numbers alone: no name of a file, no order. */
export function auditSubject(importId: string, { rows, added, changed, unchanged, refused }: ImportCounts): string {
  return `${showId('imp', importId)} rows=${rows} added=${added} changed=${changed} unchanged=${unchanged} refused=${refused}`;
}

/** A mapping for a file by the names of its columns. */
export async function suggestFor(
  bytes: AsyncIterable<Uint8Array>,
  separator: Separator | null,
  shop: { readonly language: string; readonly zone: string },
): Promise<Suggestion & { readonly columns: readonly string[] }> {
  const { columns } = await openCsv(bytes, separator);
  return { columns, ...suggestMapping(columns, shop) };
}
