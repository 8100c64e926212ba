import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openConsoleHouse } from '../../test/fixtures/console-house.ts';
import { preferredLanguage } from './entering.ts';
import { consolePaths } from './paths.ts';

const house = await openConsoleHouse();
after(house.close);
const { ask, link, signIn, ground } = house;
const { database, clock } = ground;

const enter = '/console/enter';

/** Whether somebody with this cookie is let in. */
async function isIn(cookie: string): Promise<boolean> {
  const { status, headers } = await ask('/console', { cookie });
  if (status === 303) assert.equal(headers.get('location'), enter);
  return status === 200;
}

async function countOf(table: 'link' | 'session'): Promise<number> {
  // oxlint-disable-next-line typescript/restrict-template-expressions -- the table is one of two words
  const row = await database.one<{ rows: number }>(`select count(*) as rows from console.${table}`, []);
  return row?.rows ?? -1;
}

async function lastSeen(): Promise<string | undefined> {
  const row = await database.one<{ at: Temporal.Instant }>(`select max(seen_at) as at from console.session`, []);
  return row?.at.toString();
}

async function verbs(): Promise<readonly string[]> {
  return (await ground.privacy.audits(database, null, 100)).map(({ verb }) => verb);
}

function pass(duration: Temporal.DurationLike): void {
  clock.advanceTo(clock.now().add(duration));
}

test('a link lets one person in, once', async () => {
  const path = await link();
  const page = await ask(path);
  assert.equal(page.status, 200);
  assert.match(page.text, /<form method="post"><button/);
  const first = await ask(path, { method: 'POST' });
  assert.deepEqual([first.status, first.headers.get('location')], [303, '/console']);
  const [cookie = '', ...attributes] = (first.headers.get('set-cookie') ?? '').split('; ');
  assert.match(cookie, /^glasspost=[\w-]{43}$/);
  assert.deepEqual(attributes, ['Path=/', 'HttpOnly', 'SameSite=Lax']);
  assert.ok(await isIn(cookie));
  const second = await ask(path, { method: 'POST' });
  assert.equal(second.status, 404);
  assert.equal(second.headers.get('set-cookie'), null);
  assert.match(second.text, /glasspost -- console link/);
  assert.equal((await ask(path)).status, 404);
  assert.ok((await verbs()).includes('console.sign-in'));
});

test('whoever only looks at a link does not use it up', async () => {
  const path = await link();
  for (const method of ['GET', 'HEAD', 'GET'] as const) assert.equal((await ask(path, { method })).status, 200);
  assert.equal((await ask(path, { method: 'POST' })).status, 303);
});

test('two clicks in the same moment make one session', async () => {
  const path = await link();
  const before = await countOf('session');
  const clicks = await Promise.all(Array.from({ length: 8 }, () => ask(path, { method: 'POST' })));
  assert.deepEqual(
    clicks.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, ...Array<number>(7).fill(404)],
  );
  assert.equal(await countOf('session'), before + 1);
});

test('a second click of a browser that is already in leads it in, and a new link ends its old session', async () => {
  const path = await link();
  const cookie = ((await ask(path, { method: 'POST' })).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const again = await ask(path, { method: 'POST', cookie });
  assert.deepEqual([again.status, again.headers.get('location')], [303, '/console']);
  assert.equal((await ask(await link(), { method: 'POST', cookie })).status, 303);
  assert.ok(!(await isIn(cookie)));
});

test('a link is over after half an hour, and what never was a link opens nothing', async () => {
  const path = await link();
  pass({ minutes: 29, seconds: 59 });
  assert.equal((await ask(path)).status, 200);
  pass({ seconds: 1 });
  assert.equal((await ask(path)).status, 404);
  assert.equal((await ask(path, { method: 'POST' })).status, 404);
  for (const token of ['x', '%00', 'A'.repeat(43), encodeURIComponent("' or 1=1 --")]) {
    assert.equal((await ask(`${enter}/${token}`, { method: 'POST' })).status, 404);
  }
  await link();
  assert.equal(await countOf('link'), 1);
});

test('without a session every address leads to the door and shows nothing', async () => {
  const behind = house.routes().filter(({ path }) => path.startsWith('/console') && !path.startsWith(enter));
  assert.ok(behind.length >= 19);
  for (const { method, path } of behind) {
    for (const cookie of [null, 'glasspost=', `glasspost=${'A'.repeat(43)}`, 'other=1; glasspost=x']) {
      const at = path.replace(':id', 'x');
      const answered = await ask(at, { cookie, ...(method === 'POST' ? { form: { id: 'x' } } : {}) });
      assert.deepEqual([answered.status, answered.headers.get('location'), answered.text], [303, enter, ''], path);
    }
  }
  const door = await ask(enter);
  assert.equal(door.status, 200);
  assert.match(door.text, /npm run -s glasspost -- console link/);
  assert.doesNotMatch(door.text, /Nordlicht/);
});

test('a session ends after twelve idle hours; being seen keeps it, and is written once a minute', async () => {
  const cookie = await signIn();
  pass({ hours: 11, minutes: 59 });
  assert.ok(await isIn(cookie));
  const seenAt = clock.now();
  assert.equal(await lastSeen(), seenAt.toString());
  pass({ seconds: 59 });
  assert.ok(await isIn(cookie));
  assert.equal(await lastSeen(), seenAt.toString());
  pass({ hours: 11, minutes: 59 });
  assert.ok(await isIn(cookie));
  pass({ hours: 12 });
  assert.ok(!(await isIn(cookie)));
});

test('a session ends after seven days, however often it was seen', async () => {
  const cookie = await signIn();
  const until = clock.now().add({ hours: 7 * 24 });
  for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
    pass({ hours: 8 });
    assert.ok(await isIn(cookie));
  }
  clock.advanceTo(until);
  assert.ok(!(await isIn(cookie)));
  await signIn();
  assert.equal(await countOf('session'), 1, 'what has ended is swept');
});

test('signing out ends the session and takes the cookie away', async () => {
  const cookie = await signIn();
  const out = await ask(consolePaths.signOut, { method: 'POST', cookie });
  assert.deepEqual([out.status, out.headers.get('location')], [303, `${enter}?done=signed_out`]);
  assert.equal(out.headers.get('set-cookie'), 'glasspost=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0');
  assert.ok(!(await isIn(cookie)));
  assert.match((await ask(`${enter}?done=signed_out`)).text, /You are signed out/);
  assert.equal((await verbs())[0], 'console.sign-out');
});

test('a form that another site sent is refused before it is read', async () => {
  const cookie = await signIn();
  const own = house.url;
  const none = { 'sec-fetch-site': '' };
  const refused: readonly Readonly<Record<string, string>>[] = [
    { 'sec-fetch-site': 'cross-site', origin: own },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { ...none, origin: own },
  ];
  for (const headers of refused) {
    for (const path of [consolePaths.keys, consolePaths.signOut, consolePaths.removeSample, await link()]) {
      const answered = await ask(path, { cookie, headers, form: { name: 'Shop', scope: 'orders:read' } });
      assert.equal(answered.status, 401, `${path} ${JSON.stringify(headers)}`);
    }
  }
  assert.ok(await isIn(cookie));
  assert.deepEqual(await house.api.keys.list(ground.shop.shopId), []);
});

test('an older browser is believed by the origin it names, and only by that', async () => {
  const cookie = await signIn();
  const send = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const body = new URLSearchParams({ language: 'en' });
    const sent = { accept: 'text/html', cookie, ...headers };
    const answered = await fetch(house.url + consolePaths.language, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: sent,
    });
    return answered.status;
  };
  assert.equal(await send({ origin: house.url }), 303);
  for (const origin of ['null', 'https://evil.example', house.url.replace('http:', 'https:'), `${house.url}0`]) {
    assert.equal(await send({ origin }), 401, origin);
  }
  assert.equal(await send({}), 401);
});

test('over https the cookie is bound to this host, and a plain one opens nothing', async () => {
  const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' };
  const path = await link();
  const set = (await ask(path, { method: 'POST', headers: https })).headers.get('set-cookie') ?? '';
  assert.match(set, /^__Host-glasspost=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  const [cookie = ''] = set.split(';');
  assert.equal((await ask('/console', { cookie, headers: https })).status, 200);
  const plain = cookie.replace('__Host-', '');
  assert.equal((await ask('/console', { cookie: plain, headers: https })).status, 303);
  assert.match(
    (await ask('/console', { headers: https })).headers.get('content-security-policy') ?? '',
    /upgrade-insecure/,
  );
});

test('every answer forbids scripts but the one that sends forms once, frames and foreign referrers, and is kept nowhere', async () => {
  const cookie = await signIn();
  for (const path of ['/console', '/console/keys', enter, await link(), '/console/parcels/nothing']) {
    const { headers } = await ask(path, { cookie });
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
    );
    assert.equal(headers.get('referrer-policy'), 'same-origin');
    assert.equal(headers.get('x-frame-options'), 'DENY');
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('the console speaks the language of the browser until another one is chosen', async () => {
  const cookie = await signIn({ 'accept-language': 'fr, de-AT;q=0.9, en;q=0.5' });
  const title = async (): Promise<string> =>
    /<h1>([^<]*)/.exec((await ask('/console/keys', { cookie })).text)?.[1] ?? '';
  assert.equal(await title(), 'API-Schlüssel');
  const choose = (referer: string): ReturnType<typeof ask> =>
    ask(consolePaths.language, { cookie, form: { language: 'en' }, headers: { referer } });
  const chosen = await choose(`${house.url}/console/keys?a=1&done=key_revoked`);
  assert.equal(chosen.headers.get('location'), '/console/keys?a=1');
  assert.equal(await title(), 'API keys');
  for (const referer of ['https://evil.example/console', `${house.url}/t/secret`, `${house.url}/consoles`, '//x', '']) {
    assert.equal((await choose(referer)).headers.get('location'), '/console', referer);
  }
  await ask(consolePaths.language, { cookie, form: { language: 'xx' } });
  assert.equal(await title(), 'API keys');
});

test('a browser is taken at its word about the language it prefers', () => {
  const cases = [
    [undefined, 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['en;q=0.2, DE-ch;q=0.8', 'de'],
    ['de;q=0, fr', 'en'],
    ['ja,zh', 'en'],
    [';q=,,de;q=x', 'en'],
  ] as const;
  for (const [accepts, language] of cases) assert.equal(preferredLanguage(accepts), language, accepts ?? 'none');
});

test('the database holds nothing that lets anybody in', async () => {
  const path = await link();
  const cookie = await signIn();
  const tokens = [path.split('/').at(-1) ?? '', cookie.slice('glasspost='.length)];
  const rows = await database.rows(`select l.*, s.* from console.link l, console.session s`, []);
  assert.ok(rows.length > 0);
  const kept = JSON.stringify(rows, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : value,
  );
  for (const token of tokens) assert.ok(!kept.includes(token));
});

test('whoever tries links runs dry, and nobody else with them', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.7' };
  const statuses = [];
  for (let tried = 0; tried < 32; tried += 1) statuses.push((await ask(`${enter}/${tried}`, { headers })).status);
  assert.equal(statuses.at(0), 404);
  assert.equal(statuses.at(-1), 429);
  assert.equal((await ask(`${enter}/x`)).status, 404);
});
