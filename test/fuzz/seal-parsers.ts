import { issuers } from '#evidence';
import { readToken } from '../../src/evidence/checking/tokens.ts';
import { readSeal } from '../../src/evidence/read-input.ts';
import { adapterShape, type AdapterPage } from '../../src/evidence/reading/adapter.ts';
import { readHtml } from '../../src/evidence/reading/html.ts';
import { readJson } from '../../src/evidence/reading/json.ts';
import { readPage } from '../../src/evidence/reading/read-page.ts';
import { readCount, readGrade, readUntil } from '../../src/evidence/reading/values.ts';
import { exampleFace } from '../ground.ts';
import { bytesParser, textParser, type Parser } from './parser.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const filling = { certificate: 'https://www.ehi-siegel.de/x', domain: 'shop.example', name: 'Shop', id: 'chl-1' };

const profile = `<!doctype html><title>x</title><meta name="a" content="b&auml;"><!-- c --><p>shop.example: 4,8 von 5</p>
<a href='https://www.shop.example/'>x</a><script type="application/ld+json">{"@graph":[{"@type":["AggregateRating"],"ratingValue":"4.8","bestRating":5,"reviewCount":"1.318"}]}</script>`;
const answers = [
  profile,
  JSON.stringify([{ id: 'chl-1', url: 'https://shop.example' }]),
  JSON.stringify({ items: [{ id: 'chl-1', url: 'https://shop.example' }] }),
  JSON.stringify({ '365days': { rating: 4.72, count: 1_318 } }),
  JSON.stringify({ websiteUri: 'shop.example', rating: 4.6, userRatingCount: 3, score: { trustScore: 4 } }),
  JSON.stringify({
    response: { data: { shop: { url: 'shop.example', trustMark: { status: 'VALID', validTo: '2027-01-01' } } } },
  }),
].map((text) => Buffer.from(text));

const pages: readonly AdapterPage[] = [
  ...issuers.flatMap(({ adapters }) => [adapters.seal, adapters.rating].flatMap((one) => one?.pages ?? [])),
  {
    ...{ url: '{certificate}', method: 'GET', format: 'html', names: ['{domain}', '{name}'] },
    read: { grade: { after: 'shop.example:', before: 'von' }, scale: 5, label: { meta: 'a' } },
  },
];

const description = JSON.stringify({
  hosts: ['siegel.example'],
  auth: { kind: 'basic', user: 'id', password: 'key' },
  pages: [
    { url: 'https://siegel.example/{id}', format: 'json', names: ['{domain}'], read: { grade: { pointer: '/a~1b' } } },
  ],
});

/** What issuers of seals may answer, and what staff may write of them. */
export const sealParsers: readonly Parser[] = [
  bytesParser('seal answer', answers, (bytes) => pages.map((page) => readPage(page, bytes, filling, now))),
  bytesParser('seal token', [Buffer.from('{"access_token":"abc","expires_in":"3600"}')], readToken),
  textParser('seal page', [profile], readHtml),
  textParser(
    'seal values',
    ['4,72', '1.318', '31. Dezember 2026', '2026-12-31T23:59:59+01:00', '2026-12-31T23:59:59'],
    (text) => [readGrade(text), readCount(text), readUntil(text)],
  ),
  textParser('seal description', [description], (text) => adapterShape.safeParse(readJson(text))),
  textParser(
    'seal as staff give it',
    [
      'https://www.ehi-siegel.de/shop\nshop.example\nName\n',
      'https://siegel.example/\nhttps://www.shop.example/a\n\nx',
    ],
    (text) => {
      const [certificateUrl = '', domain = '', name = '', issuerRef = ''] = text.split('\n');
      const given = { kind: 'seal', certificateUrl, domain, name, issuerRef } as const;
      return readSeal({ face: exampleFace }, { ...given, issuer: text.length % 2 === 0 ? 'ehi' : 'trusted-shops' });
    },
    { faults: ['invalid'] },
  ),
];
