import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breachChecks, type BreachSeen } from './breach.ts';

test('what waits at the breach desk is said, the worst of it first', () => {
  const calm: BreachSeen = { planted: 0, byCanary: 0, waiting: 0, late: 0 };
  const rows: readonly (readonly [seen: BreachSeen | null, codes: readonly string[]])[] = [
    [null, ['unknown breach.unseen']],
    [calm, ['good breach.unwatched']],
    [{ ...calm, planted: 3 }, ['good breach.good']],
    [{ ...calm, waiting: 1 }, ['warning breach.waiting']],
    [
      { planted: 3, byCanary: 1, waiting: 2, late: 1 },
      ['bad breach.canary', 'bad breach.late', 'warning breach.waiting'],
    ],
  ];
  for (const [seen, codes] of rows) {
    assert.deepEqual(
      breachChecks(seen).map(({ state, code }) => `${state} ${code}`),
      codes,
    );
  }
});
