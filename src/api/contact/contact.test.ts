import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openGround } from '../../../test/ground.ts';
import { serveApi } from '../../../test/served-api.ts';

const ground = await openGround();
const served = await serveApi(ground);
after(async () => {
  await served.close();
  await ground.close();
});
const { key } = await served.api.keys.create(ground.shop.shopId, 'contact', ['contact:read', 'contact:write'], 'test');
const ask = (method: string, body?: object | string) =>
  served.ask(method, '/v1/contact', { key, ...(body === undefined ? {} : { body }) });

type Told = {
  readonly settings: Readonly<Record<string, string>>;
  readonly contact: { readonly missing: readonly { readonly fact: string; readonly law: string }[] };
};

test('a machine sets some of it, reads all of it, and learns what the law misses; the audit says by which key', async () => {
  const set = await ask('PUT', { country: 'de', sat: '10-14', legal_name: 'Nord', dispute_stance: 'small' });
  assert.equal(set.status, 200, set.text);
  const { settings, contact } = set.json as Told;
  assert.deepEqual([settings['country'], settings['sat'], settings['legal_name']], ['DE', '10:00–14:00', 'Nord']);
  assert.deepEqual(contact.missing[0], { fact: 'kind', law: '§ 5 Abs. 1 Nr. 1 DDG' });
  assert.deepEqual((await ask('GET')).json, set.json);
  assert.equal(((await ask('PUT', { sat: '' })).json as Told).settings['sat'], '');
  const [entry] = await ground.privacy.audits(ground.database, ground.shop.shopId, 1);
  assert.match(`${entry?.actor} ${entry?.verb} ${entry?.subject}`, /^key key_\w+ contact\.set shp_\w+: sat$/);
});

test('what is wrong is refused with each field’s name, and nothing of it is kept', async () => {
  const before = (await ask('GET')).json;
  const wrong = await ask('PUT', { city: 'Kiel', vat_id: 'DE1', phone: 'no', policy_url: 'http://x.example' });
  assert.equal(wrong.status, 400, wrong.text);
  for (const field of ['vat_id', 'phone', 'policy_url']) assert.match(wrong.text, new RegExp(`${field}: `));
  for (const body of [{ legalName: 'x' }, { city: 7 }, [], { __proto__: null, constructor: 'x' }]) {
    assert.ok([400, 422].includes((await ask('PUT', body)).status), JSON.stringify(body));
  }
  assert.equal((await ask('PUT', { editor: 'x'.repeat(9_000) })).status, 422);
  assert.deepEqual((await ask('GET')).json, before);
});
