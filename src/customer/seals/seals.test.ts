import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ShownSeal } from '#evidence';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { sealsPathOf } from '#orders';
import { openGround } from '../../../test/ground.ts';
import { createCustomer } from '../customer.ts';

const ground = await openGround();
const { clock, shop } = ground;
const good: ShownSeal = {
  id: '01938a3c-1111-7000-8000-000000000001',
  issuer: 'Trusted Shops',
  name: 'Trusted Shops',
  kind: 'rating',
  grade: 4.72,
  scale: 5,
  label: null,
  count: 1_318,
  checkedAt: clock.now(),
  isStale: false,
  certificateUrl: 'https://www.trustedshops.de/bewertung/x.html',
  image: null,
};
const odd: ShownSeal = {
  ...good,
  ...{ kind: 'seal', name: `متجر <b> ${'Siegel'.repeat(10)}`, label: '<script>', grade: null, count: null },
  ...{ checkedAt: clock.now().subtract({ hours: 48 }), isStale: true },
};
let seals: readonly ShownSeal[] = [];
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://127.0.0.1' },
  log: createLog({ level: 'silent' }),
  ready: async () => true,
});
createCustomer({
  ...ground,
  protection: { shown: async () => null },
  evidence: { sealsOf: () => Promise.resolve(seals), invitesThrough: () => Promise.resolve([]) },
}).mount(http);
const { port } = await http.listen();
after(async () => {
  await http.close();
  await ground.close();
});

async function pageAt(path: string, language = 'en') {
  const answered = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-language': language } });
  return { status: answered.status, text: await answered.text(), headers: answered.headers };
}

test('what others say stands there in words, with the day, and meets nobody before a click', async () => {
  seals = [good, odd];
  const { text, headers } = await pageAt(sealsPathOf(shop));
  assert.match(text, /<h1>What others say of Nordlicht<\/h1>/);
  assert.match(text, /4\.72 of 5<\/b> <small>from 1,318 ratings/);
  assert.match(text, /Confirmed by Trusted Shops on 20 November 2026\./);
  assert.match(text, /Not checked since 18 November 2026\./);
  const links = [...text.matchAll(/<a href="https:\/\/www\.trustedshops\.de[^>]*>/g)].map(([link]) => link);
  assert.equal(links.length, 2);
  for (const link of links) {
    assert.match(link, /rel="noopener noreferrer nofollow"/);
    assert.match(link, /referrerpolicy="no-referrer"/);
  }
  assert.doesNotMatch(text, /<img|<iframe|<script(?! type="module" src="\/assets)|<b> Siegel/);
  assert.equal(headers.get('set-cookie'), null);
  assert.match((await pageAt(sealsPathOf(shop), 'de')).text, /Was andere über Nordlicht sagen.*4,72 von 5/);
});

test('machines have it as JSON; a shop without any says so, and one that is not there is not found', async () => {
  seals = [good];
  const json = JSON.parse((await pageAt(`${sealsPathOf(shop)}.json`)).text) as { readonly seals: readonly object[] };
  assert.deepEqual(json.seals, [
    {
      ...{ id: showId('sea', good.id), issuer: 'Trusted Shops', name: 'Trusted Shops', kind: 'rating', grade: 4.72 },
      ...{ scale: 5, label: null, count: 1_318, checked_at: '2026-11-20T08:00:00Z', stale: false },
      certificate_url: good.certificateUrl,
    },
  ]);
  seals = [];
  assert.match((await pageAt(sealsPathOf(shop))).text, /There is nothing at the moment/);
  const nobody = sealsPathOf({ shopId: '01938a3c-1111-7000-8000-000000000001' });
  assert.deepEqual([(await pageAt(nobody)).status, (await pageAt('/seals/x.json')).status], [404, 404]);
});
