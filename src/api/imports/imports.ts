import { randomBytes } from 'node:crypto';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, readId, showId } from '#kit/ids';
import { openCsv, readDrafts, readMapping, suggestMapping, type Mapping, type OrderDraft } from '#shops';
import { statements } from '../store.ts';
import { checkDraft, type Reason } from './check-draft.ts';
import { nothingDone } from './import-orders.ts';
import { sweepOf, sweepTask, type ImportLine, type ImportRow, type ImportsNeeds, type Sealed } from './kept-import.ts';
import { refusedReport, type ReportWords } from './refused-report.ts';
import { runImport } from './run-import.ts';
import { readSealed, writeSealed, type Place } from './sealed-file.ts';

type StoredImport = ImportLine & { readonly columns: readonly string[]; readonly mapping: unknown };

type PreviewedOrder = Pick<OrderDraft, 'number' | 'lines' | 'body'> & { readonly reasons: readonly Reason[] };

/** Files of orders that staff bring: kept sealed, looked at, then taken by a job that survives a restart. */
export type Imports = {
  /** Keeps a file and suggests a mapping for it. Answers its id. @throws Fault('invalid') when it has no first row */
  readonly begin: (
    shop: { readonly shopId: string; readonly language: string },
    file: { readonly name: string; readonly bytes: AsyncIterable<Uint8Array> },
  ) => Promise<string>;
  readonly list: (shopId: string) => Promise<readonly ImportLine[]>;
  readonly find: (shopId: string, id: string) => Promise<StoredImport | null>;
  /** What the first orders would become. @throws Fault('invalid') when the mapping does not fit */
  readonly preview: (shopId: string, id: string) => Promise<readonly PreviewedOrder[]>;
  readonly remap: (shopId: string, id: string, mapping: unknown) => Promise<void>;
  /** Once; false when it runs or ran already. @throws Fault('invalid') when the mapping does not fit */
  readonly start: (shopId: string, id: string) => Promise<boolean>;
  /** The refused rows as a CSV file that can be corrected and imported; null when there is no such import. */
  readonly refused: (shopId: string, id: string, words: ReportWords) => Promise<string | null>;
  /** False while it runs. */
  readonly drop: (shopId: string, id: string) => Promise<boolean>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

const keyBytes = 32;
const previewedOrders = 10;
const waitsHours = 24;
/** Longer than an upload may take. What arrived of one whose process was killed is gone then. */
const arrivesHours = 1;
const runTask = 'api.import';
const zoneOfShops = 'Europe/Berlin';

export function createImports(needs: ImportsNeeds): Imports {
  const { database } = needs;
  handleJobs(needs);
  const rowOf = async (shopId: string, id: string): Promise<ImportRow | null> => {
    const importId = readId('imp', id);
    const row = importId === null ? null : await database.one<ImportRow>(statements.import, [importId]);
    return row?.shopId === shopId ? row : null;
  };
  return {
    begin: (shop, file) => begin(needs, shop, file),
    list: async (shopId) => {
      const rows = await database.rows<ImportRow>(statements.imports, [shopId]);
      return rows.map((row) => lineOf(row, sealedOf(needs, row).fileName));
    },
    find: async (shopId, id) => {
      const row = await rowOf(shopId, id);
      if (row === null) return null;
      const { fileName, columns, mapping } = sealedOf(needs, row);
      return { ...lineOf(row, fileName), columns, mapping };
    },
    preview: async (shopId, id) => {
      const row = await rowOf(shopId, id);
      return row === null || row.fileKey === null ? [] : await preview(needs, row);
    },
    remap: async (shopId, id, mapping) => {
      const row = await rowOf(shopId, id);
      if (row === null) return;
      const sealed = sealFor(needs, row, { ...sealedOf(needs, row), mapping });
      await database.rows(statements.remapImport, [row.importId, sealed]);
    },
    start: async (shopId, id) => {
      const row = await rowOf(shopId, id);
      return row !== null && (await start(needs, row));
    },
    refused: async (shopId, id, words) => {
      const row = await rowOf(shopId, id);
      return row === null ? null : await refusedReport(needs, row, sealedOf(needs, row), words);
    },
    drop: async (shopId, id) => {
      const row = await rowOf(shopId, id);
      return row !== null && (await drop(needs, row.importId));
    },
    forgetShop,
  };
}

function handleJobs(needs: ImportsNeeds): void {
  const { database, jobs } = needs;
  jobs.on(runTask, async ({ importId = '' }) => {
    const row = await database.one<ImportRow>(statements.import, [importId]);
    if (row?.state === 'running') await runImport(needs, row, sealedOf(needs, row), placeOf(needs, row));
  });
  jobs.on(sweepTask, async ({ importId = '' }) => {
    if (await drop(needs, importId)) return;
    const row = await database.one(statements.import, [importId]);
    if (row === null) await database.rows(statements.dropChunks, [importId]);
    else await database.tx((tx) => jobs.add(tx, sweepOf(needs, importId, waitsHours)));
  });
}

/** @throws Fault('invalid') when the mapping does not fit */
async function start(needs: ImportsNeeds, row: ImportRow): Promise<boolean> {
  const { database, jobs } = needs;
  const { mapping, columns } = sealedOf(needs, row);
  readMapping(mapping, columns);
  return await database.tx(async (tx) => {
    const started = await tx.one(statements.startImport, [row.importId]);
    const { importId } = row;
    if (started !== null) await jobs.add(tx, { task: runTask, payload: { importId }, key: `import:${importId}` });
    return started !== null;
  });
}

async function begin(
  needs: ImportsNeeds,
  shop: Parameters<Imports['begin']>[0],
  file: Parameters<Imports['begin']>[1],
): Promise<string> {
  const { database, clock, jobs, keyring } = needs;
  const importId = newId(clock);
  const key = randomBytes(keyBytes);
  const place = { importId, shopId: shop.shopId, key };
  await database.tx((tx) => jobs.add(tx, sweepOf(needs, importId, arrivesHours)));
  try {
    const byteCount = await writeSealed(needs, place, file.bytes);
    const { columns, separator } = await openCsv(readSealed(needs, place));
    if (columns.length === 0) throw new Fault('invalid', 'The file is empty, or its first row cannot be read.');
    const { mapping } = suggestMapping(columns, { language: shop.language, zone: zoneOfShops });
    const sealed = sealFor(
      needs,
      { importId, shopId: shop.shopId },
      { fileName: file.name, columns, separator, mapping },
    );
    await database.tx(async (tx) => {
      const wrapped = keyring.wrap(key, `import|${importId}`);
      const counts = JSON.stringify(nothingDone);
      await tx.rows(statements.addImport, [importId, shop.shopId, clock.now(), wrapped, sealed, byteCount, counts]);
      await jobs.add(tx, sweepOf(needs, importId, waitsHours));
    });
  } catch (error) {
    await database.rows(statements.dropChunks, [importId]);
    throw error;
  }
  return showId('imp', importId);
}

async function drop({ database }: ImportsNeeds, importId: string): Promise<boolean> {
  return await database.tx(async (tx) => {
    const gone = await tx.one(statements.dropImport, [importId]);
    if (gone === null) return false;
    await tx.rows(statements.dropRefusals, [importId]);
    await tx.rows(statements.dropChunks, [importId]);
    return true;
  });
}

async function forgetShop(tx: Tx, shopId: string): Promise<void> {
  await tx.rows(statements.forgetRefusals, [shopId]);
  await tx.rows(statements.forgetChunks, [shopId]);
  await tx.rows(statements.forgetImports, [shopId]);
}

function placeOf({ keyring }: ImportsNeeds, { importId, shopId, fileKey }: ImportRow): Place | null {
  return fileKey === null ? null : { importId, shopId, key: keyring.unwrap(fileKey, `import|${importId}`) };
}

function boundOf(importId: string): string {
  return `api.import.sealed|${importId}`;
}

function sealFor(
  { privacy }: ImportsNeeds,
  { importId, shopId }: Pick<ImportRow, 'importId' | 'shopId'>,
  what: Sealed,
): Buffer {
  return privacy.lockForShop(shopId, 'imports', JSON.stringify(what), boundOf(importId));
}

function sealedOf({ privacy }: ImportsNeeds, { importId, shopId, sealed }: ImportRow): Sealed {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sealed by `sealFor`, and nobody else can
  return JSON.parse(privacy.openForShop(shopId, 'imports', sealed, boundOf(importId))) as Sealed;
}

function lineOf(row: ImportRow, fileName: string): ImportLine {
  const { createdAt, state, byteCount, bytesDone, counts, endedLine, endedWhy } = row;
  const id = showId('imp', row.importId);
  return { id, createdAt, state, fileName, byteCount, bytesDone, counts, endedLine, endedWhy };
}

async function preview(needs: ImportsNeeds, row: ImportRow): Promise<readonly PreviewedOrder[]> {
  const place = placeOf(needs, row);
  if (place === null) return [];
  const { columns, mapping } = sealedOf(needs, row);
  const read: Mapping = readMapping(mapping, columns);
  const file = await openCsv(readSealed(needs, place));
  const shown: PreviewedOrder[] = [];
  for await (const draft of readDrafts(file.rows, file.columns, read)) {
    if ('end' in draft) break;
    const checked = checkDraft(draft, read);
    const reasons = 'reasons' in checked ? checked.reasons : [];
    shown.push({ number: draft.number, lines: draft.lines, body: draft.body, reasons });
    if (shown.length >= previewedOrders) break;
  }
  return shown;
}
