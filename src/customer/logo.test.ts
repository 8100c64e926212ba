import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import { readLogo } from '#orders';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createCustomer } from './customer.ts';

const ground = await openGround();
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'https://shop.example' },
  log: createLog({ level: 'silent' }),
  ready: async () => true,
});
createCustomer({ ...ground, protection: { shown: async () => null } }).mount(http);
const origin = `http://127.0.0.1:${(await http.listen()).port}`;
after(async () => {
  await http.close();
  await ground.close();
});

test('a shop’s new name, colour and logo are on the customer’s page at once, the logo from the page’s own host', async () => {
  const { orders, shop } = ground;
  const { orderId } = await ground.putOrder('1001', exampleOrder());
  const page = async (): Promise<string> => {
    const path = new URL(orders.customerUrl({ orderId, linkGeneration: 1 })).pathname;
    return await (await fetch(origin + path, { headers: { accept: 'text/html' } })).text();
  };
  assert.match(await page(), /<p class="shop"><bdi>Nordlicht<\/bdi>/);
  const logo = readLogo(Buffer.from('<svg viewBox="0 0 9 3"><path d="M0 0h9v3z"/></svg>'));
  assert.ok('kind' in logo);
  const patch = { name: 'متجر & Söhne', brand: '#123456' };
  await orders.changeShop({ shopId: shop.shopId, actor: 'staff', patch, logo });
  const html = await page();
  assert.match(html, /theme-123456-ffffff/);
  assert.match(html, /alt="متجر &amp; Söhne"/);
  const src = /<img src="([^"]+)"/.exec(html)?.[1] ?? '';
  assert.match(src, /^\/logos\/[0-9a-f]{32}\.svg$/);
  const answer = await fetch(origin + src);
  assert.equal(answer.status, 200);
  assert.equal(
    await answer.text(),
    '<svg viewBox="0 0 9 3" xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9v3z"/></svg>',
  );
  const headers = (name: string): string | null => answer.headers.get(name);
  assert.equal(headers('content-type'), 'image/svg+xml');
  assert.equal(headers('x-content-type-options'), 'nosniff');
  assert.match(headers('content-security-policy') ?? '', /^default-src 'none';.*; sandbox$/);
  assert.match(headers('cache-control') ?? '', /immutable/);
  assert.equal((await fetch(`${origin}/logos/${'0'.repeat(32)}.svg`)).status, 404);
});
