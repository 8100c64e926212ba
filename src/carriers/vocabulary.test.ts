import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milestoneOf, milestones, progressOf, subStatus, subStatuses } from './vocabulary.ts';

test('every milestone but unknown has sub-statuses, and no id stands twice', () => {
  assert.ok(subStatuses.length > 130);
  assert.equal(new Set(subStatuses.map(({ id }) => id)).size, subStatuses.length);
  const used = new Set(subStatuses.map(({ milestone }) => milestone));
  assert.deepEqual(
    [...milestones, 'info'].filter((milestone) => !used.has(milestone as 'info')),
    ['unknown'],
  );
});

test('an id begins with its milestone', () => {
  for (const { id, milestone } of subStatuses) {
    assert.equal(id.split('.')[0], milestone);
    assert.equal(milestoneOf(id), milestone);
  }
});

test('the way ends with delivery, return or cancellation, but not with a hand-over to a partner', () => {
  assert.equal(subStatus('delivered.neighbour')?.terminal, true);
  assert.equal(subStatus('returned.to_sender')?.terminal, true);
  assert.equal(subStatus('exception.disposed')?.terminal, true);
  assert.equal(subStatus('delivered.partner')?.terminal, false);
  assert.equal(subStatus('exception.lost')?.terminal, false);
  assert.equal(subStatus('ready_for_pickup.locker')?.terminal, false);
});

test('whoever has a problem that a customer can solve is told what to do', () => {
  for (const { id, actor, problem, customerAction } of subStatuses) {
    if (actor === 'recipient' && problem !== 'none') assert.notEqual(customerAction, 'none', id);
  }
  assert.equal(subStatus('exception.payment_due')?.customerAction, 'pay');
  assert.equal(subStatus('ready_for_pickup.shop')?.customerAction, 'collect');
});

test('information never announces itself by default, except when there is something to choose or to wait for', () => {
  const told = subStatuses.filter(({ milestone, notifyDefault }) => milestone === 'info' && notifyDefault);
  assert.deepEqual(
    told.map(({ id }) => id),
    ['info.delivery_window', 'info.change_rejected'],
  );
});

test('an id from outside that the vocabulary does not know is null', () => {
  assert.equal(subStatus('delivered.by_balloon'), null);
  assert.equal(subStatus('constructor'), null);
});

test('scans of one minute are ordered by how far they are on the way', () => {
  const way = [
    'announced.data_received',
    'accepted.picked_up',
    'in_transit.arrived',
    'in_transit.sorted',
    'in_transit.departed',
    'in_transit.at_delivery_depot',
    'out_for_delivery.loaded',
    'delivery_failed.not_home',
    'ready_for_pickup.shop',
    'delivered.collected_shop',
    'returning.other',
    'returned.to_sender',
    'info.event_retracted',
  ] as const;
  const ranks = way.map(progressOf);
  assert.deepEqual(
    ranks,
    ranks.toSorted((a, b) => a - b),
  );
  assert.equal(new Set(ranks).size, way.length);
  assert.ok(progressOf(null) < progressOf('info.note'));
});
