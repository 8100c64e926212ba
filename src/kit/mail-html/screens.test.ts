import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { openBrowser } from '../../../test/browser.ts';
import { renderHtml } from './html.tsx';
import { arabic, damaged, nordlicht, outForDelivery, zitrone } from './samples/mails.ts';

const mails = new Map([
  ['/german', renderHtml(outForDelivery, nordlicht)],
  ['/pale', renderHtml(outForDelivery, { ...zitrone, logoUrl: null })],
  ['/english', renderHtml(damaged, nordlicht)],
  ['/arabic', renderHtml(arabic, nordlicht)],
]);
const server = createServer((request, response) => {
  const html = mails.get(request.url ?? '');
  response.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
});
await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;
const browser = await openBrowser();
const skip = browser === null ? 'no Chromium on this machine' : false;
after(async () => {
  await browser?.close();
  server.close();
});

/** A mail is shown inside the page of a mail program, which has its own landmarks. */
const rulesForPages = new Set(['landmark-one-main', 'region']);

for (const width of [320, 360, 700]) {
  for (const dark of [false, true]) {
    test(
      `at ${width} pixels in ${dark ? 'the dark' : 'light'} every mail fits and breaks no rule of accessibility`,
      { skip },
      async () => {
        assert.ok(browser);
        const page = await browser.page({ width, height: 700, dark });
        for (const path of mails.keys()) {
          await page.goto(`http://127.0.0.1:${port}${path}`);
          const overWide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          assert.ok(overWide <= 0, `${path} is ${overWide} pixels too wide`);
          const broken = (await page.axe()).filter(({ id }) => !rulesForPages.has(id));
          assert.deepEqual(broken, [], path);
        }
        const elsewhere = page.requests.filter(
          (url) => !mails.has(new URL(url).pathname) && !url.endsWith('/favicon.ico'),
        );
        assert.deepEqual(elsewhere, []);
        await page.close();
      },
    );
  }
}
