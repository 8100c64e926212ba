import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milestones, subStatuses, type ParcelState } from '#carriers';
import {
  kindOf,
  newsHoursMax,
  stillTrue,
  tellingOf,
  todayHoursMax,
  type Move,
  type NoticeKind,
  type Told,
} from './decide.ts';

const now = Temporal.Instant.from('2026-11-20T12:00:00Z');
const day = '2026-11-20';

function moved(word: string, hoursAgo = 1, before = 'announced.data_received'): Move {
  return {
    milestone: stateOf(word),
    subStatus: word,
    leg: 'outbound',
    at: now.subtract({ minutes: Math.round(hoursAgo * 60) }),
    before: { milestone: stateOf(before), subStatus: before },
  };
}

function stateOf(word: string): ParcelState {
  const state = milestones.find((one) => one === word.split('.')[0]);
  assert.ok(state, word);
  return state;
}

const told = (kind: string, generation: string, verdict = 'due'): Told => ({ kind, generation, verdict });

type Row = readonly [what: string, move: Move, told: readonly Told[], expected: string | null];

function check(rows: readonly Row[]): void {
  for (const [what, move, before, expected] of rows) {
    const telling = tellingOf(move, before, now);
    const said = telling === null ? null : `${telling.kind} · ${telling.generation} · ${telling.verdict}`;
    assert.equal(said, expected, what);
  }
}

test('each step of a parcel is one fact', () => {
  check([
    ['handed over', moved('accepted.picked_up'), [], 'shipped · 1 · due'],
    ['first seen on the way', moved('in_transit.arrived'), [], 'shipped · 1 · due'],
    ['further on the way', moved('in_transit.departed'), [told('shipped', '1')], null],
    ['in the van', moved('out_for_delivery.loaded'), [told('shipped', '1')], `out_for_delivery · ${day} · due`],
    ['at the door', moved('delivered.recipient'), [told('out_for_delivery', day)], `delivered · ${day} · due`],
    ['nobody there', moved('delivery_failed.not_home'), [], `delivery_failed · ${day} · due`],
    ['in a locker', moved('ready_for_pickup.locker'), [], `ready_for_pickup · ${day} ready_for_pickup.locker · due`],
    ['broken', moved('exception.damaged'), [], 'exception · exception.damaged · due'],
  ]);
});

test('what has not moved, goes back or is not understood is told to whoever asks', () => {
  const quiet = ['announced.label_created', 'returning.refused', 'returned.to_sender', 'cancelled.by_sender'];
  check([
    ...quiet.map((word): Row => [word, moved(word), [], null]),
    ['not understood', { ...moved('in_transit.other'), milestone: 'unknown', subStatus: null }, [], null],
    ['without a time', { ...moved('accepted.picked_up'), at: null }, [], null],
    ['on the way back', { ...moved('in_transit.departed'), leg: 'return' }, [], null],
    ['lost on the way back', { ...moved('exception.lost'), leg: 'return' }, [], 'exception · exception.lost · due'],
  ]);
});

test('every sub-status has a kind or none, and a quiet trouble is not told', () => {
  let quiet = 0;
  for (const { id, milestone, notifyDefault } of subStatuses) {
    if (milestone === 'info') continue;
    const telling = tellingOf(moved(id), [], now);
    if (milestone === 'exception' && !notifyDefault) {
      quiet += 1;
      assert.equal(telling, null, id);
    } else assert.equal(telling?.kind ?? null, kindOf(moved(id)), id);
  }
  assert.equal(quiet, 2);
});

test('the first that is heard of the van is told, however small its word', () => {
  check([
    ['next stop', moved('out_for_delivery.next_stop'), [], `out_for_delivery · ${day} · due`],
    ['next stop, told', moved('out_for_delivery.next_stop'), [told('out_for_delivery', day)], null],
    ['window known', moved('out_for_delivery.window_known'), [told('out_for_delivery', day)], null],
  ]);
});

test('a day in the van, a second round and a second failure are facts of their own', () => {
  const monday = [told('shipped', '1'), told('out_for_delivery', '2026-11-19'), told('delivery_failed', '2026-11-19')];
  const today = [told('out_for_delivery', day), told('delivery_failed', day)];
  const again = `${day} again`;
  check([
    ['another day', moved('out_for_delivery.loaded'), monday, `out_for_delivery · ${day} · due`],
    ['another failure', moved('delivery_failed.not_home'), monday, `delivery_failed · ${day} · due`],
    ['the same failure in other words', moved('delivery_failed.second_attempt_planned'), today, null],
    ['the second round', moved('out_for_delivery.second_attempt'), today, `out_for_delivery · ${again} · due`],
    ['its details', moved('out_for_delivery.window_known'), [...today, told('out_for_delivery', again)], null],
    [
      'its failure',
      moved('delivery_failed.not_home'),
      [...today, told('out_for_delivery', again)],
      `delivery_failed · ${again} · due`,
    ],
  ]);
});

const waitingAt = (word: string): string => `${day} ready_for_pickup.${word}`;

test('a reminder, the last day and another place to collect from are facts of their own', () => {
  const waiting = [told('ready_for_pickup', waitingAt('shop'))];
  check([
    ['the same place', moved('ready_for_pickup.shop'), waiting, null],
    ['reminder', moved('ready_for_pickup.reminder'), waiting, `ready_for_pickup · ${waitingAt('reminder')} · due`],
    ['last day', moved('ready_for_pickup.last_day'), waiting, `ready_for_pickup · ${waitingAt('last_day')} · due`],
    ['elsewhere', moved('ready_for_pickup.locker'), waiting, `ready_for_pickup · ${waitingAt('locker')} · due`],
  ]);
});

test('another place of the same kind is news where both places are known', () => {
  const shop = 'ready_for_pickup.shop';
  const at = (place: string | null, before = 'in_transit.arrived'): Move => ({ ...moved(shop, 1, before), place });
  const toldAt = (place: string): readonly Told[] => [told('ready_for_pickup', `${waitingAt('shop')}${place}`)];
  const another = `ready_for_pickup · ${waitingAt('shop')} now at bb · due`;
  check([
    ['the first', at('aa'), [], `ready_for_pickup · ${waitingAt('shop')} at aa · due`],
    ['the same', at('aa', shop), toldAt(' at aa'), null],
    ['the same, come to by another way', at('aa'), toldAt(' at aa'), null],
    ['another', at('bb', shop), toldAt(' at aa'), another],
    ['another, come to by another way', at('bb'), toldAt(' at aa'), another],
    ['another, told', at('bb', shop), [...toldAt(' at aa'), ...toldAt(' now at bb')], null],
    ['the first was told without', at('bb', shop), toldAt(''), null],
    ['nobody says where', at(null, shop), toldAt(' at aa'), null],
    ['of yesterday, said again', at('aa', shop), [told('ready_for_pickup', `2026-11-19 ${shop} at aa`)], null],
    ['of yesterday, another', at('bb', shop), [told('ready_for_pickup', `2026-11-19 ${shop} at aa`)], another],
  ]);
  const fact = { kind: 'ready_for_pickup', generation: `${waitingAt('shop')} now at bb` };
  assert.equal(stillTrue(fact, { ...at(null), place: null }, [], now), true, 'it is still ready');
});

test('a delivery is told once, in whatever words, and again when the first was none', () => {
  const yesterday = told('delivered', '2026-11-19');
  check([
    ['a finer word', moved('delivered.neighbour', 1, 'delivered.recipient'), [told('delivered', day)], null],
    ['a finer word the day after', moved('delivered.neighbour', 1, 'delivered.recipient'), [yesterday], null],
    [
      'after it was taken back',
      moved('delivered.recipient', 1, 'out_for_delivery.loaded'),
      [yesterday],
      `delivered · ${day} · due`,
    ],
    [
      'a finer word for what was not told',
      moved('delivered.neighbour', 1, 'delivered.recipient'),
      [],
      `delivered · ${day} · due`,
    ],
    ['a partner has it', moved('delivered.partner'), [told('shipped', '1')], 'shipped · delivered.partner · due'],
    [
      'and delivers',
      moved('delivered.recipient', 1, 'delivered.partner'),
      [told('shipped', '1')],
      `delivered · ${day} · due`,
    ],
    ['customs have it', moved('delivered.customs'), [], 'exception · delivered.customs · due'],
    ['a part is missing', moved('delivered.partial'), [], 'exception · delivered.partial · due'],
  ]);
});

test('old news is not told, and of today only what is still of today', () => {
  check([
    ['just news', moved('delivered.recipient', newsHoursMax), [], 'delivered · 2026-11-18 · due'],
    ['no news', moved('delivered.recipient', newsHoursMax + 0.1), [], 'delivered · 2026-11-18 · old'],
    ['in the van', moved('out_for_delivery.loaded', todayHoursMax), [], 'out_for_delivery · 2026-11-19 · due'],
    [
      'was in the van',
      moved('out_for_delivery.loaded', todayHoursMax + 0.1),
      [],
      'out_for_delivery · 2026-11-19 · old',
    ],
    [
      'last day was yesterday',
      moved('ready_for_pickup.last_day', 20),
      [],
      'ready_for_pickup · 2026-11-19 ready_for_pickup.last_day · old',
    ],
    ['a clock that is ahead', moved('accepted.picked_up', -1), [], 'shipped · 1 · due'],
  ]);
});

test('a first step that comes after later ones is overtaken, unless none of them was told', () => {
  check([
    ['after the van', moved('in_transit.arrived'), [told('out_for_delivery', '2026-11-19')], 'shipped · 1 · overtaken'],
    [
      'after old news',
      moved('in_transit.arrived'),
      [told('exception', 'exception.held', 'old')],
      'shipped · 1 · overtaken',
    ],
    [
      'after what passed',
      moved('in_transit.arrived'),
      [told('exception', 'exception.held', 'passed')],
      'shipped · 1 · due',
    ],
  ]);
});

test('what had passed before it was told is news when it comes again', () => {
  check([
    ['delivered', moved('delivered.recipient'), [told('delivered', day, 'passed')], `delivered · ${day} · due`],
    [
      'trouble',
      moved('exception.held'),
      [told('exception', 'exception.held', 'passed')],
      'exception · exception.held · due',
    ],
    ['old stays old', moved('exception.held'), [told('exception', 'exception.held', 'old')], null],
  ]);
});

test('a fact is sent while it is true', () => {
  type Case = readonly [
    what: string,
    kind: NoticeKind,
    generation: string,
    stand: Move,
    told: readonly Told[],
    is: boolean,
  ];
  const cases: readonly Case[] = [
    ['moved on within the step', 'shipped', '1', moved('in_transit.sorted'), [], true],
    ['taken back', 'shipped', '1', moved('announced.data_received'), [], false],
    ['in the van meanwhile', 'shipped', '1', moved('out_for_delivery.loaded'), [], false],
    ['delivered meanwhile', 'out_for_delivery', day, moved('delivered.recipient'), [], false],
    ['the van of yesterday', 'out_for_delivery', '2026-11-19', moved('out_for_delivery.loaded'), [], false],
    ['in the van too long', 'out_for_delivery', '2026-11-19', moved('out_for_delivery.loaded', 17), [], false],
    ['another trouble', 'exception', 'exception.held', moved('exception.lost'), [], false],
    ['the same trouble', 'exception', 'exception.held', moved('exception.held'), [], true],
    ['a delivery taken back', 'delivered', day, moved('out_for_delivery.loaded'), [], false],
    ['a finer word the day after', 'delivered', '2026-11-19', moved('delivered.neighbour'), [], true],
    ['another delivery', 'delivered', '2026-11-19', moved('delivered.recipient'), [told('delivered', day)], false],
    [
      'a second round',
      'delivery_failed',
      day,
      moved('delivery_failed.not_home'),
      [told('out_for_delivery', `${day} again`)],
      false,
    ],
  ];
  for (const [what, kind, generation, stand, before, is] of cases) {
    assert.equal(stillTrue({ kind, generation }, stand, before, now), is, what);
  }
});
