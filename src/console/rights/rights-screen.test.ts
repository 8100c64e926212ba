import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { sealed } from '#privacy';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { exampleOrder } from '../../../test/ground.ts';

const opened = await openConsoleHouse();
after(opened.close);
const { ground, ask } = opened;
const cookie = await opened.signIn();

const taken = await ground.putOrder('C-1', exampleOrder());
const parcelId = showId('par', taken.boxes[0]?.parcelId ?? '');
const path = `/console/parcels/${parcelId}/customer`;

await ground.database.tx((tx) =>
  ground.privacy.disclose(tx, {
    ...{ shopId: ground.shop.shopId, personId: taken.personId, parcelId: null, service: 'tracking' },
    recipient: { kind: 'carrier', name: 'dhl-unified' },
    purpose: 'tracking',
    values: { tracking_number: sealed('tracking_number', '00340434161094015902') },
  }),
);

test('staff restrict, object and take back for a customer who wrote, from the request that was entered', async () => {
  const entered = await ask('/console/requests', {
    cookie,
    form: { kind: 'restriction', order: 'C-1', evidence: 'order and address' },
  });
  const request = await ask((entered.headers.get('location') ?? '').split('?')[0] ?? '', { cookie });
  const customer = /\/console\/customers\/per_\w+/.exec(request.text)?.[0] ?? '';
  const page = await ask(customer, { cookie });
  assert.match(page.text, /C-1/);
  assert.match(page.text, /\/console\/requests\/req_\w+/, 'it leads back to the request');
  const restrict = (on: string) => ask(`${customer}/restrain`, { cookie, form: { act: 'restrict', on } });
  assert.equal((await restrict('yes')).headers.get('location'), `${customer}?done=held_back#held-back`);
  assert.match((await restrict('yes')).headers.get('location') ?? '', /done=held_back_so/);
  assert.match((await ask(customer, { cookie })).text, /: DHL\..*18\(3\) GDPR/s, 'and who is to be told of it');
  await restrict('no');
  await ask(`${customer}/restrain`, { cookie, form: { act: 'object', purpose: 'tracking', on: 'yes' } });
  const said = await ground.privacy.restrictionsOf(ground.database, taken.personId);
  assert.deepEqual([said.restricted, said.objections.map(({ purpose }) => purpose)], [null, ['tracking']]);
  assert.equal((await ask(`${customer}/restrain`, { cookie, form: { act: 'sell', on: 'yes' } })).status, 200);
  assert.equal((await ask(customer.slice(0, -4), { cookie })).status, 404);
});

test('staff copy, correct, weigh and erase from the page of a parcel, and each of it is in the audit', async () => {
  const page = await ask(path, { cookie });
  assert.equal(page.status, 200);
  assert.match(page.text, /C-1/);
  assert.doesNotMatch(page.text, /ada@kunde\.example/, 'who it is stands in the copy');
  const copy = await ask(`${path}/copy`, { cookie, form: { format: 'json' } });
  assert.match(copy.headers.get('content-disposition') ?? '', /^attachment; filename="glasspost-[\d-]+\.json"$/);
  assert.match(copy.text, /ada@kunde\.example/);
  const wrong = await ask(`${path}/correct`, { cookie, form: { country: 'Germany', name: 'Ada Byron' } });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="Germany"/, 'what was typed is not lost');
  const right = await ask(`${path}/correct`, { cookie, form: { name: 'Ada Byron' } });
  assert.equal(right.status, 200);
  assert.match(right.text, /Article 19 GDPR.*: DHL\./, 'who got something is to be told');
  const weighed = await ask(`${path}/erase`, { cookie });
  assert.match(weighed.text, /2034|§ 147/);
  assert.match(weighed.text, /: DHL\./);
  const erased = await ask(`${path}/erase`, { cookie, method: 'POST' });
  assert.match(erased.text, /: DHL\..*glasspost erasure receipt/s);
  assert.equal((await ask(path, { cookie })).status, 404);
  assert.equal((await ask(`${path}/erase`, { cookie, method: 'POST' })).status, 404);
  const nobody = await ask('/console/holds', { cookie, form: { order: 'C-1', reason: '' } });
  assert.equal(nobody.status, 422, 'not without a reason');
  const held = await ask('/console/holds', { cookie, form: { order: 'c-1', reason: 'tax audit' } });
  assert.match(held.text, /Ada Byron/);
  assert.doesNotMatch(held.text, /ada@kunde|1234567/);
  const verbs = (await ground.privacy.audits(ground.database, ground.shop.shopId, 20)).map(({ verb }) => verb);
  assert.deepEqual(
    verbs.filter((verb) => /rights\.(hold|erase|correct|export)/.test(verb)),
    ['rights.hold', 'rights.erase', 'rights.correct', 'rights.export'],
  );
});
