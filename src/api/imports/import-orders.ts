import type { Database, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import type { OrderInput, TakenOrder } from '#orders';
import type { Parcels } from '#parcels';
import { readDrafts, type CsvEnd, type CsvFile, type Mapping, type OrderDraft } from '#shops';
import { checkDraft, refusedFor, type Refused } from './check-draft.ts';

/** How far an import has come. `orders` is the sum of what follows it. */
export type ImportCounts = {
  readonly rows: number;
  readonly orders: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
};

export type ImportNeeds = { readonly database: Database; readonly parcels: Pick<Parcels, 'takeOrders'> };

export type ImportRun = {
  readonly shopId: string;
  readonly file: Pick<CsvFile, 'columns' | 'rows'>;
  readonly mapping: Mapping;
  /** Nothing is written: `added` counts what could be. */
  readonly dryRun?: boolean;
  /** So many orders were done by a run before. */
  readonly done?: ImportCounts;
  /** In the transaction of each batch, after its orders. */
  readonly noted?: (tx: Tx, counts: ImportCounts, refused: readonly Refused[]) => Promise<void>;
  /** After each batch. */
  readonly progress?: (counts: ImportCounts, refused: readonly Refused[]) => void;
};

/** `end` says why the file was not read to its end. */
export type ImportOutcome = { readonly counts: ImportCounts; readonly end: CsvEnd | null };

export const nothingDone: ImportCounts = { rows: 0, orders: 0, added: 0, changed: 0, unchanged: 0, refused: 0 };
const ordersPerBatch = 400;

type Checked = { readonly draft: OrderDraft; readonly order: OrderInput };
type Batch = { readonly checked: readonly Checked[]; readonly refused: readonly Refused[]; readonly rows: number };

/**
 * Takes the orders of a file, batch after batch, each in one transaction. While a batch is written the next is read. What
 * is wrong with an order is found before it is written; one that cannot be written does not take others with it.
 */
export async function importOrders(needs: ImportNeeds, run: ImportRun): Promise<ImportOutcome> {
  let counts = run.done ?? nothingDone;
  let end: CsvEnd | null = null;
  let writing: Promise<void> = Promise.resolve();
  const write = async (batch: Batch): Promise<void> => {
    const { change, refused } = await writeBatch(needs, run, batch, counts);
    counts = change;
    run.progress?.(counts, refused);
  };
  for await (const batch of batches(run, (early) => (end = early))) {
    await writing;
    writing = write(batch);
    // Whoever waits for it hears of its error; until then it is nobody's.
    writing.catch(() => {});
  }
  await writing;
  return { counts, end };
}

async function* batches({ file, mapping, done }: ImportRun, ended: (end: CsvEnd) => void): AsyncGenerator<Batch> {
  let left = done?.orders ?? 0;
  let checked: Checked[] = [];
  let refused: Refused[] = [];
  let rows = 0;
  for await (const draft of readDrafts(file.rows, file.columns, mapping)) {
    if ('end' in draft) {
      ended(draft);
      break;
    }
    if (left > 0) {
      left -= 1;
      continue;
    }
    rows += draft.rows.length;
    const order = checkDraft(draft, mapping);
    if ('reasons' in order) refused.push(order);
    else checked.push({ draft, order });
    if (checked.length + refused.length < ordersPerBatch) continue;
    yield { checked, refused, rows };
    checked = [];
    refused = [];
    rows = 0;
  }
  if (checked.length + refused.length > 0) yield { checked, refused, rows };
}

type Written = { readonly change: ImportCounts; readonly refused: readonly Refused[] };

async function writeBatch(needs: ImportNeeds, run: ImportRun, batch: Batch, before: ImportCounts): Promise<Written> {
  const { checked, refused } = batch;
  const noted = async (tx: Tx, taken: readonly TakenOrder[], all: readonly Refused[]): Promise<Written> => {
    const change = countsAfter(before, batch.rows, taken, all.length);
    await run.noted?.(tx, change, all);
    return { change, refused: all };
  };
  if (run.dryRun === true) {
    const orders = before.orders + checked.length + refused.length;
    const added = before.added + checked.length;
    const rows = before.rows + batch.rows;
    return { change: { ...before, rows, orders, added, refused: before.refused + refused.length }, refused };
  }
  try {
    return await needs.database.tx(async (tx) => {
      const taken = await needs.parcels.takeOrders(
        tx,
        run.shopId,
        checked.map(({ order }) => order),
      );
      return await noted(tx, taken, refused);
    });
  } catch (error) {
    if (!isOneOrders(error)) throw error;
  }
  const { taken, unwritten } = await writeOneByOne(needs, run, checked);
  return await needs.database.tx((tx) => noted(tx, taken, [...refused, ...unwritten]));
}

/** The trouble may lie in one of the orders; when the database is away or full it does not. */
function isOneOrders(error: unknown): boolean {
  return error instanceof Fault && error.code !== 'unavailable' && error.code !== 'limit';
}

async function writeOneByOne(
  needs: ImportNeeds,
  { shopId, mapping }: ImportRun,
  checked: readonly Checked[],
): Promise<{ readonly taken: readonly TakenOrder[]; readonly unwritten: readonly Refused[] }> {
  const taken: TakenOrder[] = [];
  const unwritten: Refused[] = [];
  for (const { draft, order } of checked) {
    try {
      taken.push(...(await needs.database.tx((tx) => needs.parcels.takeOrders(tx, shopId, [order]))));
    } catch (error) {
      if (!(error instanceof Fault) || !isOneOrders(error)) throw error;
      const wrong = { field: '', code: 'not_written', message: error.publicText };
      unwritten.push(refusedFor(draft, [wrong], mapping));
    }
  }
  return { taken, unwritten };
}

function countsAfter(before: ImportCounts, rows: number, taken: readonly TakenOrder[], refused: number): ImportCounts {
  const added = taken.filter(({ change }) => change === 'new').length;
  const changed = taken.filter(
    ({ change, boxes }) => change === 'changed' || (change === 'none' && boxes.some((box) => box.fresh)),
  ).length;
  return {
    rows: before.rows + rows,
    orders: before.orders + taken.length + refused,
    added: before.added + added,
    changed: before.changed + changed,
    unchanged: before.unchanged + taken.length - added - changed,
    refused: before.refused + refused,
  };
}
