import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteFinding, SiteScanned } from '#tls';
import { liesUnder, readHost } from './hosts.ts';
import { nextUrl } from './proof.ts';
import type { OpenFinding } from './rows.ts';
import { organisationOf } from './scanning/facts.ts';
import { findingsAfter } from './scanning/findings-after.ts';

test('a host is read as staff write it; addresses, single words and paths are none', () => {
  const rows: readonly (readonly [string, string | null])[] = [
    [' Shop.Example ', 'shop.example 443'],
    ['https://shop.example:8443/', 'shop.example 8443'],
    ['müller.example.', 'xn--mller-kva.example 443'],
    ['_dmarc.shop.example', '_dmarc.shop.example 443'],
    ['shop.example/checkout', null],
    ['shop.example?x', null],
    ['user@shop.example', null],
    ['localhost', null],
    ['127.0.0.1', null],
    ['0x7f.1', null],
    ['[::1]', null],
    ['-shop.example', null],
    [`${'a'.repeat(64)}.example`, null],
    ['*.shop.example', null],
    ['', null],
  ];
  for (const [text, host] of rows) {
    const read = readHost(text);
    assert.equal(read === null ? null : `${read.host} ${read.port}`, host, text);
  }
  assert.deepEqual(
    ['shop.example', 'www.shop.example', 'notshop.example', 'example'].map((name) => liesUnder(name, 'shop.example')),
    [true, true, false, false],
  );
});

test('a proof is followed on its own host alone', () => {
  const from = 'https://shop.example/.well-known/x';
  const next = (to: string | undefined, plainPort: number | null = 80) =>
    nextUrl(from, to, { host: 'shop.example', plainPort });
  assert.equal(next('/y'), 'https://shop.example/y');
  assert.equal(next('http://shop.example/y'), 'http://shop.example/y');
  assert.equal(next('http://shop.example/y', null), null);
  for (const to of [
    undefined,
    'https://other.example/',
    '//www.shop.example/',
    'https://shop.example:8443/',
    'ftp:x',
  ]) {
    assert.equal(next(to), null, to ?? 'nothing');
  }
});

test('an issuer is called by its organisation, else by its name', () => {
  assert.equal(organisationOf("C=US, O=Let's Encrypt, CN=E7"), "Let's Encrypt");
  assert.equal(organisationOf('O=DigiCert, Inc., CN=X'), 'DigiCert, Inc.');
  assert.equal(organisationOf('CN=Own'), 'Own');
  assert.equal(organisationOf(''), null);
});

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const way = { hops: [{ url: '', status: 200, to: null, trusted: true, hsts: null }], end: 'page' } as const;
const web: SiteScanned['web'] = {
  ...{ at: '', host: '', http: way, https: way, hsts: null, cookies: [], pages: [], caa: null, mail: null },
  addresses: { four: 1, six: 0, at: [] },
};

function open(code: string, details: object = {}, part: 'tls' | 'web' = 'web'): OpenFinding {
  return {
    ...{ siteId: 's', findingId: code, key: code, part, code, severity: 'warning', cap: null, details },
    ...{ since: now, seenAt: now, visibleFrom: null, mendedAt: null, mailId: null, toldAt: null },
  };
}

test('what could not be looked at stays open: a record that nobody answered for, a page that is away, a half that is silent', () => {
  const found = (code: string, values: SiteFinding['values']): SiteFinding => {
    return { part: 'web', code, severity: 'warning', cap: null, values };
  };
  const before = [
    open('spf.missing'),
    open('dmarc.missing'),
    open('page.mixed_active', { path: '/away' }),
    open('page.form_http', { path: '/here' }),
    open('tls10', {}, 'tls'),
    open('hsts.missing'),
    open('host.unreachable'),
  ];
  const findings = [
    found('dns.unanswered', { record: 'SPF' }),
    found('page.unreachable', { path: '/away', status: 0 }),
  ];
  const seen: SiteScanned = { grade: null, observatory: { score: 90, grade: 'A' }, findings, tls: null, web };
  const { opened, mended } = findingsAfter(before, { scanned: seen, findings });
  assert.deepEqual(
    opened.map(({ key }) => key),
    ['dns.unanswered record=SPF', 'page.unreachable path=/away'],
  );
  assert.deepEqual(mended, ['dmarc.missing', 'page.form_http', 'hsts.missing', 'host.unreachable']);
  assert.deepEqual(findingsAfter(before, { scanned: null, findings: [] }).mended, []);
});
