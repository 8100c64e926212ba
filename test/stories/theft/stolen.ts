import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { to } from 'pg-copy-streams';
import { findConnector } from '#carriers';
import { withOpenedHouse, type Opening } from '../../../src/program.ts';
import type { Settings } from '../../../src/settings.ts';
import { callerOf } from '../calls.ts';
import { noteOf, onDatabase, serveProgram, type RunningProgram } from '../running-program.ts';
import { loosenTongues } from './loose-tongues.ts';
import { startMailServer } from './mail-server.ts';
import { createMarkers, needlesOf, needlesOfBytes, rarerNeedlesOf, type Markers, type Needle } from './needles.ts';
import { bringTrouble, liveThroughDay, type Day } from './shop-day.ts';

/** All that a thief can carry away: the data folder after the end, and what stood in tables and notes while it ran. */
export type Loot = {
  readonly folder: string;
  readonly texts: ReadonlyMap<string, Uint8Array>;
  /** What to look for in it. */
  readonly needles: readonly Needle[];
  readonly rows: number;
  readonly mails: number;
  /** Jobs that waited, and indexes that know words or parts of words, while it ran. */
  readonly jobs: number;
  readonly wordIndexes: readonly string[];
};

export type Theft = {
  /** Where the program keeps everything: an empty folder. */
  readonly home: string;
  readonly customers: number;
  readonly opening?: Opening;
  /** What is done to the database last, by its address. */
  readonly last?: (databaseUrl: string, markers: Markers) => Promise<void>;
};

type Scene = Theft & RunningProgram & { readonly markers: Markers; readonly mailsTaken: () => number };

/** Runs the whole program once, with its own PostgreSQL in a folder of its own, and steals what it leaves. */
export async function steal(theft: Theft): Promise<Loot> {
  const mail = await startMailServer();
  const own = { GLASSPOST_SMTP_URL: mail.url, GLASSPOST_SMTP_OPERATOR: 'post.example' };
  const running = await serveProgram(theft.home, own, theft.opening);
  try {
    const scene = { ...theft, ...running, markers: createMarkers(), mailsTaken: mail.taken };
    return { ...(await run(scene)), folder: running.settings.dataDir, mails: mail.taken() };
  } finally {
    await running.program.stop();
    await mail.close();
  }
}

/** The last part of a key is its secret; what stands before names it. */
const keySecretCharacters = 43;

async function run(scene: Scene): Promise<Omit<Loot, 'folder' | 'mails'>> {
  const { markers, customers, mailsTaken, port, key, greeting, databaseUrl } = scene;
  const entry = /http\S+\/console\/enter\/(\S+)/.exec(greeting)?.[1] ?? '';
  const day: Day = { markers, customers, port, key, mailsTaken };
  const links = await liveThroughDay(day);
  const statuses = (await bringTrouble(day)).map(({ status }) => status);
  assert.ok(
    statuses.every((status) => status === 200 || (status >= 400 && status < 500)),
    `trouble is refused: ${statuses.join(' ')}`,
  );
  await push(scene);
  await loosenTongues({ ...day, databaseUrl });
  const session = await lookAround(port, entry, markers);
  await scene.last?.(databaseUrl, markers);
  await copyAway(scene);
  const said = await sayings(scene, session);
  const secrets = [
    ['the API key', key.slice(-keySecretCharacters)],
    ['the way into the console', entry],
    ['the session', session],
    ...links.map((link) => ['a customer\u2019s link', link.split('/').at(-1) ?? ''] as const),
  ] as const;
  const taken = await readTables(scene.settings, databaseUrl);
  return {
    ...taken,
    texts: new Map([...taken.texts, ...said]),
    needles: [...needlesFor(markers), ...secretNeedles(secrets)],
  };
}

function needlesFor({ token, addressOf }: Markers): readonly Needle[] {
  const groups = addressOf(0).split(':').slice(2, 5);
  const of = 'an address on the internet';
  return [
    ...needlesOf(token, 'a marked text'),
    ...rarerNeedlesOf(token, 'a marked text'),
    ...needlesOf(groups.join(':'), of),
    ...needlesOfBytes(Buffer.from(groups.join(''), 'hex'), of),
  ];
}

/** Each secret as it is written, and the bytes that are written so. */
function secretNeedles(secrets: readonly (readonly [of: string, secret: string])[]): readonly Needle[] {
  return secrets.flatMap(([of, secret]) => {
    assert.ok(secret.length >= 27, `${of} is not known`);
    return [...needlesOf(secret, of), ...needlesOfBytes(Buffer.from(secret, 'base64url'), of)];
  });
}

/** An account with the carrier, connected last: so it is told of parcels, and nobody asks it. It pushes once. */
async function push({ settings, markers: { mark }, opening, port }: Scene): Promise<void> {
  const pushToken = mark('pt', 0);
  const connect: Parameters<typeof withOpenedHouse<string>>[1] = async (house) => {
    const [shop] = await house.orders.shops(house.database);
    const connector = findConnector('dhl');
    assert.ok(shop !== undefined && connector !== null);
    // Without an API key nothing is ever asked: a test does not call the world.
    const secrets = { apiKey: '', pushToken };
    const account = await house.carriers.addAccount(house.database, { shopId: shop.shopId, connector, secrets });
    return new URL(house.pushUrlOf(account)).pathname;
  };
  const path = await withOpenedHouse(settings, connect, opening);
  const event = {
    timestamp: '2026-11-20T08:54:00',
    location: { address: { addressLocality: mark('pl', 1), streetAddress: mark('st', 1), countryCode: 'DE' } },
    ...{ statusCode: 'delivered', status: 'ZU', description: `Delivered to the neighbour ${mark('tx', 1)}` },
  };
  const parcel = { id: mark('tr', 1), service: 'parcel-de', status: event, events: [event] };
  const body = { shipments: [{ ...parcel, details: { receiver: { name: mark('rc', 1) } } }] };
  const taken = await callerOf(port)('POST', path, { headers: { 'x-glasspost-push-token': pushToken }, body });
  assert.deepEqual([taken.status, taken.body?.['accepted']], [200, 1], taken.text);
}

/** Somebody of the shop goes in and reads every screen. @returns the session's token */
async function lookAround(port: number, entry: string, { mark }: Markers): Promise<string> {
  const call = callerOf(port);
  const entered = await call('POST', `/console/enter/${entry}`, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: `http://127.0.0.1:${port}` },
    body: '',
  });
  assert.equal(entered.status, 303, entered.text);
  const cookie = /^[^;]*/.exec(entered.headers.get('set-cookie') ?? '')?.[0] ?? '';
  const read = async (path: string): Promise<string> => {
    const page = await call('GET', path, { headers: { cookie, accept: 'text/html' } });
    assert.equal(page.status, 200, `${path}: ${page.text.slice(0, 200)}`);
    return page.text;
  };
  const found = await read(`/console?text=${mark('on', 1)}`);
  const parcel = /\/console\/parcels\/par_[0-9a-z]+/.exec(found)?.[0] ?? '';
  assert.ok((await read(parcel)).includes(mark('tx', 1)), 'staff read what the carrier said');
  for (const screen of ['notices', 'codes', 'parked', 'settings', 'keys', 'audit']) await read(`/console/${screen}`);
  return cookie.split('=')[1] ?? '';
}

/** The copy of the data as its operator keeps it elsewhere, unpacked, and laid where everything is searched. */
async function copyAway({ settings, opening }: Scene): Promise<void> {
  const under = join(settings.dataDir, '..', 'copies');
  mkdirSync(under);
  await withOpenedHouse(settings, (house) => house.backup.writeData({ under, recipients: [] }), opening);
  const packed = readdirSync(under, { recursive: true, withFileTypes: true }).filter(({ name }) =>
    name.endsWith('.gz'),
  );
  assert.ok(packed.length > 40, `${packed.length} tables were copied`);
  for (const { parentPath, name } of packed) {
    const path = join(parentPath, name);
    writeFileSync(path.replace(/\.gz$/, ''), gunzipSync(readFileSync(path)));
  }
  renameSync(under, join(settings.dataDir, 'copies'));
}

/** What the program says about itself to whoever watches it. */
async function sayings({ port }: Scene, session: string): Promise<readonly (readonly [string, Buffer])[]> {
  const call = callerOf(port);
  const paths = ['/healthz', '/readyz', '/metrics', '/console/health', '/console/mailbox'];
  return await Promise.all(
    paths.map(
      async (path) =>
        [`what ${path} says`, Buffer.from((await call('GET', path, { headers: { cookie: session } })).text)] as const,
    ),
  );
}

/**
 * A dump of every table of every schema, PostgreSQL's own and the queue's too, as text and as bytes; the log of changes
 * before the checkpoint, and the note that a running program leaves.
 */
async function readTables(
  settings: Settings,
  databaseUrl: string,
): Promise<Omit<Loot, 'folder' | 'mails' | 'needles'>> {
  return await onDatabase(databaseUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'm') order by 1`,
    );
    const texts = new Map([['running.json', Buffer.from(noteOf(settings))]]);
    let rows = 0;
    for (const { name } of tables.rows) {
      const text = await buffer(client.query(to(`copy (select * from ${name}) to stdout`)));
      rows += text.toString('latin1').split('\n').length - 1;
      texts.set(`table ${name}`, text);
      // Rights of PostgreSQL's own tables have no bytes.
      if (!name.includes('.')) continue;
      texts.set(`bytes of ${name}`, await buffer(client.query(to(`copy (select * from ${name}) to stdout binary`))));
    }
    const changes = join(settings.dataDir, 'postgres', 'cluster', 'pg_wal');
    for (const file of readdirSync(changes, { withFileTypes: true }).filter((one) => one.isFile())) {
      texts.set(`changes before the checkpoint in ${file.name}`, readFileSync(join(changes, file.name)));
    }
    const words = await client.query<{ name: string }>(wordIndexes);
    const [jobs] = (await client.query<{ count: number }>(waitingJobs)).rows;
    await client.query('checkpoint');
    return { texts, rows, wordIndexes: words.rows.map(({ name }) => name), jobs: jobs?.count ?? 0 };
  });
}

const waitingJobs = `select count(*)::int as count from graphile_worker._private_jobs`;

/** Columns and indexes that hold the words of a text: full text, trigrams, and whatever is computed from a column. */
const wordIndexes = `
  select i.indexrelid::regclass::text as name from pg_index i
  join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_|^graphile_worker$|^information_schema$'
    and (a.amname <> 'btree' or pg_get_indexdef(i.indexrelid) ~* 'tsvector|trgm|\\m(lower|upper|substr|soundex)\\(')
  union all
  select t.attrelid::regclass || '.' || t.attname from pg_attribute t join pg_class c on c.oid = t.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_|^information_schema$' and t.attnum > 0 and not t.attisdropped
    and t.atttypid in ('tsvector'::regtype, 'tsquery'::regtype)`;
