import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createFaq } from '#faq';
import { assets, readTheme } from '#kit/html';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { helpPathOf } from '#orders';
import { parcelTexts } from '#parcels';
import { helpPages } from '../../../test/fixtures/help-pages.ts';
import { exampleOrder, openGround } from '../../../test/ground.ts';
import { callerOf } from '../../../test/stories/calls.ts';
import { customerAssets } from '../assets.ts';
import { createCustomer } from '../customer.ts';

const bytesMax = 50_000;

const ground = await openGround();
const { database, shop } = ground;
const faq = createFaq({
  ...ground,
  valuesOf: async (_, shopId) => {
    const ways = { contactPhone: null, contactEmail: null, contactHours: null, answerTime: null };
    return shopId === shop.shopId ? { language: 'de', shop: shop.name, ...ways } : null;
  },
});
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'https://shop.example' },
  log: createLog({ level: 'silent' }),
  ready: async () => true,
});
createCustomer({ ...ground, faq }).mount(http);
const call = callerOf((await http.listen()).port);
after(async () => {
  await http.close();
  await ground.close();
});

const base = helpPathOf(shop);
const { orderId } = await ground.putOrder('1001', exampleOrder());
const link = new URL(ground.orders.customerUrl({ orderId, linkGeneration: 1 })).pathname;

async function read(path: string, language = 'en'): Promise<{ status: number; html: string; headers: Headers }> {
  const { status, text, headers } = await call('GET', path, {
    headers: { accept: 'text/html', 'accept-language': language },
  });
  return { status, html: text, headers };
}

async function send(path: string, form: Readonly<Record<string, string>>) {
  const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
  return await call('POST', path, { headers, body: String(new URLSearchParams(form)) });
}

/** What people read between the header and the footer of a page. */
function textOf(html: string): string {
  const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? '';
  const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return main
    .replaceAll(/<[^>]*>/g, '\n')
    .replaceAll(/&(?:lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
    .replaceAll('&amp;', '&');
}

function questionIn(html: string): { readonly name: string; readonly text: string } {
  const [, json = ''] = /<script type="application\/ld\+json">([^<]*)<\/script>/.exec(html) ?? [];
  const said = JSON.parse(json) as {
    readonly '@context': string;
    readonly '@type': string;
    readonly mainEntity: readonly {
      '@type': string;
      name: string;
      acceptedAnswer: { '@type': string; text: string };
    }[];
  };
  const [question, ...others] = said.mainEntity;
  assert.ok(question !== undefined && others.length === 0);
  const types = [said['@context'], said['@type'], question['@type'], question.acceptedAnswer['@type']];
  assert.deepEqual(types, ['https://schema.org', 'FAQPage', 'Question', 'Answer']);
  return { name: question.name, text: question.acceptedAnswer.text };
}

test('every answer is open to everybody, and says to machines what it says to people', async () => {
  for (const language of ['de', 'en'] as const) {
    const topics = await read(base, language);
    assert.match(topics.html, new RegExp(`<html lang="${language}"`));
    const paths = [...topics.html.matchAll(/<a href="(\/help\/[^"/?]+\/[^"?]+)\?language=(..)"/g)];
    assert.ok(paths.length >= 25, `${paths.length}`);
    for (const [, path = '', tag] of paths) {
      assert.equal(tag, language);
      const { status, html, headers } = await read(`${path}?language=${language}`);
      assert.equal(status, 200, path);
      assert.equal(headers.get('set-cookie'), null);
      assert.equal(headers.get('x-robots-tag'), 'all');
      assert.ok(html.includes(`<link rel="canonical" href="${path}?language=${language}"`), path);
      const lines = textOf(html).split('\n');
      const { name, text } = questionIn(html);
      for (const line of [name, ...text.split('\n')]) assert.ok(lines.includes(line), `${path}: ${line}`);
      assert.ok(text.length > 100 && !html.includes(`href="${link}`), path);
    }
  }
});

test('behind a link the answers know the parcel, and nothing of whose it is', async () => {
  const topics = await read(`${link}/help?language=en`);
  assert.match(textOf(topics.html), /About your parcel now/);
  const slugs = [...topics.html.matchAll(/\/help\/([a-z-]+)\?language=en"/g)].map((match) => match[1] ?? '');
  assert.equal(slugs[0], 'where-is-my-parcel');
  for (const slug of new Set(slugs)) {
    const { status, html, headers } = await read(`${link}/help/${slug}?language=en`);
    assert.equal(status, 200, slug);
    assert.match(headers.get('x-robots-tag') ?? '', /noindex/);
    assert.ok(html.includes(`<link rel="canonical" href="${base}/${slug}?language=en"`));
    assert.doesNotMatch(html, /Ada|Beispiel|Musterweg|10115|kunde\.example|19[.,]90|ld\+json/);
    assert.ok(html.includes(`href="${link}?language=en"`));
  }
  const article = await read(`${link}/help/where-is-my-parcel?language=en`);
  assert.match(textOf(article.html), /Your parcel is travelling with DHL/);
});

test('the page of the parcel offers what fits it, and every offer is there', async () => {
  const { html } = await read(link, 'de');
  const [, section = ''] = /<section class="questions"(.*?)<\/section>/s.exec(html) ?? [];
  const offers = [...section.matchAll(/href="([^"]+)">([^<]+)</g)];
  assert.deepEqual(
    offers.map((offer) => offer[2]),
    [
      'Wo ist mein Paket oder meine Bestellung?',
      'Die Sendungsnummer wird nicht gefunden',
      'Seit Tagen ändert sich nichts',
      'Alle Fragen und Antworten',
    ],
  );
  for (const [, path = ''] of offers) assert.equal((await read(path)).status, 200, path);
});

test('a search puts the most useful first, takes what is typed as text, and leaves nobody with nothing', async () => {
  const found = async (words: string) => await read(`${base}?language=de&q=${encodeURIComponent(words)}`);
  const slugsIn = (html: string) => [...html.matchAll(/\/help\/shp_\w+\/([a-z-]+)\?/g)].map((match) => match[1]);
  assert.equal(slugsIn((await found('Zoll Schweiz')).html.replace(/^.*<main/s, ''))[0], 'customs');
  assert.equal(slugsIn((await found('nachbra')).html.replace(/^.*<main/s, ''))[0], 'with-a-neighbour');
  const wicked = '"><script>alert(1)</script>\u202e\u0000';
  const { html } = await found(wicked);
  assert.ok(!/<script(?! type="(?:module|application\/ld\+json)")/.test(html) && !html.includes('\u202e'));
  assert.ok(html.includes('&lt;script>alert(1)'));
  const none = await found(`qzxvjw${'ß'.repeat(1_000)}`);
  assert.equal(none.status, 200);
  assert.match(textOf(none.html), /Nichts gefunden/);
  assert.ok(slugsIn(none.html).length >= 25, 'the topics are there');
  assert.ok(textOf(none.html).length < 6_000 && none.html.includes('/write?language=de'));
  assert.match(textOf((await found(' \u200b ')).html), /Wo das Paket ist/);
  const [today] = await faq.days(database, shop.shopId);
  assert.deepEqual([today?.searches, today?.withoutHit], [4, 1]);
});

test('what the states mean is told in the words that the pages of parcels have for them', async () => {
  for (const language of ['de', 'en'] as const) {
    const told = textOf((await read(`${base}/what-the-states-mean?language=${language}`)).html);
    for (const [key, word] of Object.entries(parcelTexts[language])) {
      if (key.startsWith('milestone.')) assert.ok(told.includes(word), word);
    }
  }
});

/** What people type, and what they need. */
const typed: Readonly<Record<'de' | 'en', Readonly<Record<string, string>>>> = {
  de: {
    'wo ist meine bestellung': 'where-is-my-parcel',
    'paket kommt nicht an': 'not-received',
    Rückgabe: 'withdraw',
    widerufsbutton: 'withdraw',
    'Geld zurück': 'refund',
    umgezogen: 'wrong-address',
    'nicht zuhause': 'missed-delivery',
    packstation: 'collecting-a-parcel',
    'daten loeschen': 'see-or-erase-my-data',
    'phishing sms': 'is-this-mail-real',
    telefonnummer: 'contact-and-hours',
  },
  en: {
    'where is my order': 'where-is-my-parcel',
    'delivered but not received': 'not-received',
    refund: 'refund',
    broken: 'damaged',
    'customs fee': 'customs',
    'saturday delivery': 'weekends-and-holidays',
    unsubscribe: 'stop-mails',
    'link expired': 'lost-link',
    warrenty: 'defect',
    stuck: 'no-news',
  },
};

test('what people type most finds its answer first', async () => {
  for (const language of ['de', 'en'] as const) {
    const asked = { shopId: shop.shopId, language, situation: null, limit: 1 };
    const first: Record<string, string | undefined> = {};
    for (const words of Object.keys(typed[language])) {
      first[words] = (await faq.search(database, { ...asked, words }))[0]?.slug;
    }
    assert.deepEqual(first, typed[language]);
  }
});

test('whether an answer helped is counted once for a reading, and a no leads to people', async () => {
  for (const here of [base, `${link}/help`]) {
    const path = `${here}/customs?language=en`;
    const { html } = await read(path);
    const [, view = ''] = /name="view" value="([^"]+)"/.exec(html) ?? [];
    assert.match(html, new RegExp(`<form[^>]* method="post"[^>]* action="${here}/customs\\?language=en"`));
    for (const helped of ['no', 'no', 'yes']) {
      const sent = await send(path, { helped, view });
      assert.equal(sent.status, 303);
      assert.equal(sent.headers.get('location'), `${here}/customs?language=en&said=${helped}#helped`);
    }
    for (const form of [{ helped: 'maybe', view }, { helped: 'yes' }, { helped: 'yes', view: 'x' }, {}]) {
      assert.equal((await send(path, form)).headers.get('location'), `${here}/customs?language=en`);
    }
    const thanks = await read(`${path}&said=no`);
    assert.match(thanks.html, /<output>Thank you for telling us.*<a class="button" href="[^"]*\/contact[^"]*\/write/s);
    assert.doesNotMatch(thanks.html, /name="helped"/);
  }
  const tally = (await faq.tallies(database, shop.shopId)).find(
    ({ slug, language }) => slug + language === 'customsen',
  );
  assert.deepEqual([tally?.helped, tally?.notHelped], [0, 2]);
  const invented = Array.from({ length: 60 }, (_, at) => `${at}`.padStart(22, 'A'));
  const answers = await Promise.all(invented.map((view) => send(`${base}/stop-mails`, { helped: 'yes', view })));
  assert.ok(answers.every(({ status }) => status === 303));
  const rows = await database.rows<{ n: number }>('select count(*)::int as n from faq.counted', []);
  assert.ok((rows[0]?.n ?? 99) < 40, 'a program that invents readings is not listened to for long');
});

test('answers stand before the form, those that fit the parcel first, and what people do then is counted', async () => {
  const contact = await read(`${link}/contact?language=en`);
  const slugs = [...contact.html.matchAll(/href="\/t\/[^"/]+\/help\/([a-z-]+)\?language=en"/g)].map(
    (match) => match[1],
  );
  assert.equal(slugs[0], 'where-is-my-parcel');
  const open = await read(`/contact/${base.split('/')[2]}?language=en`);
  assert.match(open.html, new RegExp(`href="${base}/[a-z-]+\\?language=en"`));
  await read(`${link}/contact/write?language=en`);
  const [today] = await faq.days(database, shop.shopId);
  assert.deepEqual([today?.offered, today?.opened, today?.written], [2, 1, 0]);
});

test('what is not there is said to be, with the way to what is', async () => {
  for (const slug of ['nope', '..%2f..', 'A'.repeat(300), 'customs.en.md']) {
    const { status, html } = await read(`${base}/${slug}`);
    assert.equal(status, 404, slug);
    assert.match(html, /There is no such answer.*\/help\/shp_\w+\/customs\?/s);
    assert.equal((await send(`${base}/${slug}`, { helped: 'yes', view: 'A'.repeat(22) })).status, 404);
  }
  const strange = showId('shp', '01938a3c-1111-7000-8000-000000000001');
  for (const path of [
    `/help/${strange}`,
    '/help/shp_x',
    `/help/${strange}/customs`,
    '/t/nobody/help',
    '/t/nobody/help/customs',
  ]) {
    const { status, html } = await read(path);
    assert.equal(status, 404, path);
    assert.ok(!html.includes(shop.name));
  }
  assert.equal((await send('/t/nobody/help/customs', { helped: 'yes', view: 'A'.repeat(22) })).status, 404);
});

test('a page with all it links to stays under 50 KB', async () => {
  const known = new Map([...assets, ...customerAssets].map(({ name, text }) => [name, Buffer.byteLength(text)]));
  const bytesOf = (name: string): number => known.get(name) ?? Buffer.byteLength(readTheme(name)?.text ?? '');
  for (const [name, html] of Object.entries(helpPages('de'))) {
    const linked = new Set([...html.matchAll(/"\/assets\/([^"]+)"/g)].map((match) => match[1] ?? ''));
    assert.ok(linked.size >= 5, name);
    const bytes = [...linked].reduce((sum, one) => sum + bytesOf(one), Buffer.byteLength(html));
    assert.ok(bytes < bytesMax, `${name} has ${bytes} bytes`);
  }
});
