import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EgressFault } from '#kit/egress';
import { AcmeFault, ownProblem } from './acme/problem.ts';
import {
  hstsHeaderOf,
  hstsSecondsOf,
  mayAskAnother,
  reasonOf,
  renewalDue,
  retryAt,
  servedOf,
  stepAfter,
} from './decide.ts';
import { kindsAfter } from './keeping/proofs-shown.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const hours = (count: number): Temporal.Instant => now.add({ minutes: Math.round(count * 60) });
const certificate = (from: number, to: number, made: number, more: { readonly revokedAt?: Temporal.Instant } = {}) => ({
  ...{ certificateId: '01900000-0000-7000-8000-000080000000', startsAt: null, endsAt: null, revokedAt: null },
  ...{ notBefore: hours(from), notAfter: hours(to), madeAt: hours(made) },
  ...more,
});

suite('which certificate is served', () => {
  const old = certificate(-10, 2, -10);
  const young = certificate(-1, 11, -1);
  const early = certificate(1, 13, 0);
  const expired = certificate(-24, 0, -24);
  const revoked = certificate(-0.5, 12, -0.5, { revokedAt: now });
  test('the newest that is valid', () => assert.equal(servedOf([old, young], now), young));
  test('the old one while the new one is not valid yet', () => assert.equal(servedOf([early, old], now), old));
  test('one that is not valid yet rather than none', () => assert.equal(servedOf([early, expired], now), early));
  test('the new one from its first second', () => assert.equal(servedOf([early, old], hours(1)), early));
  test('no revoked one while there is another', () => assert.equal(servedOf([revoked, old], now), old));
  test('a revoked one rather than one that ends in a moment', () =>
    assert.equal(servedOf([revoked, certificate(-11.5, 0.5, -11.5)], now), revoked));
  test('a revoked one rather than none', () => assert.equal(servedOf([revoked, expired], now), revoked));
  test('none at all rather than one that has ended in this second', () => assert.equal(servedOf([expired], now), null));
});

suite('when a certificate is renewed', () => {
  const due = (...given: Parameters<typeof certificate>) =>
    now.until(renewalDue(certificate(...given), now)).total('hours');
  test('at once where there is none', () => assert.equal(renewalDue(null, now), now));
  test('after two thirds of its life and a lot of its own', () => {
    const at = due(0, 12, 0);
    assert.ok(at > 8.2 && at < 8.3, `after ${at} h`);
  });
  test('at once when it was revoked', () => assert.equal(due(0, 12, 0, { revokedAt: now }), 0));
  test('within the window of its authority', () => {
    const window = { ...certificate(0, 12, 0), startsAt: hours(2), endsAt: hours(4) };
    assert.equal(now.until(renewalDue(window, now)).total('hours'), 3);
    assert.equal(renewalDue(window, hours(5)).epochMilliseconds, hours(5).epochMilliseconds);
  });
});

suite('after a failure', () => {
  const minutes = (failures: number, until: Temporal.Instant | null, asked: Temporal.Instant | null = null) =>
    now.until(retryAt({ failures, now, until, asked })).total('minutes');
  test('the pauses grow from 2 minutes to 6 hours', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 9, 1_000].map((failures) => minutes(failures, null)),
      [2, 4, 8, 16, 360, 360],
    );
  });
  test('a certificate that ends soon is tried more often, but not every moment', () => {
    assert.equal(minutes(9, hours(2)), 10);
    assert.equal(minutes(9, now.add({ seconds: 3 })), 1 / 60);
    assert.equal(minutes(9, hours(-1)), 360);
  });
  test('the authority that asks for patience gets it', () => {
    assert.equal(minutes(1, hours(1), hours(3)), 180);
    assert.equal(minutes(1, null, hours(-3)), 2);
  });
  test('another authority is asked about what is the first one’s own, not about names that lead elsewhere', () => {
    const whyOf = (error: unknown) => reasonOf(error).why;
    assert.ok(mayAskAnother(whyOf(new EgressFault('connect', 'ca.example', null))));
    assert.ok(mayAskAnother(whyOf(new AcmeFault(ownProblem('rateLimited', '')))));
    assert.ok(!mayAskAnother(whyOf(new AcmeFault(ownProblem('dns', '')))));
    assert.ok(!mayAskAnother(whyOf(new TypeError('a bug'))));
  });
  test('another way of proof comes first', () => {
    const kinds = (failures: number) => kindsAfter({ plainDoor: true, dnsHook: '/hook' }, failures).join(' ');
    assert.equal(kinds(0), 'http-01 tls-alpn-01 dns-01');
    assert.equal(kinds(1), 'tls-alpn-01 dns-01 http-01');
    assert.equal(kinds(3), kinds(0));
    assert.deepEqual(kindsAfter({ plainDoor: false, dnsHook: null }, 5), ['tls-alpn-01']);
    const others = (dnsHook: string | null) => kindsAfter({ plainDoor: false, dnsHook }, 0, true);
    assert.deepEqual(others('/hook'), ['dns-01', 'http-01']);
    assert.deepEqual(others(null), ['http-01'], 'the handshakes of another server are not ours');
  });
});

suite('HSTS', () => {
  const ago = (seconds: number) => now.subtract({ seconds });
  test('goes from 5 minutes by a week and a month to 2 years', () => {
    assert.deepEqual([0, 1, 2, 3, 9].map(hstsSecondsOf), [300, 604_800, 2_592_000, 63_072_000, 63_072_000]);
  });
  test('says nothing of other names before the last stage, which staff enter by agreeing to that', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map(hstsHeaderOf).filter((header) => header.includes(';')),
      [],
    );
    assert.equal(hstsHeaderOf(4), 'max-age=63072000; includeSubDomains; preload');
    const longAgo = { stage: 3, since: ago(1e8) };
    assert.deepEqual(stepAfter(longAgo, 'up', now), { no: 'not_agreed' });
    assert.deepEqual(stepAfter(longAgo, 'up with all names', now), { stage: 4 });
    assert.deepEqual(stepAfter({ stage: 3, since: ago(604_799) }, 'up with all names', now), {
      no: 'too_early',
      until: now.add({ seconds: 1 }),
    });
  });
  test('is stepped up once the stage before was in force for its own length, at most a week', () => {
    assert.deepEqual(stepAfter({ stage: 0, since: ago(299) }, 'up', now), {
      no: 'too_early',
      until: now.add({ seconds: 1 }),
    });
    assert.deepEqual(stepAfter({ stage: 0, since: ago(300) }, 'up', now), { stage: 1 });
    assert.deepEqual(stepAfter({ stage: 2, since: ago(604_800) }, 'up', now), { stage: 3 });
    assert.deepEqual(stepAfter({ stage: 4, since: ago(1e8) }, 'up with all names', now), { no: 'at_end' });
  });
  test('is stepped down at any time', () => {
    assert.deepEqual(stepAfter({ stage: 3, since: now }, 'down', now), { stage: 2 });
    assert.deepEqual(stepAfter({ stage: 0, since: now }, 'down', now), { no: 'at_end' });
  });
});
