import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { renderText } from '#kit/mail-html';
import { createLog } from '#kit/log';
import { openGround } from '../../../test/ground.ts';
import { createReminders } from './remind.ts';
import { createRequests } from './requests.ts';

const ground = await openGround();
after(ground.close);
const { database, clock, jobs, shop, orders } = ground;
const { shopId } = shop;
const requests = createRequests(ground);
const sent: { readonly address: string; readonly subject: string; readonly text: string; readonly id: string }[] = [];
let isDown = false;
const remind = createReminders(
  {
    ...{ database, clock, jobs, orders, staff: ['a@nordlicht.example', 'b@nordlicht.example'] },
    log: createLog({ level: 'silent' }),
    deskUrl: 'https://shop.example/console/requests',
    mail: {
      toStaff: (_shop, { address, subject, content, id }) => {
        if (isDown) return Promise.reject(new Error('the mail server is away'));
        sent.push({ address, subject, text: renderText(content), id });
        return Promise.resolve({ accepted: true });
      },
    },
  },
  requests,
);

async function day(hours: number): Promise<readonly string[]> {
  clock.advanceTo(clock.now().add({ hours }));
  const before = sent.length;
  await remind();
  await remind();
  await jobs.runDue();
  return sent.slice(before).map(({ address, subject }) => `${address} ${subject}`);
}

test('staff are told a week, three days and one day before, and every day after: once a day, and nobody’s data', async () => {
  const requestId = await database.tx((tx) =>
    requests.record(tx, {
      ...{ shopId, personId: null, kind: 'access', via: 'staff', evidence: 'none', note: 'Ada Beispiel' },
    }),
  );
  assert.deepEqual(await day(0), []);
  // Received on 20 November 2026: due with the end of Monday, 21 December.
  const told = new Map<string, number>();
  for (let count = 0; count < 33; count += 1) {
    const mails = await day(24);
    if (mails.length > 0) told.set(clock.now().toString().slice(0, 10), mails.length);
  }
  assert.deepEqual([...told.keys()], ['2026-12-15', '2026-12-19', '2026-12-21', '2026-12-22', '2026-12-23']);
  assert.deepEqual([...new Set(told.values())], [2]);
  const [first] = sent;
  assert.equal(first?.subject, 'Ein Antrag einer Person ist bald fällig');
  assert.match(first.text, /Auskunft \(Art\. 15\), fällig 21\. Dezember 2026/);
  assert.equal(sent.at(-1)?.subject, 'Ein Antrag einer Person ist überfällig');
  assert.ok(sent.every(({ text }) => !text.includes('Beispiel')));
  assert.equal(new Set(sent.map(({ id }) => id)).size, sent.length);
  await requests.end({ shopId, requestId, note: '', actor: 'staff', outcome: 'done' });
  assert.deepEqual(await day(24), []);
});

test('a mail that was put off comes again, as the same mail', async () => {
  await database.tx((tx) =>
    requests.record(tx, {
      ...{ shopId, personId: null, kind: 'erasure', via: 'staff', evidence: 'none' },
      receivedAt: clock.now().subtract({ hours: 40 * 24 }),
    }),
  );
  isDown = true;
  await assert.rejects(day(24), /away/);
  isDown = false;
  const before = sent.length;
  clock.advanceTo(clock.now().add({ hours: 1 }));
  while ((await jobs.runDue()) > 0);
  assert.equal(sent.length - before, 2);
  const ids = new Set(sent.slice(before).map(({ id }) => id.split('.').at(-1)));
  assert.deepEqual(ids, new Set(['0', '1']));
});
