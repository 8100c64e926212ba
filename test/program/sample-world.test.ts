import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { readId } from '#kit/ids';
import { exampleOrder } from '../ground.ts';
import { callerOf } from '../stories/calls.ts';
import { assertEnded, command, livingIn, newHome, portOf, skip, start, type Home, type Running } from './running.ts';

const linesMax = 8;
/** The script of the sample world: 65 orders with 83 parcels, the guided one, and the order of a canary. */
const world = { shops: 2, samples: 1, orders: 67, parcels: 84 };
const beginTimeoutMs = 60_000;

/** Starts it and waits until its sample world has been in the making for a while. */
async function startMaking(home: Home, whileMs: number): Promise<Running> {
  const log = join(home.folder, 'data', 'glasspost.log');
  const begun = (): number =>
    existsSync(log) ? readFileSync(log, 'utf8').split('simulated carrier started').length : 1;
  const before = begun();
  const running = start(home);
  for (let waited = 0; begun() === before; waited += 20) {
    assert.ok(waited < beginTimeoutMs, running.err());
    await pause(20);
  }
  await pause(whileMs);
  return running;
}

/** What lies in the database of a program that runs, beside the door. */
async function rowsOf<Row extends object>(home: Home, statement: string): Promise<readonly Row[]> {
  const note = readFileSync(join(home.folder, 'data', 'running.json'), 'utf8');
  const { databaseUrl } = JSON.parse(note) as { readonly databaseUrl: string };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function counted(home: Home): Promise<Readonly<Record<string, number>>> {
  const [row] = await rowsOf<Record<string, number>>(
    home,
    `select (select count(*) from orders.shop)::int as shops,
        (select count(*) from orders.shop where sample)::int as samples,
        (select count(*) from orders.purchase)::int as orders,
        (select count(*) from parcels.parcel)::int as parcels,
        (select count(*) from privacy.audit where verb = 'sample.remove')::int as removals`,
  );
  return row ?? {};
}

type UpsRow = { readonly milestone: string; readonly scans: number; readonly pushed: number };

/** Puts an order of the sample shop that UPS brings, and waits until UPS has taken the subscription to its parcel. */
async function assertUpsPushes(home: Home, port: number): Promise<void> {
  const made = await command(home, ['key', 'create', '--scope', 'orders', '--shop', 'Nordlicht Keramik', '--json']);
  const { key } = JSON.parse(made.out) as { readonly key: string };
  const body = exampleOrder({ parcels: [{ carrier: 'ups', tracking_number: '1Z0X0X0X6899999995' }] });
  const put = await callerOf(port, key)('PUT', '/v1/orders/U-1', { body });
  assert.equal(put.status, 200, put.text);
  const { parcels } = put.body as { readonly parcels: readonly { readonly id: string }[] };
  const parcelId = readId('par', parcels[0]?.id ?? '');
  const isSubscribed = `select 1 from watch.watched where parcel_id = '${parcelId}' and subscribed_at is not null`;
  for (let waited = 0; (await rowsOf(home, isSubscribed)).length === 0; waited += 200) {
    assert.ok(waited < beginTimeoutMs, 'UPS did not take a subscription: it knows no address to push to');
    await pause(200);
  }
}

/** The parcels that UPS brings: where each stands, and how many of its scans were pushed. */
function broughtByUps(home: Home): Promise<readonly UpsRow[]> {
  return rowsOf<UpsRow>(
    home,
    `select milestone, scan_count as scans,
        (select count(*) from parcels.scan where scan.parcel_id = parcel.parcel_id and source = 'push')::int as pushed
      from parcels.parcel where carrier = 'ups' order by milestone, scans`,
  );
}

test(
  'a sample world that was stopped or killed while it was being made is made anew, whole, and then stays',
  { skip },
  async (t) => {
    const home = newHome({ GLASSPOST_SAMPLE: 'on' });
    const stoppedMs: number[] = [];
    for (const whileMs of [200, 1_500]) {
      const running = await startMaking(home, whileMs);
      const ended = await running.stop('SIGTERM');
      assert.equal(running.out() + running.err(), '', 'it was still being made, and stopping it is no failure');
      assertEnded(home, ended, 0);
      stoppedMs.push(Math.round(ended.ms));
    }
    const killed = await startMaking(home, 1_000);
    await killed.stop('SIGKILL');
    assert.equal(killed.out(), '');

    const begun = performance.now();
    const running = start(home);
    const lines = await running.greeting();
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    assert.ok(lines.length <= linesMax, lines.join('\n'));
    const page = /^ {2}A parcel on its way +http:\/\/127\.0\.0\.1:\d+(\/t\/\S+)$/m.exec(lines.join('\n'))?.[1] ?? '';
    const answer = await callerOf(portOf(lines))('GET', page);
    assert.equal(answer.status, 200);
    assert.match(answer.text, /Nordlicht Keramik/);
    const { removals = 0, ...made } = await counted(home);
    assert.deepEqual(made, world);
    assert.ok(removals >= 2, 'what was half made was removed');
    const ups = await broughtByUps(home);
    assert.deepEqual(
      ups.map(({ milestone, scans }) => `${milestone} ${scans}`),
      ['delivered 8', 'delivered 8', 'exception 7', 'in_transit 5', 'out_for_delivery 7', 'ready_for_pickup 10'],
    );
    for (const { milestone, pushed } of ups)
      assert.ok(pushed > 0, `nothing was pushed of the one that is ${milestone}`);
    const seals = await rowsOf<{ readonly kind: string; readonly outcome: string }>(
      home,
      `select s.kind, (select outcome from evidence.seal_check c where c.seal_id = s.seal_id order by c.check_id desc limit 1)
      from evidence.seal s order by s.added_at, s.seal_id`,
    );
    assert.deepEqual(
      seals.map(({ kind, outcome }) => `${kind} ${outcome}`),
      ['rating valid', 'seal valid', 'seal ended'],
    );
    assertEnded(home, await running.stop('SIGINT', 'group'), 0);

    const again = start(home);
    const later = performance.now();
    const same = await again.greeting();
    const laterMs = Math.round(performance.now() - later);
    assert.ok(
      same.some((line) => line.endsWith(page)),
      'the customer\u2019s link is still the same',
    );
    assert.deepEqual(await counted(home), { ...world, removals });
    await assertUpsPushes(home, portOf(same));
    assertEnded(home, await again.stop('SIGTERM'), 0);
    assert.deepEqual(livingIn(home.folder), []);
    t.diagnostic(`made anew in ${seconds} s, later started in ${laterMs} ms; stopped in ${stoppedMs.join(' and ')} ms`);
  },
);
