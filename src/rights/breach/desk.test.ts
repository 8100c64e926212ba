import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fault } from '#kit/fault';
import { exampleFace, exampleOrder, openGround } from '../../../test/ground.ts';
import { draftHtml, draftText } from './drafts.ts';
import type { OpenedBreach } from './desk.ts';

const ground = await openGround();
after(ground.close);
const { breaches, database, clock, shop, orders } = ground;
const { shopId } = shop;

const other = await orders.addShop(database, { name: 'Südwind', language: 'de', sample: false, face: exampleFace });
for (const at of [1, 2, 3]) {
  await ground.putOrder(
    `B-${at}`,
    exampleOrder({
      customer: { name: `Ada ${at}`, email: `ada${at}@kunde.example` },
      recipient: at === 3 ? { name: 'Bob' } : null,
      parcels: [],
    }),
  );
}

const opened = (more: Partial<OpenedBreach> = {}): OpenedBreach => ({
  ...{ shopId, suspect: 'backup', keyId: null, tables: [], keyring: 'safe', found: 'Eine Platte fehlt: <Ada> & Co.' },
  ...{ from: clock.now().subtract({ hours: 48 }), until: clock.now(), awareAt: clock.now() },
  ...more,
});
const open = (more: Partial<OpenedBreach> = {}) => database.tx((tx) => breaches.open(tx, opened(more), 'staff'));
const show = async (caseId: string, of: string | null = shopId) => {
  const state = await breaches.show(database, of, caseId);
  assert.ok(state !== null);
  return state;
};
const isFault = (code: Fault['code']) => (error: unknown) => error instanceof Fault && error.code === code;

test('a case knows who was there in its window, by shop, and nobody who came later', async () => {
  const before = await open({ until: clock.now(), from: clock.now() });
  clock.advanceTo(clock.now().add({ hours: 1 }));
  await ground.putOrder('B-9', exampleOrder({ customer: { email: 'late@kunde.example' }, parcels: [] }));
  const now = await open();
  assert.deepEqual([(await show(before)).affected.persons, (await show(now)).affected.persons], [4, 5]);
  assert.deepEqual((await show(now)).affected.byShop, [{ shopId, name: 'Nordlicht', persons: 5 }]);
});

test('a wrapping key reaches everybody who was there, also after it was turned', async () => {
  const [row] = await database.rows<{ id: string }>(
    `select encode(substring(wrapped for 4), 'hex') as id from privacy.person_key limit 1`,
    [],
  );
  const caseId = await open({ suspect: 'wrapping key', keyId: row?.id ?? '' });
  assert.equal((await show(caseId)).affected.persons, 5);
  // As turning it does: another key lies around all of them.
  await database.rows(`update privacy.person_key set wrapped = '\\x00000001' || substring(wrapped from 5)`, []);
  const { affected, assessment } = await show(caseId);
  assert.deepEqual([affected.persons, assessment.customers], [5, 'judge']);
  await database.rows(`update privacy.person_key set wrapped = decode($1, 'hex') || substring(wrapped from 5)`, [
    row?.id ?? '',
  ]);
});

test('a shop sees its own cases and those about all, and counts its own customers only', async () => {
  const all = await open({ shopId: null });
  const own = await open();
  assert.equal(await breaches.show(database, other.shopId, own), null);
  assert.equal((await show(all, other.shopId)).affected.persons, 0);
  assert.equal((await show(all, null)).affected.persons, 5);
  assert.ok((await breaches.list(database, other.shopId)).every(({ shopId: of }) => of === null));
  await assert.rejects(breaches.step(other.shopId, own, { kind: 'note', words: 'x' }, 'staff'), isFault('not_found'));
});

test('whom to tell is opened for staff, and stands in the audit', async () => {
  const caseId = await open();
  const found = await breaches.persons(shopId, caseId, null, 'staff');
  assert.deepEqual(
    found
      .map(({ name, email }) => `${name} ${email}`)
      .toSorted()
      .slice(0, 3),
    [' late@kunde.example', 'Ada 1 ada1@kunde.example', 'Ada 2 ada2@kunde.example'],
  );
  assert.deepEqual(await breaches.persons(shopId, caseId, found.at(-1)?.personId ?? '', 'staff'), []);
  const verbs = (await ground.privacy.audits(database, shopId, 3)).map(({ verb }) => verb);
  assert.ok(verbs.includes('breach.persons'));
});

test('the log is only added to, its words are sealed, and a late notification says why', async () => {
  const caseId = await open();
  await breaches.step(shopId, caseId, { kind: 'contained', words: 'Zugang gesperrt' }, 'staff');
  clock.advanceTo(clock.now().add({ hours: 74 }));
  assert.equal((await show(caseId)).clock.state, 'late');
  await assert.rejects(
    breaches.step(shopId, caseId, { kind: 'authority_told', words: ' ' }, 'staff'),
    isFault('invalid'),
  );
  await breaches.step(shopId, caseId, { kind: 'authority_told', words: 'Wochenende ohne Bereitschaft' }, 'staff');
  await breaches.step(shopId, caseId, { kind: 'closed', words: '' }, 'staff');
  await assert.rejects(breaches.step(shopId, caseId, { kind: 'contained', words: '' }, 'staff'), isFault('conflict'));
  const { case: of, clock: time } = await show(caseId);
  assert.deepEqual(
    of.steps.map(({ kind }) => kind),
    ['opened', 'contained', 'authority_told', 'closed'],
  );
  assert.deepEqual([time.state, time.isClosed], ['told late', true]);
  const rows = await database.rows<{ text: string }>(
    `select s::text as text from rights.breach_step s where case_id = $1`,
    [caseId],
  );
  assert.ok(
    !rows.some(({ text }) => text.includes(Buffer.from('gesperrt').toString('hex')) || text.includes('gesperrt')),
  );
  await database.rows(
    `update rights.breach_step set words = (select words from rights.breach_step where case_id = $1 and kind = 'opened') where case_id = $1 and kind = 'contained'`,
    [caseId],
  );
  await assert.rejects(show(caseId), isFault('unavailable'));
  await database.rows('delete from rights.breach_step where case_id = $1', [caseId]);
  await database.rows('delete from rights.breach_case where case_id = $1', [caseId]);
});

test('what each page of the console says of open cases is what the cases themselves say', async () => {
  const [reopened, told, closed] = [await open(), await open(), await open({ shopId: null })];
  const step = (caseId: string, kind: 'authority_told' | 'closed' | 'reopened') =>
    breaches.step(shopId, caseId, { kind, words: 'x' }, 'staff');
  for (const kind of ['closed', 'reopened'] as const) await step(reopened, kind);
  await step(told, 'authority_told');
  await step(closed, 'closed');
  const cases = (await breaches.list(database, shopId)).filter((one) => !one.clock.isClosed);
  const said = await breaches.openCases(database, shopId);
  assert.ok([reopened, told].every((id) => said.some(({ caseId }) => caseId === id)));
  assert.ok(!said.some(({ caseId }) => caseId === closed));
  const sorted = (lines: readonly string[]) => lines.toSorted().join('\n');
  assert.equal(
    sorted(said.map(({ caseId, dueAt, openedBy }) => `${caseId} ${openedBy} ${dueAt?.toString() ?? 'told'}`)),
    sorted(
      cases.map(({ caseId, steps, clock: { toldAt, dueAt } }) => {
        return `${caseId} ${steps[0]?.actor} ${toldAt === null ? dueAt.toString() : 'told'}`;
      }),
    ),
  );
});

test('letters come from the facts, in both languages, and mark what only people know', async () => {
  const caseId = await open({ keyring: 'safe', suspect: 'tables', tables: ['orders.person'] });
  await breaches.step(shopId, caseId, { kind: 'contained', words: 'Die Platte ist gelöscht.' }, 'staff');
  for (const [language, blank] of [
    ['de', '[BITTE ERGÄNZEN:'],
    ['en', '[TO BE FILLED IN:'],
  ] as const) {
    const letters = await breaches.drafts(database, shopId, caseId, language);
    assert.ok(letters !== null);
    const [authority, customers] = [draftText(letters.authority), draftText(letters.customers)];
    for (const text of [authority, customers])
      assert.ok(text.includes(blank) && text.includes('Die Platte ist gelöscht.'), text);
    assert.match(authority, /Art\. 33[ (](?:Abs\. )?3/);
    assert.match(authority, /\b5\b/);
    assert.match(authority, /how many records|wie viele Datensätze/, 'art. 33(3)(a) asks for records beside persons');
    assert.match(customers, language === 'de' ? /E-Mail-Adressen/ : /e-mail addresses/);
    assert.ok(customers.includes('hallo@nordlicht.example'));
    assert.ok(draftHtml(letters.authority, language).includes('&lt;Ada&gt; &amp; Co.'));
  }
});

test('a window that cannot be is refused, and so are words without end', async () => {
  const now = clock.now();
  await assert.rejects(open({ from: now, until: now.subtract({ hours: 1 }) }), isFault('invalid'));
  await assert.rejects(open({ awareAt: now.add({ hours: 1 }) }), isFault('invalid'));
  await assert.rejects(open({ found: 'x'.repeat(4_001) }), isFault('invalid'));
});
