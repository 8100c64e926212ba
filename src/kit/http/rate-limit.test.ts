import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { createCells } from './rate-limit/cells.ts';
import { createKnown } from './rate-limit/known.ts';
import { rates } from './rate-limit/rates.ts';
import { problemOf, type Problem } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';

const table = {
  ...rates,
  requests: { ...rates.requests, page: { perMinute: 60, burst: 1 }, 'sign-in': { perMinute: 6, burst: 3 } },
  calls: { ...rates.calls, read: { perMinute: 60, burst: 2 } },
  misses: { ...rates.misses, link: { perMinute: 60, burst: 2 } },
};

function atHand(processes = 1) {
  let now = 1_000;
  const limit = createRateLimit({ rates: table, nowMs: () => now, processes });
  const may = (of: 'page' | 'sign-in', address: string): boolean => refusalOf(() => limit.admit(of, address)) === null;
  return { limit, may, pass: (ms: number) => (now += ms) };
}

function refusalOf(act: () => unknown): Problem | null {
  try {
    act();
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

suite('the rate limit', () => {
  test('a burst passes, then one per step, and the wait is told in whole seconds', () => {
    const { limit, may, pass } = atHand();
    for (let asked = 0; asked < 3; asked += 1) assert.ok(may('sign-in', '192.0.2.1'));
    const wait = (): string | undefined => refusalOf(() => limit.admit('sign-in', '192.0.2.1'))?.headers['retry-after'];
    assert.equal(wait(), '10');
    pass(9_500);
    assert.equal(wait(), '1');
    pass(500);
    assert.equal(wait(), undefined);
    assert.equal(wait(), '10');
    pass(3_600_000);
    for (let asked = 0; asked < 3; asked += 1) assert.ok(may('sign-in', '192.0.2.1'));
    assert.ok(!may('sign-in', '192.0.2.1'));
  });

  test('addresses and classes do not touch each other', () => {
    const { may } = atHand();
    assert.ok(may('page', '192.0.2.1'));
    assert.ok(!may('page', '192.0.2.1'));
    assert.ok(may('page', '192.0.2.2'));
    assert.ok(may('sign-in', '192.0.2.1'));
  });

  const networks = [
    ['IPv4', (host: number) => `192.0.2.${host}`, '192.0.3.1'],
    ['IPv6', (host: number) => `2001:db8:1:${host.toString(16)}::1`, '2001:db8:2::1'],
  ] as const;
  for (const [family, address, elsewhere] of networks) {
    test(`a whole ${family} network has what eight of its addresses have, and the network beside it its own`, () => {
      const { may } = atHand();
      const passed = Array.from({ length: 200 }, (_, host) => may('page', address(host))).filter(Boolean).length;
      assert.equal(passed, 8);
      assert.ok(may('page', elsewhere));
    });
  }

  test('one IPv6 household counts as one', () => {
    const { may } = atHand();
    assert.ok(may('page', '2001:db8::1'));
    assert.ok(!may('page', '2001:db8::ffff'));
  });

  test('in the long run nobody gets more than the rate and the burst, however they ask', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (pauses) => {
        const { may, pass } = atHand();
        let passed = 0;
        let total = 0;
        for (const pause of pauses) {
          pass(pause);
          total += pause;
          if (may('sign-in', 'a')) passed += 1;
        }
        assert.ok(passed <= 3 + total / 10_000);
      }),
      { numRuns: 30 },
    );
  });

  test('who waits as long as told is let in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 50 }), (pauses) => {
        const { limit, may, pass } = atHand();
        for (const pause of pauses) {
          pass(pause);
          const refused = refusalOf(() => limit.admit('sign-in', 'a'));
          if (refused === null) continue;
          pass(Number(refused.headers['retry-after']) * 1_000);
          assert.ok(may('sign-in', 'a'));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('several processes share what one had', () => {
    const { may } = atHand(3);
    assert.deepEqual([may('sign-in', 'a'), may('sign-in', 'a')], [true, false]);
  });

  test('a caller is told what is left, and until when it is whole', () => {
    const { limit, pass } = atHand();
    assert.deepEqual(limit.spend('read', 'key'), {
      'ratelimit-policy': '"read";q=2;w=2',
      ratelimit: '"read";r=1;t=1',
    });
    assert.equal(limit.spend('read', 'key')['ratelimit'], '"read";r=0;t=2');
    const refused = refusalOf(() => limit.spend('read', 'key'));
    assert.equal(refused?.status, 429);
    assert.deepEqual(refused?.headers, {
      'retry-after': '1',
      'ratelimit-policy': '"read";q=2;w=2',
      ratelimit: '"read";r=0;t=2',
    });
    assert.equal(limit.spend('read', 'another')['ratelimit'], '"read";r=1;t=1');
    pass(60_000);
    assert.equal(limit.spend('read', 'key')['ratelimit'], '"read";r=1;t=1');
  });
});

suite('secrets that open nothing', () => {
  const missing = (): Promise<null> => Promise.resolve(null);
  const found = (): Promise<string> => Promise.resolve('here');
  const secret = (proof: string, address = '192.0.2.1') => ({ address, proof });
  const isHeldUp = (asking: Promise<unknown>): Promise<boolean> =>
    asking.then(
      () => false,
      (error: unknown) => error instanceof Fault && error.code === 'limit',
    );

  test('after too many misses nothing is looked up any more, and what is found costs nothing', async () => {
    const { limit, pass } = atHand();
    for (let asked = 0; asked < 50; asked += 1)
      assert.equal(await limit.lookUp('link', secret(`${asked}`), found), 'here');
    for (let asked = 0; asked < 2; asked += 1) assert.equal(await limit.lookUp('link', secret('no'), missing), null);
    const neverAsked = (): Promise<null> => assert.fail('it was looked up');
    assert.ok(await isHeldUp(limit.lookUp('link', secret('a new one'), neverAsked)));
    assert.ok(!(await isHeldUp(limit.lookUp('link', secret('a new one', '192.0.2.2'), found))), 'from elsewhere');
    assert.ok(!(await isHeldUp(limit.lookUp('key', secret('a new one'), found))), 'of another kind');
    pass(1_000);
    assert.ok(!(await isHeldUp(limit.lookUp('link', secret('a new one'), found))));
  });

  test('what was good before still opens beside a flood of guesses, until it is a miss itself', async () => {
    const { limit } = atHand();
    await limit.lookUp('link', secret('mine'), found);
    for (let asked = 0; asked < 2; asked += 1) await limit.lookUp('link', secret('no'), missing);
    assert.equal(await limit.lookUp('link', secret('mine'), found), 'here');
    assert.equal(await limit.lookUp('link', secret('mine'), missing), null);
    assert.ok(await isHeldUp(limit.lookUp('link', secret('mine'), found)));
  });

  test('a refusal is a miss, a broken world is none', async () => {
    const { limit } = atHand();
    const fails = (code: 'unauthorized' | 'unavailable') => () => Promise.reject(new Fault(code, 'No.'));
    for (let asked = 0; asked < 5; asked += 1) {
      await assert.rejects(limit.lookUp('link', secret('x'), fails('unavailable')), { code: 'unavailable' });
    }
    for (let asked = 0; asked < 2; asked += 1) {
      await assert.rejects(limit.lookUp('link', secret('x'), fails('unauthorized')), { code: 'unauthorized' });
    }
    assert.ok(await isHeldUp(limit.lookUp('link', secret('x'), found)));
  });

  test('misses of one thing do not count for another, and what is no secret is never known', async () => {
    const { limit } = atHand();
    const about = (of: string) => ({ address: '192.0.2.1', proof: null, about: of });
    await limit.lookUp('link', about('a'), found);
    for (let asked = 0; asked < 2; asked += 1) await limit.lookUp('link', about('a'), missing);
    assert.ok(await isHeldUp(limit.lookUp('link', about('a'), found)));
    assert.ok(!(await isHeldUp(limit.lookUp('link', about('b'), found))));
  });

  test('a debt ends: who has guessed for long is let in again after two bursts at the latest', async () => {
    const { limit, pass } = atHand();
    const flood = Array.from({ length: 1_000 }, () => limit.lookUp('link', secret('no'), missing));
    await Promise.all(flood);
    assert.ok(await isHeldUp(limit.lookUp('link', secret('no'), found)));
    pass(4_000);
    assert.ok(!(await isHeldUp(limit.lookUp('link', secret('no'), found))));
  });
});

suite('the memory of the limits', () => {
  const rate = { perMinute: 60, burst: 2 };

  test('a flood of other addresses gives nobody back what they have used up', () => {
    const cells = createCells(() => 0, 1_024);
    const mine = cells.placeOf('mine');
    for (let asked = 0; asked < 2; asked += 1) cells.count(mine, rate);
    assert.equal(cells.left(mine, rate), 0);
    for (let other = 0; other < 20_000; other += 1) cells.count(cells.placeOf(`other ${other}`), rate);
    assert.equal(cells.left(mine, rate), 0);
    assert.ok(cells.waitMs(mine, rate) > 0);
  });

  test('ten thousand that have used up everything hold up less than one of a thousand others', () => {
    const cells = createCells(() => 0);
    for (let other = 0; other < 10_000; other += 1) {
      const place = cells.placeOf(`other ${other}`);
      for (let asked = 0; asked < 3; asked += 1) cells.count(place, rate);
    }
    const innocent = Array.from({ length: 5_000 }, (_, at) => cells.placeOf(`innocent ${at}`));
    assert.ok(innocent.filter((place) => cells.waitMs(place, rate) > 0).length < 5);
  });

  test('only so many good secrets are known, and the one used least lately is forgotten first', () => {
    const known = createKnown(2);
    for (const proof of ['a', 'b', 'a', 'c']) known.keep(proof);
    assert.deepEqual(['a', 'b', 'c'].map(known.has), [true, false, true]);
    known.drop('a');
    assert.equal(known.has('a'), false);
  });
});
