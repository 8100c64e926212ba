import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BreachStep, StepKind } from './case.ts';
import { clockOf, dueAfter } from './clock.ts';

const at = (text: string) => Temporal.Instant.from(text);
const step = (kind: StepKind, when: string): BreachStep => ({ kind, at: at(when), actor: 'staff', words: '' });

test('72 hours begin with the hour after it was known, and run on over week-ends and changes of clocks', () => {
  const dues: readonly (readonly [aware: string, due: string])[] = [
    ['2026-11-27T17:05:00Z', '2026-11-30T18:00:00Z'],
    ['2026-11-27T17:00:00Z', '2026-11-30T18:00:00Z'],
    ['2026-11-27T17:59:59.999Z', '2026-11-30T18:00:00Z'],
    ['2026-10-24T20:30:00+02:00', '2026-10-27T19:00:00Z'],
    ['2026-12-31T23:30:00Z', '2027-01-04T00:00:00Z'],
  ];
  for (const [aware, due] of dues) assert.equal(dueAfter(at(aware)).toString(), at(due).toString(), aware);
});

test('the clock says how it stands, whatever was done in which order', () => {
  const aware = '2026-11-27T17:05:00Z';
  const early = '2026-11-28T10:00:00Z';
  const late = '2026-11-30T18:00:01Z';
  const cases: readonly (readonly [steps: readonly BreachStep[], now: string, state: string, closed: boolean])[] = [
    [[], '2026-11-30T18:00:00Z', 'waits', false],
    [[], late, 'late', false],
    [[step('authority_told', early)], late, 'told', false],
    [[step('authority_told', late)], late, 'told late', false],
    [[step('authority_told', late), step('authority_told', late)], late, 'told late', false],
    [[step('closed', early)], late, 'closed untold', true],
    [[step('closed', early), step('reopened', early)], late, 'late', false],
    [[step('closed', early), step('note', early)], early, 'closed untold', true],
    [[step('authority_told', early), step('closed', early)], late, 'told', true],
  ];
  for (const [steps, now, state, isClosed] of cases) {
    const clock = clockOf(at(aware), steps, at(now));
    assert.deepEqual([clock.state, clock.isClosed], [state, isClosed], steps.map(({ kind }) => kind).join(' '));
  }
});
