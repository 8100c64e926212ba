import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { assets, readTheme, themeName } from '#kit/html';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { contactPathOf } from '#orders';
import { exampleFace, exampleOrder, openGround } from '../../../test/ground.ts';
import { customerAssets } from '../assets.ts';
import { createCustomer } from '../customer.ts';
import type { Suggested } from './contact-view.ts';

const ground = await openGround();
const { clock, service, orders, shop } = ground;
const { shopId } = shop;
let suggestions: readonly Suggested[] = [];
const asked: object[] = [];
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://127.0.0.1' },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
});
createCustomer({
  ...ground,
  publicUrl: 'https://post.shop.example',
  protection: { shown: () => Promise.resolve(null) },
  suggested: (about) => {
    asked.push(about);
    return Promise.resolve(suggestions);
  },
}).mount(http);
const { port } = await http.listen();
after(async () => {
  await http.close();
  await ground.close();
});

async function call(path: string) {
  // A page is kept for a second.
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  const answered = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });
  assert.equal(answered.headers.get('set-cookie'), null);
  return { status: answered.status, text: await answered.text(), headers: answered.headers };
}

const path = contactPathOf(shop);
const english = () => call(`${path}?language=en`);
const set = async (patch: Parameters<typeof service.setContact>[0]['patch']) => {
  const done = await service.setContact({ shopId, patch, actor: 'test' });
  assert.ok('changed' in done, JSON.stringify(done));
};
const openHours = { mon: '9-17', tue: '9-17', wed: '9-17', thu: '9-17', fri: '9-17' };

suite('a shop that has said nothing', () => {
  test('says so, and is still reached: by the form and the address of its mails', async () => {
    const { status, text, headers } = await english();
    assert.equal(status, 200);
    assert.equal(headers.get('x-robots-tag'), 'all', 'a legal notice may be found');
    assert.match(text, new RegExp(`<link rel="canonical" href="https://post\\.shop\\.example${path}"`));
    assert.doesNotMatch(text, /Ask to be called/);
    assert.match(text, /Nordlicht has not said yet who is behind it/);
    assert.match(text, new RegExp(`href="${path}/write\\?language=en"`));
    assert.match(text, /href="mailto:hallo@nordlicht\.example"/);
    assert.match(text, /There are too few yet to say/);
    assert.doesNotMatch(text, /<aside/);
  });
});

suite('a shop that has said it', () => {
  test('is found with its whole legal notice, in German too', async () => {
    await set({
      ...{ kind: 'company', legalName: '<b>Nord & Süd</b> GmbH', legalForm: 'GmbH', representedBy: 'Ada Öz' },
      ...{ street: 'Weg 1', postalCode: '24937', city: 'Flensburg', country: 'DE', phone: '+49 40 66969 120' },
      ...{ registerCourt: 'Amtsgericht Flensburg', registerNumber: 'HRB 1', vatId: 'DE123456788' },
      ...{
        disputeStance: 'willing',
        disputeBody: 'Schlichtungsstelle\nStraßburger Str. 8\nhttps://schlichter.example',
      },
      ...{ policyUrl: 'https://nordlicht.example/privacy', languages: 'de, en', ...openHours },
    });
    const { text } = await call(`${path}?language=de`);
    for (const said of [
      'Impressum',
      '&lt;b>Nord &amp; Süd&lt;/b> GmbH',
      'Weg 1',
      '24937 Flensburg',
      'Deutschland',
      'Ada Öz',
      'HRB 1',
      'DE123456788',
      'Schlichtungsstelle',
      'Straßburger Str. 8',
      '<a href="https://schlichter.example/" rel="noreferrer">https://schlichter.example</a>',
      'href="tel:+494066969120"',
      'Datenschutzerklärung',
      'Deutsch und Englisch',
    ]) {
      assert.ok(text.includes(said), said);
    }
    assert.doesNotMatch(text, /ec\.europa\.eu/);
  });

  const moments: readonly (readonly [now: string, headline: string, sentence: string])[] = [
    ['2026-11-23T10:00:00Z', 'Somebody is there now', 'Until 17:00 today.'],
    ['2026-11-23T16:30:00Z', 'Nobody is there right now', 'Again tomorrow at 09:00.'],
    ['2026-11-24T05:00:00Z', 'Nobody is there right now', 'Again today at 09:00.'],
    ['2026-11-27T17:00:00Z', 'Nobody is there right now', 'Again on Monday 30 November at 09:00.'],
  ];
  for (const [now, headline, sentence] of moments) {
    test(`at ${now}: ${sentence}`, async () => {
      clock.advanceTo(Temporal.Instant.from(now));
      const { text } = await english();
      assert.ok(text.includes(headline) && text.includes(sentence), text.slice(text.indexOf('<main')));
    });
  }

  test('days with other hours are said in time, those in a row as one', async () => {
    await set({ exceptions: '2026-12-24 closed # Christmas\n2026-12-28 - 2026-12-30 10-12', holidays: 'DE' });
    const { text } = await english();
    assert.match(
      text,
      /Thursday 24 December<small><bdi>Christmas<\/bdi><\/small><\/dt><dd class="number"><span>closed/,
    );
    assert.match(
      text,
      /write\?language=en&amp;call=1#call"[^]*Ask to be called[^]*Earliest: Monday 30 November, 09:00–11:00/,
    );
    const christmas = '"validFrom":"2026-12-25","validThrough":"2026-12-25","opens":"00:00","closes":"00:00"';
    assert.ok(text.includes(christmas), 'machines are told of holidays');
    assert.match(text, /28\s?–\s?30 December<\/dt><dd class="number"><span>10:00–12:00/);
    assert.match(text, /Friday 25 December<small><bdi>public holiday/);
  });

  test('which body it takes part before is pointed to where it is named, and nowhere else', async () => {
    assert.match((await english()).text, /before this consumer arbitration board:<\/p><address>/);
    const { disputeBody } = await service.contactSettings(ground.database, shopId);
    await set({ disputeBody: '' });
    assert.match((await english()).text, /takes part in dispute resolution before a consumer arbitration board\.<\/p>/);
    await set({ disputeBody });
  });

  test('how long answers take is said as it was measured', async () => {
    await ground.database.rows(
      `insert into service.first_answer (person_id, case_id, shop_id, asked_at, answered_at, open_minutes)
       select gen_random_uuid(), gen_random_uuid(), $1, $2::timestamptz - make_interval(mins => least(n, 10) * 10), $2, null
       from generate_series(1, 12) n`,
      [shopId, clock.now()],
    );
    const { text } = await english();
    assert.match(text, /within 60 minutes, nine out of ten within 2 hours\. Measured over 90 days, 12 answers\./);
  });

  test('machines read the same as JSON and as linked data, and no script stands in the page', async () => {
    const json = JSON.parse((await call(`${path}.json`)).text) as {
      readonly open_now: object;
    };
    assert.ok(!('missing' in json), 'what the law misses is for the shop to know');
    assert.notEqual(json.open_now, null);
    const { text } = await english();
    const [, data = ''] = /<script type="application\/ld\+json">([^<]*)<\/script>/.exec(text) ?? [];
    const linked = JSON.parse(data) as {
      readonly legalName: string;
      readonly contactPoint: { readonly url: string; readonly hoursAvailable: readonly object[] };
    };
    assert.equal(linked.legalName, '<b>Nord & Süd</b> GmbH');
    assert.equal(linked.contactPoint.url, `https://post.shop.example${path}`);
    assert.deepEqual(linked.contactPoint.hoursAvailable[0], {
      '@type': 'OpeningHoursSpecification',
      dayOfWeek: 'https://schema.org/Monday',
      opens: '09:00',
      closes: '17:00',
    });
    assert.doesNotMatch(
      text.replace(/<script type="application\/ld\+json">[^<]*<\/script>/, ''),
      /<script(?! type="module" src="\/assets\/)|\sstyle=|undefined|\[object|NaN/,
    );
  });

  test('with all it links to it stays under 50 KB', async () => {
    const { text } = await english();
    const linked = [...assets, ...customerAssets]
      .filter(({ name }) => ['base.css', 'tracking.css', 'contact.css', 'favicon.svg'].includes(name))
      .concat(readTheme(themeName(exampleFace, 'css')) ?? [])
      .reduce((sum, one) => sum + Buffer.byteLength(one.text), 0);
    assert.ok(Buffer.byteLength(text) + linked < 50_000, `${Buffer.byteLength(text)} + ${linked}`);
  });
});

suite('behind the link of an order', () => {
  test('answers that fit stand above, the way leads back, and nobody is named', async () => {
    const { orderId } = await ground.putOrder('A-1', exampleOrder());
    const page = `/t/${orders.links.tokenOf(orderId, 1)}`;
    suggestions = [{ title: 'Where is it?', summary: 'Soon there', url: `${page}/help/where` }];
    const { text, status } = await call(`${page}/contact?language=en`);
    assert.equal(status, 200);
    assert.match(text, new RegExp(`<a href="${page}/help/where">Where is it\\?</a><small>Soon there`));
    assert.match(text, new RegExp(`href="${page}\\?language=en">Back to your parcel`));
    assert.match(text, new RegExp(`href="${page}/contact/write\\?language=en"`));
    assert.doesNotMatch(text, /Ada Beispiel|Musterweg|kunde\.example|1990|ld\+json/);
    assert.deepEqual(Object.keys(asked.at(-1) ?? {}), ['shopId', 'language', 'order', 'helpPath']);
  });

  test('a link that opens nothing opens nothing here, and a shop that is not there is none', async () => {
    assert.equal((await call('/t/nothing/contact')).status, 404);
    for (const id of [
      'shp_x',
      showId('shp', '01890000-0000-7000-8000-000000000000'),
      `${showId('shp', shopId)}.xml`,
      '..%2f',
    ]) {
      assert.equal((await call(`/contact/${id}`)).status, 404, id);
    }
  });
});
