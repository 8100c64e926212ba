import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { rightsSweeps } from '../rights.ts';
import { createRequests } from './requests.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, shop, privacy } = ground;
const { shopId } = shop;
const requests = createRequests(ground);
const { personId } = await ground.putOrder('D-1', exampleOrder());
const words = 'Ada Beispiel asks by letter for a copy';

const byLetter = (more: object = {}) =>
  database.tx((tx) =>
    requests.record(tx, {
      ...{ shopId, personId, kind: 'access', via: 'staff', evidence: 'none', note: words },
      ...more,
    }),
  );
const step = (requestId: string, note = '') => ({ shopId, requestId, note, actor: 'staff' });

test('a request has a deadline, steps with sealed words, an end, and audit rows for each', async () => {
  const requestId = await byLetter();
  const other = await byLetter({
    kind: 'erasure',
    receivedAt: clock.now().subtract({ hours: 20 * 24 }),
    personId: null,
  });
  const open = await requests.list(database, shopId);
  assert.deepEqual(
    open.map((one) => one.requestId),
    [other, requestId],
  );
  assert.deepEqual(await requests.count(database, shopId), { open: 2, overdue: 0, soon: 0 });
  await requests.identify({
    ...step(requestId, 'answered from her address'),
    evidence: 'written from the known address',
  });
  await requests.note(step(requestId, '  '));
  await requests.end({ ...step(requestId), outcome: 'done' });
  const read = await requests.read(database, shopId, requestId);
  assert.deepEqual(
    read?.steps.map((one) => [one.step, one.actor, one.note]),
    [
      ['received', 'staff', words],
      ['identified', 'staff', 'answered from her address'],
      ['note', 'staff', null],
      ['ended', 'staff', null],
    ],
  );
  assert.deepEqual([read?.request.outcome, read?.request.evidence], ['done', 'written from the known address']);
  const verbs = (await privacy.audits(database, shopId, 10)).map(({ verb }) => verb);
  assert.deepEqual(verbs.slice(0, 3), ['request.ended', 'request.note', 'request.identified']);
  const dump = JSON.stringify(await database.rows('select encode(sealed, $1) from rights.request_step', ['escape']));
  assert.ok(!dump.includes('Beispiel'));
  await requests.end({ ...step(other, 'nobody of this name'), outcome: 'not identified' });
});

test('what the page does at once is recorded as ended, by the customer', async () => {
  const requestId = await byLetter({ via: 'page', evidence: 'code to the known address', outcome: 'done', note: '' });
  const read = await requests.read(database, shopId, requestId);
  assert.deepEqual(
    read?.steps.map((one) => [one.step, one.actor]),
    [
      ['received', 'customer'],
      ['ended', 'customer'],
    ],
  );
});

test('an extension needs a reason, within the first month, once', async () => {
  const requestId = await byLetter();
  await assert.rejects(requests.extend(step(requestId)), { code: 'invalid' });
  const extended = await requests.extend(step(requestId, 'three years of orders'));
  assert.equal(extended.receivedAt.until(extended.dueAt).total('days') > 89, true);
  await assert.rejects(requests.extend(step(requestId, 'more')), { code: 'conflict' });
  await requests.end({ ...step(requestId), outcome: 'done' });
  await assert.rejects(requests.note(step(requestId, 'late')), { code: 'conflict' });
  const late = await byLetter({ receivedAt: clock.now().subtract({ hours: 35 * 24 }) });
  await assert.rejects(requests.extend(step(late, 'too late')), { code: 'conflict' });
  await assert.rejects(requests.end({ ...step(late), outcome: 'refused' }), { code: 'invalid' });
  assert.deepEqual(await requests.count(database, shopId), { open: 1, overdue: 1, soon: 0 });
  await requests.end({ ...step(late, 'asked for the tenth time this month'), outcome: 'refused' });
});

test('nonsense is refused and leaves nothing: the future, long ago, long notes, another shop, no request', async () => {
  const before = await requests.count(database, shopId);
  await assert.rejects(byLetter({ receivedAt: clock.now().add({ hours: 1 }) }), { code: 'invalid' });
  await assert.rejects(byLetter({ receivedAt: clock.now().subtract({ hours: 9_000 }) }), { code: 'invalid' });
  await assert.rejects(byLetter({ note: 'x'.repeat(4_001) }), { code: 'invalid' });
  const requestId = await byLetter();
  const elsewhere = shopId.replaceAll('0', '1');
  assert.equal(await requests.read(database, elsewhere, requestId), null);
  await assert.rejects(requests.note({ ...step(requestId, 'x'), shopId: elsewhere }), { code: 'not_found' });
  await assert.rejects(requests.note(step(elsewhere)), { code: 'not_found' });
  await requests.end({ ...step(requestId), outcome: 'done' });
  assert.deepEqual(await requests.count(database, shopId), before);
});

test('with its person a request loses the words and whose it was; the rest goes by its clock', async () => {
  const requestId = await byLetter({ kind: 'erasure' });
  await requests.end({ ...step(requestId), outcome: 'done' });
  await database.tx((tx) => requests.forget(tx, { personIds: [personId] }));
  const read = await requests.read(database, shopId, requestId);
  assert.deepEqual([read?.request.personId, read?.steps[0]?.note, read?.request.outcome], [null, null, 'done']);
  const [sweep] = rightsSweeps;
  const past = { shopId, before: clock.now().add({ hours: 1 }), keptIds: [] };
  const [found] = (await sweep?.past(database, past)) ?? [];
  const dropped = await database.tx((tx) => sweep?.drop(tx, past, 1_000) ?? Promise.reject(new Error('no sweep')));
  assert.equal(dropped.rows['rights.request'], found?.rows);
  assert.equal((await database.rows('select 1 from rights.request_step', [])).length, 0);
});
