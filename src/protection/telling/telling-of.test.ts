import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenFinding } from '../rows.ts';
import { nothingTold, tellingOf as tellingAfter, type Told } from './telling-of.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const later = (hours: number) => now.add({ hours });

function found(code: string, more: Partial<OpenFinding> = {}): OpenFinding {
  return {
    ...{ siteId: 's', findingId: code, key: code, part: 'tls', code, severity: 'alarm', cap: null, details: {} },
    ...{ since: now, seenAt: now, visibleFrom: null, mendedAt: null, mailId: null, toldAt: null, ...more },
  };
}

const tellingOf = (
  open: readonly OpenFinding[],
  before: Told,
  grade: Told['grade'],
  at: Temporal.Instant,
  ...keys: readonly string[]
) => tellingAfter({ open, before, grade, now: at, lastTold: new Set(keys) });

const told = (more: Partial<Told>): Told => ({ ...nothingTold, ...more });

test('alarms are told, and warnings that customers see or will see; other warnings and notes are not', () => {
  const rows: readonly (readonly [OpenFinding, boolean])[] = [
    [found('expired'), true],
    [found('renewal_late', { severity: 'warning', visibleFrom: later(9) }), true],
    [found('page.mixed_passive', { severity: 'warning' }), true],
    [found('csp.missing', { severity: 'warning' }), false],
    [found('no_post_quantum', { severity: 'note' }), false],
    [found('expired', { mailId: 'm' }), false],
    [found('host.unreachable'), false],
    [found('host.unreachable', { seenAt: now.add({ minutes: 10 }) }), true],
  ];
  for (const [finding, is] of rows) {
    const { telling } = tellingOf([finding], nothingTold, 'A', now);
    assert.equal(telling !== null, is, `${finding.code} ${finding.severity}`);
  }
});

test('one mail a day, unless an alarm is new', () => {
  const before = told({ mailedAt: now, openedAt: now, grade: 'A' });
  const warning = found('dkim.missing', { severity: 'warning' });
  assert.equal(tellingOf([warning], before, 'A', later(23)).telling, null);
  assert.deepEqual(tellingOf([warning], before, 'A', later(24)).telling?.findingIds, ['dkim.missing']);
  assert.deepEqual(tellingOf([warning, found('expired')], before, 'A', later(1)).telling?.findingIds, [
    'dkim.missing',
    'expired',
  ]);
});

test('an alarm that comes and goes waits for its day like everything else', () => {
  const before = told({ mailedAt: now, openedAt: now, grade: 'A' });
  assert.equal(tellingOf([found('expired')], before, 'A', later(12), 'expired').telling, null);
  assert.equal(tellingOf([found('expired')], before, 'A', later(24), 'expired').telling?.kind, 'opened');
});

test('a grade that falls is told once with what made it fall, and waits to be back before all is said to be mended', () => {
  const cause = found('tls10', { severity: 'warning', cap: 'B' });
  const fallen = tellingOf([cause], told({ grade: 'A+' }), 'B', now);
  assert.deepEqual(fallen.telling, { kind: 'opened', findingIds: ['tls10'], fell: { from: 'A+', to: 'B' } });
  assert.deepEqual([fallen.told.grade, fallen.told.fellFrom], ['B', 'A+']);
  const known = found('tls10', { severity: 'warning', cap: 'B', mailId: 'm' });
  assert.equal(tellingOf([known], fallen.told, 'B', later(48)).telling, null);
  assert.equal(tellingOf([], fallen.told, 'A', later(48)).telling, null);
  assert.equal(tellingOf([], fallen.told, null, later(48)).telling, null);
  const back = tellingOf([], fallen.told, 'A+', later(48));
  assert.deepEqual([back.telling?.kind, back.told.openedAt, back.told.fellFrom], ['mended', null, null]);
  assert.equal(tellingOf([], back.told, 'A+', later(96)).telling, null);
});

test('a fall that had to wait for its day is not forgotten', () => {
  const waiting = tellingOf([], told({ mailedAt: now, grade: 'A+' }), 'A-', later(1));
  assert.deepEqual([waiting.telling, waiting.told.grade], [null, 'A+']);
  assert.deepEqual(tellingOf([], waiting.told, 'A-', later(25)).telling?.fell, { from: 'A+', to: 'A-' });
});
