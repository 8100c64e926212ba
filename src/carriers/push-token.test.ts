import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isPushClient, isPushToken, issuePushToken } from './push-token.ts';

const now = Temporal.Instant.from('2026-11-20T08:00:00Z');
const client = { id: 'client', secret: 'secret' };

test('a token is good for its client alone, and until it ends', () => {
  const { token, expiresInSeconds } = issuePushToken(client, now);
  const at = (seconds: number) => now.add({ seconds });
  assert.equal(isPushToken(token, client, now), true);
  assert.equal(isPushToken(token, client, at(expiresInSeconds - 1)), true);
  assert.equal(isPushToken(token, client, at(expiresInSeconds)), false);
  assert.equal(isPushToken(token, { ...client, id: 'other' }, now), false);
  assert.equal(isPushToken(token, { ...client, secret: 'new' }, now), false);
  assert.notEqual(issuePushToken(client, now).token, token);
});

test('a token with anything else in it is none', () => {
  const { token } = issuePushToken(client, now);
  const later = token.replace(/^\d+/, (until) => String(Number(until) + 1));
  assert.equal(isPushToken(later, client, now), false);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.nat({ max: token.length - 1 })), (change) => {
      const other = typeof change === 'string' ? change : token.slice(0, change) + token.slice(change + 1);
      assert.equal(isPushToken(other, client, now), false);
    }),
  );
});

test('who asks must know id and secret, and an account without a secret has no client', () => {
  assert.equal(isPushClient(client, client), true);
  assert.equal(isPushClient({ ...client, secret: 'x' }, client), false);
  assert.equal(isPushClient({ ...client, id: 'x' }, client), false);
  assert.equal(isPushClient({ id: '', secret: '' }, null), false);
  assert.equal(isPushClient({ id: 'client', secret: '' }, { id: 'client', secret: '' }), false);
});
