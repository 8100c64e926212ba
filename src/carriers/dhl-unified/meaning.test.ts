import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventWords, meaning, readMeaning } from './meaning.ts';

const nothing: EventWords = { service: 'parcel-de', status: null, statusCode: null, description: null, remark: null };

test('a status of the list means what the list says, whatever class comes along', () => {
  const read = readMeaning({ ...nothing, service: 'svb', status: 'RETURNED_TO_SENDER', statusCode: 'delivered' });
  assert.deepEqual([read.code, read.subStatus, read.known], ['svb:RETURNED_TO_SENDER', 'returned.to_sender', true]);
});

test('Parcel Germany’s few statuses are made finer by their sentence, and the code stays the same', () => {
  const read = readMeaning({ ...nothing, status: 'ZN', description: 'Die Annahme der Sendung wurde verweigert.' });
  assert.deepEqual([read.code, read.subStatus], ['parcel-de:ZN', 'delivery_failed.refused']);
  assert.equal(meaning('parcel-de:ZU', 'The shipment was delivered to a neighbor').subStatus, 'delivered.neighbour');
  assert.equal(meaning('parcel-de:ZU', 'The shipment was delivered to the sender').subStatus, 'returned.to_sender');
  assert.equal(
    meaning('parcel-de:GT', 'The shipment has been successfully delivered').subStatus,
    'info.cod_transferred',
  );
});

test('a status that says it all is not moved by its sentence', () => {
  assert.equal(meaning('express:OH', 'Delivered').subStatus, 'exception.held');
  assert.equal(meaning('ecommerce:601', 'DELIVERED TO PICK-UP LOCATION').subStatus, 'ready_for_pickup.shop');
});

test('a code that no list knows is placed by its class and reported', () => {
  const read = readMeaning({ ...nothing, service: 'express', status: 'ZZ', statusCode: 'transit' });
  assert.deepEqual([read.subStatus, read.known], ['in_transit.other', false]);
  assert.equal(meaning(read.code, null).subStatus, 'in_transit.other');
});

test('what nobody knows stays unknown: it never becomes "in transit"', () => {
  for (const statusCode of [null, 'unknown', 'orbit']) {
    const read = readMeaning({ ...nothing, status: 'QQ', statusCode });
    assert.deepEqual([read.code, read.subStatus, read.known], ['parcel-de:QQ', null, false]);
    assert.equal(readMeaning({ ...nothing, statusCode, description: 'A shipment did something' }).subStatus, null);
  }
  assert.deepEqual(meaning('nonsense', null), {
    milestone: 'unknown',
    subStatus: null,
    retracts: false,
    leg: 'outbound',
  });
});

test('two events of one minute with the same class and without a place have two codes', () => {
  const loaded = readMeaning({ ...nothing, statusCode: 'transit', description: 'Loaded onto the delivery vehicle' });
  const toLocker = readMeaning({
    ...nothing,
    statusCode: 'transit',
    description: 'The shipment is on its way to the PACKSTATION',
  });
  assert.notEqual(loaded.code, toLocker.code);
});

const codeOf = (text: string) =>
  readMeaning({ ...nothing, statusCode: 'transit', status: text, description: text }).code;

test('the code of a sentence is the same in English and German', () => {
  assert.equal(
    codeOf('The shipment has been loaded onto the delivery vehicle'),
    codeOf('Die Sendung wurde in das Zustellfahrzeug geladen.'),
  );
});

test('a status that only repeats the class leaves the word to the sentence', () => {
  const words = { ...nothing, status: 'delivered', statusCode: 'delivered', description: 'Returned to the sender' };
  assert.equal(readMeaning(words).subStatus, 'returned.to_sender');
  assert.equal(readMeaning({ ...nothing, status: 'TRANSIT', statusCode: 'transit' }).known, true);
});

test('an event that is taken back is marked as such', () => {
  const read = meaning('parcel-de:DD', 'Storno - vorheriges Ereignis durch Zusteller gelöscht');
  assert.deepEqual([read.milestone, read.retracts], ['info', true]);
});

test('what goes back is on the return leg', () => {
  assert.equal(meaning('svb:SENT_BACK', null).leg, 'return');
  assert.equal(meaning('express:RT', null).leg, 'return');
  assert.equal(meaning('express:RD', null).leg, 'outbound');
});

test('posted codes work without a service, with a class, and in lower case', () => {
  assert.equal(meaning('transit', 'Out for delivery').subStatus, 'out_for_delivery.loaded');
  assert.equal(meaning('delivered', null).subStatus, 'delivered.recipient');
  assert.equal(meaning('parcel-de:zu', null).subStatus, 'delivered.recipient');
  assert.equal(meaning(' express:ok ', null).subStatus, 'delivered.recipient');
  assert.equal(meaning('', null).subStatus, null);
});

const names = ['JESSICA', 'Max Huber', 'Anna Zoller', 'Berthold Sortland', 'O Neill', 'M. MUSTER'];

for (const name of names) {
  test(`a description that is nothing but a name (${name}) is not kept`, () => {
    assert.equal(readMeaning({ ...nothing, status: 'ZU', description: name }).text, null);
  });
}

const cut: readonly (readonly [string, string])[] = [
  ['Delivered - Signed for by: J. MUSTER', 'Delivered'],
  ['Delivered to neighbour: Muster, Beispielweg 5', 'Delivered to neighbour'],
  ['Die Sendung wurde an Herrn Max Muster zugestellt.', 'Die Sendung wurde an … zugestellt.'],
  ['Notification sent to max@example.org', 'Notification sent to …'],
  ['Delivered. Received by: P. Muster', 'Delivered.'],
  ['<b>Shipment</b> on hold', 'Shipment on hold'],
  ['SHIPMENT ACCEPTED BY USPS', 'SHIPMENT ACCEPTED BY USPS'],
];

for (const [sent, kept] of cut) {
  test(`of "${sent}" is kept: "${kept}"`, () => {
    assert.equal(readMeaning({ ...nothing, statusCode: 'delivered', description: sent }).text, kept);
  });
}
