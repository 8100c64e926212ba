import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, type Browser } from '../../../test/browser.ts';
import { helpPages } from '../../../test/fixtures/help-pages.ts';
import { servePages, type PageServer } from '../../../test/fixtures/page-server.ts';
import { customerAssets } from '../assets.ts';

let browser: Browser | null = null;
let server: PageServer;

const looks = [
  { width: 360, dark: false, language: 'de' },
  { width: 1280, dark: true, language: 'en' },
] as const;

const pages = { de: helpPages('de'), en: helpPages('en') };

before(async () => {
  browser = await openBrowser();
  server = await servePages((path) => {
    const [, language, name = ''] = path.split('/');
    return pages[language === 'de' ? 'de' : 'en'][name] ?? null;
  }, customerAssets);
});
after(async () => {
  await browser?.close();
  await server.close();
});

for (const look of looks) {
  test(`pages of answers have no barrier, stay in ${look.width} pixels and speak with their own house only`, async (context) => {
    const page = await browser?.page(look);
    if (page === undefined) return context.skip('this machine has no Chromium');
    for (const name of Object.keys(pages.de)) {
      await page.goto(`${server.url}/${look.language}/${name}`);
      assert.deepEqual(await page.axe(), [], name);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), look.width, name);
    }
    assert.deepEqual(await page.cookies(), []);
    assert.deepEqual(page.errors, []);
    for (const url of page.requests) assert.ok(url.startsWith(`${server.url}/`), url);
    await page.close();
  });
}
