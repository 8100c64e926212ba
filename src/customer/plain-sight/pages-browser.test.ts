import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type Browser } from '../../../test/browser.ts';
import { dataShop, dataView } from '../../../test/fixtures/data-views.ts';
import { hostile, sayIn, type Language } from '../../../test/fixtures/order-views.ts';
import { assetUrl, servePages, type PageServer } from '../../../test/fixtures/page-server.ts';
import { assets, readTheme, themeName } from '#kit/html';
import { customerAssets } from '../assets.ts';
import { actPage, type ActView } from './pages/act-pages.tsx';
import { addressPage } from './pages/address-page.tsx';
import { casePage } from './pages/case-page.tsx';
import { givenPage, type GivenView } from './pages/given-page.tsx';
import { codePage, overPage } from './pages/code-page.tsx';
import { dataPage } from './pages/data-page.tsx';
import { erasedPage } from './pages/erased-page.tsx';

let browser: Browser | null = null;
let server: PageServer;

const bytesMax = 50_000;
const looks = [
  { width: 390, dark: false, language: 'de' },
  { width: 1280, dark: true, language: 'en' },
] as const;

function actView(name: string, language: Language): ActView | null {
  const base = { shop: dataShop, language, path: '/t/token/data/g', said: null };
  const typed = {
    name: hostile,
    email: 'a@b.example',
    phone: '',
    street: 'Weg 1',
    postcode: '1',
    city: '',
    country: 'DE',
  };
  const purposes = [
    { key: 'tracking', label: 'Tracking', since: null },
    { key: 'x', label: hostile, since: hostile },
  ];
  const views: Readonly<Record<string, ActView>> = {
    correct: { ...base, act: 'correct', typed, wrong: ['name', 'city'], hasReceiver: true, said: hostile },
    restrict: { ...base, act: 'restrict', since: null },
    object: { ...base, act: 'object', purposes },
    erase: { ...base, act: 'erase', sure: false, kept: [hostile], others: hostile },
    sure: { ...base, act: 'erase', sure: true, kept: [], others: null },
  };
  return views[name] ?? null;
}

const line = { number: 'C-7F3K-2Q9M', topic: hostile, state: hostile, day: hostile, url: '/t/token/data/g/cases/C' };
const hostileCase = {
  ...{ dataPath: '/t/token/data/g', line, caution: hostile, firstUrl: '/', nextUrl: '/' },
  entries: [{ id: '1', who: hostile, when: hostile, kind: hostile, words: hostile.repeat(9) }],
};

function hostileGiven(language: Language): Omit<GivenView, 'shop' | 'language' | 'path'> {
  const [one] = dataView('hostile_open', language)?.recipients.flatMap(({ disclosures }) => disclosures) ?? [];
  const disclosures = one === undefined ? [] : Array.from({ length: 20 }, () => ({ name: hostile, one }));
  return { dataPath: '/', place: '1–20 of 60', disclosures, earlierUrl: '/', laterUrl: null };
}

function pageOf(name: string, language: Language): string | null {
  const needs = { say: sayIn(language), assetUrl };
  const plain = { shop: dataShop, language, path: '/t/token/data' };
  const act = actView(name, language);
  if (act !== null) return actPage(act, needs);
  if (name === 'code') return codePage({ ...plain, backPath: '/', said: 'wrong', email: 'a•••@b•••.example' }, needs);
  if (name === 'over') return overPage(plain, needs);
  if (name === 'erased') return erasedPage({ ...plain, receipt: hostile.repeat(40), hasProof: false }, needs);
  if (name === 'given') return givenPage({ ...plain, ...hostileGiven(language) }, needs);
  if (name === 'case') return casePage({ ...plain, ...hostileCase }, needs);
  if (name === 'address') return addressPage({ language, action: '/e/x', state: 'asked', contactUrl: null }, needs);
  const view = dataView(name, language);
  return view === null ? null : dataPage(view, needs);
}

before(async () => {
  browser = await openBrowser();
  server = await servePages((path) => {
    const [, language, name = ''] = path.split('/');
    return pageOf(name, language === 'de' ? 'de' : 'en');
  }, customerAssets);
});
after(async () => {
  await browser?.close();
  await server.close();
});

const whole = ['usual_masked', 'usual_open', 'rtl_open', 'long_masked', 'hostile_open', 'empty_masked'];
const acts = ['correct', 'object', 'erase', 'sure', 'code', 'erased', 'address', 'case', 'given'];

for (const name of [...whole, ...acts]) {
  test(`the data page "${name}" has no barrier, stays in its width and speaks with its own house only`, async (context) => {
    for (const { language, ...look } of looks) {
      const page = await browser?.page(look);
      if (page === undefined) return context.skip('this machine has no Chromium');
      await page.goto(`${server.url}/${language}/${name}`);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => { one.open = true; })`);
      assert.deepEqual(await page.axe(), []);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width);
      assert.deepEqual(await page.cookies(), []);
      for (const url of page.requests) assert.ok(url.startsWith(`${server.url}/`), url);
      await page.close();
    }
  });
}

test('without a script the page is whole and says how to check it otherwise', async (context) => {
  const page = await browser?.page({ width: 390, javascript: false });
  if (page === undefined) return context.skip('this machine has no Chromium');
  await page.goto(`${server.url}/en/usual_open`);
  const said = await page.evaluate<string>('document.body.innerText');
  assert.match(said, /Your browser checks this by itself where it may run scripts/);
  assert.match(said, /DHL got your tracking number/);
  await page.close();
});

test('a page with all it links to stays under 50 KB, whoever it is about', () => {
  const known = new Map([...assets, ...customerAssets].map(({ name, text }) => [name, text]));
  for (const kind of ['css', 'svg'] as const) {
    const theme = themeName(dataShop.face, kind);
    known.set(theme, readTheme(theme)?.text ?? '');
  }
  for (const name of [...whole, 'case', 'given']) {
    for (const language of ['en', 'de'] as const) {
      const html = pageOf(name, language) ?? '';
      const linked = new Set([...html.matchAll(/"\/assets\/([^"]+)"/g)].map((match) => match[1] ?? ''));
      assert.ok(linked.size > 4);
      const texts = [html, ...[...linked].map((one) => known.get(one) ?? assert.fail(one))];
      const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      assert.ok(bytes < bytesMax, `${name} has ${bytes} bytes`);
    }
  }
});
