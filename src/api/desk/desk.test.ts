import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { serveApi } from '../../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});
const { shopId } = ground.shop;
const { key } = await served.api.keys.create(shopId, 'desk', ['all'], 'test');
const ask = (method: string, path: string, body?: object) =>
  served.ask(method, path, { key, ...(body === undefined ? {} : { body }) });

type Whole = { readonly request: { readonly id: string; readonly due_at: string; readonly urgency: string } };

test('a request is entered, worked on and ended by a machine, and the audit says by which key', async () => {
  await ground.putOrder('A-1', exampleOrder());
  const entered = await ask('POST', '/v1/requests', {
    ...{ kind: 'erasure', order_number: 'a-1', received_at: '2026-11-01T08:00:00Z', note: 'by letter' },
  });
  assert.equal(entered.status, 200, entered.text);
  const { request } = entered.json as Whole;
  // 1 December is a Tuesday: its last hour ends at midnight in Berlin.
  assert.deepEqual([request.due_at, request.urgency], ['2026-12-01T23:00:00Z', 'open']);
  const at = `/v1/requests/${request.id}`;
  assert.equal((await ask('POST', `${at}/extend`, { note: '' })).status, 422);
  const identify = (order: string) =>
    ask('POST', `${at}/identify`, { evidence: 'order and address', order_number: order });
  assert.deepEqual([(await identify('nobody’s')).status, (await identify('A-1')).status], [404, 200]);
  assert.equal((await ask('POST', `${at}/end`, { outcome: 'refused' })).status, 400);
  assert.equal((await ask('POST', `${at}/end`, { outcome: 'done' })).status, 200);
  assert.equal((await ask('POST', `${at}/note`, { note: 'late' })).status, 409);
  const steps = (await ask('GET', at)).json as { readonly steps: readonly { step: string; note: string | null }[] };
  assert.deepEqual(
    steps.steps.map(({ step, note }) => [step, note]),
    [
      ['received', 'by letter'],
      ['identified', null],
      ['ended', null],
    ],
  );
  const [entry] = await ground.privacy.audits(ground.database, shopId, 1);
  assert.match(entry?.actor ?? '', /^key key_/);
  assert.equal((await ask('POST', '/v1/requests', { kind: 'access', order_number: 'nobody’s' })).status, 404);
  assert.equal((await ask('POST', '/v1/requests', { kind: 'nothing' })).status, 422);
  assert.equal((await ask('GET', '/v1/requests/req_x')).status, 404);
});

test('clocks are set within limits; what is past is looked at and stays', async () => {
  const set = await ask('PUT', '/v1/retention/order', { days: 30 });
  assert.deepEqual([(set.json as { days: number }).days, set.status], [30, 200]);
  assert.equal((await ask('PUT', '/v1/retention/order', { days: 5 })).status, 400);
  assert.equal((await ask('PUT', '/v1/retention/audit', { days: 500 })).status, 400);
  assert.equal((await ask('PUT', '/v1/retention/constructor', { days: 500 })).status, 404);
  await ground.putOrder('A-2', exampleOrder({ placed_at: '2026-01-01T10:00:00Z', parcels: [] }));
  const { json } = await ask('GET', '/v1/retention/past');
  const { lines, dry_run: isDry } = json as { lines: readonly { table: string; rows: number }[]; dry_run: boolean };
  assert.ok(isDry && lines.some(({ table, rows }) => table === 'orders.purchase' && rows === 1));
  assert.notEqual(await ground.orders.find(ground.database, shopId, 'A-2'), null);
  const back = (await ask('PUT', '/v1/retention/order', {})).json as { days: number; own: boolean };
  assert.deepEqual([back.days, back.own], [790, false]);
});

test('the record is in the language that is asked for', async () => {
  const german = await served.ask('GET', '/v1/record', { key, headers: { 'accept-language': 'de-DE,en;q=0.5' } });
  assert.match(german.text, /Verschlüsselt|verschlüsselt/);
  const english = (await ask('GET', '/v1/record')).json as { activities: readonly { recipients: readonly object[] }[] };
  assert.ok(english.activities.some(({ recipients }) => recipients.length > 0));
});
