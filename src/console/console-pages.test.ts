import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type Browser } from '../../test/browser.ts';
import { consolePages } from '../../test/fixtures/console-pages.ts';
import { servePages, type PageServer } from '../../test/fixtures/page-server.ts';
import { consoleAssets } from './assets.ts';
import { toldState } from './parts/told.tsx';
import { consolePaths } from './paths.ts';
import { consoleTexts } from './words.ts';

const pages = { en: consolePages('en'), de: consolePages('de') };
const names = Object.keys(pages.en);

let browser: Browser | null = null;
let server: PageServer;

before(async () => {
  browser = await openBrowser();
  server = await servePages((path) => {
    const [, language, name = ''] = path.split('/');
    return (language === 'de' ? pages.de : pages.en)[name] ?? null;
  }, consoleAssets);
});

after(async () => {
  await browser?.close();
  await server.close();
});

/** The tags of a page without the values of their attributes: what a browser acts on. */
function tagsOf(html: string): string {
  return (html.replaceAll(/="[^"]*"/g, '=""').match(/<[a-z][^>]*>/g) ?? []).join('');
}

/** Where the forms of a page that change something lead; undefined is the page's own address. */
function posts(name: string): readonly (string | undefined)[] {
  const forms = (pages.en[name] ?? '').matchAll(/<form[^>]*method="post"(?: action="([^"]*)")?/g);
  return [...forms].map((match) => match[1]);
}

for (const [language, all] of Object.entries(pages)) {
  test(`every page of the console is one document that stands under the strict policy (${language})`, () => {
    assert.ok(names.length > 20);
    for (const [name, html] of Object.entries(all)) {
      assert.equal(html.split('<main').length - 1, 1, name);
      assert.equal(html.split('<h1').length - 1, 1, name);
      assert.doesNotMatch(html, /undefined|\[object|NaN|href="javascript:/, name);
      assert.doesNotMatch(tagsOf(html), /\sstyle=|<style|\son[a-z]+=/, name);
      const scripts = html.match(/<script[^>]*>/g) ?? [];
      assert.deepEqual(
        scripts.map((script) => /src="\/assets\/([^"]*)"/.exec(script)?.[1]),
        ['once.js'],
        name,
      );
      const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
      assert.equal(new Set(ids).size, ids.length, `${name}: no id twice`);
    }
  });
}

test('what changes something is a POST, and only what changes something', () => {
  const { signOut, language, shop, keys, revokeKey, retry, removeSample } = consolePaths;
  assert.deepEqual(new Set(posts('keys')), new Set([language, signOut, revokeKey, keys]));
  assert.deepEqual(new Set(posts('parked')), new Set([language, signOut, retry]));
  assert.deepEqual(posts('sample'), [language, signOut, removeSample]);
  assert.deepEqual(posts('parcels'), [language, signOut]);
  const { protection, proveSite, scanSite, removeSite, health } = consolePaths;
  assert.deepEqual(
    new Set(posts('protection')),
    new Set([language, signOut, removeSite, proveSite, `${protection}#add`]),
  );
  assert.deepEqual(new Set(posts('site')), new Set([language, signOut, scanSite, removeSite]));
  assert.deepEqual(posts('health'), [language, signOut, health]);
  assert.deepEqual(posts('ledger'), [language, signOut, consolePaths.ledger]);
  assert.deepEqual(posts('missing'), [shop, language, signOut]);
  assert.deepEqual(posts('sign_in'), [undefined]);
  assert.deepEqual(posts('used_link'), []);
});

test('looking at a sign-in link shows a button and no way that uses it up by looking', () => {
  const html = pages.en['sign_in'] ?? '';
  assert.doesNotMatch(html, /<a [^>]*href="(?!#content)|<img|http-equiv/);
  assert.equal(html.split('<button').length - 1, 1);
});

test('a mail is shown in a frame that may do nothing', () => {
  assert.match(pages.en['mail'] ?? '', /<iframe[^>]*src="\/console\/mailbox\/m1\/body"[^>]*sandbox="allow-popups/);
  assert.doesNotMatch(pages.en['mail'] ?? '', /allow-scripts|allow-same-origin|srcdoc/);
});

test('a notice says what became of it', () => {
  const states = [
    toldState({ verdict: 'due', outcome: null, held: null }),
    toldState({ verdict: 'due', outcome: 'sent', held: null }),
    toldState({ verdict: 'due', outcome: 'refused', held: null }),
    toldState({ verdict: 'due', outcome: 'no address', held: null }),
    toldState({ verdict: 'old', outcome: null, held: null }),
    toldState({ verdict: 'due', outcome: null, held: { age: '', at: '', iso: '' } }),
    toldState({ verdict: 'withdrawn', outcome: null, held: null }),
    toldState({ verdict: 'corrected', outcome: 'sent', held: null }),
  ];
  const words = ['waiting', 'sent', 'refused', 'failed', 'suppressed', 'held', 'withdrawn', 'corrected'];
  assert.deepEqual(states, words);
  assert.match(pages.en['parcel'] ?? '', /in case the carrier takes it back/);
  assert.match(pages.en['parcel'] ?? '', /the carrier took it back before it was sent/);
  assert.match(pages.en['parcel'] ?? '', /corrected less than an hour ago/);
  assert.match(pages.en['parcel'] ?? '', /more was told already/);
  assert.match(pages.en['parcel'] ?? '', /550 5\.1\.1/);
});

test('empty pages say so, and the mailbox is only there when mails are caught', () => {
  for (const name of names.filter(
    (one) => one.startsWith('empty_') && one !== 'empty_settings' && one !== 'empty_parcel',
  )) {
    assert.match(pages.en[name] ?? '', /class="empty"/, name);
  }
  assert.doesNotMatch(pages.en['empty_parcels'] ?? '', /Sample world|\/console\/mailbox/);
  assert.match(pages.en['filtered_parcels'] ?? '', /No parcel fits these filters/);
});

test('both languages have the same words', () => {
  assert.deepEqual(Object.keys(consoleTexts.de), Object.keys(consoleTexts.en));
});

for (const look of [
  { width: 360, dark: false, language: 'de' },
  { width: 1280, dark: true, language: 'en' },
] as const) {
  test(`the console has no barrier at ${look.width} pixels, ${look.dark ? 'dark' : 'light'}`, async (context) => {
    const page = await browser?.page(look);
    if (page === undefined) {
      context.skip('this machine has no Chromium');
      return;
    }
    for (const [at, name] of names.entries()) {
      await page.goto(`${server.url}/${look.language}/${name}`);
      // One look each: those that a house really serves are judged in both (console-browser.test.ts).
      if (at % 2 === Number(look.dark)) assert.deepEqual(await page.axe(), [], name);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width, name);
    }
    assert.deepEqual(page.errors, []);
    for (const url of page.requests) assert.ok(url.startsWith(`${server.url}/`), url);
    await page.close();
  });
}

test('everything on a page is reached by the keyboard, the skip link first', async (context) => {
  const page = await browser?.page({ width: 1280 });
  if (page === undefined) {
    context.skip('this machine has no Chromium');
    return;
  }
  await page.goto(`${server.url}/en/keys`);
  const reached: string[] = [];
  const wanted = await page.evaluate<number>(
    `document.querySelectorAll('a,button:not(details:not([open]) *),input:not([type=hidden]),summary').length`,
  );
  for (let step = 0; step < wanted; step += 1) {
    await page.press('Tab');
    reached.push(await page.evaluate<string>(`document.activeElement.outerHTML`));
  }
  assert.match(reached[0] ?? '', /class="skip"/);
  assert.equal(new Set(reached).size, wanted);
  await page.close();
});
