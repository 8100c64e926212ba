import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '#kit/clock';
import { readMail } from './read.ts';

const clock = createManualClock(Temporal.Instant.from('2026-11-22T17:00:00Z'));
const envelope = {
  mailFrom: { address: 'hallo@nordlicht.example', args: false },
  rcptTo: [{ address: 'anna@kunde.example', args: false }],
} as const;

test('a mail that cannot be read is caught as it came, with whom its envelope named', async () => {
  const raw = Buffer.from(`Subject: hi\r\nX-Long: ${'a '.repeat(40_000)}\r\n\r\nhello`);
  const caught = await readMail(raw, { ...envelope, rcptTo: [...envelope.rcptTo] }, clock);
  assert.deepEqual([caught.from.address, caught.to[0]?.address], ['hallo@nordlicht.example', 'anna@kunde.example']);
  assert.deepEqual([caught.subject, caught.text, caught.raw], ['', null, raw]);
});

test('of a mail of more lines than anybody reads the first are shown, and all are kept', async () => {
  const raw = Buffer.from(`Subject: hi\r\n\r\n${'line\r\n'.repeat(50_000)}`);
  const { text, raw: kept, subject } = await readMail(raw, { ...envelope, rcptTo: [...envelope.rcptTo] }, clock);
  assert.equal(subject, 'hi');
  assert.equal(text?.trim().split('\n').length, 1_998);
  assert.equal(kept.length, raw.length);
});
