import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import type { ChainSeen } from './handshake/chain.ts';
import { gradeOf } from './grade.ts';
import { groups } from './handshake/groups.ts';
import type { Conduct, SpokenVersion } from './handshake/probe-tls.ts';
import { suites } from './handshake/suites.ts';
import { tlsFindings } from './tls-findings.ts';
import { sayFinding, findingCodes } from './words.ts';

const now = Temporal.Instant.from('2026-11-20T10:00:00Z');
const twoYears = 63_072_000;
const byName = new Map([...suites.values()].map((one) => [one.name, one]));

function spoken(version: SpokenVersion['version'], ...names: readonly string[]): SpokenVersion {
  return { version, suites: names.map((name) => byName.get(name) ?? assert.fail(name)), order: 'server' };
}

const tls13 = spoken('TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256');
const tls12 = spoken('TLSv1.2', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
const conduct: Conduct = {
  speaksTls: true,
  ssl2: false,
  spoken: [tls12, tls13],
  groups: [...groups.values()].filter(({ name }) => name === 'X25519MLKEM768' || name === 'x25519'),
  legacyGroups: [],
  primeBits: null,
  fallbackRefused: true,
  compression: false,
  secureRenegotiation: true,
  tickets: true,
  heartbeat: false,
  alpn: 'h2',
  certificates: [],
  otherCertificates: [],
  stapled: false,
  handshakeTimestamps: 0,
  unanswered: 0,
};

function chainOf(hoursLived: number, hoursLeft: number, more: Partial<ChainSeen> = {}): ChainSeen {
  const leaf = {
    subject: 'CN=shop.example',
    issuer: 'CN=Authority',
    names: ['shop.example'],
    from: now.subtract({ minutes: Math.round(hoursLived * 60) }),
    until: now.add({ minutes: Math.round(hoursLeft * 60) }),
    key: { type: 'rsa', bits: 2_048 },
    signature: 'sha256WithRSAEncryption',
  };
  const good = { trust: 'trusted', path: [0], matchesName: true, ordered: true, servesRoot: false } as const;
  return { certificates: [leaf], ...good, isPublic: true, timestamps: 2, ...more };
}

const fresh = chainOf(24, 24 * 89);

function gradeWith(more: Partial<Conduct>, chain = fresh, hsts: number | null = twoYears): string {
  const seen = { ...conduct, ...more };
  return gradeOf(seen, [chain], tlsFindings(seen, [chain], hsts, now), hsts);
}

function codesOf(chain: ChainSeen, hsts: number | null = twoYears): readonly string[] {
  return tlsFindings(conduct, [chain], hsts, now).map(({ code }) => code);
}

test('letters follow SSL Labs’ rating guide', () => {
  assert.equal(gradeWith({}), 'A+');
  assert.equal(gradeWith({ spoken: [tls12] }), 'A-');
  assert.equal(gradeWith({ spoken: [spoken('TLSv1', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'), tls12, tls13] }), 'B');
  assert.equal(gradeWith({ spoken: [spoken('TLSv1', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA')] }), 'C');
  assert.equal(gradeWith({ spoken: [] }), 'F');
  assert.equal(gradeWith({}, { ...fresh, trust: 'self_signed', matchesName: false }), 'T');
  assert.equal(gradeWith({ ssl2: true }, { ...fresh, matchesName: false }), 'M');
});

test('A+ needs half a year of HSTS that somebody saw', () => {
  assert.equal(gradeWith({}, fresh, null), 'A');
  assert.equal(gradeWith({}, fresh, 0), 'A');
  assert.equal(gradeWith({}, fresh, 180 * 86_400 - 1), 'A');
  assert.equal(gradeWith({}, fresh, 180 * 86_400), 'A+');
  assert.deepEqual(codesOf(fresh, 0), ['hsts_short']);
  assert.deepEqual(codesOf(fresh, null), []);
});

suite('what is left of a certificate counts as a part of its own life', () => {
  for (const days of [6, 47, 90, 365]) {
    test(`${days} days`, () => {
      const at = (part: number): readonly string[] => codesOf(chainOf(days * 24 * (1 - part), days * 24 * part));
      assert.deepEqual(
        [0.9, 0.34, 0.33, 0.17, 0.16, 0.01].map((part) => at(part)[0] ?? ''),
        [...['', '', 'renewal_late', 'renewal_late', 'renewal_overdue', 'renewal_overdue']],
      );
    });
  }

  test('its last moment is over, its first one counts', () => {
    assert.deepEqual(codesOf(chainOf(24, 0)), ['expired']);
    assert.deepEqual(codesOf(chainOf(0, 24)), []);
    assert.deepEqual(codesOf(chainOf(-1, 24)), ['not_yet_valid']);
  });
});

test('a public certificate stands in two logs, and a missing OCSP answer is no fault', () => {
  assert.deepEqual(codesOf({ ...fresh, timestamps: 1 }), ['too_few_timestamps']);
  assert.deepEqual(codesOf({ ...fresh, timestamps: 1, isPublic: false }), []);
  assert.equal(gradeWith({ handshakeTimestamps: 2, stapled: false }, { ...fresh, timestamps: 0 }), 'A+');
});

test('what is worse never has the better grade', () => {
  const all = [...suites.values()];
  const versions = ['TLSv1', 'TLSv1.1'] as const;
  const letters = ['A+', 'A', 'A-', 'B', 'C', 'D', 'E', 'F', 'M', 'T'];
  const some = fc.subarray(all, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(some, some, fc.constantFrom(...versions), (before, added, version) => {
      const base = [tls12, tls13, { version, suites: before, order: 'server' as const }];
      const worse = [...base, { version: 'SSLv3' as const, suites: added, order: 'server' as const }];
      const [first, second] = [base, worse].map((one) => letters.indexOf(gradeWith({ spoken: one })));
      assert.ok((second ?? -1) >= (first ?? 0));
    }),
  );
});

test('every code of a handshake has its sentences in every language', () => {
  const values = {
    ...{ issuer: 'CN=A', subject: 'CN=B', names: 'a.example', from: '1', percent: 3, signature: 'md5' },
    until: '2026-12-03T10:14:00Z',
    ...{ type: 'RSA', bits: 1_024, timestamps: 1, suites: 'S', groups: 'G' },
  };
  const codes = findingCodes.filter((code) => !code.includes('.'));
  assert.ok(codes.length > 40);
  for (const code of codes) {
    for (const language of ['en', 'de']) {
      const said = sayFinding(language, { code, severity: 'note', cap: null, values });
      assert.ok(said !== null && Object.values(said).every((sentence) => /[.)]$/.test(sentence)), code);
    }
  }
  assert.equal(sayFinding('en', { code: 'constructor', severity: 'note', cap: null, values: {} }), null);
});
