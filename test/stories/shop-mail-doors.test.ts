import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { runCommand } from '../../src/cli/cli.ts';
import type { OpenedHouse } from '../../src/cli/command.ts';
import { statusReport } from '../../src/mail/samples/reports.ts';
import { openBrowser, type Browser, type Page } from '../browser.ts';
import { startDnsServer } from '../dns-server.ts';
import { callerOf } from './calls.ts';
import { exampleNumber, openHouse, publicUrl } from './house-on-clock.ts';

const dns = await startDnsServer();
const shop = await openHouse({ dnsServers: [dns.address] });
let browser: Browser | null = null;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await shop.close();
  dns.close();
});
const { house, database, mailbox } = shop;
const anybody = callerOf(shop.port);
const form = { 'content-type': 'application/x-www-form-urlencoded' };

let count = 0;

/** The mail about a parcel that was just handed over, of somebody who is known by this address. */
async function aMail(email: string): Promise<{ readonly raw: string; readonly leave: string }> {
  count += 1;
  const tracking_number = `${exampleNumber.slice(0, -4)}${String(count).padStart(4, '0')}`;
  const customer = { name: 'Ada Beispiel', email };
  await shop.putOrder(`D-${count}`, { customer, parcels: [{ carrier: 'dhl', tracking_number }] });
  mailbox.clear();
  const local_time = shop.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDateTime().toString();
  await shop.postScans({ code: 'parcel-de:AE', local_time, tracking_number });
  await shop.settle();
  const raw = (mailbox.mails()[0]?.raw.toString() ?? '').replaceAll(/\r\n[ \t]+/g, ' ');
  const [, url = publicUrl] = /^List-Unsubscribe: <([^>]+)>/m.exec(raw) ?? [];
  return { raw, leave: url.slice(publicUrl.length) };
}

test('the link of a mail changes nothing when it is looked at, and one click unsubscribes', async () => {
  const { leave } = await aMail('eins@kunde.example');
  for (const [language, word] of [
    ['de', 'Diese Mails nicht mehr schicken'],
    ['en', 'No more of these mails'],
  ] as const) {
    const page = await anybody('GET', leave.replace(/language=\w+/, `language=${language}`));
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(word));
    assert.doesNotMatch(page.text, /Ada|kunde\.example|<script(?! type="module" src="\/assets\/)/);
  }
  await anybody('HEAD', leave);
  assert.notEqual((await aMail('eins@kunde.example')).raw, '');
  const clicked = await anybody('POST', leave, { headers: form, body: 'List-Unsubscribe=One-Click' });
  assert.deepEqual([clicked.status, clicked.headers.get('set-cookie')], [200, null]);
  assert.equal((await aMail('eins@kunde.example')).raw, '');
});

test('a mail program may write its click as multipart, and the button brings the mails back', async () => {
  const { leave } = await aMail('zwei@kunde.example');
  const body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  assert.equal((await anybody('POST', leave, { headers, body })).status, 200);
  assert.equal((await aMail('zwei@kunde.example')).raw, '');
  assert.match((await anybody('GET', leave)).text, /Wieder schicken/);
  const back = await anybody('POST', leave, { headers: form, body: 'act=return' });
  assert.equal(back.status, 303);
  assert.match((await anybody('GET', back.headers.get('location') ?? '')).text, /Erledigt\. Sie bekommen/);
  assert.notEqual((await aMail('zwei@kunde.example')).raw, '');
});

test('a link that is none of ours opens nothing, by whichever method', async () => {
  const { leave } = await aMail('drei@kunde.example');
  for (const path of ['/u/x', leave.replace('/u/A', '/u/B'), `/u/${'A'.repeat(66)}`]) {
    for (const method of ['GET', 'POST']) assert.equal((await anybody(method, path)).status, 404, path);
  }
});

test('a bounce is taken from a key that may, suppresses, and is lifted by the API', async () => {
  await house.mail.setBounceAddress(shop.shop, 'bounces@nordlicht.example', 'test');
  const { raw } = await aMail('weg@kunde.example');
  const [, messageId = ''] = /^Message-ID: <([^>]+)>/m.exec(raw) ?? [];
  const body = statusReport({ to: 'bounces@nordlicht.example', messageId });
  const headers = { 'content-type': 'message/rfc822' };
  assert.equal((await anybody('POST', '/v1/mail/bounces', { headers, body })).status, 401);
  const few = await house.api.keys.create(shop.shop.shopId, 'few', ['orders'], 'test');
  assert.equal((await callerOf(shop.port, few.key)('POST', '/v1/mail/bounces', { headers, body })).status, 401);
  const taken = await shop.call('POST', '/v1/mail/bounces', { headers, body });
  assert.deepEqual([taken.status, taken.body], [200, { result: 'suppressed', code: '5.1.1' }]);
  assert.deepEqual((await shop.call('POST', '/v1/mail/bounces', { headers, body: 'x' })).body, {
    result: 'no_report',
    code: '',
  });
  assert.equal((await aMail('weg@kunde.example')).raw, '');
  const lifted = await shop.call('POST', '/v1/mail/suppressed/lift', { body: { email: 'weg@kunde.example' } });
  assert.deepEqual(lifted.body, { lifted: 1 });
  assert.notEqual((await aMail('weg@kunde.example')).raw, '');
});

async function command(...words: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const opened = { ...house, publicUrl } as unknown as OpenedHouse;
  const code = await runCommand([...words, '--shop', 'Nordlicht'], {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    settings: () => [],
    routes: () => Promise.resolve([]),
    examine: () => assert.fail('the installation was examined'),
    restore: () => assert.fail('nothing is restored here'),
    withHouse: (work) => work(opened),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('the command line says what to publish, and ends well when it is there', async () => {
  const first = await command('mail', 'dns');
  assert.equal(first.code, 1);
  assert.match(first.out, /not signed yet[^]+SPF: missing[^]+v=DKIM1; k=ed25519; p=[\w+/=]{44}[^]+DMARC: missing/);
  const { records } = JSON.parse((await command('mail', 'dns', '--json')).out) as {
    records: readonly { type: string; name: string; value: string }[];
  };
  for (const { type, name, value } of records) {
    if (type === 'TXT') dns.texts.set(name, [value]);
    else dns.exchanges.set(name, ['mx.nordlicht.example']);
  }
  const then = await command('mail', 'dns');
  assert.equal(then.code, 0, then.out);
  assert.match(then.out, /signed with the keys of 20261120/);
  assert.match((await command('mail', 'dns', '--rotate')).out, /signed with the keys of 20261120, [^]+missing/);
  const tried = await command('mail', 'try', 'kollege@nordlicht.example');
  assert.deepEqual(
    [tried.code, tried.err],
    [0, 'The address counts as one of your staff: no disclosure was written for it.'],
  );
  assert.match(tried.out, /It is signed for nordlicht\.example/);
  assert.equal((await command('mail', 'try', 'nobody')).code, 1);
  assert.match((await command('mail', 'suppressed')).out, /Everybody/);
  assert.equal((await command('mail', 'lift', 'x@y.example')).code, 1);
});

/** Staff on the screen "Mail"; null when this machine has no Chromium. */
async function staffPage(context: TestContext): Promise<Page | null> {
  const page = (await browser?.page({ width: 1280, height: 1_800, javascript: false, language: 'en-GB' })) ?? null;
  if (page === null) {
    context.skip('this machine has no Chromium');
    return null;
  }
  const link = await house.console.createLink();
  await page.goto(`http://127.0.0.1:${shop.port}${new URL(link).pathname}`);
  await page.click('main button');
  await page.waitFor(`location.pathname === '/console' && document.readyState === 'complete'`);
  await page.goto(`http://127.0.0.1:${shop.port}/console/mail`);
  return page;
}

test('staff check the records, try a mail and lift a suppression by buttons', async (context) => {
  const { raw } = await aMail('fort@kunde.example');
  const [, messageId = ''] = /^Message-ID: <([^>]+)>/m.exec(raw) ?? [];
  const body = statusReport({ to: 'bounces@nordlicht.example', messageId });
  await shop.call('POST', '/v1/mail/bounces', { headers: { 'content-type': 'message/rfc822' }, body });
  const page = await staffPage(context);
  if (page === null) return;
  await page.click('form[action="/console/mail/records"] button');
  await page.waitFor(`document.querySelector('.records') !== null && document.readyState === 'complete'`);
  assert.deepEqual(await page.axe(), []);
  await page.evaluate(`document.querySelector('#try').value = 'kollegin@nordlicht.example'`);
  mailbox.clear();
  await page.click('form[action="/console/mail/try"] button');
  await page.waitFor(`document.querySelector('main output ol') !== null && document.readyState === 'complete'`);
  assert.deepEqual(await page.axe(), []);
  assert.equal(mailbox.mails().length, 1);
  await page.click('form[action="/console/mail/lift"] button');
  await page.waitFor(`document.querySelector('output.done') !== null && document.readyState === 'complete'`);
  assert.deepEqual(await house.mail.suppressed(database, shop.shop.shopId, 10), []);
  assert.deepEqual(page.errors, []);
  await page.close();
});
