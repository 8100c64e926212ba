import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createCustomer } from '#customer';
import { createHttp } from '#kit/http';
import { showId } from '#kit/ids';
import { createLog } from '#kit/log';
import { reviewsPathOf } from '#orders';
import { ledgerPathOf, verifyLedger } from '#privacy';
import { openCodec } from '../../src/reviews/pictures/codec.ts';
import { openReviewRoom } from '../review-room.ts';
import { callerOf, readable } from './calls.ts';

const asked = await openReviewRoom();
const { ground, reviews, invited, write, passDays } = asked;
const { database, privacy, shop } = ground;
const { shopId } = shop;
const http = createHttp({
  settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'https://shop.example' },
  log: createLog({ level: 'silent' }),
  ready: () => Promise.resolve(true),
});
createCustomer({ ...ground, reviews, protection: { shown: () => Promise.resolve(null) } }).mount(http);
const { port } = await http.listen();
const base = `http://127.0.0.1:${port}`;
const call = callerOf(port);
after(async () => {
  await http.close();
  await asked.close();
});

const path = reviewsPathOf(shop);
const judge = (reviewId: string, verdict: Parameters<typeof reviews.moderate>[1]['verdict']) =>
  database.tx((tx) => reviews.moderate(tx, { shopId, reviewId, verdict, actor: 'staff' }));

const shownNow = () => reviews.published(database, shopId, { before: null, limit: 50 });

/** A form as a browser sends it. */
async function send(token: string, fields: Readonly<Record<string, string>>, pictures: readonly Uint8Array[] = []) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const bytes of pictures) form.append('pictures', new Blob([Uint8Array.from(bytes)]), 'IMG_1.jpg');
  const shown = (await call('GET', `/r/${token}?language=en`)).text;
  const [, action = `/r/${token}`] = /<form method="post" action="([^"]+)" enctype/.exec(shown) ?? [];
  const answer = await fetch(`${base}${action}`, { method: 'POST', body: form, redirect: 'manual' });
  return { status: answer.status, html: await answer.text(), location: answer.headers.get('location') };
}

const pixels = (shade: number) => ({ width: 40, height: 30, rgba: new Uint8Array(40 * 30 * 4).fill(shade) });
const photo = openCodec().encode(pixels(120), 80);

type Verified = { readonly holds: boolean; readonly reviews: { readonly wrong: readonly { readonly said: string }[] } };

/** As a stranger does, by one command. */
async function verified(
  save: string | null = null,
): Promise<{ readonly code: number; readonly found: readonly string[] }> {
  const said: string[] = [];
  const place = `${base}${ledgerPathOf(shopId)}`;
  const code = await verifyLedger(
    { place, save, keys: null, entry: null, all: false, json: true },
    { out: (line) => said.push(line), err: (line) => said.push(line) },
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the command says is what is looked at
  const { holds, reviews: verdict } = JSON.parse(said.join('\n')) as Verified;
  assert.equal(holds, code === 0);
  return { code, found: verdict.wrong.map((one) => one.said) };
}

test('A buyer writes by their link alone, loses nothing on an error, and sees what happens next.', async () => {
  const { token } = await invited();
  const form = await call('GET', `/r/${token}?language=en&shop=4`);
  assert.equal(form.status, 200);
  assert.match(form.text, /name="shop" id="shop-4" value="4"[^>]* checked/);
  assert.match(readable(form.text), /Tasse/);
  assert.doesNotMatch(form.text, /Beispiel|Musterweg|kunde\.example/, 'no name, no street, no address');

  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1');
  const wrong = await send(token, { delivery: '2', text: 'Lost "string"', 'product-0': '3', by: 'a@b.example' }, [
    photo,
    heic,
  ]);
  assert.equal(wrong.status, 422);
  const said = readable(wrong.html);
  for (const words of [/1 to 5 stars/, /no address and no link/, /HEIC/, /are still here/]) assert.match(said, words);
  assert.match(wrong.html, /id="delivery-2" value="2"[^>]* checked/);
  assert.match(wrong.html, /id="product-0-3" value="3"[^>]* checked/);
  assert.match(wrong.html, /Lost (?:&quot;|")string/);
  const kept = /name="kept" value="([0-9a-f]{64})"/.exec(wrong.html)?.[1] ?? '';
  const own = await fetch(`${base}/r/${token}/pictures/${kept}.jpg`);
  assert.deepEqual([own.status, own.headers.get('content-type')], [200, 'image/jpeg']);
  assert.equal((await fetch(`${base}${path}/pictures/${kept}.jpg`)).status, 404, 'nobody else sees it yet');

  const sent = await send(token, {
    shop: '2',
    delivery: '2',
    text: 'Lost string\r\nTwo lines',
    'product-0': '3',
    kept,
  });
  assert.equal(sent.status, 303);
  const thanks = readable((await call('GET', sent.location ?? '')).text);
  assert.match(thanks, /has arrived.*unlawful content only.*good stars and bad ones alike/s);
  assert.match((await call('GET', `/r/${token}?language=en`)).text, /Two lines<\/textarea>/);
  await passDays(4);
  await privacy.ledger.sequence(shopId);
  const page = await call('GET', `${path}?language=en`);
  assert.match(readable(page.text), /2\.0 of 5.*Lost string.*Two lines.*Tasse/s);
  const picture = await fetch(`${base}${path}/pictures/${kept}-small.jpg`);
  assert.deepEqual(
    ['content-type', 'x-content-type-options'].map((name) => picture.headers.get(name)),
    ['image/jpeg', 'nosniff'],
  );
  assert.match(picture.headers.get('content-security-policy') ?? '', /^default-src 'none'.*sandbox/);
});

test('Whoever takes a review back takes its pictures along, and an unknown link opens nothing.', async () => {
  const { token } = await invited();
  const kept =
    /kept" value="([0-9a-f]{64})/.exec((await send(token, {}, [openCodec().encode(pixels(9), 80)])).html)?.[1] ?? '';
  assert.equal((await send(token, { shop: '1', kept })).status, 303);
  await passDays(31);
  const over = await call('GET', `/r/${token}?language=en`);
  assert.match(readable(over.text), /can no longer be changed.*You can still take it back/);
  const [, action = ''] = /action="([^"]+withdraw[^"]*)"/.exec(over.text) ?? [];
  const take = (body: Readonly<Record<string, string>>) =>
    fetch(`${base}${action}`, { method: 'POST', body: new URLSearchParams(body) });
  assert.match(readable(await (await take({})).text()), /Please tick the box first/);
  assert.match(readable(await (await take({ sure: 'yes' })).text()), /was deleted/);
  const [left] = await database.rows<{ count: number }>(
    'select count(*)::int as count from reviews.picture where picture_hash = $1',
    [kept],
  );
  assert.equal(left?.count, 0);
  assert.equal((await call('GET', `/r/${token}`)).status, 410);
  assert.equal((await call('GET', '/r/aaaaaaaaaaaaaaaaaaaaaaaaaaa')).status, 404);
  assert.equal((await send('aaaaaaaaaaaaaaaaaaaaaaaaaaa', { shop: '5' })).status, 404);
});

test('Everybody reads good and bad, what is not shown and why; machines read the same.', async () => {
  const [good, bad, rude] = [await invited(), await invited(), await invited()];
  const reviewId = await write(good.token, { shop: 5, delivery: 4, title: 'Schön </script>', by: 'Ada' });
  await judge(reviewId, { publish: true });
  await judge(await write(bad.token, { shop: 1, text: 'Kaputt.' }), { publish: true });
  await judge(await write(rude.token, { shop: 2 }), { withhold: 'insult', note: 'Bitte freundlich.' });
  const told = readable((await call('GET', `/r/${rude.token}?language=en`)).text);
  assert.match(told, /does not show it\. Reason: insult\..*The shop adds: Bitte freundlich\./);
  await database.tx((tx) => reviews.answer(tx, { shopId, reviewId, text: 'Danke!', actor: 'staff' }));
  await privacy.ledger.sequence(shopId);
  const { text } = await call('GET', `${path}?language=en`);
  for (const words of [/2\.67 of 5/, /Kaputt\./, /Schön.*Answer of.*Danke!/s, /Not shown 1 × insult/]) {
    assert.match(readable(text), words);
  }
  const data: unknown = JSON.parse(/ld\+json">(.*?)<\/script>/.exec(text)?.[1] ?? '');
  assert.deepEqual(Object.entries(data ?? {}).find(([name]) => name === 'aggregateRating')?.[1], {
    ...{ '@type': 'AggregateRating', ratingValue: 2.67, ratingCount: 3, reviewCount: 3, bestRating: 5, worstRating: 1 },
  });
  assert.doesNotMatch(readable((await call('GET', `${path}?language=en&stars=1`)).text), /Schön/);
  assert.match((await call('GET', `${path}?language=en&product=T-1`)).text, /"@type":"Product"/);
  const none = await call('GET', `${path}?language=en&product=T-1&stars=5`);
  assert.match(readable(none.text), /Reviews of Tasse.*No review with these stars/s, 'a product keeps its name');
  const strange = await call('GET', `${path}?language=en&product=Call%200900%201234`);
  assert.ok(strange.status === 200 && !strange.text.includes('0900'), 'nobody writes on the page by its address');
  const listed = (await call('GET', `${path}.json`)).text;
  assert.match(listed, /"delivered":5,"invited":5,"planned":0,"not_invited":\[\]/);
  const states = [...listed.matchAll(/"state":"(\w+)"/g)].map((match) => match[1] ?? '');
  assert.deepEqual(
    states.toSorted((one, other) => one.localeCompare(other)),
    ['published', 'published', 'published', 'withdrawn', 'withheld'],
  );
  for (const query of ['?after=x', '?stars=9&before=x&product=%00', '?before=rev_aaaaaaaaaaaaaaaaaaaaaaaaaa']) {
    assert.ok((await call('GET', `${path}${query}`)).status === 200, query);
  }
  assert.equal((await call('GET', `${path}.json?after=x`)).status, 400);
});

test('A page of long reviews stays below 50 KB with all it links to, and the rest is on the next.', async () => {
  const judged = async (): Promise<void> => {
    const { token } = await invited();
    await judge(await write(token, { shop: 3, text: '語'.repeat(3_900) }), { publish: true });
  };
  for (let count = 0; count < 3; count += 1) await judged();
  await privacy.ledger.sequence(shopId);
  const { text } = await call('GET', `${path}?language=de&stars=3`);
  let bytes = Buffer.byteLength(text);
  for (const [, link = ''] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    bytes += Buffer.byteLength((await call('GET', link)).text);
  }
  assert.ok(bytes < 50_000, String(bytes));
  const [, older = ''] = /href="([^"]*before=[^"]*)"/.exec(text) ?? [];
  assert.match((await call('GET', older.replaceAll('&amp;', '&'))).text, /語語語/);
});

test('What is shown equals what was received, and whoever deletes, flips, edits, invents or hides a review is found.', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'recounted-'));
  context.after(() => rmSync(folder, { recursive: true }));
  // The second time, from what was kept at the first.
  for (const save of [null, folder, folder]) assert.deepEqual(await verified(save), { code: 0, found: [] });
  const kaputt = (await shownNow()).find((one) => one.shop === 1);
  assert.ok(kaputt !== undefined);
  const { reviewId } = kaputt;
  const name = showId('rev', reviewId);
  const tables = ['review', 'revision', 'standing'] as const;
  const attacks: readonly (readonly [sql: string, values: readonly string[], found: RegExp])[] = [
    [
      'delete from reviews.standing where review_id = $1',
      [reviewId],
      new RegExp(`${name} was received and is suppressed`),
    ],
    [
      'update reviews.standing set shop_stars = 5 where review_id = $1',
      [reviewId],
      new RegExp(`${name} is shown with 5`),
    ],
    [
      `update reviews.standing set state = 'withheld', reason = 'insult' where review_id = $1`,
      [reviewId],
      new RegExp(`${name} is shown as withheld \\(insult\\), and entered as published`),
    ],
    [
      `insert into reviews.standing (shop_id, review_id, state, shop_stars) values ($1, gen_random_uuid(), 'published', 5)`,
      [shopId],
      /is invented: the ledger never received it/,
    ],
  ];
  for (const [sql, values, expected] of attacks) {
    for (const table of tables) await database.rows(`create table reviews.kept_${table} as table reviews.${table}`, []);
    await database.rows(sql, values);
    const { code, found } = await verified();
    assert.equal(code, 1, sql);
    assert.match(found.join('\n'), expected);
    for (const table of tables) {
      await database.rows(`delete from reviews.${table}`, []);
      await database.rows(`insert into reviews.${table} select * from reviews.kept_${table}`, []);
      await database.rows(`drop table reviews.kept_${table}`, []);
    }
  }
  await edit(reviewId);
  const { code, found } = await verified();
  assert.deepEqual([code, found.length], [1, 1]);
  const said: string[] = [];
  const place = { place: `${base}${ledgerPathOf(shopId)}`, save: null, keys: null, entry: null, all: false };
  await verifyLedger({ ...place, json: false }, { out: (line) => said.push(line), err: () => {} });
  assert.match(said.join('\n'), /WRONG: review rev_.*\n\nThe ledger itself holds\.$/s);
  assert.match(found[0] ?? '', new RegExp(`${name} was changed after it was published \\(entry \\d+\\)`));
});

/** With the key of its writer in hand, as whoever runs the house has it. */
async function edit(reviewId: string): Promise<void> {
  const row = await database.one<{ personId: string; shownId: string }>(
    'select person_id as "personId", shown_id as "shownId" from reviews.review where review_id = $1',
    [reviewId],
  );
  assert.ok(row !== null);
  const key = (await privacy.keysOf(database, 'person', [row.personId])).get(row.personId);
  const place = { column: 'reviews.revision.content', row: row.shownId } as const;
  const shown = (await shownNow()).find((one) => one.reviewId === reviewId);
  assert.ok(key !== undefined && shown !== undefined);
  const { by, delivery, language, pictures, products, salt, shop: stars, title } = shown;
  const content = { by, delivery, language, pictures, products, salt, shop: stars, title, text: 'Alles bestens.' };
  await database.rows('update reviews.revision set content = $2 where revision_id = $1', [
    row.shownId,
    key.lockText('message', JSON.stringify(content), place),
  ]);
}
