// What a customer with many orders may ask for: a copy of everything, with a proof for each entry of the ledger, and
// erasure. The shop has other customers too, so that nothing is found because it is all there is.
import { createFacts } from '#kit/facts';
import { createManualJobs } from '#kit/jobs';
import { createManualClock, realClock } from '#kit/clock';
import { createOrders, orderBody, readOrder } from '#orders';
import { createParcels } from '#parcels';
import { sealed } from '#privacy';
import { createRights, exportFormats } from '#rights';
import { figure, percentile, type Figure } from '../parts/figures.ts';
import { openBenchGround, type BenchGround } from '../parts/ground.ts';
import { orderBodyOf } from '../parts/orders.ts';
import { scansAt, scansPerParcel } from '../parts/scans.ts';

const ordersEach = 200;
const otherOrders = 2_000;
const copiesEach = 10;
const erasures = 3;
const batch = 100;

export async function run(): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  try {
    return await measure(ground);
  } finally {
    await ground.close();
  }
}

async function measure(ground: BenchGround): Promise<readonly Figure[]> {
  const { database, keyring, privacy, shop } = ground;
  const clock = realClock;
  const facts = createFacts({ database, clock, log: () => {} });
  const orders = createOrders({ database, clock, keyring, privacy, publicUrl: 'https://shop.example' });
  const parcels = createParcels({ database, clock, privacy, facts, orders });
  const jobs = createManualJobs({ clock: createManualClock(clock.now()) });
  const rights = createRights({ database, clock, jobs, facts, keyring, privacy, orders, rooms: [parcels, orders] });
  await putOrders(ground, 'other', otherOrders, () => null);
  const people: string[] = [];
  for (let at = 0; at < erasures; at += 1) people.push(await aCustomer(ground, `buyer-${at}`));
  await ground.settle();
  const [personId = ''] = people;
  const person = { shopId: shop.shopId, personId };
  const figures: Figure[] = [];
  for (const format of exportFormats) {
    const took: number[] = [];
    const cpu: number[] = [];
    let bytes = 0;
    for (let at = 0; at < copiesEach; at += 1) {
      const begun = performance.now();
      const before = process.cpuUsage();
      bytes = (await rights.exportPerson(person, { format, language: 'de', reader: 'customer' })).bytes.length;
      took.push(performance.now() - begun);
      const { user, system } = process.cpuUsage(before);
      cpu.push((user + system) / 1_000);
    }
    figures.push(figure(`copy of ${ordersEach} orders, ${format}, p95 ms`, percentile(took, 0.95), { aim: 2_000 }));
    figures.push(figure(`copy, ${format}, CPU of this process, median ms`, percentile(cpu, 0.5)));
    figures.push(figure(`copy, ${format}, MB`, bytes / 1e6));
  }
  const erased: number[] = [];
  for (const one of people) {
    const begun = performance.now();
    await rights.eraseNow({ shopId: shop.shopId, personId: one }, 'bench');
    erased.push(performance.now() - begun);
  }
  return [...figures, figure(`erasure of ${ordersEach} orders, longest ms`, Math.max(...erased), { aim: 5_000 })];
}

/** Puts orders of one customer, or of as many as there are orders; answers the buyer of the last. */
async function putOrders(
  { database, parcels, shop }: BenchGround,
  name: string,
  count: number,
  customerOf: () => object | null,
): Promise<readonly { readonly personId: string; readonly parcelId: string; readonly number: string }[]> {
  const put: { readonly personId: string; readonly parcelId: string; readonly number: string }[] = [];
  for (let from = 0; from < count; from += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - from) }, (_, at) => `${name}-${from + at}`);
    const inputs = numbers.map((number) => {
      const customer = customerOf();
      const body = { ...orderBodyOf(number), ...(customer === null ? {} : { customer }) };
      return readOrder(number, orderBody.parse(body));
    });
    const taken = await database.tx((tx) => parcels.takeOrders(tx, shop.shopId, inputs));
    for (const [at, { personId, boxes }] of taken.entries()) {
      put.push({ personId, parcelId: boxes[0]?.parcelId ?? '', number: numbers[at] ?? '' });
    }
  }
  return put;
}

/** With a parcel, its scans and two disclosures for each order; every entry in its place. */
async function aCustomer(ground: BenchGround, name: string): Promise<string> {
  const { database, privacy, parcels, shop } = ground;
  const customer = { name: 'Ada Beispiel', email: `${name}@kunde.example`, phone: '+49 30 1234567' };
  const put = await putOrders(ground, name, ordersEach, () => customer);
  const numbers = put.map(({ number }) => number);
  for (let step = 0; step < scansPerParcel; step += 1) {
    await parcels.postScans(shop.shopId, scansAt(numbers, step), 'push');
  }
  await database.tx(async (tx) => {
    for (const { personId, parcelId, number } of put) {
      const asked = { shopId: shop.shopId, personId, parcelId } as const;
      await privacy.disclose(tx, {
        ...{ ...asked, recipient: { kind: 'carrier', name: 'dhl-unified' }, service: 'tracking', purpose: 'tracking' },
        values: { tracking_number: sealed('tracking_number', number) },
      });
      await privacy.disclose(tx, {
        ...{ ...asked, recipient: { kind: 'mail_relay', name: 'mail.example' } },
        ...{ service: 'smtp', purpose: 'sending mail' },
        values: { email: sealed('email', customer.email), name: sealed('name', customer.name) },
      });
    }
  });
  while (((await privacy.ledger.sequence(shop.shopId))?.length ?? 0) > 0);
  return put.at(-1)?.personId ?? '';
}
