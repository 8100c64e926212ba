import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { progressOf } from '../vocabulary.ts';
import codes from './codes.json' with { type: 'json' };
import { type ActivityWords, isKnown, keyOf, meaning } from './codes.ts';
import texts from './texts.json' with { type: 'json' };

const nothing: ActivityWords = { type: null, statusCode: null, bareNumber: false, code: null, description: null };
const said = (words: Partial<ActivityWords>) => {
  const key = keyOf({ ...nothing, ...words });
  const { subStatus, leg } = meaning(key);
  return [key, subStatus, isKnown(key), leg];
};

test('all 160 status descriptions of UPS’s list have a meaning', () => {
  const digits = Object.keys(codes).filter((key) => /^\d{3}$/.test(key));
  assert.equal(digits.length, 160);
  for (const code of Object.values(texts)) assert.ok(digits.includes(code), code);
});

suite('what an activity says', () => {
  const rows: readonly (readonly [name: string, words: Partial<ActivityWords>, ...said: unknown[]])[] = [
    ['the status description', { type: 'I', statusCode: '021', code: 'OT' }, '021', 'out_for_delivery.loaded', true],
    ['without its leading zeros', { type: 'I', statusCode: '21' }, '021', 'out_for_delivery.loaded', true],
    ['where it was left', { type: 'D', statusCode: '011', code: 'MU' }, '011:MU', 'delivered.letterbox', true],
    ['a scan that says no more', { type: 'D', statusCode: '011', code: 'FS' }, '011', 'delivered.recipient', true],
    [
      'a shop is not the recipient',
      { type: 'D', statusCode: '011', code: '2Q' },
      '011:2Q',
      'ready_for_pickup.shop',
      true,
    ],
    ['on the way, and how', { type: 'I', statusCode: '005', code: 'DP' }, 'I:DP', 'in_transit.departed', true],
    ['no other milestone by the scan', { type: 'I', statusCode: '005', code: 'OR' }, '005', 'in_transit.other', true],
    ['an attempt, and why', { type: 'X', statusCode: '060', code: '48' }, 'X:48', 'delivery_failed.not_home', true],
    ['a delay stays one', { type: 'X', statusCode: '048', code: '48' }, '048', 'in_transit.delayed', true],
    ['a scan of another type', { type: 'X', statusCode: '005', code: 'DP' }, '005', 'in_transit.other', true],
    ['two meanings of one scan', { type: 'I', code: 'XD' }, 'I:XD', 'in_transit.other', false],
    ['the scan alone', { type: 'I', code: 'OF' }, 'I:OF', 'out_for_delivery.loaded', true],
    ['the same letters in a manifest', { type: 'M', code: 'DP' }, 'M:DP', 'announced.data_received', true],
    [
      'the sentence of the list',
      { description: 'Preparing for Delivery ' },
      '071',
      'in_transit.at_delivery_depot',
      true,
    ],
    ['a delivery by its type', { type: 'D' }, 'D', 'delivered.recipient', true],
    ['a new code of a known type', { type: 'X', statusCode: '199' }, 'X:199', 'exception.other', false],
    ['a new scan of a known type', { type: 'M', code: 'ZZ' }, 'M:ZZ', 'announced.data_received', false],
    ['freight that has not arrived', { type: 'DD' }, 'DD', 'in_transit.arrived', true],
    ['a type that nobody knows', { type: 'ZZ', statusCode: '199' }, 'ZZ:199', null, false],
    ['nothing', {}, 'unknown', null, false],
    ['a void', { type: 'MV', statusCode: '007', code: 'VP' }, '007', 'cancelled.by_sender', true],
  ];
  for (const [name, words, ...expected] of rows) {
    test(name, () => assert.deepEqual(said(words), [...expected, 'outbound']));
  }
});

suite('on the way back', () => {
  const rows: readonly (readonly [words: Partial<ActivityWords>, ...said: unknown[]])[] = [
    [{ type: 'RS' }, 'RS', 'returning.other', true],
    [{ type: 'RS', statusCode: '011', code: 'ML' }, 'RS:011', 'returned.to_sender', true],
    [{ type: 'RS', statusCode: '021' }, 'RS:021', 'returning.other', true],
    [{ type: 'RS', statusCode: '048' }, 'RS:048', 'returning.other', true],
    [{ type: 'RS', statusCode: '059' }, 'RS:059', 'exception.damaged', true],
    [{ type: 'RS', statusCode: '199' }, 'RS:unknown:199', 'returning.other', false],
    [{ type: 'X', statusCode: '035' }, '035', 'returning.other', true],
    [{ type: 'D', statusCode: '034' }, '034', 'returned.to_sender', true],
  ];
  for (const [words, ...expected] of rows) {
    test(String(expected[0]), () => assert.deepEqual(said(words), [...expected, 'return']));
  }
});

test('a bare number is what UPS’s sentence says: a leading zero had made it octal', () => {
  const number = { type: 'I', bareNumber: true, statusCode: '17' };
  assert.equal(said({ ...number, description: 'Out for Delivery' })[0], '021');
  assert.equal(said({ ...number, description: 'Held for Customer Pickup' })[0], '017');
  assert.equal(said({ ...number, description: 'Something else' })[0], '017');
  assert.equal(said({ ...number, bareNumber: false, description: 'Out for Delivery' })[0], '017');
});

test('a code that was posted means what a code that was read means', () => {
  assert.equal(meaning('21').subStatus, 'out_for_delivery.loaded');
  assert.equal(meaning(' i:dp ').subStatus, 'in_transit.departed');
  assert.equal(meaning('DX').subStatus, null);
  assert.equal(meaning('').subStatus, null);
});

test('no status description claims a delivery that its sentence does not', () => {
  const delivered = Object.entries(codes).filter(([key, id]) => /^\d{3}$/.test(key) && id.startsWith('delivered.'));
  assert.deepEqual(delivered.map(([key]) => key).toSorted(), ['011', '026', '143']);
  assert.ok(progressOf('delivered.recipient') > 0);
});
