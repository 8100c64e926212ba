import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { readSigned, type Signed } from '../../http.ts';

const now = Temporal.Instant.from('2026-11-20T10:00:00Z');
const seconds = now.epochMilliseconds / 1_000;
const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;
const key = randomBytes(32);
const older = randomBytes(24);
const secrets = [secretOf(key), secretOf(older)];
const body = Buffer.from('{"parcel":"00340434161094015902"}');

function signature(by: Uint8Array, id: string, stamp: string, bytes: Uint8Array): string {
  return `v1,${createHmac('sha256', by).update(`${id}.${stamp}.`).update(bytes).digest('base64')}`;
}

function messageAt(stamp: number | string, by: Uint8Array = key) {
  const id = 'msg_1';
  const shown = signature(by, id, `${stamp}`, body);
  return { headers: { 'webhook-id': id, 'webhook-timestamp': `${stamp}`, 'webhook-signature': shown }, bytes: body };
}

suite('a signed message', () => {
  test('the example of the specification is right', () => {
    const message = {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      bytes: Buffer.from('{"test": 2432232314}'),
    };
    const sentAt = Temporal.Instant.fromEpochMilliseconds(1_614_265_330_000);
    const read = readSigned(message, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], sentAt);
    const signed: Signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt };
    assert.deepEqual(read, signed);
  });

  const clocks = [
    ['now', 0, null],
    ['five minutes behind', -300, null],
    ['five minutes ahead', 300, null],
    ['a second more behind', -301, 'replayed'],
    ['a second more ahead', 301, 'replayed'],
    ['a year behind', -31_536_000, 'replayed'],
  ] as const;
  for (const [name, off, no] of clocks) {
    test(`sent at our time: ${name}`, () => {
      const read = readSigned(messageAt(seconds + off), secrets, now);
      assert.deepEqual('no' in read ? read.no : null, no);
    });
  }

  test('every secret counts while one follows the other, and none that is not ours', () => {
    for (const by of [key, older]) assert.ok('id' in readSigned(messageAt(seconds, by), secrets, now));
    assert.deepEqual(readSigned(messageAt(seconds, randomBytes(32)), secrets, now), { no: 'signature' });
    assert.deepEqual(readSigned(messageAt(seconds), [], now), { no: 'signature' });
  });

  test('headers may come in any order and in capitals, with signatures of other versions beside ours', () => {
    const { headers, bytes } = messageAt(seconds);
    const turned = Object.fromEntries(
      Object.entries(headers)
        .toReversed()
        .map(([name, value]) => [name.toUpperCase(), value]),
    );
    const several = `v1a,${'A'.repeat(86)}== v1,short ${signature(randomBytes(32), 'msg_1', `${seconds}`, body)} ${headers['webhook-signature']} v2,x`;
    assert.ok('id' in readSigned({ headers: { ...turned, 'WEBHOOK-SIGNATURE': several }, bytes }, secrets, now));
  });

  test('a sender that calls its headers otherwise is read by that name', () => {
    const { headers, bytes } = messageAt(seconds);
    const renamed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook', 'svix'), value]),
    );
    assert.ok('id' in readSigned({ headers: renamed, bytes }, secrets, now, 'svix'));
    assert.deepEqual(readSigned({ headers: renamed, bytes }, secrets, now), { no: 'signature' });
  });

  test('a secret that is too short, or none, proves nothing, not even what it signed', () => {
    for (const weak of [Buffer.alloc(0), Buffer.from('short'), randomBytes(23), randomBytes(65)]) {
      assert.deepEqual(readSigned(messageAt(seconds, weak), [secretOf(weak)], now), { no: 'signature' });
    }
  });

  test('a replay with a younger time is no message, and an old one is not told apart unless it was signed', () => {
    const old = messageAt(seconds - 4_000);
    assert.deepEqual(readSigned(old, secrets, now), { no: 'replayed' });
    const renewed = { ...old, headers: { ...old.headers, 'webhook-timestamp': `${seconds}` } };
    assert.deepEqual(readSigned(renewed, secrets, now), { no: 'signature' });
    const forged = messageAt(seconds - 4_000, randomBytes(32));
    assert.deepEqual(readSigned(forged, secrets, now), { no: 'signature' });
  });

  test('whatever is changed, left out or odd, it is refused and nothing throws', () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '1e9', '-1', '99999999999', 'NaN', ' '));
    const change = fc.record({ of: fc.constantFrom('id', 'timestamp', 'signature'), to: fc.option(odd) });
    fc.assert(
      fc.property(change, fc.uint8Array({ maxLength: 40 }), fc.boolean(), ({ of, to }, bytes, isBody) => {
        const message = messageAt(seconds);
        const changed = isBody
          ? { headers: message.headers, bytes }
          : { headers: { ...message.headers, [`webhook-${of}`]: to ?? undefined }, bytes: message.bytes };
        assert.ok('no' in readSigned(changed, secrets, now));
      }),
    );
  });

  test('a time that was signed and is none is refused', () => {
    for (const stamp of ['', '0x5f', '1.5', `${seconds}Z`, '999999999999']) {
      assert.deepEqual(readSigned(messageAt(stamp), secrets, now), { no: 'signature' }, stamp);
    }
    assert.deepEqual(readSigned(messageAt('99999999999'), secrets, now), { no: 'replayed' });
  });
});
