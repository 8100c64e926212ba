// How many entries of the ledger are committed and get their places in a second, and how long one waits for its place: from
// the commit of what it records to that of the signed checkpoint that includes it. Against rows that are only inserted, by
// as many writers with as many in a transaction, on the same database in the same run.
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '#kit/ids';
import { realClock } from '#kit/clock';
import { createLog } from '#kit/log';
import { appendEntries, createLedger, type NewEntry } from '../../src/privacy/ledger/ledger.ts';
import { figure, percentile, type Figure } from '../parts/figures.ts';
import { openBenchGround, type BenchGround } from '../parts/ground.ts';

const persons = 20_000;
type Shape = {
  readonly writers: number;
  /** Entries of one transaction. */
  readonly together: number;
  readonly transactions: number;
  /** Entries that are brought in a second; null for as many as go in. */
  readonly perSecond: number | null;
};

const shapes: readonly Shape[] = [
  { writers: 8, together: 1, transactions: 6_000, perSecond: null },
  { writers: 8, together: 25, transactions: 4_000, perSecond: 10_000 },
  { writers: 8, together: 25, transactions: 4_000, perSecond: null },
  { writers: 8, together: 100, transactions: 2_000, perSecond: null },
];

export async function run(): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  const figures: Figure[] = [];
  try {
    for (const shape of shapes) figures.push(...(await measured(ground, shape)));
    return figures;
  } finally {
    await ground.close();
  }
}

async function measured(ground: BenchGround, shape: Shape): Promise<readonly Figure[]> {
  const { database, keyring, shop, settle } = ground;
  const { writers, together, transactions, perSecond } = shape;
  const committed = new Map<string, number>();
  const placed = new Map<string, number>();
  const ledger = createLedger({
    ...{ database, keyring, clock: realClock, log: createLog({ level: 'error' }) },
    publicUrl: 'https://shop.example',
    book: ground.privacy,
    placed: (ids) => {
      const now = performance.now();
      for (const id of ids) placed.set(id, now);
    },
  });
  const people = Array.from({ length: persons }, () => newId(realClock));
  const batches = Array.from({ length: transactions }, (_, at) =>
    Array.from({ length: together }, (__, place) =>
      anEntry(shop.shopId, people[(at * together + place) % persons] ?? ''),
    ),
  );
  await settle();
  const reference = await spread(writers, batches, (batch) => insertPlain(ground, batch));
  await settle();
  await ledger.start();
  const begun = performance.now();
  const seconds = await spread(writers, batches.entries(), async ([at, batch]) => {
    if (perSecond !== null) await sleep(Math.max(0, begun + (at * together * 1_000) / perSecond - performance.now()));
    await database.tx((tx) => appendEntries(tx, batch));
    const now = performance.now();
    for (const { entryId } of batch) committed.set(entryId, now);
  });
  const count = transactions * together;
  while (placed.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
  const whole = (performance.now() - begun) / 1_000;
  await ledger.stop();
  const waits = [...committed].map(([id, at]) => Math.max(0, (placed.get(id) ?? Number.NaN) - at));
  const name = `${writers} writers, ${together} together${perSecond === null ? '' : `, ${perSecond} brought a second`}:`;
  return [
    figure(`${name} entries/s`, count / whole, {
      reference: count / reference,
      against: 'bare rows',
      ...(together > 1 ? { aim: 10_000 } : {}),
    }),
    figure(`${name} committed/s`, count / seconds),
    figure(`${name} wait for a place p50 ms`, percentile(waits, 0.5)),
    figure(`${name} wait for a place p99 ms`, percentile(waits, 0.99), { aim: 100 }),
  ];
}

/** Seconds until all is done. */
async function spread<T>(writers: number, work: Iterable<T>, act: (one: T) => Promise<void>): Promise<number> {
  const begun = performance.now();
  const left = Iterator.from(work);
  const write = async (): Promise<void> => {
    for (const one of left) await act(one);
  };
  await Promise.all(Array.from({ length: writers }, write));
  return (performance.now() - begun) / 1_000;
}

function anEntry(shopId: string, personId: string): NewEntry {
  return {
    ...{ personId, shopId, entryId: newId(realClock) },
    shown: { kind: 'disclosure', to: 'carrier', basis: 'contract: art. 6(1)(b)' },
    own: {
      nonce: Buffer.alloc(32, 7),
      details: { recipient: 'dhl-unified', purpose: 'tracking', fields: ['tracking_number'] },
    },
  };
}

async function insertPlain({ database }: BenchGround, batch: readonly NewEntry[]): Promise<void> {
  await database.rows(
    `insert into privacy.ledger_own select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::text[])`,
    [
      batch.map(({ entryId }) => entryId),
      batch.map((_, at) => at),
      batch.map(({ entryId }) => entryId),
      batch.map(({ shopId }) => shopId),
      batch.map(() => 'disclosure'),
    ],
  );
}
