import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { sealed, type Disclosed, type Sealed } from '#privacy';
import { openGround } from '../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, privacy, clock, shop } = ground;

async function aPerson(): Promise<string> {
  const id = newId(clock);
  await database.tx((tx) => privacy.makeKeys(tx, [{ kind: 'person', id, shopId: shop.shopId }]));
  return id;
}

type Values = { readonly email?: Sealed<'email'>; readonly phone?: Sealed<'phone'>; readonly name?: Sealed<'name'> };

const values: Values = { email: sealed('email', 'ada@kunde.example'), phone: sealed('phone', '+49 30 1') };

function request(personId: string, given: Values, carrier = 'dhl-unified') {
  const service = carrier === 'dhl-unified' ? 'parcel-de' : 'classic';
  return {
    ...{ shopId: shop.shopId, personId, parcelId: null, service, country: 'AT' },
    recipient: { kind: 'carrier', name: carrier },
    purpose: 'delivery notification by carrier',
    values: given,
  } as const;
}

const notify = (
  personId: string,
  given: Values = values,
  carrier?: string,
): Promise<Disclosed<'email' | 'phone' | 'name'>> =>
  database.tx((tx) => privacy.disclose(tx, request(personId, given, carrier)));

type Consent = { readonly recipient: string; readonly fields: readonly string[]; readonly givenAt: Temporal.Instant };

async function consent(personId: string, more: Partial<Consent> = {}): Promise<string> {
  const given = { recipient: 'dhl-unified', fields: ['email'], givenAt: clock.now().subtract({ hours: 1 }), ...more };
  await database.tx((tx) =>
    privacy.recordConsents(tx, { kind: 'person', id: personId, shopId: shop.shopId }, [
      {
        ...given,
        purpose: 'delivery notification by carrier',
        words: sealed('consent_words', 'DHL may write to me'),
        channel: 'order',
        preset: 'unticked',
      },
    ]),
  );
  const row = await database.one<{ id: string }>(
    'select consent_id as id from privacy.consent where person_id = $1 order by consent_id desc limit 1',
    [personId],
  );
  return row?.id ?? '';
}

async function disclosed(personId: string): Promise<readonly string[]> {
  const rows = await privacy.disclosuresOf(database, personId);
  return rows.map(({ recipient, basis, fields, withheld }) =>
    [recipient, basis, fields, withheld.join(', ')].join(' | '),
  );
}

test('what no rule lets out stays, and that it stayed is written down', async () => {
  const person = await aPerson();
  const { values: out, withheld } = await notify(person, { name: sealed('name', 'Ada') });
  assert.deepEqual(out, {});
  assert.deepEqual(withheld, { name: 'no rule' });
  assert.deepEqual(await disclosed(person), ['carrier: dhl-unified | none |  | name: no rule']);
});

test('what needs consent stays without it, goes with it field by field, and stays again once it is withdrawn', async () => {
  const person = await aPerson();
  assert.deepEqual((await notify(person)).withheld, { email: 'no consent', phone: 'no consent' });
  const consentId = await consent(person);
  const { values: out, withheld } = await notify(person);
  assert.deepEqual(out, { email: 'ada@kunde.example' });
  assert.deepEqual(withheld, { phone: 'no consent' });
  assert.equal(await database.tx((tx) => privacy.withdrawConsent(tx, person, consentId)), true);
  assert.equal(await database.tx((tx) => privacy.withdrawConsent(tx, person, consentId)), false);
  assert.deepEqual(await notify(person), { values: {}, withheld: { email: 'no consent', phone: 'no consent' } });
  assert.deepEqual(await disclosed(person), [
    'carrier: dhl-unified | consent: art. 6(1)(a) | email | phone: no consent',
    'carrier: dhl-unified | none |  | email: no consent, phone: no consent',
  ]);
});

test('a consent counts for its own recipient, its own person and its own time only', async () => {
  const [person, other] = [await aPerson(), await aPerson()];
  await consent(person, { recipient: 'dpd' });
  await consent(other);
  await consent(person, { givenAt: clock.now().add({ hours: 1 }) });
  assert.deepEqual((await notify(person)).values, {});
  assert.deepEqual((await notify(person, values, 'gls')).values, {});
  assert.deepEqual((await notify(person, values, 'dpd')).values, { email: 'ada@kunde.example' });
});

test('two boxes ticked in the same moment are two consents; the same one told twice is one', async () => {
  const person = await aPerson();
  const givenAt = clock.now().subtract({ hours: 2 });
  await consent(person, { fields: ['email'], givenAt });
  await consent(person, { fields: ['phone'], givenAt });
  await consent(person, { fields: ['phone', 'phone'], givenAt });
  assert.deepEqual((await notify(person)).values, { email: 'ada@kunde.example', phone: '+49 30 1' });
  const rows = await database.rows('select from privacy.consent where person_id = $1', [person]);
  assert.equal(rows.length, 2);
});

test('consent that is told again after it was withdrawn stays withdrawn', async () => {
  const person = await aPerson();
  const givenAt = clock.now().subtract({ hours: 3 });
  const consentId = await consent(person, { givenAt });
  await database.tx((tx) => privacy.withdrawConsent(tx, person, consentId));
  await consent(person, { givenAt });
  assert.deepEqual((await notify(person)).values, {});
});

test('a withdrawal waits for what leaves in this moment, and what comes after it stays', async () => {
  const person = await aPerson();
  const consentId = await consent(person);
  const order: string[] = [];
  let withdrawal: Promise<unknown> = Promise.resolve();
  await database.tx(async (tx) => {
    const { values: out } = await privacy.disclose(tx, request(person, values));
    assert.ok('email' in out);
    withdrawal = database
      .tx((other) => privacy.withdrawConsent(other, person, consentId))
      .finally(() => order.push('withdrawn'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    order.push('left');
  });
  await withdrawal;
  assert.deepEqual(order, ['left', 'withdrawn']);
  assert.deepEqual((await notify(person)).values, {});
});

test('the entry is written with the answer, and is gone when the transaction does not come about', async () => {
  const person = await aPerson();
  await consent(person);
  const failing = database.tx(async (tx) => {
    await privacy.disclose(tx, request(person, values));
    assert.equal((await privacy.disclosuresOf(tx, person)).length, 1);
    throw new Error('not sent');
  });
  await assert.rejects(failing, /not sent/);
  assert.deepEqual(await disclosed(person), []);
});

test('the same disclosure counts once a day; another day, or another consent, is another', async () => {
  const person = await aPerson();
  const first = await consent(person);
  for (let time = 0; time < 3; time += 1) await notify(person);
  assert.equal((await disclosed(person)).length, 1);
  await Promise.all(Array.from({ length: 6 }, () => notify(person, { email: sealed('email', 'ada@kunde.example') })));
  assert.equal((await disclosed(person)).length, 2);
  await database.tx((tx) => privacy.withdrawConsent(tx, person, first));
  await consent(person, { givenAt: clock.now() });
  await notify(person);
  assert.equal((await disclosed(person)).length, 3, 'the new consent is named');
  clock.advanceTo(clock.now().add({ hours: 24 }));
  await notify(person);
  assert.equal((await disclosed(person)).length, 4);
});

test('what rests on several bases is written under each of them, and what stayed only once', async () => {
  const person = await aPerson();
  await consent(person, { fields: ['email'] });
  await consent(person, { fields: ['phone'], givenAt: clock.now() });
  await notify(person, { ...values, name: sealed('name', 'Ada') });
  assert.deepEqual((await disclosed(person)).toSorted(), [
    'carrier: dhl-unified | consent: art. 6(1)(a) | email | name: no rule',
    'carrier: dhl-unified | consent: art. 6(1)(a) | phone | ',
  ]);
});

test('nothing asked is nothing written', async () => {
  const person = await aPerson();
  assert.deepEqual(await notify(person, {}), { values: {}, withheld: {} });
  assert.deepEqual(await disclosed(person), []);
});

test('of somebody who was erased nothing leaves and nothing is written', async () => {
  const person = await aPerson();
  await consent(person);
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [person]));
  assert.deepEqual(await notify(person), { values: {}, withheld: { email: 'erased', phone: 'erased' } });
  assert.deepEqual(await disclosed(person), []);
});

test('a value that does not open lets nothing out and leaves no entry', async () => {
  const person = await aPerson();
  await consent(person);
  const keys = await privacy.keysOf(database, 'person', [person]);
  const place = { column: 'orders.person.email', row: person } as const;
  const bytes = keys.get(person)?.lock(sealed('email', 'ada@kunde.example'), place) ?? null;
  const moved = keys.get(person)?.stored('email', bytes, { ...place, column: 'orders.person.name' });
  assert.ok(moved);
  await assert.rejects(notify(person, { email: moved }), /does not open/);
  assert.deepEqual(await disclosed(person), []);
});
