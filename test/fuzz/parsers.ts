// Every parser of bytes from outside, as data. A new one is one line.
import { readScan } from '../../src/api/read-scan.ts';
import { readLocalTime, readZone } from '../../src/api/local-time.ts';
import { orderInput, withKnownCarriers } from '../../src/api/order-body.ts';
import { withoutNulls } from '../../src/api/text.ts';
import { readPlace } from '../../src/carriers/reading/places.ts';
import { readTime } from '../../src/carriers/reading/times.ts';
import { zoneOfPlace } from '../../src/carriers/reading/zones.ts';
import { connectors, type Connector } from '#carriers';
import { runCommand } from '#cli';
import { Fault } from '#kit/fault';
import { parseInput, readSigned } from '#kit/http';
import { readId } from '#kit/ids';
import { readTheme, themeName } from '#kit/html';
import { findTown } from '#kit/places';
import { orderNumberText, readOrder } from '#orders';
import { preferredLanguage } from '../../src/console/entering.ts';
import { pageBefore, tokenOf } from '../../src/console/admission.ts';
import { readPostmaster } from '../../src/kit/embedded-postgres/postmaster.ts';
import { createAssets } from '../../src/kit/http/assets.ts';
import { addressBlocks, createClientReader, hostOf } from '../../src/kit/http/client.ts';
import { checkContent, requestOf } from '../../src/kit/http/incoming.ts';
import { Refusal } from '../../src/kit/http/problem.ts';
import type { RequestHead } from '../../src/kit/http/route.ts';
import { readAddress } from '../../src/kit/mail/compose.ts';
import { readRelay } from '../../src/kit/mail/relay.ts';
import { readSettings } from '../../src/settings.ts';
import { authorityParsers } from './authority-parsers.ts';
import { fileParsers } from './file-parsers.ts';
import { ledgerParsers } from './ledger-parsers.ts';
import { bytesParser, samplesIn, textParser, type Parser } from './parser.ts';
import { bodies, orders, scans, times } from './samples.ts';
import { letterParsers } from './letter-parsers.ts';
import { webParsers } from './web-parsers.ts';
import { contactFields, noFacts } from '../../src/service/facts/fields.ts';
import { contactAfter } from '../../src/service/facts/set-contact.ts';
import { readBusinessId, readVatId } from '../../src/service/facts/tax-numbers.ts';
import { contactTroubles } from '../../src/service/facts/troubles.ts';
import { readExceptions, readSpans } from '../../src/service/hours/read-hours.ts';
import { tlsParsers } from './tls-parsers.ts';

const now = Temporal.Instant.from('2026-11-20T10:00:00Z');
const client = { address: '192.0.2.1', scheme: 'https', host: 'shop.example' } as const;

function head(headers: RequestHead['headers']): RequestHead {
  return { method: 'GET', path: '/', params: {}, query: new URLSearchParams(), headers, client };
}

function refusable<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Secrets and headers by which a carrier's push is let in, so that its body is read at all. */
const pushing: Readonly<
  Record<string, { readonly secrets: Record<string, string>; readonly headers: Record<string, string> }>
> = {
  'dhl-unified': { secrets: { apiKey: 'k', pushToken: 'token' }, headers: { 'x-glasspost-push-token': 'token' } },
};

/** Of every carrier in the registry: its answers, its pushes, its codes and its places. */
function parsersOf(connector: Connector): readonly Parser[] {
  const { id } = connector.manifest;
  const samples = samplesIn(`src/carriers/${id}/samples`);
  return [
    bytesParser(`carriers/${id}/read`, samples, (bytes) => connector.read(bytes, { status: 200, retryAfter: null })),
    bytesParser(`carriers/${id}/read, refused`, samples, (bytes) =>
      connector.read(bytes, { status: 429, retryAfter: '7' }),
    ),
    textParser(`carriers/${id} Retry-After`, ['120', 'Wed, 21 Oct 2026 07:28:00 GMT'], (retryAfter) =>
      connector.read(new Uint8Array(0), { status: 429, retryAfter }),
    ),
    textParser(`carriers/${id}/meaning`, ['parcel-de:ZU', 'delivered', 'transit|The shipment has arrived'], (text) =>
      connector.meaning(text, text),
    ),
    textParser(`carriers/${id}/zoneAt`, ['Berlin', 'Springfield, IL', 'New York'], (name) =>
      connector.zoneAt({ name, country: name.slice(0, 2) }, name),
    ),
  ];
}

function pushParsersOf({ manifest: { id }, push }: Connector): readonly Parser[] {
  if (push === null) return [];
  const samples = samplesIn(`src/carriers/${id}/samples`);
  const { secrets, headers } = pushing[id] ?? { secrets: {}, headers: {} };
  return [
    bytesParser(`carriers/${id}/push`, samples, (bytes) => push.readPush({ headers, bytes, receivedAt: now }, secrets)),
    bytesParser(`carriers/${id}/subscribed`, samples, (bytes) =>
      push.subscribed(bytes, { status: 202, retryAfter: null }, secrets),
    ),
  ];
}

const bodyBytesMax = 4 * 1024 * 1024;

/** What machines send. */
const apiParsers: readonly Parser[] = [
  bytesParser(
    'api scans',
    scans,
    (bytes) => {
      const sent = withoutNulls(requestOf(head({}), bytes, bodyBytesMax).json());
      return Array.isArray(sent) ? sent.map((one) => readScan(one, now)) : readScan(sent, now);
    },
    { faults: ['invalid'] },
  ),
  bytesParser(
    'api order',
    orders,
    (bytes) =>
      readOrder(
        'A-1',
        withKnownCarriers(parseInput(orderInput, withoutNulls(requestOf(head({}), bytes, bodyBytesMax).json()))),
      ),
    { faults: ['invalid'] },
  ),
  textParser('api order number', ['A-1001', ' 1 01 ', '№ 7'], (text) => orderNumberText.safeParse(text)),
  textParser('api local time', times, (text) => {
    const [local_time = '', offset = null] = text.split('|');
    return readLocalTime({ local_time, offset });
  }),
  textParser('api zone', ['Europe/Berlin', 'UTC', 'Etc/GMT+3'], readZone),
  textParser('ids', ['par_01kakz3bafg1s3t5v7w9x0yz12', 'acc_00000000000000000000000000'], (text) =>
    readId('par', text),
  ),
];

const signedHeaders = ['id', 'timestamp', 'signature'].map((name) => `webhook-${name}`);

const face = { brand: '#1f4e5f', onBrand: '#ffffff' };
const readClient = createClientReader(['10.0.0.0/8', '2001:db8::/32']);

/** What stands around a body. */
const httpParsers: readonly Parser[] = [
  bytesParser('http JSON body', bodies, (bytes) => requestOf(head({}), bytes, bodyBytesMax).json(), {
    faults: ['invalid'],
  }),
  bytesParser(
    'http form body',
    [Buffer.from('name=a%20b&scope=orders&scope=all'), Buffer.from('key=%FF&x=+')],
    (bytes) => [...requestOf(head({}), bytes, bodyBytesMax).form()],
    { faults: ['invalid'] },
  ),
  textParser(
    'http Content-Type',
    ['application/json; charset=utf-8', 'application/problem+json', 'text/html'],
    (text) => refusable(() => checkContent('json', { 'content-type': text, 'content-length': '5' })),
  ),
  textParser(
    'http Accept-Encoding',
    ['br;q=1.0, gzip;q=0.5, *;q=0', 'gzip'],
    (text) => {
      const assets = createAssets();
      assets.add([{ name: 'a.css', text: 'a', contentType: 'text/css' }]);
      const name = assets.url('a.css').url.split('/').at(-1);
      return assets.serve({ ...head({ 'accept-encoding': text, 'if-none-match': text }), params: { name } });
    },
    { share: 0.2 },
  ),
  textParser(
    'http X-Forwarded-For',
    ['203.0.113.9, 10.0.0.2', '[2001:db8::7]:443, 10.0.0.1', '::ffff:203.0.113.9'],
    (text) =>
      addressBlocks(
        readClient(
          { address: '10.0.0.1', scheme: 'http' },
          { 'x-forwarded-for': text, 'x-forwarded-proto': text, 'x-forwarded-host': text },
        ).address,
      ),
  ),
  textParser('http Host', ['shop.example:443', '[::1]:80', 'SHOP.example'], hostOf),
  textParser('http Cookie', ['__Host-glasspost=abc; a=b', 'glasspost=x'], (text) => tokenOf(head({ cookie: text }))),
  textParser(
    'http Referer',
    ['https://shop.example/console/parcels?done=x', 'https://shop.example//evil.example'],
    (text) => pageBefore(head({ referer: text })),
  ),
  textParser('http Accept-Language', ['de-DE,de;q=0.9,en;q=0.8', '*;q=0.1, en'], preferredLanguage),
  textParser('http signed message', ['msg_1|1732096800|v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='], (text) => {
    const parts = text.split('|');
    const headers = Object.fromEntries(signedHeaders.map((name, at) => [name, parts[at]]));
    return readSigned({ headers, bytes: Buffer.from(text) }, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', text], now);
  }),
  textParser('html theme name', [themeName(face, 'css'), themeName(face, 'svg')], readTheme),
];
/** What carriers' answers are made of. */
const readingParsers: readonly Parser[] = [
  textParser('service/hours', ['9-12, 13:30–17 Uhr', '20.00 bis 2', '0-24', 'geschlossen'], readSpans),
  textParser(
    'service/hours exceptions',
    ['24.12. 9-12 # Heiligabend\n2026-12-27 - 2027-01-02 closed', '2026-12-24: 9-12, 13-17 # x'],
    readExceptions,
  ),
  textParser('service/tax numbers', ['DE 123 456 788', 'NL004495445B01', 'CHE-100.155.212 MWST'], (text) => [
    readVatId(text),
    readBusinessId('DE', text),
  ]),
  textParser('service/facts', ['Postfach 7', 'https://ec.europa.eu/odr', 'de, en', 'Europe/Berlin'], (text) =>
    contactTroubles(contactAfter(noFacts, Object.fromEntries(contactFields.map((field) => [field, text])))),
  ),
  textParser('carriers/reading/times', times, readTime),
  textParser(
    'carriers/reading/places',
    ['Berlin, DE', 'Springfield, IL 62701', 'Hauptstr. 5, 10115 Berlin, Germany', 'HONG KONG'],
    (text) => {
      const place = readPlace(text, text.slice(-2), ['DE', 'US']);
      return zoneOfPlace(place);
    },
  ),
  textParser('kit/places', ['Frankfurt a. M.', 'St. Gallen', 'New York, NY', 'Saint-Étienne'], (text) =>
    findTown(text, text.length % 2 === 0 ? 'DE' : null),
  ),
  textParser('kit/mail address', ['ada@kunde.example', 'anna@müller.example', '"a b"@c.example'], readAddress),
];

/** What an operator writes. */
const operatorParsers: readonly Parser[] = [
  textParser(
    'settings',
    [
      'GLASSPOST_PORT=80\nDATABASE_URL=postgres://a:b@c/d\nGLASSPOST_TRUSTED_PROXIES=10.0.0.0/8, ::1',
      'GLASSPOST_PUBLIC_URL=https://a.example\nGLASSPOST_SMTP_URL=smtp://a:b@c:587\nGLASSPOST_SAMPLE=off',
    ],
    (text) =>
      readSettings(
        Object.fromEntries(
          text.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=').slice(1).join('=')]),
        ),
      ),
    { faults: ['invalid'] },
  ),
  textParser(
    'trusted proxies',
    ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1'],
    (text) => createClientReader(text.split(',')),
    { faults: ['invalid'] },
  ),
  textParser('mail relay', ['smtp://user:p%40ss@mail.example:587?tls=optional', 'smtps://mail.example'], readRelay, {
    faults: ['invalid'],
  }),
  textParser(
    'command line',
    ['carrier connect dhl --shop shp_1', 'settings --json', 'key create name --scope all', 'help key', 'console link'],
    (text) =>
      runCommand(text.slice(0, 4_096).split(/\s+/), {
        out: () => {},
        err: () => {},
        settings: () => [],
        routes: () => Promise.resolve([]),
        examine: () => Promise.reject(new Fault('unavailable', 'There is no house here.')),
        restore: () => Promise.reject(new Fault('unavailable', 'There is no house here.')),
        withHouse: () => Promise.reject(new Fault('unavailable', 'There is no house here.')),
      }),
  ),
  textParser('postmaster.pid', ['4711\n/data\n1732096800\n5432\n/tmp/socket\n\n  123 456\nready   \n'], readPostmaster),
];

export const parsers: readonly Parser[] = [
  ...connectors.flatMap(parsersOf),
  ...connectors.flatMap(pushParsersOf),
  ...apiParsers,
  ...httpParsers,
  ...readingParsers,
  ...operatorParsers,
  ...fileParsers,
  ...ledgerParsers,
  ...letterParsers,
  ...webParsers,
  ...tlsParsers,
  ...authorityParsers,
];
