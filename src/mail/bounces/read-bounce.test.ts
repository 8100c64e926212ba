import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { absenceNote, eximReport, exchangeReport, qmailReport, statusReport } from '../samples/reports.ts';
import { readBounce, type ReadBounce } from './read-bounce.ts';
import { weightOf, weightOfRefusal } from './weigh.ts';

const parts = { to: 'bounces+abc123@nordlicht.example', messageId: 'ntc_01@shop.example' };

async function bounceIn(text: string): Promise<Extract<ReadBounce, { kind: 'bounce' }>> {
  const read = await readBounce(Buffer.from(text));
  assert.ok(read.kind === 'bounce', JSON.stringify(read));
  return read;
}

test('a delivery status notification says to whom, of which mail, and why', async () => {
  const { to, messageId, returned } = await bounceIn(statusReport(parts));
  assert.ok(to.includes(parts.to));
  assert.equal(messageId, parts.messageId);
  assert.deepEqual(returned, [{ action: 'failed', code: '5.1.1' }]);
});

test('a report that says only 5.0.0 is read by the answer it got', async () => {
  const said = { ...parts, status: '5.0.0', diagnostic: 'smtp; 550-5.2.1 The account is disabled' };
  assert.deepEqual((await bounceIn(statusReport(said))).returned, [{ action: 'failed', code: '5.2.1' }]);
  const bare = { ...parts, status: '5.0.0', diagnostic: 'smtp; 550 no' };
  assert.deepEqual((await bounceIn(statusReport(bare))).returned, [{ action: 'failed', code: '550' }]);
});

test('a mail that is only late has not come back', async () => {
  const { returned } = await bounceIn(statusReport({ ...parts, action: 'delayed', status: '4.4.1' }));
  assert.deepEqual(returned, [{ action: 'delayed', code: '4.4.1' }]);
  assert.deepEqual(returned.map(weightOf), ['none']);
});

test('servers that speak in sentences are understood', async () => {
  const cases = [
    [qmailReport(parts), '5.1.1', 'hard'],
    [eximReport(parts), '5.2.2', 'soft'],
    [exchangeReport(parts), '5.1.1', 'hard'],
  ] as const;
  for (const [text, code, weight] of cases) {
    const { to, messageId, returned } = await bounceIn(text);
    assert.deepEqual([to[0], messageId, returned], [parts.to, parts.messageId, [{ action: 'failed', code }]], text);
    assert.deepEqual(returned.map(weightOf), [weight]);
  }
});

test('an absence note and an answer are no bounces', async () => {
  for (const text of [absenceNote(parts), `From: a@b.example\nTo: ${parts.to}\n\nunknown user? delivery failed!\n`]) {
    assert.deepEqual(await readBounce(Buffer.from(text)), { kind: 'other', why: 'answered by a person or a robot' });
  }
});

test('what is said about the shop or the mail is never held against the person', () => {
  for (const code of ['5.7.1', '5.7.26', '5.6.0', '5.3.4']) assert.equal(weightOf({ action: 'failed', code }), 'none');
  for (const code of ['5.1.1', '5.1.10', '5.2.1']) assert.equal(weightOf({ action: 'failed', code }), 'hard');
  for (const code of ['5.2.2', '4.2.2', '4.4.7', '']) assert.equal(weightOf({ action: 'failed', code }), 'soft');
  assert.deepEqual(['550 5.1.1', '553 5.1.3', '550', '550 5.7.1', '450 4.1.1', ''].map(weightOfRefusal), [
    'hard',
    'hard',
    'none',
    'none',
    'none',
    'none',
  ]);
});

test('whatever comes in, it is read or called unreadable, and nothing is thrown', async () => {
  const wholes = [statusReport(parts), qmailReport(parts), eximReport(parts), absenceNote(parts)];
  const torn = fc
    .tuple(fc.constantFrom(...wholes), fc.nat(2_500), fc.nat(400), fc.uint8Array({ maxLength: 60 }))
    .map(([whole, at, cut, noise]) =>
      Buffer.concat([Buffer.from(whole.slice(0, at)), noise, Buffer.from(whole.slice(at + cut))]),
    );
  const kinds = new Set(['bounce', 'other']);
  await fc.assert(
    fc.asyncProperty(fc.oneof(torn, fc.uint8Array({ maxLength: 2_000 })), async (bytes) => {
      assert.ok(kinds.has((await readBounce(bytes)).kind));
    }),
    { numRuns: 400 },
  );
  const nested = Array.from({ length: 400 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`);
  assert.ok(kinds.has((await readBounce(Buffer.from(`From: <>\n${nested.join('')}`))).kind));
  assert.equal((await readBounce(Buffer.alloc(3 * 1024 * 1024, 'x'))).kind, 'other');
});
