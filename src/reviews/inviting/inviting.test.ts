import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sealed } from '#privacy';
import { consent, openReviewRoom, tokenIn, type Customer } from '../../../test/review-room.ts';

const asked = await openReviewRoom();
const { ground, room } = asked;
const { database, privacy, shop } = ground;
const { reviews, order, deliver, passDays, invited } = asked;
after(asked.close);

type Outcome = { readonly verdict: string; readonly reason: string | null };

async function outcomeOf({ personId, orderId }: Customer): Promise<Outcome | null> {
  return await database.one<Outcome>(
    `select verdict, reason from reviews.invitation where person_id = $1 and order_id = $2`,
    [personId, orderId],
  );
}

const asks = (): number => room.mails().filter(({ subject }) => subject.startsWith('Wie war Ihre')).length;
const person = ({ personId: id }: Customer) => ({ kind: 'person', id, shopId: shop.shopId }) as const;

test('an order is asked about once, three days after its last parcel, by a link that is stored nowhere', async () => {
  const customer = await order({}, 2);
  const [first = '', second = ''] = customer.numbers;
  await room.hear(first, room.scan('parcel-de:ZU'));
  await passDays(5);
  assert.equal(asks(), 0, 'one parcel is still on its way');
  await room.hear(second, room.scan('parcel-de:ZU'));
  room.mails();
  await passDays(2);
  assert.equal(asks(), 0);
  await passDays(2);
  const [mail] = room.mails();
  assert.match(mail?.subject ?? '', /^Wie war Ihre Bestellung bei Nordlicht\?$/);
  const token = tokenIn([mail?.text ?? '']);
  assert.ok(token !== null);
  const rows = await database.rows<{ row: string }>(
    `select to_jsonb(t)::text as row from reviews.token t union all select to_jsonb(i)::text from reviews.invitation i`,
    [],
  );
  assert.ok(rows.every(({ row }) => !row.includes(token) && !row.includes('Tasse')));
  const invitation = await reviews.invitationOf(database, token);
  assert.equal(invitation?.state, 'open');
  assert.deepEqual(invitation.items, [{ name: 'Tasse', sku: 'T-1' }]);
  assert.equal(await reviews.invitationOf(database, 'x'.repeat(27)), null);
  // The delivery is taken back and comes again; facts and jobs run again and at once.
  await room.hear(first, room.scan('parcel-de:ZU', 1));
  await database.tx((tx) => ground.jobs.add(tx, { task: 'reviews.invite', payload: { ...customer, numbers: '' } }));
  await passDays(30);
  assert.equal(asks(), 0, 'once, ever');
});

test('two processes that decide at once ask once, and a fall in between leaves nothing half', async () => {
  const customer = await order();
  await deliver(customer);
  room.mails();
  const { personId, orderId } = customer;
  ground.clock.advanceTo(ground.clock.now().add({ hours: 24 * 8 }));
  const now = ground.clock.now().toZonedDateTimeISO('Europe/Berlin').withPlainTime({ hour: 13 }).add({ days: 2 });
  ground.clock.advanceTo(now.toInstant());
  const job = { task: 'reviews.invite', payload: { personId, orderId } };
  await database.tx((tx) => ground.jobs.add(tx, job, { ...job, key: 'again' }));
  asked.fallNext();
  await assert.rejects(room.settle(), /fell over/);
  const half = await database.rows(`select 1 from reviews.token where order_id = $1`, [orderId]);
  assert.deepEqual([half, (await outcomeOf(customer))?.verdict, asks()], [[], 'planned', 0]);
  await Promise.all([room.settle(), room.settle()]);
  await room.settle();
  assert.equal(asks(), 1);
  const entries = (await privacy.ledger.ownEntries(database, person(customer) && { personId, shopId: shop.shopId }))
    .entries;
  assert.equal(entries.filter(({ kind }) => kind === 'review invitation').length, 1);
  const [counted] = await database.rows<{ count: number }>(
    `select count(*)::int as count from reviews.token where order_id = $1`,
    [orderId],
  );
  assert.equal(counted?.count, 1);
});

test('an order that nobody heard of is asked about after the fallback time', async () => {
  const silent = await order({ placed_at: ground.clock.now().toString() });
  await room.settle();
  await passDays(20);
  assert.equal((await outcomeOf(silent))?.verdict, 'planned');
  await passDays(4);
  assert.equal((await outcomeOf(silent))?.verdict, 'invited');
  // Nobody knows that it arrived, so nobody says so.
  const mail = room.mails().find(({ subject }) => subject.startsWith('Wie war Ihre'));
  assert.match(mail?.text ?? '', /müsste längst angekommen sein/);
  assert.doesNotMatch(mail?.text ?? '', /angekommen ist|ist angekommen|zugestellt wurde;/);
});

test('each order that is not asked about says why, and is counted', async () => {
  const before = await reviews.figuresOf(database, shop.shopId);
  const rows: [reason: string, customer: Customer][] = [];
  const add = async (reason: string, more: object, act: (customer: Customer) => Promise<unknown>) => {
    const customer = await order(more);
    await act(customer);
    rows.push([reason, customer]);
  };
  await add('no consent', { consents: [] }, deliver);
  await add('no consent', { consents: [{ ...consent, recipient: 'Somebody else' }] }, deliver);
  const later = ground.clock.now().add({ hours: 60 * 24 });
  await add('no consent', { consents: [{ ...consent, given_at: later.toString() }] }, deliver);
  await add('no address', { customer: { id: 'mute', name: 'Ada' } }, deliver);
  await add('objected', {}, async (one) => {
    await deliver(one);
    await ground.mail.unsubscribe({ shopId: shop.shopId, personId: one.personId, group: 'reviews' });
  });
  await add('restricted', {}, async (one) => {
    await deliver(one);
    await database.tx((tx) => privacy.restrict(tx, person(one), true));
  });
  await add('suppressed', {}, async (one) => {
    await deliver(one);
    room.pass(300);
    await room.settle();
    const [sent] = await database.rows<{ id: string }>(`select mail_id as id from mail.sent where person_id = $1`, [
      one.personId,
    ]);
    await database.tx((tx) => ground.mail.refused(tx, shop.shopId, sent?.id ?? '', '550 5.1.1'));
  });
  await add('cancelled', {}, async (one) => room.hear(one.numbers[0] ?? '', room.scan('ecommerce:101')));
  await add(
    'too late',
    {
      placed_at: ground.clock
        .now()
        .subtract({ hours: 130 * 24 })
        .toString(),
    },
    deliver,
  );
  const undecided = await order();
  await deliver(undecided);
  await database.tx(async (tx) => {
    const whose = await ground.orders.whose(tx, { shopId: shop.shopId, personId: undecided.personId });
    await reviews.forget(tx, whose);
    await privacy.dropKeys(tx, 'person', [undecided.personId]);
  });
  await passDays(30);
  for (const [reason, customer] of rows)
    assert.deepEqual(await outcomeOf(customer), { verdict: 'not invited', reason });
  assert.equal(await outcomeOf(undecided), null, 'whoever was erased has no row');
  assert.equal(asks(), 0);
  const figures = await reviews.figuresOf(database, shop.shopId);
  assert.equal(figures.invited, before.invited);
  assert.equal(figures.delivered - before.delivered, rows.length - 1, 'the cancelled one was not delivered');
  assert.deepEqual(
    figures.passedOver.find(({ reason }) => reason === 'no consent'),
    { reason: 'no consent', count: 3 },
  );
});

test('without consent a shop asks its customers only once it says that they are told', async () => {
  const settings = { ...(await reviews.settingsOf(database, shop.shopId)), told: false };
  await assert.rejects(
    reviews.changeSettings(shop.shopId, { ...settings, basis: 'existing customers' }, 'staff'),
    /say that they are/,
  );
  await assert.rejects(reviews.changeSettings(shop.shopId, { ...settings, delayDays: 31 }, 'staff'), /from 0 to 30/);
  await reviews.changeSettings(
    shop.shopId,
    { ...settings, basis: 'existing customers', told: true, delayDays: 1 },
    'staff',
  );
  ground.clock.advanceTo(ground.clock.now().add({ hours: 48 }));
  const customer = await invited({ consents: [] });
  assert.ok(customer.token.length === 27);
  await reviews.changeSettings(shop.shopId, settings, 'staff');
});

test('who objects while the mail waits does not get it', async () => {
  let isAway = true;
  room.sendBy({
    ...room.inside,
    send: async (mail) =>
      isAway && mail.subject.startsWith('Wie war Ihre')
        ? { no: 'refused', permanent: false, answer: '451 4.3.0' }
        : await room.inside.send(mail),
  });
  const customer = await order();
  await deliver(customer);
  await assert.rejects(passDays(6), { code: 'unavailable' });
  assert.equal((await outcomeOf(customer))?.verdict, 'invited');
  await database.tx((tx) => privacy.objectTo(tx, person(customer), 'review invitation', true));
  const subscriber = { shopId: shop.shopId, personId: customer.personId, group: 'reviews' } as const;
  assert.equal(await ground.mail.isSubscribed(database, subscriber), false, 'the link of an older mail says so too');
  isAway = false;
  room.mails();
  await passDays(1);
  assert.equal(asks(), 0);
  room.sendBy(room.inside);
});

test('the mail says that one can object, its link does it in one step, and a relay gets it as advertising', async () => {
  const sent: string[] = [];
  room.sendBy({
    operator: 'Mailing Ltd',
    send: (mail) => {
      sent.push(`${mail.subject}\n${mail.text}`);
      return Promise.resolve({ accepted: true });
    },
    close: () => Promise.resolve(),
  });
  const customer = await order();
  await deliver(customer);
  await passDays(7);
  room.sendBy(room.inside);
  const mail = sent.find((text) => text.startsWith('Wie war Ihre')) ?? '';
  const leave = /\/u\/([\w-]+)/.exec(mail)?.[1] ?? '';
  assert.match(mail, /jederzeit kostenfrei widersprechen/);
  assert.doesNotMatch(mail.replaceAll(/https:\S+/g, ''), /Tasse|R-\d/);
  const disclosed = await privacy.disclosuresOf(database, customer.personId);
  assert.ok(
    disclosed.some(({ purpose, fields }) => purpose === 'review invitation' && fields.join() === 'email,message,name'),
  );
  const subscriber = ground.mail.subscriber(leave);
  assert.equal(subscriber?.group, 'reviews');
  await ground.mail.unsubscribe(subscriber);
  const { objections } = await privacy.restrictionsOf(database, customer.personId);
  assert.deepEqual(
    objections.map(({ purpose }) => purpose),
    ['review invitation'],
  );
  const disclosing = await database.tx((tx) =>
    privacy.disclose(tx, {
      ...{ shopId: shop.shopId, personId: customer.personId, parcelId: null, service: 'mail' },
      ...{ purpose: 'review invitation', recipient: { kind: 'mail_relay', name: 'Mailing Ltd' } },
      values: { email: sealed('email', 'ada@kunde.example') },
    }),
  );
  assert.deepEqual(disclosing.withheld, { email: 'objected' });
});
