import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { subStatuses } from '#carriers';
import { contactPathOf, helpPathOf, protectionPathOf } from '#orders';
import { sealed } from '#privacy';
import { factKinds, kindOf, type FactKind } from './decide.ts';
import { composed, parcel, shop, url, type Wanted } from './samples/messages.ts';

const wordOf: Readonly<Record<FactKind, string>> = {
  shipped: 'accepted.picked_up',
  out_for_delivery: 'out_for_delivery.loaded',
  ready_for_pickup: 'ready_for_pickup.locker',
  delivery_failed: 'delivery_failed.not_home',
  exception: 'exception.damaged',
  delivered: 'delivered.neighbour',
};

/** What a person reads of the HTML. */
function readable(html: string): string {
  return html
    .replaceAll(/<!--.*?-->|<style>.*?<\/style>|<[^>]*>/gsu, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

test('every kind says in both parts what, where, by whom and for which order, in both languages', () => {
  for (const kind of factKinds) {
    for (const language of ['de', 'en']) {
      for (const count of [1, 3]) {
        const mail = composed(
          kind,
          Array.from({ length: count }, () => wordOf[kind]),
          { language },
        );
        const what = `${kind} ${language} ${count}`;
        for (const said of [mail.text, readable(mail.html)]) {
          for (const part of [
            'Ada Beispiel,',
            'NK-1042',
            'DHL',
            '00340434161094015900',
            'Leipzig',
            '12:54',
            'Nordlicht',
          ]) {
            assert.ok(said.includes(part), `${what}: ${part}`);
          }
          assert.doesNotMatch(said, /[{}]|undefined|null/u, what);
        }
        assert.ok(mail.text.split('\n').includes(url), what);
        assert.equal(mail.html.split(`<a class="m-button m-push" href="${url}"`).length, 2, what);
        assert.ok(Buffer.byteLength(mail.html) < 30_000, `${what}: ${Buffer.byteLength(mail.html)} bytes`);
        assert.ok(mail.subject.length <= 60, `${what}: ${mail.subject}`);
        assert.equal(mail.language, language);
      }
    }
  }
});

test('subjects say it first and name the order', () => {
  const subjects: readonly (readonly [FactKind, number, number, string, string])[] = [
    ['shipped', 1, 1, 'Your parcel is on its way · Order NK-1042', 'Ihr Paket ist unterwegs · Bestellung NK-1042'],
    [
      'shipped',
      2,
      2,
      'Both parcels are on their way · Order NK-1042',
      'Beide Pakete sind unterwegs · Bestellung NK-1042',
    ],
    [
      'shipped',
      2,
      3,
      '2 of 3 parcels are on their way · Order NK-1042',
      '2 von 3 Paketen sind unterwegs · Bestellung NK-1042',
    ],
    [
      'out_for_delivery',
      3,
      3,
      'All 3 parcels are out for delivery · Order NK-1042',
      'Alle 3 Pakete werden zugestellt · Bestellung NK-1042',
    ],
    [
      'ready_for_pickup',
      2,
      2,
      'Both parcels wait for you · Order NK-1042',
      'Beide Pakete warten auf Sie · Bestellung NK-1042',
    ],
    [
      'delivery_failed',
      2,
      3,
      '2 of 3 parcels could not be delivered · Order NK-1042',
      '2 von 3 Paketen wurden nicht zugestellt · Bestellung NK-1042',
    ],
    [
      'exception',
      2,
      2,
      'Something is wrong with both parcels · Order NK-1042',
      'Mit beiden Paketen stimmt etwas nicht · Bestellung NK-1042',
    ],
    ['exception', 1, 1, 'Now: exception.damaged · Order NK-1042', 'Nun: exception.damaged · Bestellung NK-1042'],
    [
      'delivered',
      3,
      3,
      'All 3 parcels were delivered · Order NK-1042',
      'Alle 3 Pakete sind zugestellt · Bestellung NK-1042',
    ],
  ];
  for (const [kind, count, total, english, german] of subjects) {
    const list = Array.from({ length: count }, () => wordOf[kind]);
    assert.equal(composed(kind, list, { language: 'en', total }).subject, english);
    assert.equal(composed(kind, list, { language: 'de-AT', total }).subject, german);
  }
  assert.equal(
    composed('shipped', ['accepted.picked_up'], { number: 'x'.repeat(90) }).subject,
    'Ihr Paket ist unterwegs',
  );
});

test('what to do stands first when something is wrong, and only then alarms', () => {
  for (const [kind, word, isWrong] of [
    ['delivery_failed', 'delivery_failed.not_home', true],
    ['exception', 'exception.damaged', true],
    ['ready_for_pickup', 'ready_for_pickup.locker', false],
    ['delivered', 'delivered.neighbour', false],
  ] as const) {
    const { text, html } = composed(kind, [word]);
    const [step, explanation] = [text.indexOf(`Do this about ${word}.`), text.indexOf(`DHL says ${word}.`)];
    assert.ok(step > 0 && explanation > 0, word);
    assert.equal(step < explanation, isWrong, word);
    assert.equal(html.includes('class="m-box"'), isWrong, word);
    assert.equal(text.includes('[!]'), isWrong, word);
  }
});

test('several parcels are told apart where different things happened to them', () => {
  const mail = composed('delivered', ['delivered.recipient', 'delivered.neighbour', 'delivered.recipient'], {
    language: 'en',
  });
  assert.match(mail.text, /^Parcel 2 of 3: Do this about delivered\.neighbour\.$/mu);
  assert.match(mail.text, /^Parcel 1 of 3: Now: delivered\.recipient\nDHL · 00340434161094015900\nLeipzig · /mu);
  assert.match(mail.text, /^Parcel 2 of 3: Now: delivered\.neighbour\nDHL · 00340434161094015901\n/mu);
  const alike = composed('delivery_failed', ['delivery_failed.not_home', 'delivery_failed.not_home'], {
    language: 'en',
  });
  assert.equal(alike.text.match(/Do this about/gu)?.length, 1);
  assert.match(composed('shipped', ['accepted.picked_up'], { total: 3 }).text, /^Paket: 1 von 3$/mu);
});

test('a hundred parcels fit into one mail', () => {
  const mail = composed(
    'exception',
    Array.from({ length: 100 }, () => 'exception.damaged'),
    { language: 'en' },
  );
  assert.match(mail.text, /^90 more parcels stand on your page\.$/mu);
  assert.ok(Buffer.byteLength(mail.html) < 30_000, `${Buffer.byteLength(mail.html)} bytes`);
});

/** The marks of the four steps in the text part. */
const steps = (kind: FactKind, word: string): string =>
  [...composed(kind, [word], { language: 'en' }).text.matchAll(/^\[(.)\] (?!Do)/gmu)].map(([, mark]) => mark).join('');

test('a handover to somebody else is not called a delivery', () => {
  assert.equal(steps('shipped', 'delivered.partner'), 'x>  ');
  assert.equal(steps('exception', 'delivered.customs'), 'x!  ');
  assert.equal(steps('exception', 'delivered.partial'), 'xxx!');
  assert.equal(steps('delivered', 'delivered.damaged'), 'xxx!');
  assert.equal(steps('delivered', 'delivered.recipient'), 'xxxx');
  assert.equal(steps('delivery_failed', 'delivery_failed.closed'), 'xx! ');
  assert.equal(steps('ready_for_pickup', 'ready_for_pickup.last_day'), 'xx> ');
  assert.match(composed('delivered', ['delivered.collected_locker'], { language: 'en' }).text, /^\[x\] Collected$/mu);
});

const report = (wanted: Wanted): string | undefined =>
  /^Last report: (.*)$/mu.exec(composed('shipped', ['in_transit.arrived'], { language: 'en', ...wanted }).text)?.[1];

test('place and local time are the scan’s own, and the country is named abroad', () => {
  assert.equal(report({}), 'Leipzig · Fri 20 Nov, 12:54');
  assert.equal(report({ place: { name: 'Utrecht', country: 'NL' } }), 'Utrecht, Netherlands · Fri 20 Nov, 12:54');
  assert.equal(report({ place: { name: 'Nowhere', country: '?!' } }), 'Nowhere, ?! · Fri 20 Nov, 12:54');
  assert.equal(report({ place: { name: 'Germany', country: 'DE' } }), 'Germany · Fri 20 Nov, 12:54');
  assert.equal(report({ place: null }), 'Fri 20 Nov, 12:54');
  assert.equal(report({ scan: { confidence: 'date_only', localTime: '2026-11-20' } }), 'Leipzig · Friday 20 November');
  assert.equal(report({ scan: { content: null } }), 'Fri 20 Nov, 12:54');
  assert.equal(report({ scan: { retracts: true } }), undefined);
});

const expected = (kind: FactKind, from: string, until: string, how: 'date' | 'window' = 'date'): string | undefined => {
  const arrival = { from, until, kind: how };
  return /^Expected: (.*)$/mu.exec(composed(kind, [wordOf[kind]], { language: 'en', parcel: { arrival } }).text)?.[1];
};

test('the day of arrival is told while it says something', () => {
  assert.equal(expected('shipped', '2026-11-23', '2026-11-23'), 'Monday 23 November');
  assert.equal(expected('shipped', '2026-11-19', '2026-11-19'), undefined);
  assert.equal(expected('shipped', 'soon', '2026-11-99'), undefined);
  const [from, until] = ['2026-11-20T14:00:00', '2026-11-20T16:00:00'];
  assert.equal(expected('out_for_delivery', from, until, 'window'), 'Friday 20 November, 14:00–16:00');
  assert.equal(expected('out_for_delivery', '2026-11-23', '2026-11-23'), undefined);
  assert.equal(expected('delivered', from, until, 'window'), undefined);
});

test('nobody else’s data is in it, and nothing that it does not need', () => {
  const text = 'Left with Mrs Meier, 2nd floor';
  for (const kind of factKinds) {
    const { html, text: plain, ...rest } = composed(kind, [wordOf[kind]], { text });
    const all = `${html}${plain}${JSON.stringify(rest)}`;
    for (const other of ['Meier', 'Bert', 'Beschenkt', 'Musterweg', '7654321', 'c-4711', 'Secret gift']) {
      assert.ok(!all.includes(other), `${kind}: ${other}`);
    }
  }
});

test('every mail leads in one click to who is behind it, to help and to how it protects, in the language of the mail', () => {
  for (const language of ['de-AT', 'en']) {
    for (const kind of factKinds) {
      const { text, html } = composed(kind, [wordOf[kind]], { language });
      for (const pathOf of [contactPathOf, helpPathOf, protectionPathOf]) {
        const { href } = new URL(pathOf(shop, language), url);
        assert.match(href, /^https:\/\/shop\.example\/\w+\/shp_\w{26}\?language=(?:de|en)$/u);
        assert.ok(text.includes(href) && html.includes(href), text);
      }
    }
  }
});

test('from, to and back: the shop speaks, and answers reach it', () => {
  const mail = composed('delivered', ['delivered.recipient']);
  assert.deepEqual(mail.from, shop.face.sender);
  assert.deepEqual(mail.to, { name: 'Ada Beispiel', address: 'ada@kunde.example' });
  assert.deepEqual(mail.replyTo, { name: 'Nordlicht', address: 'hallo@nordlicht.example' });
  assert.match(mail.text, /Antworten Sie auf diese Mail oder schreiben Sie uns\nmailto:hallo@nordlicht\.example$/mu);
  assert.match(mail.text, /^Telefon: \+49 431 123 \(9–17\)$/mu);
  assert.match(mail.text, /^Weitere Wege zu uns: nordlicht\.example\nhttps:\/\/nordlicht\.example\/help$/mu);
  const hoursIn = { de: 'Mo 9–12 Uhr', en: 'Mon 9–12' };
  const contact = { email: null, phone: '1', hours: 'Mo 9–12 Uhr', hoursIn, url: 'ask in the shop' };
  const silent = composed('delivered', ['delivered.recipient'], { shop: { face: { ...shop.face, contact } } });
  assert.equal(silent.replyTo, undefined);
  assert.match(silent.text, /^Weitere Wege zu uns: ask in the shop$/mu);
  assert.match(silent.text, /^Telefon: 1 \(Mo 9–12 Uhr\)$/mu);
  const spoken = { shop: { face: { ...shop.face, contact } }, language: 'en' };
  assert.match(composed('delivered', ['delivered.recipient'], spoken).text, /^By phone: 1 \(Mon 9–12\)$/mu);
});

test('a sample shop says that its mail never left the program', () => {
  const sample = composed('shipped', ['accepted.picked_up'], { language: 'en', shop: { sample: true } });
  assert.match(sample.text, /^Sample shop: this mail never left the program\.$/mu);
  assert.doesNotMatch(composed('shipped', ['accepted.picked_up'], { language: 'en' }).text, /Sample/u);
});

const greeting = (name: string | null, language = 'en'): string | undefined =>
  /^(?:Hello|Guten Tag).*/mu.exec(composed('shipped', ['accepted.picked_up'], { name, language }).text)?.[0];

test('people are greeted by name, without one, and never with a link', () => {
  assert.equal(greeting('Anna Example'), 'Hello Anna Example,');
  assert.equal(greeting('Anna Example', 'de'), 'Guten Tag Anna Example,');
  assert.equal(greeting('  Anna\r\nExample '), 'Hello Anna Example,');
  assert.equal(greeting('ليلى حداد'), 'Hello \u2068ليلى حداد\u2069,');
  for (const name of [
    null,
    '',
    ' ',
    'You won https://evil.example',
    'WWW.evil',
    'evil.example',
    'a@b',
    'x'.repeat(81),
  ]) {
    assert.equal(greeting(name), 'Hello,', `${name}`);
  }
});

test('an order in a language that is not spoken here is told in English through and through', () => {
  for (const language of ['ar', 'fr-FR', 'zz']) {
    const mail = composed('shipped', ['accepted.picked_up'], { language });
    assert.equal(mail.language, 'en');
    assert.match(mail.html, /<html lang="en" dir="ltr">/u);
    assert.match(mail.text, /Fri 20 Nov/u);
  }
  assert.equal(composed('shipped', ['accepted.picked_up'], { language: 'de-CH' }).language, 'de-CH');
});

test('every sub-status that is told of can be written', () => {
  let written = 0;
  for (const { id } of subStatuses) {
    const { milestone, subStatus, leg } = parcel(0, id);
    const kind = milestone === 'unknown' ? null : kindOf({ milestone, subStatus, leg });
    if (kind === null) continue;
    written += 1;
    assert.match(composed(kind, [id], { language: 'en' }).text, /^\[[x>!]\] /mu, id);
  }
  assert.ok(written > 90, `${written}`);
});

test('whatever people, places and numbers are called, it stays text on one line', () => {
  const part = fc.constantFrom(
    '<script>',
    '"',
    '&',
    '\r\n',
    'Bcc: x',
    '\u202E',
    '-->',
    '{name}',
    "'",
    ' ',
    'ä',
    '😀',
    'ע',
  );
  const hostile = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, number, place) => {
      const mail = composed('exception', ['exception.lost', 'exception.lost'], {
        name,
        number,
        place: { name: place, country: null },
        parcel: { carrier: place, number: sealed('tracking_number', number) },
      });
      assert.doesNotMatch(mail.html, /<script|\u202E/u);
      assert.doesNotMatch(mail.subject, /[\r\n\u202E]/u);
      assert.doesNotMatch(mail.text, /\u202E/u);
    }),
    { numRuns: 60 },
  );
});
