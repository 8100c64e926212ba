import assert from 'node:assert/strict';
import { findConnector } from '#carriers';
import { withOpenedHouse, type Opening } from '../../../src/program.ts';
import type { Settings } from '../../../src/settings.ts';
import { callerOf } from '../calls.ts';
import { noteOf, onDatabase, serveProgram, type RunningProgram } from '../running-program.ts';
import { startMailServer } from './mail-server.ts';
import { createMarkers, needlesOf, needlesOfBytes, type Markers, type Needle } from './needles.ts';
import { bringTrouble, liveThroughDay, type Day } from './shop-day.ts';

/** All that a thief can carry away: the data folder after the end, and what stood in tables and notes while it ran. */
export type Loot = {
  readonly folder: string;
  readonly texts: ReadonlyMap<string, string>;
  /** What to look for in it. */
  readonly needles: readonly Needle[];
  readonly rows: number;
  readonly mails: number;
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

async function run(scene: Scene): Promise<Pick<Loot, 'needles' | 'texts' | 'rows'>> {
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
  const session = await lookAround(port, entry, markers);
  await scene.last?.(databaseUrl, markers);
  const secrets = [
    ['the API key', key.slice(-keySecretCharacters)],
    ['the way into the console', entry],
    ['the session', session],
    ...links.map((link) => ['a customer\u2019s link', link.split('/').at(-1) ?? ''] as const),
  ] as const;
  return {
    ...(await readTables(scene.settings, databaseUrl)),
    needles: [...needlesFor(markers), ...secretNeedles(secrets)],
  };
}

function needlesFor({ token, addressOf }: Markers): readonly Needle[] {
  const groups = addressOf(0).split(':').slice(2, 5);
  const of = 'an address on the internet';
  return [
    ...needlesOf(token, 'a marked text'),
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

/** Every row of every table of every schema as text, PostgreSQL's own too, and the note that a running program leaves. */
async function readTables(settings: Settings, databaseUrl: string): Promise<Pick<Loot, 'texts' | 'rows'>> {
  return await onDatabase(databaseUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'm') order by 1`,
    );
    const texts = new Map([['running.json', noteOf(settings)]]);
    let rows = 0;
    for (const { name } of tables.rows) {
      const read = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.set(`table ${name}`, read.rows.map(({ row }) => row).join('\n'));
      rows += read.rows.length;
    }
    await client.query('checkpoint');
    return { texts, rows };
  });
}
