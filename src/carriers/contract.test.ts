import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nobodys } from '#privacy';
import * as fc from 'fast-check';
import { encodedAs, formOf, treeOf, type Json, type WireForm } from '../../test/carrier-wire.ts';
import type { AnswerHead, Connector, ReadError, ReadParcel, ReadResult, ReadScan } from './contract.ts';
import { countryOfCode } from './reading/countries.ts';
import { connectors } from './registry.ts';
import { milestoneOf, subStatus } from './vocabulary.ts';

// What every carrier keeps, whatever comes over the line. A new carrier brings samples and is tested here without a line more.
const ok: AnswerHead = { status: 200, retryAfter: null };
const kinds: ReadonlySet<ReadError['kind']> = new Set(['not_found', 'auth', 'rate_limited', 'bad_input', 'upstream']);
const encoder = new TextEncoder();

function folder(connector: Connector): string {
  return join(import.meta.dirname, connector.manifest.id);
}

type Sample = { readonly bytes: Uint8Array; readonly form: WireForm; readonly json: Json };

function samples(connector: Connector): readonly Sample[] {
  const path = join(folder(connector), 'samples');
  return readdirSync(path).map((name) => {
    const bytes = readFileSync(join(path, name));
    const form = formOf(name);
    return { bytes, form, json: treeOf(form, bytes) };
  });
}

/** All names and short texts of the samples: what random answers are made of, so that they come near to real ones. */
function wordsOf(json: Json): readonly string[] {
  if (Array.isArray(json)) return (json as readonly Json[]).flatMap(wordsOf);
  if (typeof json === 'string') return json.length < 80 ? [json] : [];
  if (json === null || typeof json !== 'object') return [];
  return [...Object.keys(json), ...Object.values(json).flatMap(wordsOf)];
}

function assertTime(connector: Connector, scan: ReadScan): void {
  const { localTime, offset, zone, timeConfidence } = scan;
  if (timeConfidence === 'date_only') assert.match(localTime, /^\d{4}-\d\d-\d\d$/);
  else assert.match(localTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  Temporal.PlainDateTime.from(localTime);
  if (offset !== null) assert.match(offset, /^[+-]\d\d:\d\d$/);
  if (timeConfidence !== 'date_only') assert.equal(timeConfidence === 'exact', offset !== null);
  if (zone !== null) Temporal.PlainDateTime.from(localTime).toZonedDateTime(zone);
  const { zone: placed, timeConfidence: how } = connector.zoneAt(scan.place, scan.code);
  if (timeConfidence === 'located') assert.deepEqual([placed, how], [zone, 'located']);
}

function assertScan(connector: Connector, scan: ReadScan): void {
  assert.ok(scan.code.length > 0);
  assert.equal(scan.milestone, scan.subStatus === null ? 'unknown' : milestoneOf(scan.subStatus));
  if (scan.subStatus !== null) assert.ok(subStatus(scan.subStatus));
  assert.ok(scan.text === null || scan.text.length > 0);
  if (scan.place !== null) {
    assert.ok(scan.place.name.length > 0);
    if (scan.place.country !== null) assert.equal(countryOfCode(scan.place.country), scan.place.country);
  }
  assertTime(connector, scan);
  const { milestone, subStatus: id, retracts, leg } = scan;
  assert.deepEqual(connector.meaning(scan.code, scan.text), { milestone, subStatus: id, retracts, leg }, scan.code);
}

/** The instant, where offset or zone leave no doubt about it. */
function instantMs({ localTime, offset, zone, timeConfidence }: ReadScan): number | null {
  if (timeConfidence === 'date_only') return null;
  const clock = offset ?? zone;
  return clock === null ? null : Temporal.PlainDateTime.from(localTime).toZonedDateTime(clock).epochMilliseconds;
}

function assertOrder({ scans }: ReadParcel): void {
  const instants = scans.map(instantMs).filter((ms) => ms !== null);
  assert.deepEqual(
    instants,
    instants.toSorted((a, b) => a - b),
  );
}

function assertSound(connector: Connector, result: ReadResult): void {
  for (const parcel of result.parcels) {
    assert.ok(parcel.number.length > 0);
    for (const scan of parcel.scans) assertScan(connector, scan);
    assertOrder(parcel);
  }
  for (const { kind, message } of result.errors) {
    assert.ok(kinds.has(kind));
    assert.ok(message.length > 0 && message.length < 700);
  }
  const scans = result.parcels.flatMap((parcel) => parcel.scans);
  const codes = result.unmapped.map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const { code, count } of result.unmapped) assert.equal(scans.filter((scan) => scan.code === code).length, count);
  for (const { code, milestone } of scans) if (milestone === 'unknown') assert.ok(codes.includes(code), code);
}

/** One place in the JSON after another thing has been put there, or with nothing there any more. */
function mutated(json: Json, path: readonly number[], instead: Json | undefined): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined || json === null || typeof json !== 'object') return instead;
  const entries = Object.entries(json);
  const chosen = entries.length === 0 ? -1 : first % entries.length;
  const changed = entries.flatMap(([key, value], index) => {
    const put = index === chosen ? mutated(value, rest, instead) : value;
    return put === undefined ? [] : [[key, put] as const];
  });
  return Array.isArray(json) ? changed.map(([, value]) => value) : Object.fromEntries(changed);
}

/** Every list of records in another order. */
function shuffled(json: Json, seed: number): Json {
  if (json === null || typeof json !== 'object') return json;
  if (!Array.isArray(json))
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, shuffled(value, seed)]));
  const items = (json as readonly Json[]).map((item) => shuffled(item, seed));
  const rank = (index: number) => ((index + 1) * (seed * 2 + 1) * 7919) % 104_729;
  return items
    .map((item, index) => ({ item, index }))
    .toSorted((a, b) => rank(a.index) - rank(b.index))
    .map(({ item }) => item);
}

function byText(list: readonly unknown[]): readonly string[] {
  return list.map((each) => JSON.stringify(each)).toSorted();
}

function inOrder({ parcels, errors, unmapped }: ReadResult): unknown {
  return { parcels: byText(parcels), errors: byText(errors), unmapped };
}

const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;
/** A place in an answer and what stands there instead: anything, nothing, or a word from somewhere else in the samples. */
function changesOf(words: readonly string[]) {
  const other = fc.constantFrom<Json>({}, [], '', 'Z', '2026-11-20T10:00:00', '2026-11-20', -0);
  return fc.record({
    path: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 8 }),
    instead: fc.oneof(fc.constantFrom<Json>(...words), anyJson, fc.constant(undefined), other),
  });
}

for (const connector of connectors) {
  const { id } = connector.manifest;
  const own = samples(connector);
  const anySample = fc.nat({ max: own.length - 1 });
  const words = [...new Set(own.flatMap(({ json }) => wordsOf(json)))];
  const forms = [...new Set(own.map(({ form }) => form))];

  test(`${id}: samples exist, and all of them read to sound scans`, () => {
    assert.ok(own.length >= 5);
    for (const { bytes } of own) assertSound(connector, connector.read(bytes, ok));
    assert.ok(own.some(({ bytes }) => connector.read(bytes, ok).parcels.some(({ scans }) => scans.length > 2)));
  });

  test(`${id}: random bytes are an error and never an exception`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 100, max: 599 }), (bytes, status) => {
        const result = connector.read(bytes, { status, retryAfter: null });
        assertSound(connector, result);
        assert.ok(result.errors.length > 0);
      }),
    );
  });

  test(`${id}: a sample cut off anywhere is an error and never an exception`, () => {
    for (const { bytes } of own) {
      for (const part of [0.1, 0.5, 0.9]) {
        const { parcels, errors } = connector.read(bytes.subarray(0, Math.floor(bytes.length * part)), ok);
        assert.deepEqual([parcels.length, errors.length > 0], [0, true]);
      }
    }
  });

  test(`${id}: samples with anything anywhere else still read to sound scans`, () => {
    fc.assert(
      fc.property(anySample, fc.array(changesOf(words), { minLength: 1, maxLength: 4 }), (index, changes) => {
        const { json = null, form = 'json' } = own[index] ?? {};
        const wire = changes.reduce<Json>((now, { path, instead }) => mutated(now, path, instead) ?? null, json);
        assertSound(connector, connector.read(encodedAs(form, wire), ok));
      }),
      { numRuns: 500 },
    );
  });

  test(`${id}: random answers in the carrier's own words read to sound scans`, () => {
    const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.string({ maxLength: 20 }));
    const { wire } = fc.letrec<{ wire: unknown; list: unknown; record: unknown }>((tie) => ({
      wire: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.integer(),
        fc.constant(null),
        fc.boolean(),
        tie('list'),
        tie('record'),
      ),
      list: fc.array(tie('wire'), { maxLength: 4 }),
      record: fc.dictionary(word, tie('wire'), { maxKeys: 8 }),
    }));
    fc.assert(
      fc.property(wire, fc.constantFrom(...forms), (answer, form) => {
        assertSound(connector, connector.read(encodedAs(form, answer), ok));
      }),
      { numRuns: 500 },
    );
  });

  test(`${id}: an answer a million brackets deep is an error and never an exception`, () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"shipments":', '}'],
      ['{"data":[', ']}'],
    ] as const) {
      const deep = open.repeat(100_000) + 'null' + close.repeat(100_000);
      assert.ok(connector.read(encoder.encode(deep), ok).errors.length > 0);
      assert.ok(connector.read(encoder.encode(open.repeat(100_000)), ok).errors.length > 0);
    }
  });

  test(`${id}: the order of an answer's lists does not change what is read`, () => {
    fc.assert(
      fc.property(anySample, fc.nat({ max: 5_000 }), (index, seed) => {
        const { json = null, form = 'json' } = own[index] ?? {};
        const result = connector.read(encodedAs(form, shuffled(json, seed)), ok);
        assert.deepEqual(inOrder(result), inOrder(connector.read(encodedAs(form, json), ok)));
      }),
      { numRuns: 200 },
    );
  });

  test(`${id}: no offset is read that was not sent`, () => {
    for (const { bytes } of own) {
      const sent = bytes.toString();
      for (const { localTime, offset } of connector.read(bytes, ok).parcels.flatMap(({ scans }) => scans)) {
        if (offset === null) continue;
        const iso = sent.includes(`${localTime}${offset}`) || (offset === '+00:00' && sent.includes(`${localTime}Z`));
        // Carriers that write day, time and offset apart, in digits.
        const day = localTime.slice(0, 10).replaceAll('-', '');
        const spellings = [offset, offset.replace(':', '.'), offset.replace(':', '')];
        const apart = sent.includes(`"${day}"`) && spellings.some((one) => sent.includes(`"${one}"`));
        assert.ok(iso || apart);
      }
    }
  });

  test(`${id}: every line of codes.json is a word of the vocabulary, and means the same without a text`, () => {
    const codes = JSON.parse(readFileSync(join(folder(connector), 'codes.json'), 'utf8')) as Readonly<
      Record<string, string>
    >;
    assert.ok(Object.keys(codes).length > 0);
    for (const [code, word] of Object.entries(codes)) {
      assert.ok(subStatus(word), `${code} is mapped to ${word}`);
      assert.equal(connector.meaning(code, null).subStatus, word, code);
    }
  });

  test(`${id}: any code and any text have a meaning, and nobody's code is unknown`, () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string({ maxLength: 300 })), (code, text) => {
        const { milestone, subStatus: word } = connector.meaning(code, text);
        assert.equal(milestone === 'unknown', word === null);
      }),
    );
    assert.equal(connector.meaning('no-carrier:NO_SUCH_CODE', null).milestone, 'unknown');
  });

  test(`${id}: refusals are told apart`, () => {
    const kindOf = (status: number, body: string, retryAfter: string | null = null) =>
      connector.read(encoder.encode(body), { status, retryAfter }).errors.map(({ kind }) => kind);
    for (const body of ['', '<html></html>', '{}', '[]']) {
      assert.deepEqual(kindOf(404, body), ['not_found']);
      assert.deepEqual([kindOf(401, body), kindOf(403, body)], [['auth'], ['auth']]);
      assert.deepEqual(kindOf(429, body), ['rate_limited']);
      assert.deepEqual(kindOf(400, body), ['bad_input']);
      assert.deepEqual(
        [kindOf(500, body), kindOf(503, body), kindOf(200, body)],
        [['upstream'], ['upstream'], ['upstream']],
      );
    }
    assert.equal(connector.read(new Uint8Array(), { status: 429, retryAfter: '17' }).errors[0]?.retryAfterSeconds, 17);
  });

  test(`${id}: it asks only its own hosts, about each parcel once, and says no more than it was given`, () => {
    const secrets = Object.fromEntries(connector.manifest.credentials.map(({ name }) => [name, `secret-${name}`]));
    const parcels = Array.from({ length: 7 }, (_, index) => ({
      parcelId: `parcel-${index}`,
      number: nobodys('tracking_number', `0034000000000000001${index}`),
      service: null,
      recipientPostcode: index === 0 ? nobodys('postcode', '54321') : null,
    }));
    const requests = connector.ask(parcels, secrets);
    assert.deepEqual(
      requests.flatMap(({ parcelIds }) => parcelIds).toSorted(),
      parcels.map(({ parcelId }) => parcelId),
    );
    for (const { url, parcelIds, body } of requests) {
      assert.ok(parcelIds.length <= connector.manifest.parcelsPerCall);
      assert.equal(new URL(url).protocol, 'https:');
      assert.ok(connector.manifest.hosts.includes(new URL(url).host));
      assert.ok(!`${url}${body ?? ''}`.includes('54321') || parcelIds.includes('parcel-0'));
    }
  });

  test(`${id}: its manifest is one that people and the planner can use`, () => {
    const { manifest } = connector;
    assert.match(manifest.id, /^[a-z0-9-]+$/);
    assert.ok(manifest.quota.callsPerDay > 0 && manifest.quota.callsPerSecond > 0 && manifest.parcelsPerCall > 0);
    Temporal.Instant.from('2026-11-20T00:00:00Z').toZonedDateTimeISO(manifest.quota.resetZone);
    assert.ok(manifest.publicPage === null || /^https:\/\/.*\{number\}/.test(manifest.publicPage));
    assert.ok(manifest.retentionDays > 0);
  });

  const { push } = connector;
  if (push === null) continue;

  test(`${id}: a push that shows no secret brings nothing in, and no push brings the reader down`, () => {
    const receivedAt = Temporal.Instant.from('2026-11-20T10:00:00Z');
    const secrets = Object.fromEntries(connector.manifest.credentials.map(({ name }) => [name, `secret-${name}`]));
    for (const { bytes } of own) {
      assert.deepEqual(push.readPush({ headers: {}, bytes, receivedAt }, secrets), { no: 'signature' });
      assert.deepEqual(push.readPush({ headers: {}, bytes, receivedAt }, {}), { no: 'signature' });
    }
    const headers = fc.dictionary(fc.string(), fc.constantFrom('', ...Object.values(secrets)), { maxKeys: 4 });
    fc.assert(
      fc.property(headers, fc.uint8Array(), (sent, bytes) => {
        assert.ok('no' in push.readPush({ headers: sent, bytes, receivedAt }, secrets));
      }),
    );
  });
}
