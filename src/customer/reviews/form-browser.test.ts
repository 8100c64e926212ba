import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { assets } from '#kit/html';
import { openBrowser, type Browser } from '../../../test/browser.ts';
import { sayIn } from '../../../test/fixtures/order-views.ts';
import { assetUrl, pagePolicy } from '../../../test/fixtures/page-server.ts';
import { exampleFace } from '../../../test/ground.ts';
import { customerAssets } from '../assets.ts';
import { formPage } from './form-page.tsx';
import { empty } from './form-view.ts';

const html = formPage(
  {
    language: 'en',
    shop: { name: 'Nordlicht', ...exampleFace, sample: false },
    languages: [],
    ...{ protectionUrl: '/p', reviewsUrl: '/reviews', action: '/r/x', products: ['Mug'], state: null, law: [] },
    why: { reason: '', note: '' },
    ...{ written: empty, errors: [], until: '1 January 2027', isUnsure: false },
  },
  { say: sayIn('en'), assetUrl },
);
const known = new Map([...assets, ...customerAssets].map((asset) => [`/assets/${asset.name}`, asset]));
const server = createServer((request, response) => {
  const asset = known.get(request.url ?? '');
  const type = asset?.contentType ?? 'text/html; charset=utf-8';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': pagePolicy }).end(asset?.text ?? html);
});
let browser: Browser | null = null;
let base = '';

before(async () => {
  browser = await openBrowser();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
after(async () => {
  await browser?.close();
  server.close();
});

test('Stars are given by keyboard, and a large picture is small before it leaves the device.', async (context) => {
  if (browser === null) return context.skip('no browser');
  const page = await browser.page({ width: 360 });
  await page.goto(`${base}/r/x`);
  assert.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), 'as wide as the phone');
  await page.evaluate(`document.querySelector('#shop-1').focus()`);
  await page.press(' ');
  assert.equal(await page.evaluate<string>(`new FormData(document.forms[0]).get('shop')`), '1');
  const choose = `(async () => {
    const canvas = new OffscreenCanvas(3000, 1500);
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    const picture = new File([await canvas.convertToBlob({ type: 'image/png' })], 'IMG_48.137_11.576.png', { type: 'image/png' });
    const files = new DataTransfer();
    files.items.add(picture);
    files.items.add(new File(['no picture'], 'note.txt', { type: 'text/plain' }));
    const input = document.querySelector('#pictures');
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  })()`;
  await page.evaluate(choose);
  await page.waitFor(`document.querySelector('#pictures').files[0].type === 'image/jpeg'`);
  const names = await page.evaluate<readonly string[]>(
    `[...document.querySelector('#pictures').files].map((f) => f.name)`,
  );
  assert.deepEqual(names, ['picture.jpg', 'note.txt']);
  const size = await page.evaluate<string>(
    `createImageBitmap(document.querySelector('#pictures').files[0]).then((p) => p.width + ' ' + p.height)`,
  );
  assert.equal(size, '1600 800');
  assert.deepEqual([await page.axe(), page.errors], [[], []]);
  await page.close();
});
