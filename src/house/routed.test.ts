import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EgressFault } from '#kit/egress';
import { routed } from './routed.ts';

test('a sample shop whose carriers nobody plays reaches none; a real one reaches the real ones', async () => {
  const played = { hosts: { 'api.carrier.example': { address: '127.0.0.1', port: 1 } }, caPem: '' } as const;
  const of = (sample: boolean) => () => Promise.resolve({ sample });
  assert.equal(await routed(played, of(true)), played);
  assert.equal(await routed(null, of(false)), null);
  assert.equal(await routed(null, () => Promise.resolve(null)), null);
  await assert.rejects(
    routed(null, of(true)),
    (error: unknown) => error instanceof EgressFault && error.reason === 'refused_host',
  );
});
