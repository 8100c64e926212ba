import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { createAuthority, selfSigned } from '#kit/certificate';
import { Fault } from '#kit/fault';
import { lifetimeOf, renewalIdOf, renewAt } from './renewal.ts';

const notBefore = Temporal.Instant.from('2026-11-20T10:00:00Z');
const hours = (count: number) => notBefore.add({ minutes: Math.round(count * 60) });
const lasting = (count: number) => ({ notBefore, notAfter: hours(count) });
/** Two instants are deeply equal whatever they are; numbers are not. */
const since = (at: Temporal.Instant) => notBefore.until(at).total('hours');

/** RFC 9773, appendix A. */
const example = `-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
`;

suite('when a certificate is renewed', () => {
  test('its id is the one of RFC 9773, and null where the signing key has none', () => {
    assert.equal(renewalIdOf(example), 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE');
    const { certPem } = createAuthority('Test authority').issue(['a.example']);
    assert.match(renewalIdOf(certPem) ?? '', /^[\w-]{27}\.[\w-]{11,}$/);
    assert.equal(renewalIdOf(selfSigned(['a.example'], { id: '1.2.3', value: Buffer.of(1) }).certPem), null);
    for (const read of [renewalIdOf, lifetimeOf]) {
      assert.throws(
        () => read('no certificate'),
        (error) => error instanceof Fault && error.code === 'invalid',
      );
    }
  });

  test('its lifetime is read to the second', () => {
    const { certPem } = createAuthority('Test authority').issue(['a.example'], { from: notBefore, until: hours(12) });
    const read = lifetimeOf(certPem);
    assert.deepEqual([since(read.notBefore), since(read.notAfter)], [0, 12]);
  });

  const table: readonly (readonly [name: string, life: number, lot: number, due: number])[] = [
    ['12 hours', 12, 0, 8],
    ['12 hours, latest lot', 12, 1, 8.5],
    ['6 days', 144, 0, 96],
    ['6 days, latest lot', 144, 1, 102],
    ['90 days', 2_160, 0, 1_440],
  ];
  for (const [name, life, lot, due] of table) {
    test(`${name}: by its own life after ${due} hours`, () => {
      const at = renewAt(lasting(life), null, { now: notBefore, lot });
      assert.equal(since(at.round('second')), due);
    });
  }

  test('the authority’s window wins, early or late, and is at once when it has passed', () => {
    const soon = { start: hours(1), end: hours(3) };
    const at = (now: number, window = soon, lot = 0.5) =>
      since(renewAt(lasting(144), window, { now: hours(now), lot }));
    assert.equal(at(0), 2);
    assert.equal(at(2.5), 2.5, 'its instant has passed');
    assert.equal(at(50), 50);
    assert.equal(at(0, { start: hours(110), end: hours(112) }), 111);
  });

  test('a window behind the end of the certificate lets it not expire', () => {
    const window = { start: hours(200), end: hours(300) };
    assert.equal(since(renewAt(lasting(144), window, { now: notBefore, lot: 0.5 })), 132);
  });

  test('whatever is given, it is neither before now nor, while there is time, in the last twelfth', () => {
    const count = fc.double({ min: 0, max: 5_000, noNaN: true });
    const lot = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(count, count, count, count, lot, (life, now, start, length, chance) => {
        const window = { start: hours(start), end: hours(start + length + 1) };
        for (const given of [null, window]) {
          const at = renewAt(lasting(life + 1), given, { now: hours(now), lot: chance });
          const latest = Math.max(now, ((life + 1) * 11) / 12);
          assert.ok(Temporal.Instant.compare(at, hours(now)) >= 0);
          assert.ok(Temporal.Instant.compare(at, hours(latest).add({ minutes: 1 })) <= 0);
        }
      }),
    );
  });
});
