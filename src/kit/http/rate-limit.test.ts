import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { problemOf } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

const rates = { login: { perMinute: 6, burst: 3 }, link: { perMinute: 60, burst: 1 } };

function atHand(keysMax?: number) {
  let now = 1_000;
  const limit = createRateLimit({ rates, nowMs: () => now, ...(keysMax === undefined ? {} : { keysMax }) });
  return { limit, pass: (ms: number) => (now += ms) };
}

suite('the rate limit', () => {
  test('a burst passes, then one per step, and the wait is told in whole seconds', () => {
    const { limit, pass } = atHand();
    for (let asked = 0; asked < 3; asked += 1) assert.deepEqual(limit.take('login', 'a'), { yes: true });
    assert.deepEqual(limit.take('login', 'a'), { no: 'limit', retryAfterSeconds: 10 });
    pass(9_500);
    assert.deepEqual(limit.take('login', 'a'), { no: 'limit', retryAfterSeconds: 1 });
    pass(500);
    assert.deepEqual(limit.take('login', 'a'), { yes: true });
    assert.deepEqual(limit.take('login', 'a'), { no: 'limit', retryAfterSeconds: 10 });
    pass(3_600_000);
    for (let asked = 0; asked < 3; asked += 1) assert.deepEqual(limit.take('login', 'a'), { yes: true });
    assert.ok('no' in limit.take('login', 'a'));
  });

  test('keys and classes do not touch each other', () => {
    const { limit } = atHand();
    assert.deepEqual(limit.take('link', 'a'), { yes: true });
    assert.ok('no' in limit.take('link', 'a'));
    assert.deepEqual(limit.take('link', 'b'), { yes: true });
    assert.deepEqual(limit.take('login', 'a'), { yes: true });
  });

  test('in the long run nobody gets more than the rate and the burst, however they ask', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (pauses) => {
        const { limit, pass } = atHand();
        let passed = 0;
        let total = 0;
        for (const pause of pauses) {
          pass(pause);
          total += pause;
          if ('yes' in limit.take('login', 'a')) passed += 1;
        }
        assert.ok(passed <= 3 + total / 10_000);
      }),
    );
  });

  test('who waits as long as told is let in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 50 }), (pauses) => {
        const { limit, pass } = atHand();
        for (const pause of pauses) {
          pass(pause);
          const taken = limit.take('login', 'a');
          if ('yes' in taken) continue;
          pass(taken.retryAfterSeconds * 1_000);
          assert.deepEqual(limit.take('login', 'a'), { yes: true });
        }
      }),
    );
  });

  test('only so many keys are kept, and the one unused for longest goes first', () => {
    const { limit } = atHand(2);
    limit.take('link', 'a');
    limit.take('link', 'b');
    assert.ok('no' in limit.take('link', 'a'));
    limit.take('link', 'c');
    assert.ok('no' in limit.take('link', 'b'));
    assert.ok('no' in limit.take('link', 'c'));
    assert.deepEqual(limit.take('link', 'a'), { yes: true });
  });

  test('the guard counts one IPv6 network as one, and says when to come back', () => {
    const { limit } = atHand();
    limit.guard('link', '2001:db8::1');
    assert.throws(
      () => limit.guard('link', '2001:db8::ffff'),
      (error) => {
        assert(error instanceof Fault);
        const problem = problemOf(error);
        return problem.status === 429 && problem.headers['retry-after'] === '1';
      },
    );
    limit.guard('link', '2001:db8:0:1::1');
  });
});
