import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milestoneOf, subStatus } from '../vocabulary.ts';
import { lookUp } from './codes.ts';
import codes from './codes.json' with { type: 'json' };
import { meaning } from './meaning.ts';

const rows = Object.entries(codes);
const wordOf = (code: string) => meaning(code, null).subStatus;
const milestoneFor = (code: string) => meaning(code, null).milestone;

test('all 338 rows of DHL’s list are there, and each is a word of the vocabulary', () => {
  assert.equal(rows.length, 338);
  for (const [key, word] of rows) {
    assert.match(key, /^[A-Z]{5}:[A-Z]{5}:[A-Z]{2}$/);
    assert.ok(subStatus(word), `${key} is ${word}`);
  }
  assert.equal(new Set(rows.map(([key]) => key.slice(0, 5))).size, 52);
  assert.equal(new Set(rows.map(([key]) => key.slice(6, 11))).size, 136);
  assert.equal(new Set(rows.map(([key]) => key.slice(12))).size, 16);
});

test('nine pairs of ICE and RIC mean another milestone under another TTPRO, and alone they are unknown or agree', () => {
  const pairs = Map.groupBy(rows, ([key]) => key.slice(0, 11));
  const split = [...pairs].filter(([, found]) => new Set(found.map(([, word]) => word.split('.')[0])).size > 1);
  assert.deepEqual(split.map(([pair]) => pair).toSorted(), [
    'ADVIS:STBSD',
    'DLVRD:CODRP',
    'HNDDE:SERPT',
    'LDTMV:MVMTV',
    'LDTMV:SECDA',
    'LDTMV:SERPT',
    'MVARR:NRQRD',
    'NTDEL:CRROT',
    'SRTED:NRQRD',
  ]);
  for (const [pair] of split) assert.equal(milestoneFor(pair), 'unknown', pair);
});

test('where a box was left has a word of its own', () => {
  const places = {
    'DLVRD:NGHBR:ZU': 'delivered.neighbour',
    'DLVRD:WINPL:ZU': 'delivered.preferred_place_or_neighbour',
    'DLVRD:SECPL:ZU': 'delivered.safe_place',
    'DLVRD:SERPT:ZU': 'delivered.collected_shop',
    'DLVRD:ACCPK:ZU': 'delivered.collected_locker',
    'DLVRD:PKBOX:ZU': 'delivered.parcel_box',
    'DLVRD:POBOX:ZU': 'delivered.letterbox',
    'CNRFC:PCKST:ZF': 'ready_for_pickup.locker',
    'CNRFC:SERPT:ZF': 'ready_for_pickup.shop',
  };
  for (const [code, word] of Object.entries(places)) assert.equal(wordOf(code), word, code);
});

test('what is about the money of a delivery is no delivery, and no class of money moves a parcel', () => {
  for (const [key, word] of rows) if (key.endsWith(':GT')) assert.equal(word.split('.')[0], 'info', key);
  assert.equal(milestoneFor('DLVRD:CODAR:GT'), 'info');
  assert.equal(milestoneFor('DLVRD:XXXXX:GT'), 'info');
  assert.equal(milestoneFor('XXXXX:XXXXX:GT'), 'info');
});

test('only STORN takes something back', () => {
  for (const [key] of rows) assert.equal(meaning(key, null).retracts, key.startsWith('STORN:'), key);
  assert.equal(meaning('STORN:XXXXX:', null).retracts, true);
});

test('the chain: full key, ICE with RIC, ICE with TTPRO, ICE, TTPRO, and nothing where rows disagree', () => {
  const steps = {
    'DLVRD:NGHBR:ZU': 'delivered.neighbour',
    'DLVRD:NGHBR:ZX': 'delivered.neighbour',
    'DLVRD:NGHBR:': 'delivered.neighbour',
    'NTDEL:XXXXX:ZN': 'delivery_failed.other',
    'PCKDU:XXXXX:XX': 'accepted.picked_up',
    'RETRN::': 'returning.other',
    'XXXXX:XXXXX:AE': 'accepted.received_at_depot',
    'XXXXX:XXXXX:VA': 'announced.data_received',
    'XXXXX:XXXXX:PO': null,
    'XXXXX:XXXXX:ZU': null,
    'LDTMV:XXXXX:': null,
    'XXXXX:XXXXX:XX': null,
    '::': null,
  };
  const found = Object.keys(steps).map((code) => [code, wordOf(code)]);
  assert.deepEqual(Object.fromEntries(found), steps);
});

test('no step of the chain makes a movement that DHL’s rows do not agree on', () => {
  const parts = rows.map(([key]) => key.split(':'));
  const some = (index: number) => [...new Set(parts.map((part) => part[index] ?? '')), '', 'XXXXX'];
  for (const ice of some(0)) {
    for (const ttpro of some(2)) {
      const word = lookUp({ ice, ric: 'NOSUC', ttpro });
      if (word === null) continue;
      const ofIce = rows.filter(([key]) => key.startsWith(`${ice}:`));
      const ofClass = rows.filter(([key]) => key.endsWith(`:${ttpro}`));
      const backing = [ofIce.filter((row) => ofClass.includes(row)), ofIce, ofClass].filter((one) => one.length > 0);
      const agrees = ([, other]: readonly [string, string]) => other.split('.')[0] === milestoneOf(word);
      assert.ok(
        backing.some((one) => one.every(agrees)),
        `${ice} ${ttpro} ${word}`,
      );
    }
  }
});

test('with nothing but DHL’s class, its standard events are those of the unified interface', () => {
  assert.equal(wordOf('::ZU'), 'delivered.recipient');
  assert.equal(meaning('::ZU', 'The shipment has been delivered to a neighbor').subStatus, 'delivered.neighbour');
  assert.equal(wordOf('::QX'), null);
  assert.equal(wordOf('parcel-de:PO'), wordOf('::PO'));
});

test('on the way back every movement is one of the return, a delivery one to the sender, and trouble stays trouble', () => {
  const back = (code: string) => meaning(`${code}:ruecksendung`, null);
  assert.deepEqual(back('DLVRD:ACCPT:ZU'), {
    milestone: 'returned',
    subStatus: 'returned.to_sender',
    retracts: false,
    leg: 'return',
  });
  assert.equal(back('SRTED:NRQRD:PO').subStatus, 'returning.other');
  assert.equal(back('RETRN:NTCCN:ZN').subStatus, 'returning.not_collected');
  assert.deepEqual([back('EXPHD:LOSTX:BV').subStatus, back('EXPHD:LOSTX:BV').leg], ['exception.lost', 'return']);
  assert.equal(back('STORN:NRQRD:DD').retracts, true);
  assert.equal(back('XXXXX:XXXXX:XX').milestone, 'unknown');
});
