import assert from 'node:assert/strict';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findConnector } from '#carriers';
import { showId } from '#kit/ids';
import { openProgram, withOpenedHouse, type Program } from '../../../src/program.ts';
import { readSettings, type Settings } from '../../../src/settings.ts';
import { callerOf } from '../calls.ts';
import { startMailServer } from './mail-server.ts';
import { createMarkers, needlesOf, needlesOfBytes, type Markers, type Needle } from './needles.ts';
import { bringTrouble, liveThroughDay, until, type Day } from './shop-day.ts';

/** All that a thief can carry away: the data folder after the end, and what stood in tables and notes while it ran. */
export type Loot = {
  readonly folder: string;
  readonly texts: ReadonlyMap<string, string>;
  /** What to look for in it. */
  readonly needles: readonly Needle[];
  readonly markers: Markers;
  readonly mails: number;
  readonly rows: number;
  readonly remove: () => void;
};

/** Runs the whole program once, with its own PostgreSQL in a folder of its own, and steals what it leaves. */
export async function steal(customers: number, open: typeof openProgram = openProgram): Promise<Loot> {
  const home = mkdtempSync(join(tmpdir(), 'glasspost-theft-'));
  const mail = await startMailServer();
  const settings = readSettings({
    GLASSPOST_DATA_DIR: join(home, 'stolen'),
    GLASSPOST_KEYS_DIR: join(home, 'keys'),
    GLASSPOST_PORT: '0',
    GLASSPOST_SAMPLE: 'off',
    GLASSPOST_TRUSTED_PROXIES: '127.0.0.1',
    GLASSPOST_SMTP_URL: mail.url,
    GLASSPOST_SMTP_OPERATOR: 'post.example',
  });
  const markers = createMarkers();
  const program = await open(settings);
  try {
    const { needles, texts, rows } = await run(program, settings, markers, customers, mail.taken);
    const remove = (): void => rmSync(home, { recursive: true, force: true });
    return { folder: settings.dataDir, texts, needles, markers, mails: mail.taken(), rows, remove };
  } finally {
    await program.stop();
    await mail.close();
  }
}

async function run(
  program: Program,
  settings: Settings,
  markers: Markers,
  customers: number,
  mailsTaken: () => number,
): Promise<Pick<Loot, 'needles' | 'texts' | 'rows'>> {
  const greeting = (await program.serve()).join('\n');
  const port = Number(/Glasspost runs at http:\/\/127\.0\.0\.1:(\d+)/.exec(greeting)?.[1]);
  const entry = /http\S+\/console\/enter\/(\S+)/.exec(greeting)?.[1] ?? '';
  const { key, pushPath, pushToken } = await equip(settings, markers);
  const day: Day = { markers, customers, port, key, mailsTaken: () => mailsTaken() + Math.floor(customers / 10) };
  const links = await liveThroughDay(day);
  const answers = await bringTrouble(day);
  assert.ok(answers.every(({ status }) => status >= 400 || status === 200), 'trouble is refused');
  await push(port, pushPath, pushToken, markers);
  const session = await lookAround(port, entry, markers);
  await until('every fact is handled', async () => (await parkedFacts(settings)) === 0);
  const stolen = await readTables(settings);
  const secrets = [
    ['the API key', key.split('_').at(-1) ?? ''],
    ['the way into the console', entry],
    ['the session', session],
    ...links.map((link) => ['a customer\u2019s link', link.split('/').at(-1) ?? ''] as const),
  ] as const;
  const ip = markers.addressOf(0).split(':').slice(2, 5);
  return {
    ...stolen,
    needles: [
      ...needlesOf(markers.token, 'a marked text'),
      ...needlesOf(ip.join(':'), 'an address on the internet'),
      ...needlesOfBytes(Buffer.from(ip.join(''), 'hex'), 'an address on the internet'),
      ...secrets.flatMap(([of, secret]) => [
        ...needlesOf(secret, of),
        ...needlesOfBytes(Buffer.from(secret, 'base64url'), of),
      ]),
    ],
  };
}

/** A key of the API, and an account with the carrier that is told of parcels but never asked. */
async function equip(settings: Settings, markers: Markers) {
  const pushToken = markers.mark('pt', 0);
  return await withOpenedHouse(settings, async (house) => {
    const [shop] = await house.orders.shops(house.database);
    const connector = findConnector('dhl');
    assert.ok(shop !== undefined && connector !== null);
    const { key } = await house.createKey(shop.shopId, 'the shop', ['all']);
    const account = await house.carriers.addAccount(house.database, {
      ...{ shopId: shop.shopId, connector },
      secrets: { apiKey: '', pushToken },
    });
    const pushPath = `/v1/carriers/${account.carrier}/push/${showId('acc', account.accountId)}`;
    return { key, pushPath, pushToken };
  });
}

async function push(port: number, path: string, token: string, { mark }: Markers): Promise<void> {
  const event = {
    timestamp: '2026-11-20T08:54:00',
    location: { address: { addressLocality: mark('pl', 1), streetAddress: mark('st', 1), countryCode: 'DE' } },
    ...{ statusCode: 'delivered', status: 'ZU', description: `Delivered to the neighbour ${mark('tx', 1)}` },
  };
  const parcel = { id: mark('tr', 1), service: 'parcel-de', status: event, events: [event] };
  const body = { shipments: [{ ...parcel, details: { receiver: { name: mark('rc', 1) } } }] };
  const taken = await callerOf(port)('POST', path, { headers: { 'x-glasspost-push-token': token }, body });
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
  assert.ok((await read(parcel)).includes(mark('nm', 1)), 'staff see who gets the parcel');
  for (const screen of ['notices', 'codes', 'parked', 'mailbox', 'settings', 'keys', 'audit']) await read(`/console/${screen}`);
  return cookie.split('=')[1] ?? '';
}

async function parkedFacts(settings: Settings): Promise<number> {
  return await withOpenedHouse(settings, async (house) => (await house.facts.parked()).length);
}

/** Every row of every table of every schema as text, PostgreSQL's own too, and the note that a running program leaves. */
async function readTables(settings: Settings): Promise<Pick<Loot, 'texts' | 'rows'>> {
  const note = readFileSync(join(settings.dataDir, 'running.json'), 'utf8');
  const { databaseUrl } = JSON.parse(note) as { readonly databaseUrl: string };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'm') order by 1`,
    );
    const texts = new Map([['running.json', note]]);
    let rows = 0;
    for (const { name } of tables.rows) {
      const read = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.set(`table ${name}`, read.rows.map(({ row }) => row).join('\n'));
      rows += read.rows.length;
    }
    await client.query('checkpoint');
    return { texts, rows };
  } finally {
    await client.end();
  }
}
