import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { newId } from '#kit/ids';
import { effectAt, holdsAt, readReceipt, restrictedUntilEnd, sealed, type Subject } from '#privacy';
import { openGround } from '../../../test/ground.ts';

const ground = await openGround();
after(ground.close);
const { database, privacy, clock, shop } = ground;

const purpose = 'delivery notification by carrier' as const;

async function aPerson(): Promise<Subject> {
  const person = { kind: 'person', id: newId(clock), shopId: shop.shopId } as const;
  await database.tx((tx) => privacy.makeKeys(tx, [person]));
  return person;
}

const words = 'DHL darf meine E-Mail-Adresse bekommen.';
const box = {
  ...{ purpose, recipient: 'dhl-unified', fields: ['email'], words: sealed('consent_words', words) },
  ...{ version: '1', language: 'de', jurisdiction: 'DE', policyUrl: 'https://shop.example/privacy' },
} as const;

const give = (person: Subject) => database.tx((tx) => privacy.giveConsent(tx, person, box));
const withdraw = (person: Subject, consentId: string) =>
  database.tx((tx) => privacy.withdrawConsent(tx, person.id, consentId));

const ask = (person: Subject, more: object = {}) =>
  database.tx((tx) =>
    privacy.disclose(tx, {
      ...{ shopId: person.shopId, personId: person.id, parcelId: null, service: 'parcel-de', country: 'DE', purpose },
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      values: { email: sealed('email', 'ada@kunde.example') },
      ...more,
    } as const),
  );

const mailTo = (person: Subject, why: 'sending mail' | 'answering a request') =>
  ask(person, { recipient: { kind: 'mail_relay', name: 'relay.example' }, service: 'mail', purpose: why });

test('who ticks a box twice allows once, and who ticks it again after taking it back allows anew', async () => {
  const person = await aPerson();
  const first = await give(person);
  assert.ok(first !== null);
  const again = await Promise.all([give(person), give(person), give(person)]);
  assert.deepEqual(again, [null, null, null]);
  assert.equal(await withdraw(person, first), true);
  clock.advanceTo(clock.now().add({ seconds: 1 }));
  const second = await give(person);
  assert.ok(second !== null && second !== first);
  const records = await privacy.consentsOf(database, person.id);
  assert.deepEqual(
    records.map((one) => effectAt(one, clock.now())),
    ['counts', 'withdrawn'],
  );
});

test('who takes one back takes back all that would let the same go to the same recipient', async () => {
  const person = await aPerson();
  const told = (fields: readonly string[], recipient: string, days: number) => ({
    ...({ purpose, recipient, fields, channel: 'order', words: sealed('consent_words', words) } as const),
    preset: 'unticked' as const,
    givenAt: clock.now().subtract({ hours: 24 * days }),
  });
  const ids = await database.tx((tx) =>
    privacy.recordConsents(tx, person, [
      told(['email'], 'dhl-unified', 3),
      told(['email', 'phone'], 'dhl-unified', 2),
      told(['phone'], 'dhl-unified', 1),
      told(['email'], 'ups', 1),
    ]),
  );
  assert.notEqual((await ask(person)).values.email, undefined);
  assert.equal(await withdraw(person, ids[0] ?? ''), true);
  assert.deepEqual((await ask(person)).withheld, { email: 'no consent' });
  const holding = (await privacy.consentsOf(database, person.id)).filter((one) => holdsAt(one, clock.now()));
  assert.deepEqual(holding.map(({ recipient, fields }) => [recipient, ...fields].join(' ')).toSorted(), [
    'dhl-unified phone',
    'ups email',
  ]);
  const { entries } = await privacy.ledger.ownEntries(database, { personId: person.id, shopId: person.shopId });
  assert.equal(entries.filter(({ kind }) => kind === 'withdrawal').length, 2);
  assert.equal(await withdraw(person, ids[1] ?? ''), false);
});

test('what was given before its like was taken back lets nothing out, however late the shop tells of it', async () => {
  const person = await aPerson();
  const [first, later] = [clock.now().subtract({ hours: 2 }), clock.now().subtract({ hours: 1 })];
  const tell = (givenAt: Temporal.Instant, fields: readonly string[] = ['email']) =>
    database.tx((tx) =>
      privacy.recordConsents(tx, person, [{ ...box, fields, givenAt, channel: 'order', preset: 'unticked' }]),
    );
  const [consentId = ''] = await tell(first);
  assert.equal(await withdraw(person, consentId), true);
  await tell(later);
  await tell(later, ['email', 'phone']);
  assert.deepEqual((await ask(person)).withheld, { email: 'no consent' });
  assert.equal((await privacy.consentsOf(database, person.id)).filter((one) => one.withdrawnAt === null).length, 0);
  clock.advanceTo(clock.now().add({ seconds: 1 }));
  await tell(clock.now());
  assert.deepEqual((await ask(person)).withheld, {}, 'what is ticked anew counts');
});

test('a box of which nobody has said how it stood lets nothing out until the shop says it', async () => {
  const person = await aPerson();
  const tell = (preset: 'unticked' | null) =>
    database.tx((tx) =>
      privacy.recordConsents(tx, person, [{ ...box, givenAt: clock.now(), channel: 'order', preset }]),
    );
  assert.equal((await tell(null)).length, 1);
  assert.deepEqual((await ask(person)).withheld, { email: 'no consent' });
  assert.equal((await tell('unticked')).length, 1);
  assert.deepEqual([await tell(null), await tell('unticked')], [[], []], 'told again it is the same');
  assert.deepEqual((await ask(person)).withheld, {});
  const effects = (await privacy.consentsOf(database, person.id)).map((one) => effectAt(one, clock.now()));
  assert.deepEqual(effects.toSorted(), ['box not told', 'counts']);
});

test('a record says what was shown, where, in which version, and that the box stood unticked', async () => {
  const person = await aPerson();
  await give(person);
  const [record] = await privacy.consentsOf(database, person.id);
  assert.ok(record !== undefined);
  const { words: shown, wordsHash, version, language, preset, jurisdiction, policyUrl, channel } = record;
  assert.deepEqual(
    [shown, version, language, preset, jurisdiction, policyUrl, channel],
    [...[words, '1', 'de', 'unticked', 'DE', 'https://shop.example/privacy', 'page']],
  );
  assert.equal(wordsHash, createHash('sha256').update(words).digest('hex'));
  const stored = await database.one<{ words: Buffer }>('select words from privacy.consent where person_id = $1', [
    person.id,
  ]);
  assert.ok(stored !== null && !stored.words.includes('DHL'));
});

test('a receipt is checked with the published keys alone, and tells nobody’s address', async () => {
  const person = await aPerson();
  const consentId = (await give(person)) ?? '';
  const keys: unknown = JSON.parse(JSON.stringify(privacy.receiptKeysOf(shop.shopId)));
  const receipt = async () => (await privacy.consentsOf(database, person.id))[0]?.receipt ?? '';
  const first = await receipt();
  assert.equal(await receipt(), first, 'the same record has the same receipt');
  const read = readReceipt(`${first}\n`, keys);
  assert.ok(read.verdict === 'good');
  const { pii_processing: processing, event } = read.claims.consent_record;
  assert.equal(processing.shown.text, words);
  assert.deepEqual(processing.purposes[0]?.recipient_third_parties, ['dhl-unified']);
  assert.equal(event.length, 1);
  assert.ok(!JSON.stringify(read.claims).includes('kunde.example'));
  await withdraw(person, consentId);
  const last = readReceipt(await receipt(), keys);
  assert.ok(last.verdict === 'good');
  assert.equal(last.claims.consent_record.event[1]?.event_state, 'consent withdrawn');
});

test('a receipt that was changed, cut, made up or signed by another shop is found out', async () => {
  const person = await aPerson();
  await give(person);
  const receipt = (await privacy.consentsOf(database, person.id))[0]?.receipt ?? '';
  const keys = privacy.receiptKeysOf(shop.shopId);
  const [head = '', body = '', signature = ''] = receipt.split('.');
  const changed = Buffer.from(
    Buffer.from(body, 'base64url').toString('utf8').replace('dhl-unified', 'ups-unified'),
  ).toString('base64url');
  const none = Buffer.from(JSON.stringify({ alg: 'none', kid: keys.keys[0]?.kid })).toString('base64url');
  const verdicts = [
    [[head, changed, signature].join('.'), keys, 'wrong signature'],
    [[head, body, `${signature.slice(0, -4)}AAAA`].join('.'), keys, 'wrong signature'],
    [[none, body, ''].join('.'), keys, 'no receipt'],
    [[none, body, signature].join('.'), keys, 'no receipt'],
    [[head, body].join('.'), keys, 'no receipt'],
    [`${receipt}.${receipt}`, keys, 'no receipt'],
    ['', keys, 'no receipt'],
    ['a'.repeat(100_000), keys, 'no receipt'],
    [receipt, privacy.receiptKeysOf(newId(clock)), 'unknown key'],
    [receipt, { keys: [{ ...keys.keys[0], x: 'AA' }] }, 'unknown key'],
    [receipt, null, 'unknown key'],
  ] as const;
  for (const [text, given, verdict] of verdicts) assert.equal(readReceipt(text, given).verdict, verdict);
});

test('a consent with an end counts until then and not a moment longer', async () => {
  const person = await aPerson();
  const holdsUntil = clock.now().add({ hours: 1 });
  const given = {
    ...box,
    givenAt: clock.now().subtract({ hours: 1 }),
    channel: 'order',
    preset: 'unticked',
    holdsUntil,
  } as const;
  await database.tx((tx) => privacy.recordConsents(tx, person, [given]));
  assert.deepEqual((await ask(person)).withheld, {});
  clock.advanceTo(holdsUntil);
  assert.deepEqual((await ask(person)).withheld, { email: 'no consent' });
});

test('of whoever restricted the use of their data nothing leaves but answers to themselves, and lifting it ends that', async () => {
  const person = await aPerson();
  await give(person);
  const restrict = (isOn: boolean) => database.tx((tx) => privacy.restrict(tx, person, isOn));
  assert.equal(await restrict(true), true);
  assert.equal(await restrict(true), false);
  assert.deepEqual(await ask(person), { values: {}, withheld: { email: 'restricted' } });
  assert.deepEqual((await mailTo(person, 'sending mail')).withheld, { email: 'restricted' });
  assert.deepEqual((await mailTo(person, 'answering a request')).withheld, {});
  assert.deepEqual((await privacy.restrictionsOf(database, person.id)).restricted, clock.now());
  assert.equal(await restrict(false), true);
  assert.deepEqual((await ask(person)).withheld, {});
});

test('an objection stops its own purpose and no other', async () => {
  const person = await aPerson();
  await give(person);
  const object = (isOn: boolean) => database.tx((tx) => privacy.objectTo(tx, person, 'sending mail', isOn));
  assert.equal(await object(true), true);
  assert.equal(await object(true), false);
  assert.deepEqual((await mailTo(person, 'sending mail')).withheld, { email: 'objected' });
  assert.deepEqual((await ask(person)).withheld, {});
  const { restricted, objections } = await privacy.restrictionsOf(database, person.id);
  assert.deepEqual([restricted, objections], [null, [{ purpose: 'sending mail', at: clock.now() }]]);
  assert.equal(await object(false), true);
  assert.deepEqual((await mailTo(person, 'sending mail')).withheld, {});
});

test('a restriction waits for what leaves in this moment, and what comes after it stays', async () => {
  const person = await aPerson();
  await give(person);
  const order: string[] = [];
  let restriction: Promise<unknown> = Promise.resolve();
  await database.tx(async (tx) => {
    const request = {
      ...{ shopId: person.shopId, personId: person.id, parcelId: null, service: 'parcel-de', country: 'DE', purpose },
      recipient: { kind: 'carrier', name: 'dhl-unified' },
      values: { email: sealed('email', 'ada@kunde.example') },
    } as const;
    assert.deepEqual((await privacy.disclose(tx, request)).withheld, {});
    restriction = database.tx((other) => privacy.restrict(other, person, true)).finally(() => order.push('restricted'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push('left');
  });
  await restriction;
  assert.deepEqual(order, ['left', 'restricted']);
  assert.deepEqual((await ask(person)).withheld, { email: 'restricted' });
});

test('a restriction waits for a batch of what is dropped by age, and the next batch knows of it', async () => {
  const person = await aPerson();
  const order: string[] = [];
  let restriction: Promise<unknown> = Promise.resolve();
  await database.tx(async (tx) => {
    assert.ok(!(await restrictedUntilEnd(tx, person.shopId)).includes(person.id));
    restriction = database.tx((other) => privacy.restrict(other, person, true)).finally(() => order.push('restricted'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push('dropped');
  });
  await restriction;
  assert.deepEqual(order, ['dropped', 'restricted']);
  assert.ok((await database.tx((tx) => restrictedUntilEnd(tx, null))).includes(person.id));
});

test('nobody restricts, objects or allows for a person of another shop, or for one who was erased', async () => {
  const [person, gone] = [await aPerson(), await aPerson()];
  await database.tx((tx) => privacy.dropKeys(tx, 'person', [gone.id]));
  for (const who of [{ ...person, shopId: newId(clock) }, gone]) {
    assert.equal(await database.tx((tx) => privacy.restrict(tx, who, true)), false);
    assert.equal(await database.tx((tx) => privacy.objectTo(tx, who, 'tracking', true)), false);
    assert.equal(await give(who), null);
  }
  assert.deepEqual(await privacy.consentsOf(database, gone.id), []);
});
