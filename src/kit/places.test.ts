import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { attribution, findTown, isTown } from '#kit/places';
import { openGazetteer } from './places/gazetteer.ts';

type Expected = readonly [written: string, country: string | null, latitude: number, longitude: number];

/** The town must lie where it lies, give or take a tenth of a degree. */
function assertFound(expected: readonly Expected[]): void {
  for (const [written, country, latitude, longitude] of expected) {
    const town = findTown(written, country);
    const said = `${written}, ${country}: ${JSON.stringify(town)}`;
    assert.ok(town !== null && Math.abs(town.latitude - latitude) < 0.1, said);
    assert.ok(Math.abs(town.longitude - longitude) < 0.15 && (country === null || town.country === country), said);
  }
}

function assertUnplaced(written: readonly (readonly [string, string | null])[]): void {
  for (const [name, country] of written) assert.equal(findTown(name, country), null, `${name}, ${country}`);
}

test('a town is found however its letters are written', () => {
  const munich = ['München', 'MÜNCHEN', 'Muenchen', 'MUENCHEN', 'Munchen', 'munich', 'Monaco di Baviera', ' München '];
  assertFound([...munich, 'Mu\u0308nchen'].map((name) => [name, 'DE', 48.14, 11.58] as const));
  assertFound([
    ['Köln', 'DE', 50.93, 6.95],
    ['KOELN', 'DE', 50.93, 6.95],
    ['Cologne', null, 50.93, 6.95],
    ['Zuerich', 'CH', 47.37, 8.55],
    ['ZURICH', 'CH', 47.37, 8.55],
    ['Praha 10', 'CZ', 50.09, 14.42],
    ['Warszawa', 'PL', 52.23, 21.01],
    ['Breslau', 'PL', 51.1, 17.03],
    ['LIEGE', 'BE', 50.63, 5.57],
    ['Lüttich', 'BE', 50.63, 5.57],
    ['ÅRHUS C', 'DK', 56.16, 10.21],
    ['Aarhus', 'DK', 56.16, 10.21],
    ['København K', 'DK', 55.68, 12.57],
    ['Malmoe', 'SE', 55.61, 13.0],
    ['L ISLE D ABEAU', 'FR', 45.62, 5.22],
    ['ST ETIENNE', 'FR', 45.43, 4.39],
    ['St. Augustin', 'DE', 50.78, 7.2],
    ["'s-Hertogenbosch", 'NL', 51.7, 5.3],
    ['Lisbon', 'PT', 38.72, -9.13],
  ]);
});

test('what carriers write around a town is left out', () => {
  assertFound([
    ['Köln (Paketzentrum)', 'DE', 50.93, 6.95],
    ['LEIPZIG HUB', 'DE', 51.34, 12.37],
    ['Neumünster PZ 24', 'DE', 54.07, 9.98],
    ['Paketzentrum Bochum', 'DE', 51.48, 7.22],
    ['GLS Depot 45 Essen', 'DE', 51.46, 7.01],
    ['Postverteilzentrum Wien', 'AT', 48.21, 16.37],
    ['Stafford DO', 'GB', 52.81, -2.12],
    ['53113 Bonn', 'DE', 50.73, 7.1],
    ['D-04435 Radefeld', null, 51.42, 12.3],
    ['1011 AB AMSTERDAM', 'NL', 52.37, 4.89],
    ['Oderweg 2, AMSTERDAM', 'NL', 52.37, 4.89],
    ['SHENZHEN - CHINA', null, 22.55, 114.07],
    ['LEIPZIG - GERMANY', null, 51.34, 12.37],
    ['Radefeld, Deutschland', null, 51.42, 12.3],
    ['Munich, Bavaria', 'DE', 48.14, 11.58],
    ['Wien Inzersdorf', 'AT', 48.21, 16.37],
  ]);
});

test('hubs in villages are found', () => {
  assertFound([
    ['Radefeld', 'DE', 51.42, 12.3],
    ['Börnicke, Germany', 'DE', 52.69, 12.94],
    ['Boernicke', 'DE', 52.69, 12.94],
    ['Rüdersdorf', 'DE', 52.47, 13.78],
    ['Obertshausen', 'DE', 50.07, 8.85],
    ['Ottendorf-Okrilla', 'DE', 51.18, 13.83],
    ['Feucht', 'DE', 49.38, 11.21],
    ['East Midlands - UK', null, 52.83, -1.33],
  ]);
});

test('of namesakes the one that is clearly larger is meant, and the byname decides where it is written', () => {
  assertFound([
    ['Frankfurt', 'DE', 50.12, 8.68],
    ['Frankfurt/Main', 'DE', 50.12, 8.68],
    ['Frankfurt a. M.', 'DE', 50.12, 8.68],
    ['Frankfurt am Main', 'DE', 50.12, 8.68],
    ['Frankfurt (Oder)', 'DE', 52.35, 14.55],
    ['Halle', 'DE', 51.48, 11.97],
    ['Halle (Westf.)', 'DE', 52.06, 8.36],
    ['Essen', 'DE', 51.46, 7.01],
    ['Freiburg', 'DE', 48.0, 7.85],
    ['Hamm', 'DE', 51.68, 7.82],
    ['Münster', 'DE', 51.96, 7.63],
    ['Hagen', 'DE', 51.36, 7.47],
    ['Valencia', 'ES', 39.47, -0.38],
    ['Birmingham', 'GB', 52.48, -1.9],
    ['Hamburg-Altona', 'DE', 53.55, 9.93],
  ]);
});

test('two letters at the end are a state where one has such a town, a country where the other has', () => {
  assertFound([
    ['Newark, DE', null, 39.68, -75.75],
    ['Hamburg, DE', null, 53.55, 9.99],
    ['Springfield, IL', null, 39.8, -89.64],
    ['Louisville, KY, US', null, 38.25, -85.76],
    ['CINCINNATI HUB, OH - USA', null, 39.13, -84.51],
    ['JAMAICA, NY 11430', 'US', 40.69, -73.81],
    ['Columbia, SC', null, 34.0, -81.03],
    ['Elst, NL', null, 51.92, 5.85],
    ['JACKSONVILLE FL DISTRIBUTION CENTER', 'US', 30.33, -81.66],
  ]);
});

test('a town is never guessed', () => {
  assertUnplaced([
    ['Neustadt', 'DE'],
    ['Neuenstein', 'DE'],
    ['Staufenberg', 'DE'],
    ['Eutingen', 'DE'],
    ['Weil', 'DE'],
    ['Springfield', 'US'],
    ['Frankfurt/O.', 'DE'],
    ['Frankfurt-Höchst', 'DE'],
    ['Essen (Oldb)', 'DE'],
    ['Lincoln Cross', 'GB'],
    ['Munich', 'AT'],
    ['Munich', 'XX'],
    ['Munich, Germany', 'AT'],
  ]);
});

test('without a country only a town that dominates the world is found', () => {
  assertFound([
    ['Hamburg', null, 53.55, 9.99],
    ['London', null, 51.51, -0.13],
    ['Shenzhen', null, 22.55, 114.07],
  ]);
  assertUnplaced(['Cambridge', 'Valencia', 'Kingston', 'Birmingham', 'Halle', 'San José'].map((name) => [name, null]));
});

test('countries, buildings and codes are no towns, but a town may be named like its country', () => {
  assertUnplaced(
    ['Germany', 'Deutschland', 'Lebanon', 'HUB', 'DEL', 'Paketzentrum', '', ' ', '?', '-', ',', '12345'].map((name) => [
      name,
      null,
    ]),
  );
  assertUnplaced([
    ['Germany', 'DE'],
    ['Depot', 'DE'],
    ['x'.repeat(101), 'DE'],
  ]);
  assertFound([
    ['Luxembourg', null, 49.61, 6.13],
    ['Singapore', null, 1.29, 103.85],
    ['Lebanon, TN', 'US', 36.21, -86.29],
  ]);
});

test('any words get an answer, and one that is on the globe and in the country asked for', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom('Frank', 'furt', 'St.', 'HUB', 'Halle', ' ', ', ', '-', '(', ')', '/', '04435', 'DE', 'é', 'ß'),
      )
      .map((parts) => parts.join('')),
  );
  const country = fc.option(fc.oneof(fc.constantFrom('DE', 'US', 'gb', 'FR', 'ZZ'), fc.string({ maxLength: 3 })));
  fc.assert(
    fc.property(words, country, (written, asked) => {
      const town = findTown(written, asked);
      if (town === null) return;
      assert.ok(Math.abs(town.latitude) <= 90 && Math.abs(town.longitude) <= 180 && town.name !== '');
      if (asked !== null) assert.equal(town.country, asked.trim().toUpperCase());
    }),
    { numRuns: 2000 },
  );
});

test('the table of towns is read in a moment and stays off the heap', () => {
  const heapBefore = process.memoryUsage().heapUsed;
  const begun = process.cpuUsage();
  const gazetteer = openGazetteer();
  const tookMs = process.cpuUsage(begun).user / 1000;
  assert.ok(gazetteer.namesakes('Hamburg').length > 5);
  assert.ok(tookMs < 1500, `${tookMs} ms`);
  assert.ok(process.memoryUsage().heapUsed - heapBefore < 60_000_000);
});

test('a thousand searches take less than half a second', () => {
  findTown('Hamburg', 'DE');
  const names = ['Hamburg', 'Köln (Paketzentrum)', 'Neustadt', 'Oderweg 2, AMSTERDAM', 'San José'];
  const begun = process.cpuUsage();
  for (let search = 0; search < 1000; search += 1) findTown(names[search % names.length] ?? '', null);
  assert.ok(process.cpuUsage(begun).user / 1000 < 500);
});

test('the source of the towns is named', () => {
  assert.match(attribution().text, /GeoNames.*CC BY 4\.0/);
  assert.equal(new URL(attribution().url).hostname, 'www.geonames.org');
});

test('a country in place of a town is told from a town, in whatever language it was written', () => {
  const told = (name: string, country: string | null) => isTown({ name, country });
  for (const name of ['Germany', 'DEUTSCHLAND', 'Allemagne']) assert.equal(told(name, 'DE'), false, name);
  assert.equal(told('United Kingdom', 'GB'), false);
  assert.equal(told('Singapore', 'SG'), false);
  assert.equal(told('Leipzig', 'DE'), true);
  assert.equal(told('Poland', 'US'), true, 'a town of that name elsewhere');
  assert.equal(told('Germany', null), true, 'nothing else says which country it is');
});
