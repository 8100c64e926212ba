import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Keyring } from '#keys';
import { onDatabase } from './running-program.ts';
import { forms, needlesOf, rarerNeedlesOf, type Markers } from './theft/needles.ts';
import { createSearch, type Finding } from './theft/search.ts';
import { steal, type Loot } from './theft/stolen.ts';

function newHome(t: TestContext): string {
  const home = mkdtempSync(join(tmpdir(), 'glasspost-theft-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Everything that the thief finds, in files, in tables, in names. */
function searched(t: TestContext, loot: Loot): readonly Finding[] {
  const begun = performance.now();
  const search = createSearch(loot.needles);
  const { findings, bytes } = search.inFolder(loot.folder);
  const inTables = [...loot.texts].flatMap(([place, text]) => search.inBytes(text, place));
  t.diagnostic(
    `${loot.rows} rows and ${Math.round(bytes / 1e6)} MB after ${loot.mails} mails searched for ` +
      `${loot.needles.length} needles in ${Math.round(performance.now() - begun)} ms`,
  );
  return [...findings, ...inTables];
}

test('A stolen database tells nothing.', async (t) => {
  const loot = await steal({ home: newHome(t), customers: 96 });
  const findings = searched(t, loot);
  assert.deepEqual(findings.slice(0, 20), []);
  assert.deepEqual(loot.wordIndexes, [], 'no index knows words of a text');
  assert.ok(loot.jobs > 10, 'jobs waited while it was stolen');
});

/** What is sealed, and what hides it: this keyring hides nothing. */
const openly = (keyring: Keyring): Keyring => ({
  ...keyring,
  seal: (_key, plain) => Buffer.from(plain),
  open: (_key, sealed) => Buffer.from(sealed),
});

/** Two letters of each kind of marked text that is kept: see `orderOf`, `postScans` and `push`. */
const sealedKinds = [
  'ci',
  'co',
  'cu',
  'em',
  'en',
  'it',
  'nm',
  'on',
  'pc',
  'ph',
  'pl',
  'pt',
  're',
  'sk',
  'st',
  'tr',
  'tx',
];

/** What is sealed of an order that comes again. */
const saidInOrders = ['ci', 'co', 'cu', 'em', 'nm', 'pc', 'ph', 'st'];

/** The token in every form, each in a row of its own: what a table might hold if somebody wrote it so. */
async function plant(databaseUrl: string, { token }: Markers): Promise<void> {
  await onDatabase(databaseUrl, async (client) => {
    await client.query('create table planted (written bytea)');
    for (const { bytes } of [...needlesOf(token, ''), ...rarerNeedlesOf(token, '')])
      await client.query('insert into planted values ($1)', [bytes]);
  });
}

/** The two letters behind the tokens that stand in places of this kind. */
function kindsIn(findings: readonly Finding[], place: RegExp): readonly string[] {
  const marked = findings.filter((one) => place.test(one.place));
  const kinds = marked.map(({ text }) => /^\d{12}([a-z]{2})\d{4}/.exec(text)?.[1] ?? '');
  return [...new Set(kinds)].filter((kind) => kind !== '').toSorted();
}

const gap = Buffer.from([0, 1]);
const nameOf = ({ of, form }: Pick<Finding, 'of' | 'form'>): string => `${of} in ${form}`;

test('The same search finds everything as soon as nothing is sealed.', async (t) => {
  const loot = await steal({ home: newHome(t), customers: 64, opening: { keyringAs: openly }, last: plant });
  const token = loot.needles.find(({ form }) => form === 'utf-8')?.bytes.toString() ?? '';
  writeFileSync(join(loot.folder, 'planted'), Buffer.concat(loot.needles.flatMap(({ bytes }) => [bytes, gap])));
  appendFileSync(join(loot.folder, 'glasspost.log'), token);
  appendFileSync(join(loot.folder, 'postgres', 'postgres.log'), token);
  mkdirSync(join(loot.folder, token));
  const findings = searched(t, loot);

  const tables = /^table /;
  const files = /^postgres\/cluster\/base\//;
  const dumps = /^bytes of /;
  const copies = /^copies\//;
  const fresh = /^changes before the checkpoint /;
  const changes = /^postgres\/cluster\/pg_wal\//;
  for (const place of [tables, dumps, files, copies])
    assert.deepEqual(kindsIn(findings, place), sealedKinds, String(place));
  // Of a changed row the log of changes holds only what differs: a corrected address begins as the wrong one did.
  for (const place of [changes, fresh]) {
    assert.deepEqual(new Set([...kindsIn(findings, place), 'en']), new Set(sealedKinds), String(place));
  }
  // What a server that writes down every parameter was given: orders, by their number.
  assert.deepEqual(kindsIn(findings, /^postgres\/postgres\.log$/), saidInOrders);
  for (const place of [files, changes]) {
    const seen = new Set(findings.filter((one) => place.test(one.place)).map(({ form }) => form));
    assert.deepEqual([...seen].toSorted(), forms.toSorted(), String(place));
  }
  const planted = new Set(findings.filter(({ place }) => place === 'planted').map(nameOf));
  assert.deepEqual(
    loot.needles.map(nameOf).filter((name) => !planted.has(name)),
    [],
  );
  for (const place of ['glasspost.log', 'postgres/postgres.log', `the name of ${token}`]) {
    assert.ok(
      findings.some((one) => one.place === place),
      place,
    );
  }
});
