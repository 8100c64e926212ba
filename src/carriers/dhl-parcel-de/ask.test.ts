import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nobodys } from '#privacy';
import { ask } from './ask.ts';

const secrets = { apiKey: 'example-key', apiSecret: 'example-secret', user: 'zt-example', password: 'a "b" & <c>' };
const parcel = (index: number, postcode: string | null = null) => ({
  parcelId: `p${index}`,
  number: nobodys('tracking_number', `0034 0000 0000 0000 ${String(index).padStart(4, '0')}`),
  service: null,
  recipientPostcode: postcode === null ? null : nobodys('postcode', postcode),
});

const xmlOf = (url: string | undefined) => new URL(url ?? '').searchParams.get('xml') ?? '';
const attributeOf = (xml: string, name: string) => new RegExp(`${name}="([^"]*)"`).exec(xml)?.[1];

test('twenty parcels are one question, the twenty-first another', () => {
  const requests = ask(
    Array.from({ length: 21 }, (_, index) => parcel(index)),
    secrets,
  );
  assert.deepEqual(
    requests.map(({ parcelIds }) => parcelIds.length),
    [20, 1],
  );
  const [first] = requests;
  assert.equal(attributeOf(xmlOf(first?.url), 'piece-code')?.split(';').length, 20);
  assert.ok(first && first.url.length < 2_000);
});

test('the key goes in headers; user, password, numbers and request in the one parameter', () => {
  const [request] = ask([parcel(1)], secrets);
  const url = new URL(request?.url ?? '');
  assert.equal(`${url.origin}${url.pathname}`, 'https://api-eu.dhl.com/parcel/de/tracking/v0/shipments');
  assert.deepEqual([...url.searchParams.keys()], ['xml']);
  assert.equal(
    xmlOf(request?.url),
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?><data appname="zt-example" language-code="en" password="a &quot;b&quot; &amp; &lt;c&gt;" piece-code="00340000000000000001" request="d-get-piece-detail"/>',
  );
  const basic = Buffer.from('example-key:example-secret').toString('base64');
  assert.equal(request?.headers['authorization'], `Basic ${basic}`);
  assert.equal(request.headers['dhl-api-key'], 'example-key');
  assert.deepEqual([request.method, request.body, request.parcelIds], ['GET', null, ['p1']]);
  assert.equal(ask([parcel(1)], { ...secrets, apiSecret: '' })[0]?.headers['authorization'], undefined);
});

test('a postcode goes along only with the one number that it belongs to', () => {
  const requests = ask([parcel(1), parcel(2, '12345'), parcel(3)], secrets);
  assert.deepEqual(
    requests.map(({ url, parcelIds }) => [parcelIds, attributeOf(xmlOf(url), 'zip-code')]),
    [
      [['p2'], '12345'],
      [['p1', 'p3'], undefined],
    ],
  );
});

test('signs in a number cannot change the question', () => {
  const [request] = ask([{ ...parcel(1), number: nobodys('tracking_number', 'A1" password="x;B2\n&<') }], secrets);
  const xml = xmlOf(request?.url);
  assert.equal(attributeOf(xml, 'piece-code'), 'A1&quot;password=&quot;xB2&amp;&lt;');
  assert.equal(attributeOf(xml, ' password'), 'a &quot;b&quot; &amp; &lt;c&gt;');
});

test('without key, user or password, or without a number, nothing is asked', () => {
  for (const name of ['apiKey', 'user', 'password']) assert.deepEqual(ask([parcel(1)], { ...secrets, [name]: '' }), []);
  assert.deepEqual(ask([{ ...parcel(1), number: nobodys('tracking_number', ' ; ') }], secrets), []);
});
