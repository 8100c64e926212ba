import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test, type TestContext } from 'node:test';
import { assets, page } from '#kit/html';
import { h } from 'preact';
import { openBrowser, type Browser, type Page } from '../../../test/browser.ts';
import { sayIn, type Language } from '../../../test/fixtures/order-views.ts';
import { assetUrl, pagePolicy } from '../../../test/fixtures/page-server.ts';
import { createTestLog, testEntry, type TestEntry, type TestLog } from '../../../test/fixtures/test-log.ts';
import { customerAssets } from '../assets.ts';
import { VerifyOwn, verifyOwnScript } from './verify-own-part.tsx';

type Line = TestEntry & { readonly index: number | null; readonly text: string; readonly proof: string | null };
type Shown = { readonly count: number; readonly entries: readonly Line[] };

let browser: Browser | null = null;
let log = createTestLog();
let shown: Shown = { count: 0, entries: [] };
const known = new Map([...assets, ...customerAssets].map((asset) => [`/assets/${asset.name}`, asset]));

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const asset = known.get(pathname);
  const file = log.get(pathname.replace('/ledger/', ''));
  const send = (type: string, body: string | Uint8Array, status = 200): void => {
    response.writeHead(status, { 'content-type': type, 'content-security-policy': pagePolicy }).end(body);
  };
  if (asset !== undefined) send(asset.contentType, asset.text);
  else if (pathname === '/own.json') send('application/json', JSON.stringify(shown));
  else if (pathname === '/en' || pathname === '/de')
    send('text/html; charset=utf-8', pageIn(pathname === '/de' ? 'de' : 'en'));
  else if (file !== null) send('application/octet-stream', file);
  else send('text/plain', 'nothing here', 404);
});

const heading = h('h1', null, 'Your data');

function pageIn(language: Language): string {
  const say = sayIn(language);
  const frame = {
    language,
    dir: 'ltr' as const,
    title: 'A page',
    assetUrl,
    skipText: 'Skip',
    styles: ['tracking.css'],
    scripts: [verifyOwnScript],
    theme: null,
    header: heading,
    footer: null,
  };
  const view = { entriesUrl: '/own.json', ledgerUrl: '/ledger/' };
  return page(frame, [VerifyOwn({ view, say })]);
}

const url = (path: string): string => {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}${path}`;
};

before(async () => {
  browser = await openBrowser();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

/** A ledger of 300 entries, of which those at these places are about one person. */
function ledgerOf(places: readonly number[], more = 0): TestLog {
  const made = createTestLog();
  const numberAt = (at: number): number => places.indexOf(at) + 1;
  const all = Array.from({ length: 300 + more }, (_, at) =>
    numberAt(at) > 0 ? testEntry(numberAt(at), 'about Ada') : testEntry(at + 1),
  );
  made.append(all);
  return made;
}

function linesOf(made: TestLog, places: readonly number[]): Shown {
  const entries = places.map((index, at) => ({
    ...testEntry(at + 1, 'about Ada'),
    ...{ index, text: made.texts[index] ?? '', proof: made.proofOf(index) },
  }));
  return { count: places.length, entries };
}

const places = [3, 255, 280];

function begin(): void {
  log = ledgerOf(places);
  shown = linesOf(log, places);
}

/** A line that is changed, the others as they are. */
function changed(number: number, more: Partial<Line>): Shown {
  return { ...shown, entries: shown.entries.map((line) => (line.number === number ? { ...line, ...more } : line)) };
}

async function opened(context: TestContext, language: Language = 'en', width = 390): Promise<Page | null> {
  if (browser === null) context.skip('this machine has no Chromium');
  return (await browser?.page({ width, dark: language === 'de' })) ?? null;
}

async function said(tab: Page, language: Language = 'en'): Promise<string> {
  await tab.goto(url(`/${language}`));
  await tab.waitFor(`/good|bad|warn/.test(document.getElementById('verify-own').dataset.state ?? '')`);
  return await tab.evaluate<string>(
    `document.getElementById('verify-own').dataset.state + ': ' + document.querySelector('output').textContent`,
  );
}

test('A browser checks what its person is shown against what everybody is shown, and says so', async (context) => {
  for (const language of ['en', 'de'] as const) {
    begin();
    const tab = await opened(context, language);
    if (tab === null) return;
    const found = await said(tab, language);
    assert.match(
      found,
      language === 'en' ? /^good: All is well: 3 of 3 entries .* 300 entries/ : /^good: Alles .* 3 von 3/,
    );
    assert.doesNotMatch(found, /[{}]/);
    assert.deepEqual(await tab.axe(), []);
    assert.equal(await tab.evaluate('document.documentElement.scrollWidth'), 390);
    assert.deepEqual([await tab.cookies(), tab.errors], [[], []]);
    assert.ok(tab.requests.every((asked) => asked.startsWith(url('/'))));
    assert.equal(await tab.evaluate('localStorage.length'), 0);
    await tab.close();
  }
});

test('Whatever was changed is told', async (context) => {
  const stranger = createTestLog('shop.example/ledger', 60);
  stranger.append([testEntry(1)]);
  const split = ledgerOf(places, 5);
  const rows: readonly (readonly [what: string, change: () => void, says: RegExp])[] = [
    [
      'details',
      () => (shown = changed(2, { details: { what: 'nothing' } })),
      /^bad: .* entry 2 about you says something/,
    ],
    ['the number', () => (shown = { ...shown, count: 4 }), /^bad: .* missing/],
    ['an entry kept back', () => (shown = { ...shown, entries: shown.entries.slice(1) }), /^bad: .* missing/],
    ['another place', () => (shown = changed(3, { index: 281 })), /^bad: .* entry 3 about you does not stand/],
    ['no proof', () => (shown = changed(1, { proof: null })), /^bad: .* entry 1 about you does not stand/],
    [
      'text and details, told alike',
      () => (shown = changed(1, { ...testEntry(1, 'another'), text: log.texts[0] ?? '', proof: log.proofOf(0) })),
      /^bad: .* entry 1 about you says something/,
    ],
    [
      'the checkpoint',
      () => log.files.set('checkpoint', Buffer.from(log.sign(Buffer.alloc(32)).replace('300', '301'))),
      /^bad: .* not signed/,
    ],
    [
      'a checkpoint by somebody else',
      () => log.files.set('checkpoint', stranger.get('checkpoint') ?? Buffer.alloc(0)),
      /^bad: .* not signed/,
    ],
    [
      'another ledger for the others',
      () => {
        split.files.set('tile/0/000.p/1', Buffer.alloc(8_192, 1));
        split.files.set('checkpoint', Buffer.from(split.sign(Buffer.alloc(32, 1))));
        log = split;
      },
      /^bad: .* another ledger than everybody else/,
    ],
    ['nothing to read', () => log.files.delete('keys'), /^warn: This could not be checked/],
  ];
  const tab = await opened(context);
  if (tab === null) return;
  for (const [what, change, says] of rows) {
    begin();
    change();
    assert.match(await said(tab), says, what);
  }
  await tab.close();
});

test('What waits and what is gone is said, and an empty ledger of one’s own is no mistake', async (context) => {
  const tab = await opened(context);
  if (tab === null) return;
  begin();
  const next = testEntry(4, 'new');
  shown = {
    count: 4,
    entries: [
      ...changed(1, { text: '', details: {}, proof: null }).entries,
      { ...next, index: null, text: '', proof: null },
    ],
  };
  assert.match(await said(tab), /^good: .* 2 of 4 .* place: 1\..* no longer kept: 1\./);
  shown = { count: 0, entries: [] };
  assert.match(await said(tab), /^good: Nothing has been entered/);
  log = createTestLog();
  assert.match(await said(tab), /^good: Nothing has been entered about you yet\. The ledger has 0 entries/);
  await tab.close();
});

test('A device that was asked to remember notices what was taken out, and forgets when it is told to', async (context) => {
  const tab = await opened(context);
  if (tab === null) return;
  begin();
  await said(tab);
  await tab.click('button[value="remember"]');
  log = ledgerOf(places, 40);
  shown = linesOf(log, places);
  assert.match(await said(tab), /^good: .* when it had 300 entries\./);
  begin();
  assert.match(await said(tab), /^bad: .* fewer entries than/);
  log = ledgerOf(places, 40);
  log.append([testEntry(1, 'more')]);
  shown = linesOf(log, places.slice(0, 2));
  assert.match(await said(tab), /^bad: .* missing/);
  const [kept = ''] = await tab.evaluate<readonly string[]>('Object.values(localStorage)');
  await tab.evaluate(`localStorage.setItem(Object.keys(localStorage)[0], ${JSON.stringify(kept.replace(/.$/, '0'))})`);
  shown = linesOf(log, places);
  const changedPast = await said(tab);
  assert.match(changedPast, kept.endsWith('0') ? /^good/ : /^bad: .* was changed since/);
  await tab.evaluate('localStorage.clear()');
  await said(tab);
  await tab.click('button[value="remember"]');
  await tab.click('button[value="forget"]');
  assert.equal(await tab.evaluate('localStorage.length'), 0);
  await tab.close();
});

test('Without a script the page says how to check otherwise', async (context) => {
  if (browser === null) return context.skip('this machine has no Chromium');
  begin();
  const tab = await browser.page({ width: 390, javascript: false });
  await tab.goto(url('/en'));
  assert.match(
    await tab.evaluate<string>('document.body.textContent'),
    /may run scripts.*node verify\.mjs \/ledger\//s,
  );
  assert.equal(await tab.evaluate(`document.querySelector('.memory').hidden`), true);
  await tab.close();
});
