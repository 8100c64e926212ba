// What certificate authorities send.
import { createAuthority, issuanceOf } from '#kit/certificate';
import type { EgressAnswer } from '#kit/egress';
import { createAcmeReader, readChain, readProblem } from '../../src/tls/acme/read.ts';
import { lifetimeOf, renewalIdOf } from '../../src/tls/acme/renewal.ts';
import { authorityUrl, instantOf, linksOf, plainText, retryAfterMs } from '../../src/tls/acme/text.ts';
import { bytesParser, textParser, type Parser } from './parser.ts';

const now = Temporal.Instant.from('2026-11-20T10:00:00Z');
const host = 'ca.example';
const ca = `https://${host}`;
const reader = createAcmeReader([host]);
const authority = createAuthority('Test authority');
const { certPem } = authority.issue(['shop.example']);
const identifier = { type: 'dns', value: 'shop.example' };
const problem = {
  type: 'urn:ietf:params:acme:error:compound',
  detail: 'Some names were rejected',
  subproblems: [{ type: 'urn:ietf:params:acme:error:caa', detail: 'CAA forbids', identifier }],
};

function answer(bytes: Uint8Array): EgressAnswer {
  return { status: 200, headers: { location: `${ca}/1`, 'retry-after': '7' }, bytes };
}

/** One that reads JSON, and may call what it reads none of ACME. */
function jsonParser(name: string, sample: object, read: (said: EgressAnswer) => unknown): Parser {
  const samples = [Buffer.from(JSON.stringify(sample))];
  return bytesParser(`tls/acme ${name}`, samples, (bytes) => read(answer(bytes)), { faults: ['unavailable'] });
}

export const authorityParsers: readonly Parser[] = [
  jsonParser(
    'directory',
    {
      ...{ newNonce: `${ca}/nonce`, newAccount: `${ca}/account`, newOrder: `${ca}/order`, renewalInfo: `${ca}/ari` },
      meta: { termsOfService: 'https://a.example/terms', caaIdentities: [host], profiles: { shortlived: 'Six days' } },
    },
    reader.directory,
  ),
  jsonParser('account', { status: 'valid', contact: ['mailto:tls@shop.example'] }, reader.account),
  jsonParser(
    'order',
    {
      ...{ status: 'invalid', expires: '2026-11-21T10:00:00.123456789Z', identifiers: [identifier], error: problem },
      ...{ authorizations: [`${ca}/authz/1`], finalize: `${ca}/finalize/1`, certificate: `${ca}/cert/1` },
    },
    (said) => reader.order(said, null),
  ),
  jsonParser(
    'authorization',
    {
      ...{ status: 'pending', identifier, wildcard: true, expires: '2026-11-21T10:00:00Z' },
      challenges: ['http-01', 'tls-alpn-01', 'dns-account-01'].map((type) => ({
        type,
        url: `${ca}/challenge/1`,
        status: 'pending',
        error: problem,
        token: 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ',
      })),
    },
    (said) => reader.authorization(said, `${ca}/authz/1`),
  ),
  jsonParser(
    'renewal information',
    { suggestedWindow: { start: '2026-11-21T10:00:00Z', end: '2026-11-22T10:00:00Z' }, explanationURL: `${ca}/why` },
    (said) => reader.renewalInfo(said, now),
  ),
  bytesParser('tls/acme problem', [Buffer.from(JSON.stringify(problem))], (bytes) => readProblem(answer(bytes), now)),
  bytesParser('tls/acme chain', [Buffer.from(certPem + authority.caPem)], (bytes) => readChain(answer(bytes)), {
    faults: ['unavailable'],
  }),
  bytesParser(
    'kit/certificate DER',
    [certPem, authority.caPem].map((pem) => Buffer.from(pem.replaceAll(/-----.*-----/g, ''), 'base64')),
    (bytes) => issuanceOf(Buffer.from(bytes)),
  ),
  textParser('tls/acme certificate', [certPem], (text) => [renewalIdOf(text), lifetimeOf(text)], {
    faults: ['invalid'],
  }),
  textParser('tls/acme Retry-After', ['120', 'Wed, 21 Oct 2026 07:28:00 GMT'], (text) => retryAfterMs(text, now)),
  textParser('tls/acme Link', [`<${ca}/cert/1/1>;rel="alternate", </directory>; rel=index`], (text) =>
    linksOf(text, 'alternate', ca),
  ),
  textParser(
    'tls/acme texts',
    [`${ca}/order/1`, '2026-11-21T10:00:00.123456789+01:00', 'some\u202e words\n'],
    (text) => [authorityUrl(text, [host]), instantOf(text), plainText(text)],
  ),
];
