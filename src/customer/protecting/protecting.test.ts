import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { assets, readTheme, themeName } from '#kit/html';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { protectionPathOf } from '#orders';
import type { ShownProtection } from '#protection';
import { sayIn } from '../../../test/fixtures/order-views.ts';
import { allGood, protectionPage as pageOf, shownAt, shownStates } from '../../../test/fixtures/shown-protection.ts';
import { exampleFace, exampleOrder, openGround } from '../../../test/ground.ts';
import { callerOf, type Call } from '../../../test/stories/calls.ts';
import { customerAssets } from '../assets.ts';
import { createCustomer } from '../customer.ts';
import { hostsPoint } from './hosts-point.ts';
import { mailPoint } from './mail-point.ts';
import { othersPoint } from './others-point.ts';
import type { Told, Visit } from './point.ts';
import { wayPoint } from './way-point.ts';

const bytesMax = 50_000;

function pointsOf(shown: ShownProtection | null, visit: Visit = 'https') {
  const told: Told = { say: sayIn('en'), language: 'en', shop: 'Nordlicht', visit, now: shownAt, shown };
  return { way: wayPoint(told), others: othersPoint(told), mail: mailPoint(told), hosts: hostsPoint(told) };
}

function tonesOf(shown: ShownProtection | null, visit: Visit = 'https'): string {
  const { way, others, mail, hosts } = pointsOf(shown, visit);
  return [way, others, mail, hosts].map((point) => point?.tone ?? 'none').join(' ');
}

const linkedBytes = [...assets, ...customerAssets]
  .filter(({ name }) => ['base.css', 'tracking.css', 'protects-you.css', 'looked.js', 'favicon.svg'].includes(name))
  .concat(readTheme(themeName(exampleFace, 'css')) ?? [])
  .reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);

for (const language of ['en', 'de'] as const) {
  test(`every state is one small document that says first that it is no seal (${language})`, () => {
    for (const [name, shown] of Object.entries(shownStates)) {
      for (const visit of ['https', 'http', 'trial'] as const) {
        const html = pageOf(shown, language, visit);
        for (const once of ['<header', '<main', '<footer', '<h1']) assert.equal(html.split(once).length, 2, once);
        assert.doesNotMatch(
          html,
          /undefined|null<|\[object|NaN|<script(?! type="module" src="\/)|\sstyle=|\sonclick|(?:src|action)="https?:/,
        );
        const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
        assert.equal(new Set(ids).size, ids.length, 'no id twice');
        assert.match(html, /<\/h1><p>[^<]*(?:not a seal: nobody from outside|kein Siegel: Keine fremde Stelle)/);
        assert.ok(Buffer.byteLength(html) + linkedBytes < bytesMax, `${name}: ${Buffer.byteLength(html)}`);
      }
    }
  });
}

test('what is in order is said to be, and what is not is not', () => {
  assert.deepEqual(Object.fromEntries(Object.entries(shownStates).map(([name, shown]) => [name, tonesOf(shown)])), {
    good: 'good good good good',
    half: 'warn warn warn bad',
    stale: 'quiet good quiet none',
    expired: 'bad quiet quiet good',
    away: 'bad good quiet good',
    long: 'good warn good quiet',
    nothing: 'quiet good quiet none',
  });
  assert.equal(tonesOf(allGood, 'http'), 'bad good good good');
  assert.equal(tonesOf(null, 'trial'), 'quiet good quiet none');
});

test('a customer reads by whom the certificate is until when, and how the way is encrypted', () => {
  const { way } = pointsOf(allGood);
  assert.match(way.checks[0]?.text ?? '', /^Let’s Encrypt confirms .* until 31 January 2027$/);
  assert.match(way.checks[1]?.text ?? '', /TLS 1\.3/);
  assert.match(way.checks[2]?.text ?? '', /quantum computers of tomorrow are not expected/);
  assert.match(way.checks[3]?.text ?? '', /for 2 years$/);
  assert.match(pageOf(allGood, 'de'), /bestätigt bis zum 31\. Januar 2027, dass Sie wirklich bei /);
});

test('what is missing is said to be missing', () => {
  const { way, others, mail, hosts } = pointsOf(shownStates['half'] ?? null);
  const texts = [way, others, mail].flatMap(({ checks }) => checks.map(({ text }) => text));
  assert.equal(texts.filter((text) => text.startsWith('Not yet: ')).length, 5);
  assert.ok(texts.includes('2 cookies were set'));
  assert.ok(texts.some((text) => text.endsWith('contact fonts.stranger.example, count.stranger.example')));
  assert.deepEqual([hosts?.checks.length, hosts?.more.length], [6, 3]);
  assert.match(pageOf(shownStates['long'] ?? null, 'en'), /4\.stranger\.example and 25 more</);
});

test('of pages that did not answer nothing is said', () => {
  const { others } = pointsOf(shownStates['away'] ?? null);
  assert.deepEqual([others.checks.length, others.headline], [1, 'This page tells nobody that you are here']);
});

test('what was measured more than a day ago is claimed by nobody', () => {
  const old = (hours: number) => pageOf({ ...allGood, measuredAt: shownAt.subtract({ hours }) }, 'en');
  assert.doesNotMatch(old(24), /too old to rely on/);
  const html = old(25);
  assert.match(html, /Last measured on 28 November 2026, 13:07. That is too old to rely on\./);
  assert.doesNotMatch(html, /The way to this page is encrypted|Forged mails in our name stand out|every 6 hours/);
});

test('whatever was measured, only what holds today is shown as good', () => {
  const grade = fc.constantFrom<ShownProtection['grade'][]>('A+', 'A', 'B', 'C', 'F', 'T', 'M', null);
  const hours = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(grade, hours, hours, fc.boolean(), fc.nat(3), (given, age, left, policy, strangers) => {
      const { way, others } = pointsOf({
        ...allGood,
        grade: given,
        measuredAt: shownAt.subtract({ hours: age }),
        certificate: { issuer: null, from: shownAt.subtract({ hours: 99 }), until: shownAt.add({ hours: left - 30 }) },
        contentPolicy: policy,
        thirdParties: Array.from({ length: strangers }, (_, index) => `${index}.stranger.example`),
      });
      const isFresh = age <= 24;
      const holds = isFresh && left > 30 && ['A+', 'A', 'B'].includes(given ?? '');
      assert.equal(way.tone === 'good', holds, `${given} ${age} ${left}`);
      assert.equal(others.tone === 'good', !isFresh || (policy && strangers === 0));
      assert.equal(others.checks.length, isFresh ? 4 : 1);
    }),
    { numRuns: 300 },
  );
});

const ground = await openGround();
let shown: ShownProtection | null = null;
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: ['127.0.0.1'], publicUrl: 'https://shop.example' },
  log: createLog({ level: 'silent' }),
  ready: async () => true,
});
createCustomer({ ...ground, protection: { shown: async (id) => (id === ground.shop.shopId ? shown : null) } }).mount(
  http,
);
const call: Call = callerOf((await http.listen()).port);
after(async () => {
  await http.close();
  await ground.close();
});

const strangeShop = showId('shp', '01938a3c-1111-7000-8000-000000000001');

test('the page is open to everybody, under the strict rules that it tells of, in the language of the browser', async () => {
  const path = protectionPathOf(ground.shop);
  const headers = { accept: 'text/html', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'paket.nordlicht.example' };
  shown = { ...allGood, measuredAt: ground.clock.now() };
  const german = await call('GET', path, { headers: { ...headers, 'accept-language': 'de-AT,de;q=0.9' } });
  assert.equal(german.status, 200);
  assert.match(german.text, /<html lang="de".*<h1>So schützt Nordlicht Sie.*Der Weg zu dieser Seite ist verschlüsselt/);
  assert.equal(german.headers.get('set-cookie'), null);
  const policy = german.headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; /);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  const english = async () => (await call('GET', protectionPathOf(ground.shop, 'en'), { headers })).text;
  assert.match(await english(), /<h1>How Nordlicht protects you.*The way to this page is encrypted/);
  shown = null;
  assert.match(await english(), /Nothing has been measured yet/);
  for (const nobody of [strangeShop, 'shp_x', `${strangeShop}.json`]) {
    assert.equal((await call('GET', `/protection/${nobody}`, { headers })).status, 404);
  }
});

test('without https the page says so, and on the machine itself that it is a trial', async () => {
  const path = protectionPathOf(ground.shop, 'en');
  shown = null;
  const trial = await call('GET', path);
  assert.match(trial.text, /This is a trial on this machine.*it stays on this machine/);
  const open = await call('GET', path, { headers: { 'x-forwarded-for': '192.0.2.7' } });
  assert.match(open.text, /Please open the address of this page again with https:\/\//);
});

test('machines read the same facts', async () => {
  shown = { ...allGood, measuredAt: ground.clock.now() };
  const { text } = await call('GET', `${protectionPathOf(ground.shop)}.json`);
  const told: unknown = JSON.parse(text);
  assert.ok(typeof told === 'object' && told !== null && 'measured' in told);
  const facts = JSON.stringify(told.measured);
  assert.match(facts, /"grade":"A\+".*"until":"2027-01-31T08:00:00Z".*"post_quantum":true.*"dmarc":"reject"/);
});

test('every page of a known shop leads there', async () => {
  const { orderId } = await ground.putOrder('1001', exampleOrder());
  const link = new URL(ground.orders.customerUrl({ orderId, linkGeneration: 1 })).pathname;
  const html = (await call('GET', link, { headers: { accept: 'text/html' } })).text;
  const href = /<footer.*<a href="([^"]+)">So schützt Nordlicht Sie</.exec(html)?.[1];
  assert.equal(href, protectionPathOf(ground.shop, 'de'));
  assert.equal((await call('GET', href)).status, 200);
});
