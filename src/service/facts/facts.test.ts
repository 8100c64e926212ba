import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import * as fc from 'fast-check';
import { openGround } from '../../../test/ground.ts';
import { hoursLineOf } from '#orders';
import { contactJson } from './contact-json.ts';
import { contactOf } from './contact.ts';
import { contactFields, noFacts, type ContactSettings } from './fields.ts';
import { checkedFacts, knownCountries, rulesOf } from './law.ts';
import { contactAfter } from './set-contact.ts';
import { readBusinessId, readVatId } from './tax-numbers.ts';
import { contactTroubles } from './troubles.ts';
import { sayContactTrouble, sayFact } from '../words.ts';

const ground = await openGround();
after(ground.close);
const { database, service, orders } = ground;
const { shopId } = ground.shop;
const set = (patch: Partial<ContactSettings>, seen?: ContactSettings) =>
  service.setContact({ shopId, patch, actor: 'test', ...(seen === undefined ? {} : { seen }) });

const shopNow = async () => (await orders.shops(database))[0] ?? assert.fail('no shop');

const pottery = {
  kind: 'registered_person',
  legalName: 'Wiebke Harms e. K.',
  legalForm: 'e. K.',
  street: 'Fördeweg 7',
  postalCode: '24937',
  city: 'Flensburg',
  country: 'de',
  phone: '+49 40 66969 120',
  registerCourt: 'Amtsgericht Flensburg',
  registerNumber: 'HRA 99999 FL',
  disputeStance: 'unwilling',
  policyUrl: 'https://nordlicht.example/datenschutz',
  termsUrl: 'https://nordlicht.example/agb',
  withdrawalUrl: 'https://nordlicht.example/widerruf',
} as const;

function wrongIn(patch: Partial<ContactSettings>): readonly string[] {
  return contactTroubles(contactAfter(noFacts, patch)).map(({ field, code }) => `${field}: ${code}`);
}

suite('what is kept', () => {
  test('facts are kept in one way of writing, with an audit row of names only, and the shop’s own settings follow', async () => {
    const done = await set({ ...pottery, mon: '9-12, 13-17', languages: 'DE,en  da', vatId: 'de 123 456 788' });
    assert.ok('changed' in done);
    const contact = await service.contactOf(database, shopId);
    assert.deepEqual(contact.address, ['Fördeweg 7', '24937 Flensburg']);
    assert.deepEqual([contact.vatId, contact.languages], ['DE123456788', ['de', 'en', 'da']]);
    assert.deepEqual([contact.country, contact.missing], ['DE', []]);
    const [shop] = await orders.shops(database);
    assert.deepEqual([shop?.face.contact.phone, shop?.face.contact.hours], ['+49 40 66969 120', 'Mo 9–12, 13–17 Uhr']);
    assert.deepEqual(shop?.face.contact.hoursIn, { de: 'Mo 9–12, 13–17 Uhr', en: 'Mon 9–12, 13–17' });
    await orders.changeShop({ shopId, actor: 'test', patch: { contactUrl: 'https://nordlicht.example/kontakt' } });
    const lineIn = async (language: string) => hoursLineOf((await shopNow()).face.contact, language);
    assert.deepEqual([await lineIn('en-GB'), await lineIn('de')], ['Mon 9–12, 13–17', 'Mo 9–12, 13–17 Uhr']);
    await orders.changeShop({ shopId, actor: 'test', patch: { contactHours: 'Mo nach Absprache' } });
    assert.equal(await lineIn('en'), 'Mo nach Absprache');
    const audits = await ground.privacy.audits(database, shopId, 5);
    const row = audits.find(({ verb }) => verb === 'contact.set');
    assert.match(row?.subject ?? '', /^shp_\w+: kind, legalName, .*phone/);
    assert.doesNotMatch(row?.subject ?? '', /Wiebke|66969/);
    assert.deepEqual(await set(pottery), { settings: await service.contactSettings(database, shopId), changed: [] });
  });

  test('open now comes from the hours, and JSON says all of it', async () => {
    const contact = await service.contactOf(database, shopId);
    const json = contactJson(contact, Temporal.Instant.from('2026-11-30T08:30:00Z'));
    assert.deepEqual(json.open_now, { open: true, until: '2026-11-30T11:00:00Z', opens_at: null });
    assert.equal(json.hours?.week['mon'], '09:00–12:00, 13:00–17:00');
    assert.equal(json.answer_time, null);
  });

  test('what is wrong changes nothing, and neither does a form from before somebody else’s', async () => {
    const seen = await service.contactSettings(database, shopId);
    const wrong = await set({ city: 'Kiel', email: 'nobody', vatId: 'DE123456789' });
    assert.ok('no' in wrong && wrong.no === 'wrong');
    const email = await set({ city: 'Kiel', email: 'nobody' });
    assert.ok('no' in email && email.no === 'wrong');
    assert.deepEqual(email.troubles, [{ field: 'email', code: 'address', values: {} }]);
    assert.deepEqual(await service.contactSettings(database, shopId), seen);
    await set({ city: 'Glücksburg' });
    const stale = await set({ city: 'Kiel' }, seen);
    assert.ok('no' in stale && stale.no === 'stale' && stale.now.city === 'Glücksburg');
  });

  test('two who write at once lose nothing of each other', async () => {
    const all = Array.from({ length: 6 }, (_, at) =>
      set(at % 2 === 0 ? { supervisor: `A${at}` } : { chamber: `B${at}` }),
    );
    for (const done of await Promise.all(all)) assert.ok('changed' in done);
    const { supervisor, chamber } = await service.contactSettings(database, shopId);
    assert.ok(supervisor.startsWith('A') && chamber.startsWith('B'));
  });

  test('a shop that goes takes its facts along', async () => {
    await database.tx((tx) => service.forgetShop(tx, shopId));
    assert.equal((await service.contactOf(database, shopId)).legalName, null);
  });
});

suite('what is refused', () => {
  const rows: readonly (readonly [Partial<ContactSettings>, string])[] = [
    [{ street: 'Postfach 12 34' }, 'street: street.box'],
    [{ street: 'P.O. Box 7' }, 'street: street.box'],
    [{ street: 'Packstation 145' }, 'street: street.box'],
    [{ country: 'Germany' }, 'country: country'],
    [{ country: 'ZZ' }, 'country: country'],
    [{ policyUrl: 'http://nordlicht.example' }, 'policyUrl: url'],
    [{ termsUrl: 'javascript:alert(1)' }, 'termsUrl: url'],
    [{ disputeBody: 'https://ec.europa.eu/consumers/odr/' }, 'disputeBody: odr'],
    [{ editor: 'OS: http://EC.europa.eu/odr' }, 'editor: odr'],
    [{ zone: 'Mars/Olympus' }, 'zone: zone'],
    [{ languages: 'de, klingonisch' }, 'languages: languages'],
    [{ kind: 'club' }, 'kind: choice'],
    [{ holidays: 'DE-XX' }, 'holidays: choice'],
    [{ tue: '9 to five' }, 'tue: hours'],
    [{ exceptions: 'x' }, 'exceptions: exceptions'],
    [{ legalName: 'x'.repeat(161) }, 'legalName: text.long'],
    [{ legalName: 'a\u202Eb' }, 'legalName: text.characters'],
    [{ businessId: 'DE123456788-1', country: 'DE' }, 'businessId: businessId'],
  ];
  for (const [patch, says] of rows) {
    test(says, () => {
      assert.deepEqual(wrongIn(patch), [says]);
      for (const trouble of contactTroubles(contactAfter(noFacts, patch))) {
        for (const language of ['de', 'en']) assert.ok(sayContactTrouble(language, trouble).length > 20);
      }
    });
  }

  test('what people mean by another code or in small letters is kept as the list has it', () => {
    const { country, zone } = contactAfter(noFacts, { country: 'uk', zone: 'america/new_york' });
    assert.deepEqual([country, zone, wrongIn({ country: 'uk' })], ['GB', 'America/New_York', []]);
  });

  test('any text is taken or refused, and what was tidied once stays as it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...contactFields), fc.string({ unit: 'binary', maxLength: 200 }), (field, text) => {
        const once = contactAfter(noFacts, { [field]: text });
        contactTroubles(once);
        assert.deepEqual(contactAfter(once, {}), once);
      }),
    );
  });
});

suite('tax numbers', () => {
  // Made by the states' rules, or published by companies that anybody knows.
  const sound =
    'ATU13585627 BE0428759497 CHE-100.155.212MWST DE123456788 DK13585628 ESA28015865 FR40303265045 IT00743110157 LU15027442 NL004495445B01 PL8567346215 SE556000451001';
  test('sound ones are taken, and one digit more is refused', () => {
    for (const id of sound.split(' ')) {
      assert.notEqual(readVatId(id), null, id);
      const at = id.search(/\d(?=\d{2})/);
      const other = `${id.slice(0, at)}${(Number(id[at]) + 1) % 10}${id.slice(at + 1)}`;
      if (!id.startsWith('SE')) assert.equal(readVatId(other), null, other);
    }
    for (const id of ['', 'DE', 'XX123456789', 'DE12345678', '123456788', 'US123456789'])
      assert.equal(readVatId(id), null, id);
    assert.equal(readBusinessId('DE', 'DE123456788 00001'), 'DE123456788-00001');
  });
});

suite('the law', () => {
  const missing = (patch: Partial<ContactSettings>): readonly string[] =>
    checkedFacts(contactAfter(noFacts, patch)).flatMap(({ standing, fact }) => (standing === 'missing' ? [fact] : []));
  const whole = { ...pottery, email: 'hallo@nordlicht.example' };

  test('in Germany a merchant in the register is complete, and each fact that goes is missed by its article', () => {
    assert.deepEqual(missing(whole), []);
    for (const field of [
      'legalName',
      'street',
      'email',
      'phone',
      'registerCourt',
      'registerNumber',
      'policyUrl',
      'withdrawalUrl',
    ] as const) {
      assert.equal(missing({ ...whole, [field]: '' }).length, 1, field);
    }
    const phone = checkedFacts(contactAfter(noFacts, { ...whole, phone: '' })).find(
      (one) => one.standing === 'missing',
    );
    assert.deepEqual([phone?.field, phone?.law], ['phone', 'Art. 246a § 1 Abs. 1 Satz 1 Nr. 3 EGBGB']);
  });

  test('who represents a company, and which body settles disputes, is wanted of those it binds', () => {
    assert.deepEqual(missing({ ...whole, kind: 'company' }), ['representedBy']);
    assert.deepEqual(missing({ ...whole, kind: 'person', registerNumber: '' }), []);
    assert.deepEqual(missing({ ...whole, disputeStance: 'obliged' }), ['disputeBody']);
    assert.deepEqual(missing({ ...whole, country: 'AT' }), ['object']);
    assert.deepEqual(missing({ ...whole, country: 'FR' }), ['editor', 'host', 'disputeBody']);
    const french = contactAfter(noFacts, { ...whole, country: 'FR', disputeStance: '', disputeBody: 'Médiateur' });
    assert.deepEqual(contactOf(ground.shop, french, null).dispute, { stance: 'willing', body: 'Médiateur' });
    assert.deepEqual(missing({ ...whole, country: 'NL' }), []);
    assert.deepEqual(
      missing({ ...whole, kind: 'person', country: 'PL' }),
      ['vatId'],
      'who sells at a distance says the NIP',
    );
    assert.deepEqual(missing({ ...whole, country: 'CH', phone: '', termsUrl: '' }), []);
  });

  test('every country wants a name and an address, says where that is written, and has words for all of it', () => {
    for (const country of [...knownCountries, 'IE', '']) {
      const rules = rulesOf(country);
      const withdrawal = rules.find(({ fact }) => fact === 'withdrawalUrl')?.law ?? '';
      if (country !== 'GB' && country !== 'CH') assert.match(withdrawal, /art\. 11a|§ 356a/, country);
      assert.ok(
        ['legalName', 'address', 'email'].every((fact) => rules.some((rule) => rule.fact === fact)),
        country,
      );
      assert.equal(new Set(rules.map(({ fact }) => fact)).size, rules.length);
      assert.ok(rules.every(({ law }) => /\d/.test(law)));
      for (const { fact } of rules) for (const language of ['de', 'en']) assert.ok(sayFact(language, fact) !== '');
    }
    // EU Regulation 2024/3228 ended the platform; the telemedia act went on 14 May 2024.
    assert.doesNotMatch(JSON.stringify(knownCountries.map(rulesOf)), /\bTMG\b|524\/2013/);
  });
});
