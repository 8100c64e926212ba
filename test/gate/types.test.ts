import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParcelQuestion } from '../../src/carriers/contract.ts';
import type { EgressRequest } from '#kit/egress';
import { nobodys, sealed, type Disclosed } from '#privacy';

// The compiler is what tests here: each line below that must not compile is an error when it does.

const ask = (number: ParcelQuestion['number']): string => number;
const send = (body: EgressRequest['body']): unknown => body;
const disclosed: Disclosed<'email' | 'tracking_number'> = { values: {}, withheld: {} };
const number = sealed('tracking_number', '00340434161094015902');

test('an adapter is handed what was let out, and neither what is sealed nor a text from somewhere', () => {
  const refused = [
    // @ts-expect-error -- a text that nobody has let out
    () => ask('00340434161094015902'),
    // @ts-expect-error -- what is sealed
    () => ask(number),
    // @ts-expect-error -- another kind of data
    () => ask(nobodys('email', 'ada@kunde.example')),
    // @ts-expect-error -- what may have stayed
    () => ask(disclosed.values.tracking_number),
    // @ts-expect-error -- a kind that was not asked for
    (): keyof typeof disclosed.values => 'phone',
    // @ts-expect-error -- a body of a request is bytes or text
    () => send(number),
  ];
  assert.equal(refused.length, 6);
  assert.equal(ask(nobodys('tracking_number', 'TEST')), 'TEST');
});

test('what is sealed prints its kind, whatever prints it', () => {
  const prints = [String(number), JSON.stringify({ number }), [number].join()];
  for (const text of prints) assert.match(text, /\[sealed tracking_number\]/);
});
