import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openBrowser } from '../../../test/browser.ts';
import { mailPage, mailPagePolicy } from './page.ts';

const asked: string[] = [];
const askedElsewhere: string[] = [];

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const elsewhere = createServer((request, response) => {
  askedElsewhere.push(request.url ?? '');
  response.end();
});
const elsewherePort = await listen(elsewhere);

const hostile = `<html><head><meta http-equiv="refresh" content="0;url=/refreshed"><style>p{color:rgb(1,2,3)}</style>
<link rel="stylesheet" href="http://127.0.0.1:${elsewherePort}/style.css"></head><body><p>Hallo</p>
<script>document.title='ran'</script><img src="http://127.0.0.1:${elsewherePort}/seen.gif" onerror="document.title='ran'">
<img src="/logo.svg"><form action="/posted"><button>x</button></form><iframe src="/framed"></iframe>
<a href="/opened">Paket verfolgen</a></body></html>`;

const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const html = { 'content-type': 'text/html; charset=utf-8' };
  if (request.url !== '/mail') return response.writeHead(200, html).end('ok');
  const page = mailPage({ html: hostile, text: null, subject: '' });
  return response.writeHead(200, { ...html, 'content-security-policy': mailPagePolicy }).end(page);
});
const port = await listen(server);
const browser = await openBrowser();
const skip = browser === null ? 'no Chromium on this machine' : false;
after(async () => {
  await browser?.close();
  server.close();
  elsewhere.close();
});

async function wasAsked(path: string): Promise<boolean> {
  for (let tries = 0; tries < 60 && !asked.includes(path); tries += 1) await wait(50);
  return asked.includes(path);
}

test('a mail that is shown runs nothing, asks nobody else and goes nowhere by itself', { skip }, async () => {
  assert.ok(browser);
  const page = await browser.page({ width: 700, height: 500 });
  await page.goto(`http://127.0.0.1:${port}/mail`);
  assert.equal(await page.evaluate('getComputedStyle(document.querySelector("p")).color'), 'rgb(1, 2, 3)');
  assert.ok(await wasAsked('/logo.svg'));
  await page.click('button');
  await wait(300);
  assert.equal(await page.evaluate('document.title'), '');
  assert.equal(await page.evaluate('self.origin'), 'null');
  for (const path of ['/refreshed', '/framed', '/posted', '/posted?']) assert.ok(!asked.includes(path), path);
  assert.deepEqual(askedElsewhere, []);
  await page.close();
});

test('a link of a shown mail opens in a tab of its own', { skip }, async () => {
  assert.ok(browser);
  const page = await browser.page({ width: 700, height: 500 });
  await page.goto(`http://127.0.0.1:${port}/mail`);
  await page.click('a');
  assert.ok(await wasAsked('/opened'));
  assert.match(await page.url(), /\/mail$/u);
  await page.close();
});
