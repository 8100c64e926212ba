import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constantFrom, oneof, property, string } from 'fast-check';
import { issuers } from '../issuers/catalogue.ts';
import { readSeal } from '../read-input.ts';
import { nextCheckAt } from '../standing.ts';
import { adapterShape, urlWith, type Adapter, type Filling } from './adapter.ts';
import { leadsTo, namesHost, says } from './named.ts';
import { readPage, type PageRead } from './read-page.ts';
import { readCount, readGrade, readUntil } from './values.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const filling: Filling = {
  certificate: 'https://www.ehi-siegel.de/shops/nordlicht',
  domain: 'nordlicht.example',
  name: 'Nordlicht Keramik',
  id: 'chl-1',
};
const none = { grade: null, scale: null, count: null, label: null, validUntil: null };

function adapterOf(id: string, kind: 'seal' | 'rating'): Adapter {
  const adapter = issuers.find((one) => one.id === id)?.adapters[kind];
  assert(adapter !== null && adapter !== undefined, `${id} ${kind}`);
  return adapter;
}

function read(id: string, kind: 'seal' | 'rating', answer: object | string, place = 0): PageRead {
  const page = adapterOf(id, kind).pages[place];
  assert(page !== undefined);
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return readPage(page, new TextEncoder().encode(text), filling, now);
}

const page = (...lines: readonly string[]): string => `<html><body>${lines.join('\n')}</body></html>`;
const ld = (data: object): string => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
const aggregate = { '@type': 'AggregateRating', ratingValue: '4,8', bestRating: '5', reviewCount: '1.318' };

test('every way of the catalogue keeps the rules that staff’s own descriptions have to keep', () => {
  const ways = issuers.flatMap(({ adapters }) => [adapters.seal, adapters.rating].filter((one) => one !== null));
  assert.ok(ways.length >= 9);
  for (const way of ways) assert.deepEqual(adapterShape.parse(way), way);
});

test('each issuer’s answer is read in its own wire format: valid, ended, and without what was to be read', () => {
  const mark = (status: string, url: string) => ({
    response: {
      data: { shop: { tsId: 'X01', url, name: 'N', trustMark: { status, validTo: '2027-03-31T23:59:59+02:00' } } },
    },
  });
  const channels = [
    { id: 'chl-0', url: 'https://other.example' },
    { id: 'chl-1', url: 'https://www.nordlicht.example' },
  ];
  const rows: readonly (readonly [PageRead, PageRead])[] = [
    [
      read('trusted-shops', 'seal', mark('VALID', 'www.nordlicht.example')),
      { read: { ...none, validUntil: Temporal.Instant.from('2027-03-31T21:59:59Z') } },
    ],
    [read('trusted-shops', 'seal', mark('CANCELLED', 'nordlicht.example')), { ended: 'not_valid' }],
    [read('trusted-shops', 'seal', mark('VALID', 'nordlicht.example.evil.test')), { ended: 'not_named' }],
    [read('trusted-shops', 'rating', channels), { read: none }],
    [read('trusted-shops', 'rating', { items: channels }), { read: none }],
    [read('trusted-shops', 'rating', channels.slice(0, 1)), { ended: 'not_named' }],
    [
      read(
        'trusted-shops',
        'rating',
        { '365days': { rating: 4.72, count: 1318 }, overall: { rating: 4.6, count: 1 } },
        1,
      ),
      { read: { ...none, grade: 4.72, scale: 5, count: 1318 } },
    ],
    [read('trusted-shops', 'rating', { overall: {} }, 1), { failed: 'changed' }],
    [
      read('trustpilot', 'rating', {
        websiteUrl: 'http://nordlicht.example',
        score: { trustScore: 4.1 },
        numberOfReviews: { total: 97 },
      }),
      { read: { ...none, grade: 4.1, scale: 5, count: 97 } },
    ],
    [
      read('google', 'rating', { rating: 4.6, userRatingCount: 212, websiteUri: 'https://nordlicht.example/' }),
      { read: { ...none, grade: 4.6, scale: 5, count: 212 } },
    ],
    [
      read(
        'provenexpert',
        'rating',
        page(
          'Nordlicht <a href="https://nordlicht.example/">Web</a>',
          ld({ '@graph': [{ aggregateRating: aggregate }] }),
        ),
      ),
      { read: { ...none, grade: 4.8, scale: 5, count: 1318 } },
    ],
    [
      read('provenexpert', 'rating', page('nordlicht.example', ld({ ...aggregate, ratingValue: 6 }))),
      { failed: 'changed' },
    ],
    [read('ehi', 'seal', page('<p>Inhaber: <b>WWW.Nordlicht.example</b></p>')), { read: none }],
    [read('ehi', 'seal', page('nordlicht.example', 'Das Zertifikat<br>ist&nbsp;abgelaufen.')), { ended: 'withdrawn' }],
    [
      read('ehi', 'seal', page('<!-- nordlicht.example --><script>"nordlicht.example"</script>Geprüft')),
      { ended: 'not_named' },
    ],
    [read('ehi', 'seal', ''), { failed: 'changed' }],
    [read('trustpilot', 'rating', '<html>Just a moment…</html>'), { failed: 'changed' }],
  ];
  for (const [index, [found, wanted]] of rows.entries()) assert.deepEqual(found, wanted, `row ${index}`);
});

test('a certificate names the shop’s host, and not one that only looks like it or the address it was asked by', () => {
  const named = [
    'nordlicht.example',
    'Shop: WWW.NORDLICHT.EXAMPLE.',
    'https://nordlicht.example/kontakt',
    '(nordlicht.example)',
  ];
  const others = [
    'evil-nordlicht.example',
    'nordlicht.example.evil.test',
    'a.nordlicht.example',
    'nordlicht.examples',
    'x@nordlicht.example',
    '',
  ];
  assert.deepEqual(
    named.filter((text) => !namesHost(text, 'nordlicht.example')),
    [],
  );
  assert.deepEqual(
    others.filter((text) => namesHost(text, 'nordlicht.example')),
    [],
  );
  assert.ok(leadsTo('a href="https://www.nordlicht.example/"', 'nordlicht.example'));
  assert.ok(!leadsTo('link rel="canonical" href="https://issuer.test/review/nordlicht.example"', 'nordlicht.example'));
  assert.ok(says('Es ist abgelaufen!', 'ist abgelaufen') && !says('Frist abgelaufenheit', 'ist abgelaufen'));
});

test('what an issuer says is read in its spelling, encoding and layout too: it ends nothing, and keeps nothing alive', () => {
  const ending = (words: string) => page('nordlicht.example', `<p>Das Siegel ${words}.</p>`);
  const [way] = adapterOf('ehi', 'seal').pages;
  assert.ok(way !== undefined);
  const latin = Buffer.from(ending('ist nicht mehr gültig'), 'latin1');
  assert.deepEqual(readPage(way, latin, filling, now), { ended: 'withdrawn' }, 'umlauts of an old page');
  assert.deepEqual(read('ehi', 'seal', ending('ist nicht mehr gül\u00adtig')), { ended: 'withdrawn' });
  assert.deepEqual(read('ehi', 'seal', ending('wurde gesperrt')), { ended: 'withdrawn' });
  const umlaut = { ...filling, domain: 'xn--bren-loa.example' };
  const named = (host: string) => readPage(way, Buffer.from(page(`Inhaber: ${host}`)), umlaut, now);
  assert.deepEqual(named(umlaut.domain), { read: none });
  assert.deepEqual(named('www.bären.example'), { read: none }, 'as people write it');
  assert.deepEqual(named('eisbären.example'), { ended: 'not_named' });
  const exact = { ...aggregate, ratingValue: 4.833333333333333 };
  assert.deepEqual(read('provenexpert', 'rating', page('nordlicht.example', ld(exact))), {
    read: { ...none, grade: 4.83, scale: 5, count: 1318 },
  });
  const [channelPage] = adapterOf('trusted-shops', 'rating').pages;
  assert.ok(channelPage !== undefined);
  const numbered = Buffer.from(JSON.stringify([{ id: 17, url: 'https://nordlicht.example' }]));
  assert.deepEqual(readPage(channelPage, numbered, { ...filling, id: '17' }, now), { read: none });
  assert.equal(readUntil('2026-12-31 12:00:00')?.toString(), '2026-12-31T11:00:00Z');
});

test('what was shown and ended is asked for once more within the hour, since a page may be away for a moment', () => {
  const zone = 'Europe/Berlin';
  const at = (hasJustEnded: boolean) =>
    nextCheckAt({ zone, now, lot: 0, failures: 0, retryAfterSeconds: null, validUntil: null, hasJustEnded }).toString();
  assert.equal(at(true), '2026-11-29T13:00:00Z');
  assert.equal(at(false), '2026-11-30T02:00:00Z', 'three in the morning');
});

test('grades, counts and days are read as people write them, and nothing else is', () => {
  assert.deepEqual(['4.72', '4,72', 5, '0', '', '4.7.2', '-1', 'NaN', '101', null, {}].map(readGrade), [
    4.72,
    4.72,
    5,
    0,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.deepEqual(['1318', '1.318', '1,318', '12 345', '1.31', '1e3', -1, 1.5].map(readCount), [
    1318,
    1318,
    1318,
    12_345,
    null,
    null,
    null,
    null,
  ]);
  const end = Temporal.Instant.from('2026-12-31T23:00:00Z');
  for (const day of ['2026-12-31', '31.12.2026', '31. Dezember 2026', '31 December 2026'])
    assert.ok(readUntil(day)?.equals(end), day);
  assert.deepEqual(['31.13.2026', '30.02.2026', 'soon', '2026-99-99', '1'.repeat(100)].map(readUntil), [
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('a description that could reach elsewhere, prove nothing or hold a secret in an address is refused', () => {
  const sound = { hosts: ['siegel.example'], pages: [{ url: '{certificate}', format: 'html', names: ['{domain}'] }] };
  assert.ok(adapterShape.safeParse(sound).success);
  const first = sound.pages[0];
  const unsound = [
    { ...sound, hosts: ['127.0.0.1'] },
    { ...sound, hosts: ['localhost'] },
    { ...sound, hosts: ['*.example'] },
    { ...sound, pages: [{ ...first, url: 'https://other.example/x' }] },
    { ...sound, pages: [{ ...first, url: 'http://siegel.example/x' }] },
    { ...sound, pages: [{ ...first, url: 'https://siegel.example.evil.test/' }] },
    { ...sound, pages: [{ ...first, url: 'https://siegel.example/{secret}' }] },
    { ...sound, pages: [{ url: '{certificate}', format: 'html' }] },
    { ...sound, pages: [{ ...first, headers: { cookie: 'a=b' } }] },
    {
      ...sound,
      auth: {
        kind: 'client credentials',
        tokenUrl: 'https://other.example/token',
        audience: '',
        id: 'id',
        secret: 'key',
      },
    },
    { ...sound, script: 'alert(1)' },
  ];
  for (const one of unsound) assert.equal(adapterShape.safeParse(one).success, false, JSON.stringify(one));
  const odd = { ...filling, id: '../../{domain}?x=#' };
  assert.equal(urlWith('https://siegel.example/{id}', odd), 'https://siegel.example/..%2F..%2F%7Bdomain%7D%3Fx%3D%23');
});

test('a known issuer is asked on its own hosts only, however staff describe the way: nobody else speaks in its name', () => {
  const contact = { legalName: null, email: null, phone: null, url: 'https://nordlicht.example' };
  const shop = { face: { contact } } as unknown as Parameters<typeof readSeal>[0];
  const way = (host: string) => ({
    hosts: [host],
    pages: [{ url: `https://${host}/grade`, format: 'html', names: ['{domain}'] }],
  });
  const asked = (issuer: string, certificateHost: string, host: string) =>
    readSeal(shop, {
      ...{ issuer, kind: 'rating', name: 'Grade', certificateUrl: `https://${certificateHost}/x` },
      adapter: way(host),
    });
  assert.throws(() => asked('trusted-shops', 'www.trustedshops.de', 'nordlicht.example'), /on its issuer's hosts/);
  assert.equal(asked('trusted-shops', 'www.trustedshops.de', 'api.etrusted.com').issuer, 'trusted-shops');
  assert.equal(asked('custom', 'siegel.example', 'siegel.example').issuer, 'custom');
});

test('whatever an issuer answers, it is read or not, and never takes long', () => {
  const ways = issuers.flatMap(({ adapters }) => [adapters.seal, adapters.rating].flatMap((one) => one?.pages ?? []));
  const pieces = array(
    constantFrom(
      '<',
      '<script>',
      '<script type="application/ld+json">{"@type":"AggregateRating","ratingValue":',
      '</script>',
      '<meta name="a" content="',
      '"',
      '>',
      '&#x41;',
      '&',
      'nordlicht.example',
      '[{"id":"chl-1"}]',
      '{"response":',
      '4.5',
      '<!--',
    ),
  );
  assertProperty(
    property(
      oneof(
        string(),
        pieces.map((all) => all.join('')),
      ),
      (text) => {
        for (const one of ways) readPage(one, new TextEncoder().encode(text), filling, now);
      },
    ),
    { numRuns: 200 },
  );
  for (const piece of ['<', '<!--', '&#', 'www.', 'nordlicht.example', '<script type="application/ld+json">', '[']) {
    const began = performance.now();
    read('provenexpert', 'rating', piece.repeat(Math.ceil(500_000 / piece.length)));
    assert.ok(performance.now() - began < 1_000, `${piece}: ${performance.now() - began} ms`);
  }
});
