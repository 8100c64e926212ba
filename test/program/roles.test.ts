import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { openTestDatabase } from '../database.ts';
import { callerOf, parcelsIn, readable, type Call } from '../stories/calls.ts';
import { openBusyShop } from '../stories/busy-shop.ts';
import { openPostOffice } from './post-office.ts';
import { assertRefused, command, newHome, portOf, skip, start, type Home } from './running.ts';

const { url, close } = await openTestDatabase();
const post = await openPostOffice();
after(async () => {
  await post.close();
  await close();
});

const settings = { DATABASE_URL: url, GLASSPOST_SMTP_URL: post.url };
const keys = newHome();
/** The first that starts makes the keyring; the others share it. */
const homeOf = (role: string): Home =>
  newHome({ ...settings, GLASSPOST_ROLE: role, GLASSPOST_KEYS_DIR: join(keys.folder, 'keys') });

const patienceMs = 60_000;

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - begun < patienceMs, `waited in vain: ${what}`);
    await pause(100);
  }
}

async function count(statement: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return Number((await client.query<{ count: string }>(statement)).rows[0]?.count);
  } finally {
    await client.end();
  }
}

test('web and worker need a database and a mail server that all of them reach', { skip }, async () => {
  const home = newHome({ GLASSPOST_ROLE: 'web' });
  await assertRefused(home, start(home), /DATABASE_URL +is needed[^\n]+\n +GLASSPOST_SMTP_URL +is needed/);
});

test(
  'Two webs and two workers on one database lose and double nothing when one of each is killed.',
  { skip },
  async (t) => {
    const homes = {
      web: homeOf('web'),
      otherWeb: homeOf('web'),
      worker: homeOf('worker'),
      otherWorker: homeOf('worker'),
    };
    const web = start(homes.web);
    await web.greeting();
    const [otherWeb, worker, otherWorker] = [homes.otherWeb, homes.worker, homes.otherWorker].map((home) =>
      start(home),
    );
    assert.ok(otherWeb && worker && otherWorker);
    const ports = await Promise.all([web, otherWeb].map(async (one) => portOf(await one.greeting())));
    const workerPort = portOf(await worker.greeting());
    await otherWorker.greeting();
    const made = await command(homes.web, ['key', 'create', '--scope', 'all', '--json']);
    const { key } = JSON.parse(made.out) as { readonly key: string };

    assert.equal((await callerOf(workerPort)('GET', '/healthz')).status, 200);
    assert.equal((await callerOf(workerPort)('GET', '/readyz')).status, 200);
    assert.equal((await callerOf(workerPort)('GET', '/console')).status, 404);

    const calls = ports.map((port) => callerOf(port, key));
    let turn = 0;
    // As a proxy before them does: the next one answers when one does not.
    const call: Call = async (...words) => {
      turn += 1;
      const [first, second] = [calls[turn % 2], calls[(turn + 1) % 2]];
      assert.ok(first && second);
      return await first(...words).catch(() => second(...words));
    };
    const shop = openBusyShop({ call }, 'ROLES');
    await until('some mails', () => post.mails().length > 20);
    await Promise.all([web.stop('SIGKILL'), worker.stop('SIGKILL')]);
    await pause(3_000);
    await shop.stop();

    for (const number of shop.moved) {
      const read = await call('GET', `/v1/orders/${number}`);
      assert.equal(parcelsIn(read)[0]?.milestone, 'accepted', `the scan of ${number} was acknowledged`);
    }
    await until('every mail', () => [...shop.moved].every((number) => post.of(number).length > 0));
    const behind = 'select count(*) from facts.cursor c join facts.lane l using (lane) where l.seq > c.seq';
    await until('every fact to be read', async () => (await count(behind)) === 0);
    const doubled = [...shop.moved].filter((number) => new Set(post.of(number).map((mail) => mail.messageId)).size > 1);
    assert.deepEqual(doubled, []);
    const again = post.mails().length - new Set(post.mails().map((mail) => mail.messageId)).size;
    assert.ok(again <= inFlightMax, `${again} mails came twice with one Message-ID`);
    t.diagnostic(
      `${shop.moved.size} parcels, ${post.mails().length} mails, ${again} of them again with the same Message-ID`,
    );
    for (const one of [otherWeb, otherWorker]) assert.equal((await one.stop('SIGTERM')).code, 0);
  },
);

/** What a worker may have on the wire at once when it is killed. */
const inFlightMax = 8;

test(
  'A file that one web took in is imported by a worker elsewhere, after that web is gone, and another web shows it.',
  { skip },
  async () => {
    const home = homeOf('web');
    const web = start(home);
    const port = portOf(await web.greeting());
    const link = await command(home, ['console', 'link', '--json']);
    const { url: enter } = JSON.parse(link.out) as { readonly url: string };
    const own = { 'sec-fetch-site': 'same-origin' };
    const entered = await callerOf(port)('POST', new URL(enter).pathname, { headers: own });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const rows = Array.from({ length: 50 }, (_, at) => `F-${at};2026-11-01;Weg 1;Berlin;DE;${'x'.repeat(20_000)}`);
    const form = new FormData();
    form.append('file', new Blob([['Order number;Date;Street;City;Country;Note', ...rows].join('\n')]), 'past.csv');
    const taken = await fetch(`http://127.0.0.1:${port}/console/import`, {
      ...{ method: 'POST', body: form, redirect: 'manual', headers: { ...own, cookie } },
    });
    const path = taken.headers.get('location') ?? '';
    assert.match(path, /^\/console\/import\/imp_/, `${taken.status} ${path}`);
    assert.ok((await count('select count(*) from api.import_chunk')) >= 4);
    const fixed = { 'column.placed_at': 'Date', zone: 'Europe/Berlin', 'fixed.language': 'en' };
    const fields = { street: 'Street', city: 'City', country: 'Country' };
    const columns = Object.entries(fields).map(([name, column]) => [`column.address.${name}`, column]);
    const mapping = new URLSearchParams([
      ['column.order_number', 'Order number'],
      ...Object.entries(fixed),
      ...columns,
    ]).toString();
    const headers = { ...own, cookie, 'content-type': 'application/x-www-form-urlencoded' };
    await callerOf(port)('POST', `${path}/mapping`, { headers, body: mapping });
    await callerOf(port)('POST', `${path}/start`, { headers, body: '' });
    await web.stop('SIGKILL');
    rmSync(join(home.folder, 'data'), { recursive: true, force: true });

    const [worker, otherWeb] = [start(homeOf('worker')), start(homeOf('web'))];
    const otherPort = portOf(await otherWeb.greeting());
    await until('the import', async () => (await count(`select count(*) from api.import where state = 'done'`)) === 1);
    assert.equal(await count('select count(*) from api.import_chunk'), 0);
    const page = await callerOf(otherPort)('GET', path, { headers: { cookie, accept: 'text/html' } });
    assert.match(readable(page.text), /New 50 .* Refused 0/);
    for (const one of [worker, otherWeb]) assert.equal((await one.stop('SIGTERM')).code, 0);
  },
);
