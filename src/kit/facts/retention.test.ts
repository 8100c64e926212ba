import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { createManualClock } from '#kit/clock';
import { ensurePartitions, openDatabase } from '#kit/database';
import { createFacts, factPartitions } from '#kit/facts';
import { openTestDatabase } from '../../../test/database.ts';

const { url, close } = await openTestDatabase();
const database = openDatabase({ url });
after(async () => {
  await database.close();
  await close();
});

const at = (text: string) => Temporal.Instant.from(text);
const clock = createManualClock(at('2026-03-10T08:00:00Z'));
const facts = createFacts({ database, clock, log: () => {} });
const state = { isBroken: false };
const slow = facts.follow('slow', ['month'], () =>
  state.isBroken ? Promise.reject(new Error('no')) : Promise.resolve(),
);
facts.follow('quick', ['month'], () => Promise.resolve());
await ensurePartitions(database, factPartitions, clock.now(), at('2026-12-01T00:00:00Z'));

async function months(): Promise<string> {
  const rows = await database.rows<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'facts.fact'::regclass order by 1`,
    [],
  );
  return (
    rows
      .map(({ name }) => name.replace('facts.fact_2026_', ''))
      .join(' ')
      .split(' facts')[0] ?? ''
  );
}

const key = randomUUID();
const append = () => database.tx(async (tx) => facts.append(tx, { kind: 'month', key, body: {} }));

test('a month goes when it ended ninety days ago and all who follow have read it, and not before', async () => {
  await append();
  clock.advanceTo(at('2026-06-29T23:00:00Z'));
  assert.equal(await facts.dropPassed(), 1, 'February was empty; March ended ninety days ago tomorrow');
  assert.equal(await months(), '03 04 05 06 07 08 09 10 11 12');
  clock.advanceTo(at('2026-06-30T01:00:00Z'));
  assert.equal(await facts.dropPassed(), 0, 'nobody has read March');
  await facts.settle();
  assert.equal(await facts.dropPassed(), 1);
  assert.equal(await months(), '04 05 06 07 08 09 10 11 12');
});

test('a month in which a fact is parked, or that somebody new has not read, stays', async () => {
  state.isBroken = true;
  await append();
  for (let second = 0; second < 15; second += 1) {
    clock.advanceTo(clock.now().add({ seconds: 1 }));
    await facts.settle();
  }
  assert.equal((await facts.parked()).length, 1);
  clock.advanceTo(at('2026-12-20T00:00:00Z'));
  await facts.dropPassed();
  assert.equal(await months(), '06 09 10 11 12');
  state.isBroken = false;
  assert.equal(await facts.retry('slow', key), 1);
  const newcomer = facts.follow('newcomer', ['month'], () => Promise.resolve());
  assert.equal(await facts.dropPassed(), 0);
  await newcomer.readOnce();
  assert.equal(await facts.dropPassed(), 1);
  assert.equal(await months(), '09 10 11 12');
});

test('a month that is being read in this moment is left for the next time', async () => {
  clock.advanceTo(at('2027-02-20T00:00:00Z'));
  await database.tx(async (tx) => {
    await tx.rows('lock table facts.fact in access share mode', []);
    assert.equal(await facts.dropPassed(), 0);
  });
  assert.equal(await facts.dropPassed(), 2);
  assert.equal(await months(), '11 12');
});

test('who follows goes on over the gap', async () => {
  await append();
  assert.equal(await slow.readOnce(), true);
  assert.equal(await slow.readOnce(), false);
});
