import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consentBodies, readConsents } from './consent-body.ts';

const consent = {
  ...{ purpose: 'delivery notification by carrier', recipient: 'DHL Paket', fields: ['email'] },
  ...{ given_at: '2026-11-19T10:00:00Z', text: 'DHL may write to me.' },
};

test('a consent without details is taken as before, and what the shop has not said stays unsaid', () => {
  const [read] = readConsents(consentBodies.parse([consent]));
  assert.equal(read?.recipient, 'dhl-unified');
  assert.deepEqual([read?.preset, read?.version, read?.language, read?.holdsUntil], [null, null, null, null]);
});

test('what the shop says of its box is kept', () => {
  const told = {
    ...{ version: '2026-10', language: 'de', default: 'unticked', jurisdiction: 'de' },
    ...{ policy_url: 'https://shop.example/privacy', until: '2027-11-19T10:00:00Z' },
  };
  const [read] = readConsents(consentBodies.parse([{ ...consent, ...told }]));
  assert.deepEqual(
    [read?.preset, read?.version, read?.language, read?.jurisdiction, read?.policyUrl],
    [...['unticked', '2026-10', 'de', 'DE', 'https://shop.example/privacy']],
  );
  assert.equal(read?.holdsUntil?.toString(), '2027-11-19T10:00:00Z');
});

test('a box that was ticked beforehand, names several recipients or ended before it began is refused, and where it stands is said', () => {
  const refused: readonly (readonly [more: readonly object[], path: string])[] = [
    [[{ default: 'ticked' }], '0.default'],
    [[{ recipient: 'DHL und DPD' }], '0.recipient'],
    [[{ recipient: 'dhl, dpd, gls' }], '0.recipient'],
    [[{ recipient: 'dhl & ups' }], '0.recipient'],
    [[{ recipient: ['dhl', 'dpd'] }], '0.recipient'],
    [[{}, { recipient: 'dpd' }], '1.recipient'],
    [[{ until: '2026-11-19T10:00:00Z' }], '0.until'],
    [[{ policy_url: 'javascript:alert(1)' }], '0.policy_url'],
    [[{ default: 'Unticked' }], '0.default'],
    [[{ preticked: false }], '0'],
  ];
  for (const [more, path] of refused) {
    const read = consentBodies.safeParse(more.map((one) => ({ ...consent, ...one })));
    assert.equal(read.error?.issues[0]?.path.join('.'), path, JSON.stringify(more));
  }
});

test('boxes of their own are several consents: for another recipient in other words, or for another kind of data', () => {
  const boxes = [
    consent,
    { ...consent, recipient: 'dpd', text: 'DPD may write to me.' },
    { ...consent, recipient: 'dhl', fields: ['phone'] },
  ];
  assert.equal(readConsents(consentBodies.parse(boxes)).length, 3);
});
