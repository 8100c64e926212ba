import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milestoneOf, subStatus } from '../vocabulary.ts';
import codes from './codes.json' with { type: 'json' };
import { lookUp, looksLikeCode } from './codes.ts';

const all = Object.entries(codes);

test("DHL's list is mapped completely: 1,090 keys of 1,092 rows, two rows stand twice in it", () => {
  assert.equal(all.length, 1_090);
  for (const [key, id] of all) {
    assert.match(key, /^[a-z-]+:[^a-z\s]+$/, key);
    assert.ok(subStatus(id), `${key} is mapped to ${id}, which the vocabulary does not know`);
  }
});

test('each service has as many statuses as in the list', () => {
  const counts = Object.fromEntries(
    Map.groupBy(all, ([key]) => key.slice(0, key.indexOf(':')))
      .entries()
      .map(([service, rows]) => [service, rows.length]),
  );
  assert.deepEqual(counts, {
    dgf: 15,
    ecommerce: 289,
    'ecommerce-europe': 162,
    'ecommerce-ppl': 11,
    express: 44,
    freight: 48,
    'parcel-de': 16,
    'parcel-nl': 352,
    'parcel-pl': 107,
    svb: 46,
  });
});

const traps: readonly (readonly [string, string, string])[] = [
  // What DHL's own class calls delivered, and is not.
  ['svb', 'RETURNED_TO_SENDER', 'returned.to_sender'],
  ['svb', 'AMOUNT_TRANSFERRED', 'info.cod_transferred'],
  ['ecommerce-europe', '43', 'ready_for_pickup.shop'],
  ['ecommerce-europe', '366', 'returned.to_sender'],
  ['ecommerce-europe', '302', 'in_transit.handed_to_partner'],
  // What its name calls something else than its description.
  ['parcel-nl', 'DELIVERED_AT_PARCELSHOP', 'info.note'],
  ['parcel-nl', 'DELIVERED_AT_SHIPPER', 'returned.to_sender'],
  ['parcel-nl', 'MANIFESTED', 'in_transit.customs_in'],
  ['parcel-nl', 'SHIPMENT_STOPPED', 'exception.seized'],
  ['parcel-nl', 'DESTROYED', 'exception.disposed'],
  // Not done yet, or not done.
  ['ecommerce', '574', 'info.eta_changed'],
  ['ecommerce', '638', 'delivery_failed.other'],
  ['ecommerce', '551', 'delivery_failed.not_home'],
  ['parcel-nl', 'DELIVERY_PLANNED_IN_ROUTE', 'in_transit.at_delivery_depot'],
  ['parcel-pl', 'LIK', 'in_transit.at_delivery_depot'],
  ['freight', '55-21', 'announced.pickup_failed'],
  ['parcel-de', 'AN', 'announced.pickup_failed'],
  ['parcel-pl', 'AN', 'exception.address'],
  ['express', 'RT', 'returned.to_sender'],
  ['express', 'CC', 'ready_for_pickup.depot'],
  ['ecommerce', '867', 'info.pod_available'],
];

for (const [service, status, id] of traps) {
  test(`${service}:${status} means ${id}`, () => {
    assert.equal(lookUp(service, status)?.subStatus, id);
  });
}

test('a money transfer is never a delivery, and a return never one either', () => {
  for (const [key, id] of all) {
    if (/RETURN|SENT_BACK/.test(key)) assert.notEqual(milestoneOf(id as 'info.note'), 'delivered', key);
  }
});

test('the same letters mean different things in different services', () => {
  assert.equal(lookUp('express', 'CA')?.subStatus, 'delivery_failed.closed');
  assert.equal(lookUp('express', 'ZU'), null);
  assert.equal(lookUp('sameday', 'OK'), null);
  assert.equal(lookUp(null, 'AN'), null);
  assert.equal(lookUp(null, 'ZU')?.subStatus, 'delivered.recipient');
});

test('a word that speaks for itself is understood in services that the list leaves out', () => {
  assert.deepEqual(lookUp('express', 'DELIVERED'), { key: 'express:DELIVERED', subStatus: 'delivered.recipient' });
  assert.equal(lookUp('sameday', 'out for delivery')?.subStatus, 'out_for_delivery.loaded');
  assert.equal(lookUp('post-de', 'FETCHED_PACKSTATION')?.subStatus, 'delivered.collected_locker');
});

test('codes are told from sentences', () => {
  for (const code of ['ZU', '600', '21-0', 'INCORRECT/UNKNOWN_PIN', 'ACT-2']) assert.ok(looksLikeCode(code), code);
  for (const text of ['Delivered', 'The shipment has been picked up', 'Zugestellt', 'OUT FOR DELIVERY', '']) {
    assert.ok(!looksLikeCode(text), text);
  }
});
