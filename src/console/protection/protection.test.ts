import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { showId } from '#kit/ids';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { exampleSites, longHost, manyFindings } from '../../../test/fixtures/lock-pages.ts';
import {
  exampleExamination,
  exampleFindings,
  idOf,
  lockNow,
  scanAt,
  siteOf,
  standInLock,
  stateOf,
} from '../../../test/fixtures/lock.ts';
import { momentOf } from '../screens/moments.ts';
import { consolePaths } from '../paths.ts';
import { trendOf } from './trend.ts';

const www = siteOf('www.nordlicht-keramik.example');
const own = siteOf('track.nordlicht-keramik.example', { shopId: null, proof: null, kind: 'track' });
let examine = async () => exampleExamination;
const lock = standInLock([stateOf(own), stateOf(www, { open: exampleFindings })], () => examine());
const house = await openConsoleHouse(lock);
after(house.close);
const { ask } = house;
house.ground.clock.advanceTo(lockNow);
const cookie = await house.signIn({ 'accept-language': 'en' });
const page = async (path: string) => (await ask(path, { cookie })).text;
const post = async (path: string, form: Record<string, string>) =>
  (await ask(path, { cookie, form })).headers.get('location');
const shown = (host: string) => showId('sit', idOf(host));
const site = shown(www.host);
const finding = (code: string) => showId('fnd', idOf(code));

/** The text that follows a place in a page, without its tags. */
function textAt(html: string, place: string): string {
  return html
    .slice(html.indexOf(place))
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('every page says how many alarms are open, before a customer does', async () => {
  const alarms = textAt(await page(consolePaths.keys), '/console/protection');
  assert.match(alarms, /Protection 1 1 open alarm /);
});

test('a host is added from an address, proven, scanned and removed', async () => {
  const host = 'shop.nordlicht-keramik.example';
  const typed = `https://${host}:8443/basket?x=1`;
  const id = shown(host);
  assert.equal(
    await post(consolePaths.protection, { host: typed, kind: 'shop' }),
    `/console/protection?done=site_added#${id}`,
  );
  assert.equal(lock.states.get(idOf(host))?.site.port, 8443);
  const waiting = textAt(await page(consolePaths.protection), `id="${id}"`);
  assert.match(waiting, /glasspost-proof\.txt .* glasspost-proof=4f1c9a7e2b .* TXT record .* _glasspost\.shop\./);
  assert.doesNotMatch(await page(consolePaths.site(id)), /Scan now/);
  assert.equal(await post(consolePaths.scanSite, { site: id }), `/console/protection/${id}?failed=scan_unauthorized`);
  assert.equal(await post(consolePaths.proveSite, { site: id }), `/console/protection?failed=proof_not_shown#${id}`);
  lock.shown.add(host);
  assert.equal(await post(consolePaths.proveSite, { site: id }), `/console/protection/${id}?done=site_proven`);
  assert.match(
    await page(`${consolePaths.site(id)}?done=site_proven`),
    /The host was scanned.*There is nothing to mend/s,
  );
  assert.equal(await post(consolePaths.removeSite, { site: id }), '/console/protection?done=site_removed');
  assert.equal(await post(consolePaths.removeSite, { site: id }), '/console/protection?failed=site_unknown');
  assert.equal(await post(consolePaths.proveSite, { site: 'sit_1' }), '/console/protection?failed=site_unknown');
  assert.equal((await ask(consolePaths.site(id), { cookie })).status, 404);
});

test('what cannot be added keeps what was typed and says why', async () => {
  const add = (host: string) => ask(consolePaths.protection, { cookie, form: { host, kind: 'mail' } });
  const wrong = await add('"><b> no host');
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="&quot;>&lt;b> no host".*This is no name of a host/s);
  assert.match(wrong.text, /<option value="mail" selected/);
  assert.match((await add(www.host)).text, /in the list already/);
  const { states } = standInLock(Array.from({ length: 48 }, (_, index) => stateOf(siteOf(`h${index}.example`))));
  for (const [id, state] of states) lock.states.set(id, state);
  assert.match((await add('one.more.example')).text, /no more can be added/);
  assert.equal((await page(consolePaths.protection)).split('scope="row"').length - 1, 50);
  for (const id of states.keys()) lock.states.delete(id);
});

test('a finding says who sees it from when, and why, and what to do', async () => {
  const html = await page(consolePaths.site(site));
  const expired = textAt(html, `id="${finding('expired')}"`);
  assert.match(
    expired,
    /Alarm The certificate of www\..* Customers have seen it since Thu 19 Nov, 11:00 \(26 hours ago\)/,
  );
  assert.match(expired, /Every visitor gets a full-page warning.* What to do: Renew it now/);
  const late = textAt(html, `id="${finding('renewal_overdue')}"`);
  assert.match(late, /Customers see it from Tue 24 Nov, 17:00 \(in 4 days\) Here since Tue 3 Nov, 13:00/);
  assert.match(textAt(html, `id="${finding('hsts.missing')}"`), /No better grade than A with it/);
  assert.match(textAt(html, '<details class="fold"'), /2 notes.*code_without_words/);
});

test('"Verify now" scans and comes back with what became of that finding', async () => {
  const asked = finding('expired');
  const verify = () => post(consolePaths.scanSite, { site, finding: asked });
  const back = await verify();
  assert.equal(back, `/console/protection/${site}?failed=finding_open&asked=${asked}#${asked}`);
  assert.match(textAt(await page(back ?? ''), `id="${asked}"`), /^[^#]*Verify now .* Still there/);
  lock.found.set(www.host, exampleFindings.slice(1));
  assert.equal(await verify(), `/console/protection/${site}?done=finding_mended&asked=${asked}#${asked}`);
  const html = await page(`${consolePaths.site(site)}?asked=${asked}`);
  assert.match(textAt(html, 'id="mended"'), /The certificate of www\.\S+ ran out .* mended Alarm .* Fri 20 Nov, 13:00/);
  assert.doesNotMatch(html, /open alarm/);
  assert.equal(await post(consolePaths.scanSite, { site }), `/console/protection/${site}?done=scanned`);
});

test('all that is known of a host is a file', async () => {
  const { headers, text } = await ask(consolePaths.siteJson(site), { cookie });
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
  const known = JSON.parse(text) as Record<string, unknown[]>;
  assert.equal(known['host'], www.host);
  assert.equal(known['mended']?.length, 1);
  assert.doesNotMatch(text, /glasspost-proof/);
});

test('names of any script and length and 210 findings stand on their pages', async () => {
  for (const one of exampleSites) lock.states.set(one.siteId, stateOf(one));
  const list = await page(consolePaths.protection);
  assert.match(list, /töpferei\.example<.*xn--tpferei-90a\.example/s);
  assert.ok(list.includes(longHost));
  lock.states.set(www.siteId, stateOf(www, { open: manyFindings }));
  const html = await page(consolePaths.site(site));
  assert.equal(html.split('>Verify now ').length - 1, 200);
  assert.match(html, /10 more stand in the JSON file/);
});

test('a trend goes in steps, has a gap where nothing answered, and is drawn from two scans on', () => {
  const moment = (at: Temporal.Instant) => momentOf('en', at, lockNow);
  const scans = [
    scanAt(0, { grade: 'B', observatory: { score: 50, grade: 'C' } }),
    scanAt(6, { grade: null, observatory: null }),
    scanAt(12),
    scanAt(18),
  ];
  assert.equal(trendOf(scans.slice(0, 1), moment), null);
  const trend = trendOf(scans, moment);
  assert.deepEqual(trend?.grade, {
    rows: ['A+', 'A', 'A-', 'B'],
    path: 'M0 9H328H657M985 63H1000',
    best: 'A+',
    worst: 'B',
  });
  assert.deepEqual([trend?.score?.low, trend?.score?.high, trend?.score?.top], [50, 115, 115]);
  assert.equal(
    trendOf([scanAt(0, { grade: null, observatory: null }), scanAt(6, { grade: null, observatory: null })], moment),
    null,
  );
});

test('the house is examined when somebody first looks, and again by a button', async () => {
  let examined = 0;
  let end = (): void => {};
  examine = async () => {
    examined += 1;
    return exampleExamination;
  };
  const first = await page(consolePaths.health);
  assert.match(
    textAt(first, 'id="found"'),
    /2 things need you .* Ports does not work Nobody answers on port 80.* What to do: Set GLASSPOST_PLAIN_PORT=80\./,
  );
  assert.match(textAt(first, 'id="found"'), /Mail not known/);
  await page(consolePaths.health);
  assert.equal(examined, 1);
  examine = () => new Promise((resolve) => (end = () => resolve({ ...exampleExamination, checks: [] })));
  const slow = await ask(consolePaths.health, { cookie, form: {} });
  assert.equal(slow.headers.get('location'), consolePaths.health);
  const meanwhile = await ask(consolePaths.health, { cookie });
  assert.match(meanwhile.text, /being looked at now.*2 things need you/s);
  assert.equal(meanwhile.headers.get('refresh'), '3');
  end();
  assert.match((await ask(consolePaths.health, { cookie })).text, /All is well/);
  examine = async () => Promise.reject(new Error('no disk'));
  await post(consolePaths.health, {});
  const broken = await page(consolePaths.health);
  assert.match(broken, /The last look broke off.*All is well/s);
  assert.doesNotMatch(broken, /no disk/);
});

test('both screens speak German', async () => {
  const german = { cookie: await house.signIn({ 'accept-language': 'de' }) };
  assert.match((await ask(consolePaths.protection, german)).text, /Was Browser von den Adressen Ihres Shops sehen/);
  assert.match((await ask(consolePaths.site(site), german)).text, /Was sehen die Browser Ihrer Kunden\?/);
  assert.match((await ask(consolePaths.health, german)).text, /<h1>Zustand/);
});
