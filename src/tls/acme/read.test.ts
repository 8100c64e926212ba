import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createAuthority, issuanceOf } from '#kit/certificate';
import { AcmeFault } from '#tls';
import { challengeFor } from './proofs.ts';
import { createAcmeReader, readChain } from './read.ts';
import { linksOf, retryAfterMs } from './text.ts';

const now = Temporal.Instant.from('2026-11-20T10:00:00Z');
const ca = 'https://ca.example';
const reader = createAcmeReader(['ca.example']);

function answer(body: string | object, headers: Readonly<Record<string, string>> = {}) {
  return { status: 200, headers, bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
}

function unreadable(error: unknown): boolean {
  return error instanceof AcmeFault && error.problem.kind === 'unreadable';
}

suite('what an authority sends', () => {
  test('a chain is certificates alone, each signed by the next', () => {
    const [one, other] = [createAuthority('One'), createAuthority('Other')];
    const { certPem, keyPem } = one.issue(['shop.example']);
    assert.equal(readChain(answer(certPem + one.caPem)).length, 2);
    const broken = [
      '',
      one.caPem + certPem,
      certPem + other.caPem,
      certPem + keyPem,
      `Subject: shop\n${certPem}`,
      certPem.replace('MII', 'MIX'),
      certPem + one.caPem.repeat(10),
    ];
    for (const text of broken) assert.throws(() => readChain(answer(text)), unreadable, text);
  });

  test('a certificate that ends too early has no id', () => {
    const { certPem } = createAuthority('One').issue(['shop.example']);
    const der = Buffer.from(certPem.replaceAll(/-----.*-----/g, ''), 'base64');
    assert.equal(issuanceOf(der)?.authorityKeyId.length, 20);
    for (const length of [0, 1, 40, der.length - 1]) assert.equal(issuanceOf(der.subarray(0, length)), null);
  });

  test('a window of renewal ends after it begins, and is asked for again in a minute to a day', () => {
    const window = { start: '2026-11-21T10:00:00Z', end: '2026-11-22T10:00:00+02:00' };
    const waits = { '1': 60, '600': 600, '999999': 86_400, nonsense: 21_600 };
    for (const [header, seconds] of Object.entries(waits)) {
      const told = reader.renewalInfo(answer({ suggestedWindow: window }, { 'retry-after': header }), now);
      assert.equal(now.until(told.askAgainAt).total('seconds'), seconds);
      assert.equal(told.window.start.until(told.window.end).total('hours'), 22);
    }
    const turned = { start: window.end, end: window.start };
    for (const suggestedWindow of [turned, { start: window.start, end: window.start }, { start: window.start }]) {
      assert.throws(() => reader.renewalInfo(answer({ suggestedWindow }), now), unreadable);
    }
  });

  test('of a wildcard’s challenges only the one in DNS counts, and a token that is no token makes none', () => {
    const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3';
    const offer = (more: object, tokens = token) => {
      const challenges = ['http-01', 'dns-01', 'unheard-of-01'].map((type) => ({
        type,
        token: tokens,
        status: 'pending',
        url: `${ca}/challenge/${type}`,
      }));
      const identifier = { type: 'dns', value: 'shop.example' };
      return reader.authorization(answer({ status: 'pending', identifier, challenges, ...more }), `${ca}/authz/1`);
    };
    assert.equal(challengeFor(offer({}), ['http-01', 'dns-01'])?.kind, 'http-01');
    assert.equal(challengeFor(offer({}), ['dns-01', 'http-01'])?.kind, 'dns-01');
    assert.equal(challengeFor(offer({ wildcard: true }), ['http-01', 'dns-01'])?.kind, 'dns-01');
    assert.equal(challengeFor(offer({ wildcard: true }), ['http-01', 'tls-alpn-01']), null);
    for (const bad of ['', '../../etc/passwd/etc', `${token}.`, `${token}\n`, 'a'.repeat(257)]) {
      assert.deepEqual(offer({}, bad).challenges, [], bad);
    }
  });

  test('lists are bounded', () => {
    const names = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ type: 'dns', value: `a${at}.example` }));
    const order = (count: number) =>
      reader.order(
        answer({ status: 'pending', identifiers: names(count), authorizations: [], finalize: `${ca}/f` }),
        `${ca}/order/1`,
      );
    assert.equal(order(100).names.length, 100);
    assert.throws(() => order(101), unreadable);
  });

  test('waiting is seconds or a date, and links are found by their relation', () => {
    const waits = {
      '7': 7_000,
      'Fri, 20 Nov 2026 10:00:07 GMT': 7_000,
      'Fri, 20 Nov 2026 09:00:00 GMT': 0,
      '-1': null,
    };
    for (const [header, ms] of Object.entries(waits)) assert.equal(retryAfterMs(header, now), ms, header);
    const header = `<${ca}/directory>;rel="index", </cert/1>;rel="alternate", <cert/2>; title="a, b"; rel=alternate`;
    assert.deepEqual(linksOf(header, 'alternate', `${ca}/x`), [`${ca}/cert/1`, `${ca}/cert/2`]);
  });
});
