import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryOfCode, countryOfName } from './countries.ts';
import { readPlace } from './places.ts';
import { zoneOfPlace } from './zones.ts';
import zones from './zones.json' with { type: 'json' };

const cases: readonly (readonly [string | null, string | null, string | null, string | null])[] = [
  // locality, country code sent; name and country read
  ['Musterhausen, Germany', null, 'Musterhausen', 'DE'],
  ['Musterhausen, Deutschland', null, 'Musterhausen', 'DE'],
  ['Germany', null, 'Germany', 'DE'],
  ['LEIPZIG - GERMANY', null, 'Leipzig', 'DE'],
  ['EAST MIDLANDS - UK', null, 'East Midlands', 'GB'],
  ['HONG KONG - HONG KONG SAR, CHINA', null, 'Hong Kong', 'HK'],
  ['SHENZHEN - CHINA MAINLAND', null, 'Shenzhen', 'CN'],
  ['CINCINNATI HUB,OH - USA', null, 'Cincinnati Hub, OH', 'US'],
  ['Compton, CA', 'US', 'Compton, CA', 'US'],
  ['Hebron, KY, US', null, 'Hebron, KY', 'US'],
  ['Hebron, KY', null, 'Hebron', null],
  ['Frankfurt, DE', 'DE', 'Frankfurt', 'DE'],
  ['FRANKFURT AM MAIN', 'DE', 'Frankfurt am Main', 'DE'],
  ["'S-HERTOGENBOSCH", 'NL', "'s-Hertogenbosch", 'NL'],
  ['WROCŁAW', 'PL', 'Wrocław', 'PL'],
  ['DHL HUB LEIPZIG', 'DE', 'DHL Hub Leipzig', 'DE'],
  [null, 'NL', 'Netherlands', 'NL'],
  ['Wien', 'AUT', 'Wien', null],
  ['Wien', 'Austria', 'Wien', 'AT'],
];

for (const [locality, code, name, country] of cases) {
  test(`${locality ?? 'no locality'} with ${code ?? 'no country'} reads as ${name ?? 'nowhere'}`, () => {
    assert.deepEqual(readPlace(locality, code), { name, country });
  });
}

const addresses = [
  'Beispielweg 2, AMSTERDAM',
  'Beispielweg, AMSTERDAM',
  'Musterstr. 7, 1043 AG Amsterdam',
  'Am Beispiel, Amsterdam',
  'Postfach 12, 1043 AG Amsterdam',
];

for (const address of addresses) {
  test(`of the address ${address} only the town is kept`, () => {
    assert.deepEqual(readPlace(address, 'NL'), { name: 'Amsterdam', country: 'NL' });
  });
}

test('an address without a town leaves the country, and without a country nothing', () => {
  assert.deepEqual(readPlace('Musterstr. 1', 'DE'), { name: 'Germany', country: 'DE' });
  assert.equal(readPlace('Musterstr. 1', null), null);
  assert.equal(readPlace(null, null), null);
  assert.equal(readPlace('', 'Narnia'), null);
});

test('countries are known by code and by English and German names, retired codes are not', () => {
  assert.equal(countryOfCode('uk'), 'GB');
  assert.equal(countryOfCode('YU'), null);
  assert.equal(countryOfCode('XX'), null);
  assert.equal(countryOfName('The Netherlands'), 'NL');
  assert.equal(countryOfName('NETHERLANDS, THE'), 'NL');
  assert.equal(countryOfName('Österreich'), 'AT');
  assert.equal(countryOfName('Türkei'), 'TR');
  assert.equal(countryOfName('Atlantis'), null);
});

test('a locality of any length is read at once', () => {
  for (const endless of [' '.repeat(60_000), '\n \n'.repeat(20_000), '7'.repeat(60_000), 'a - '.repeat(15_000)]) {
    const begun = process.threadCpuUsage();
    readPlace(`A${endless}X`, 'DE');
    assert.ok(process.threadCpuUsage(begun).user < 50_000);
  }
  assert.deepEqual(readPlace(` Berlin \n ${' '.repeat(60_000)}`, 'DE'), { name: 'Berlin', country: 'DE' });
});

test('every zone of the table is one that clocks know', () => {
  const all = Object.entries(zones);
  assert.ok(all.length > 200);
  for (const [country, zone] of all) {
    assert.equal(countryOfCode(country), country);
    assert.ok(Temporal.PlainDateTime.from('2026-07-01T12:00').toZonedDateTime(zone).epochMilliseconds > 0);
  }
});

const located: readonly (readonly [string, string, string | null, string | null])[] = [
  ['Bonn', 'DE', 'Europe/Berlin', 'located'],
  ['Las Palmas', 'ES', 'Atlantic/Canary', 'located'],
  ['Madrid', 'ES', 'Europe/Madrid', 'located'],
  ['Toledo', 'ES', 'Europe/Madrid', 'assumed'],
  ['Ponta Delgada', 'PT', 'Atlantic/Azores', 'located'],
  ['Salt Lake City, UT', 'US', 'America/Denver', 'located'],
  ['Hebron, KY', 'US', 'America/New_York', 'assumed'],
  ['Springfield', 'US', null, null],
  ['Sydney', 'AU', 'Australia/Sydney', 'located'],
  ['Shenzhen', 'CN', 'Asia/Shanghai', 'located'],
];

for (const [name, country, zone, timeConfidence] of located) {
  test(`${name} in ${country} is in ${zone ?? 'no zone that can be told'}`, () => {
    assert.deepEqual(zoneOfPlace({ name, country }), zone === null ? null : { zone, timeConfidence });
  });
}
