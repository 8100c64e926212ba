import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test, type TestContext } from 'node:test';
import { openBrowser, type Browser, type Page, type PageOptions } from '../../test/browser.ts';
import { addSampleShop, openConsoleHouse, type ConsoleHouse } from '../../test/fixtures/console-house.ts';
import { exampleFindings, siteOf, standInLock, stateOf } from '../../test/fixtures/lock.ts';
import { exampleOrder } from '../../test/ground.ts';

let browser: Browser | null = null;
let house: ConsoleHouse;

before(async () => {
  house = await openConsoleHouse({
    ...standInLock([stateOf(siteOf('www.example.com'), { open: exampleFindings })]),
  });
  browser = await openBrowser();
  await house.ground.putOrder('NL-100', exampleOrder());
  const { breaches, canaries, clock, database, shop } = house.ground;
  const now = clock.now();
  const suspicion = { suspect: 'tables', keyId: null, tables: ['orders.person'], keyring: 'unknown' } as const;
  const when = { from: now, until: now, awareAt: now, found: 'Ein sehr langer Satz '.repeat(20) };
  await database.tx((tx) => breaches.open(tx, { ...suspicion, ...when, shopId: shop.shopId }, 'staff'));
  await canaries.plant(shop, { kind: 'person', email: null }, 'staff');
  await house.settle();
  const { shopId } = house.ground.shop;
  await house.ground.database.tx((tx) =>
    house.ground.rights.requests.record(tx, {
      ...{ shopId, personId: null, kind: 'rectification', via: 'staff', evidence: 'none' },
      note: `أكتب إليكم ${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}`,
    }),
  );
  await house.hear('00340434161094015902', [
    { code: 'parcel-de:AE', localTime: '2026-11-20T06:10:00', place: { name: 'Leipzig', country: 'DE' } },
    { code: 'parcel-de:ZN', localTime: '2026-11-20T08:40:00', text: 'Nicht angetroffen' },
    { code: 'parcel-de:XX9', localTime: '2026-11-20T08:41:00' },
  ]);
});

after(async () => {
  await browser?.close();
  await house.close();
});

/** Somebody with a link and a real browser; null when this machine has none. */
async function arrive(context: TestContext, options: PageOptions): Promise<Page | null> {
  const page = await browser?.page({ javascript: false, ...options });
  if (page === undefined) {
    context.skip('this machine has no Chromium');
    return null;
  }
  await page.goto(house.url + (await house.link()));
  await page.click('main button');
  await page.waitFor(`location.pathname === '/console' && document.readyState === 'complete'`);
  return page;
}

test('the second of two quick presses of the sign-in button sends nothing', async (context) => {
  const page = await browser?.page();
  if (page === undefined) {
    context.skip('this machine has no Chromium');
    return;
  }
  await page.goto(house.url + (await house.link()));
  // Held back after our own script has decided, so that the page stays.
  const held = await page.evaluate<readonly boolean[]>(`{
    const held = [];
    addEventListener('submit', (event) => { held.push(event.defaultPrevented); event.preventDefault(); });
    const button = document.querySelector('main button');
    button.click();
    button.click();
    held;
  }`);
  assert.deepEqual(held, [false, true]);
  assert.deepEqual(page.errors, []);
  await page.close();
});

/** Waits for a page that is loaded to its end and has this heading. */
async function headed(page: Page, heading: string): Promise<void> {
  const asked = `document.readyState === 'complete' && document.querySelector('h1')?.textContent === '${heading}'`;
  await page.waitFor(asked);
}

for (const look of [
  { width: 1280, language: 'en-GB', dark: false },
  { width: 360, language: 'de-DE', dark: true },
]) {
  test(`staff sign in, look at every page without a barrier and sign out, at ${look.width} pixels`, async (context) => {
    const page = await arrive(context, look);
    if (page === null) return;
    const followed = async (from: string, link: string): Promise<string> => {
      await page.goto(house.url + from);
      return await page.evaluate<string>(`document.querySelector(${JSON.stringify(link)}).pathname`);
    };
    const paths = [
      '/console',
      '/console?attention=1',
      await followed('/console', 'tbody a'),
      await followed('/console/mailbox', 'tbody a'),
      await followed('/console/protection', 'tbody a'),
      await followed('/console/breaches', 'tbody a'),
      await followed('/console/requests', 'tbody a'),
      ...[
        '/notices',
        '/ledger',
        '/protection',
        '/breaches',
        '/witnesses',
        '/health',
        '/mail',
        '/codes',
        '/parked',
        '/mailbox',
        '/shop',
        '/carriers',
        '/keys',
        '/audit',
        '/requests',
        '/record',
        '/retention',
        '/retention?look=1',
        '/settings',
      ].map((path) => `/console${path}`),
    ];
    for (const path of paths) {
      assert.equal((await page.goto(house.url + path)).status, 200, path);
      assert.deepEqual(await page.axe(), [], path);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width, path);
    }
    const [cookie] = await page.cookies();
    assert.deepEqual([cookie?.name, cookie?.httpOnly, cookie?.sameSite], ['glasspost', true, 'Lax']);
    await page.click('form[action="/console/sign-out"] button');
    await page.waitFor(`location.pathname === '/console/enter' && document.readyState === 'complete'`);
    assert.deepEqual(await page.axe(), []);
    assert.deepEqual(await page.cookies(), []);
    assert.deepEqual(page.errors, []);
    for (const url of page.requests) assert.ok(url.startsWith(`${house.url}/`), url);
    await page.close();
  });
}

test('a mail is read in a frame that the page around it cannot reach into', async (context) => {
  const page = await arrive(context, {});
  if (page === null) return;
  await page.goto(`${house.url}/console/mailbox`);
  await page.click('tbody a');
  await page.waitFor(`document.querySelector('iframe') !== null`);
  const src = await page.evaluate<string>(`document.querySelector('iframe').src`);
  assert.ok(page.requests.includes(src));
  assert.equal(await page.evaluate<string | null>(`document.querySelector('iframe').contentDocument`), null);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test('the language and the shop are changed by a button and stay changed', async (context) => {
  await addSampleShop(house);
  const page = await arrive(context, { language: 'en-GB' });
  if (page === null) return;
  assert.match(await page.html(), /Sample world/);
  await page.click('.shops summary');
  await page.click('.shops button');
  await page.waitFor(`document.querySelector('.shops bdi')?.textContent === 'Nordlicht'`);
  await headed(page, 'Parcels');
  await page.goto(`${house.url}/console/keys`);
  await headed(page, 'API keys');
  await page.click('button[name="language"]');
  await headed(page, 'API-Schlüssel');
  await page.goto(`${house.url}/console`);
  await headed(page, 'Pakete');
  await page.close();
});

for (const look of [
  { width: 360, language: 'de-DE', dark: true },
  { width: 1280, language: 'en-GB', dark: false },
]) {
  test(`the shop is set up without a script, wrong and stale forms without a barrier, at ${look.width} pixels`, async (context) => {
    const page = await arrive(context, look);
    if (page === null) return;
    if (await page.evaluate<boolean>(`document.querySelector('.shops bdi')?.textContent !== 'Nordlicht'`)) {
      await page.click('.shops summary');
      await page.click('.shops button');
      // Whole, or the next page would be taken for loaded when this one is.
      await page.waitFor(
        `document.readyState === 'complete' && document.querySelector('.shops bdi')?.textContent === 'Nordlicht'`,
      );
    }
    const looked = async (what: string): Promise<void> => {
      assert.deepEqual(await page.axe(), [], what);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width, what);
    };
    const write = (name: string, value: string) =>
      page.evaluate(`document.querySelector('#shop-${name}').value = ${JSON.stringify(value)}`);
    const answered = (selector: string): Promise<void> =>
      page.waitFor(`document.readyState === 'complete' && document.querySelector('${selector}') !== null`);
    await page.goto(`${house.url}/console/shop`);
    await page.waitFor(`document.readyState === 'complete' && document.querySelectorAll('iframe').length === 4`);
    assert.equal(page.requests.filter((url) => url.includes('/console/shop/preview?')).length, 4);
    await write('brand', '#ffee00');
    await write('contactUrl', 'x'.repeat(400));
    await page.click('main button[value="save"]');
    await answered('#shop-contactUrl-wrong');
    await looked('wrong');
    await page.goto(`${house.url}/console/shop`);
    const { orders, shop } = house.ground;
    await orders.changeShop({ shopId: shop.shopId, actor: 'staff', patch: { contactHours: `${look.width} Uhr` } });
    await write('contactPhone', '+49 431 1234');
    await page.click('main button[value="save"]');
    await answered('main table');
    await looked('stale');
    await page.click('main button[value="save"]');
    await answered('.done');
    assert.deepEqual(
      page.errors.filter((error) => !/ (?:409|422) /.test(error)),
      [],
    );
    for (const url of page.requests) assert.ok(url.startsWith(`${house.url}/`), url);
    await page.close();
  });
}

test('a key that is made in the browser is shown once', async (context) => {
  const page = await arrive(context, {});
  if (page === null) return;
  await page.goto(`${house.url}/console/keys`);
  await page.type('#key-name', 'Shop system');
  await page.click('input[value="orders:write"]');
  await page.click('section .button');
  await page.waitFor(`document.querySelector('.made') !== null`);
  assert.match(await page.evaluate<string>(`document.querySelector('.whole').textContent`), /^gp_\w{26}_[\w-]{43}$/);
  assert.deepEqual(await page.axe(), []);
  await page.goto(`${house.url}/console/keys`);
  assert.ok(!/gp_\w{26}/.test(await page.html()));
  await page.close();
});

test('a page of somebody else cannot act in the name of staff', async (context) => {
  const page = await arrive(context, {});
  if (page === null) return;
  const made = (await house.api.keys.list(house.ground.shop.shopId)).length;
  const form = `<form method="post" action="${house.url}/console/keys"><input name="name" value="evil">
    <input name="scope" value="orders:read"><button>Win a prize</button></form>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(form);
  }).listen(0, '127.0.0.1');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // Another port of the same host is the same site: the cookie is sent, and only the origin tells them apart.
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.click('button');
  await page.waitFor(`location.pathname === '/console/keys'`);
  assert.match(await page.html(), /Unauthorized/);
  assert.equal((await house.api.keys.list(house.ground.shop.shopId)).length, made);
  await page.close();
});
