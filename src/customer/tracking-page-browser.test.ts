import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { openBrowser, type Browser } from '../../test/browser.ts';
import { consentsPages } from '../../test/fixtures/consents-pages.ts';
import { orderViews, sayIn, type Language } from '../../test/fixtures/order-views.ts';
import { assetUrl, servePages, type PageServer } from '../../test/fixtures/page-server.ts';
import { shownLedgerPage, shownLedgers } from '../../test/fixtures/shown-ledger.ts';
import { protectionPage, shownStates } from '../../test/fixtures/shown-protection.ts';
import { customerAssets } from './assets.ts';
import { errorPage } from './error-page.tsx';
import { trackingPage } from './tracking-page.tsx';
import { unknownLinkPage } from './unknown-link-page.tsx';

let browser: Browser | null = null;
let server: PageServer;
let moved = false;

function pageAt(path: string): string | null {
  const [, shown, name = ''] = path.split('/');
  const language: Language = shown === 'de' ? 'de' : 'en';
  const needs = { say: sayIn(language), assetUrl };
  const plain = { language, dir: 'ltr' } as const;
  if (name === 'unknown_link') return unknownLinkPage(plain, needs);
  if (name === 'error') return errorPage({ ...plain, status: 503, instance: 'req_1' }, needs);
  const open = openPage(name, language);
  if (open !== null) return open;
  const view = orderViews(language)[name === 'moving' ? (moved ? 'delivered' : 'three') : name];
  return view === undefined ? null : trackingPage(view, needs);
}

/** The pages that are open to everybody. */
function openPage(name: string, language: Language): string | null {
  const [kind, state = ''] = name.split('_');
  const [measured, ledger] = [shownStates[state], shownLedgers[state]];
  if (kind === 'protection' && measured !== undefined) return protectionPage(measured, language);
  if (kind === 'ledger' && ledger !== undefined) return shownLedgerPage(ledger, language);
  return kind === 'consents' ? (consentsPages(language)[name] ?? null) : null;
}

before(async () => {
  browser = await openBrowser();
  server = await servePages(pageAt, customerAssets);
});

after(async () => {
  await browser?.close();
  await server.close();
});

function chromium(context: TestContext): Browser | null {
  if (browser === null) context.skip('this machine has no Chromium');
  return browser;
}

const looks = [
  { width: 360, dark: false, language: 'de' },
  { width: 1280, dark: true, language: 'en' },
] as const;

const orders = ['in_transit', 'three', 'delivery_failed', 'arabic', 'rtl', 'long', 'hostile', 'unknown_link'];
const protections = ['protection_half', 'protection_long', 'protection_nothing', 'ledger_whole', 'ledger_wrong'];
const consents = Object.keys(consentsPages('en'));

for (const name of [...orders, ...protections, ...consents]) {
  test(`"${name}" has no barrier, stays in its width and speaks with its own house only`, async (context) => {
    for (const { language, ...look } of looks) {
      const page = await chromium(context)?.page(look);
      if (page === undefined) return;
      await page.goto(`${server.url}/${language}/${name}`);
      assert.deepEqual(await page.axe(), []);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width);
      assert.deepEqual(page.errors, []);
      assert.deepEqual(await page.cookies(), []);
      assert.ok(page.requests.length > 3);
      for (const url of page.requests) assert.ok(url.startsWith(`${server.url}/`), url);
      await page.close();
    }
  });
}

test('on the page about protection the visitor’s own browser says what it sees, and without a script nothing is said', async (context) => {
  const page = await chromium(context)?.page({ width: 768 });
  if (page === undefined) return;
  await page.goto(`${server.url}/en/protection_half`);
  await page.waitFor(`document.getElementById('looked-here')?.hidden === false`);
  const said = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('#looked-here li')].map((item) => item.className + ': ' + item.textContent)`,
  );
  assert.deepEqual(said, [
    'warn: The way of this page to you is not encrypted',
    'good: Nothing was loaded from any other address',
  ]);
  await page.close();
  const plain = await chromium(context)?.page({ width: 768, javascript: false });
  await plain?.goto(`${server.url}/en/protection_half`);
  assert.equal(await plain?.evaluate<boolean>(`document.getElementById('looked-here').hidden`), true);
  await plain?.close();
});

test('an open page shows what changed without being loaded again, and finds back after the line was cut', async (context) => {
  const page = await chromium(context)?.page({ width: 768 });
  if (page === undefined) return;
  moved = false;
  await page.goto(`${server.url}/en/moving`);
  await page.waitFor(`document.documentElement.dataset.live === 'on'`);
  await page.evaluate(`void (window.sameDocument = true)`);
  await page.evaluate(`document.querySelector('details.parcel').open = true`);
  server.change();
  await page.waitFor(
    `performance.getEntriesByType('resource').some((entry) => entry.initiatorType === 'xmlhttprequest')`,
  );
  assert.equal(await page.evaluate(`document.querySelector('details.parcel').open`), true);
  assert.equal(await page.evaluate(`document.getElementById('said').textContent`), '');
  moved = true;
  server.change();
  await page.waitFor(`document.querySelector('h1').textContent === 'A neighbour has your parcel'`);
  assert.equal(await page.evaluate(`document.getElementById('said').textContent`), 'A neighbour has your parcel');
  assert.match(await page.evaluate<string>('document.title'), /^A neighbour has your parcel · /);
  server.cut(true);
  await page.waitFor(`document.documentElement.dataset.live === 'off'`);
  moved = false;
  server.cut(false);
  await page.waitFor(`document.querySelector('h1').textContent.startsWith('1 of 3')`, 15_000);
  assert.equal(await page.evaluate('window.sameDocument'), true);
  assert.deepEqual(await page.axe(), []);
  await page.close();
});

test('without JavaScript the page is whole and its own address is its refresh', async (context) => {
  const page = await chromium(context)?.page({ width: 360, javascript: false });
  if (page === undefined) return;
  await page.goto(`${server.url}/de/in_transit`);
  const shown = await page.evaluate<string>('document.body.innerText');
  assert.match(shown, /Ihr Paket ist in Ihrer Region/);
  assert.match(shown, /Aktualisieren/);
  assert.doesNotMatch(shown, /Aktualisiert sich von selbst|Kopieren/);
  assert.ok(!page.requests.some((url) => url.endsWith('/live')));
  await page.close();
});
