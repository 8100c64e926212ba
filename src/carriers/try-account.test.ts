import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EgressFault, type EgressAnswer, type EgressRequest } from '#kit/egress';
import { createLog } from '#kit/log';
import { openGround } from '../../test/ground.ts';
import { createCarriers, sayTrial, type Account } from './carriers.ts';
import { dhlUnified } from './dhl-unified/connector.ts';

const ground = await openGround();
after(ground.close);
const { database, shop } = ground;

const carrier: { sent: EgressRequest[]; answer: EgressAnswer | Error } = { sent: [], answer: said(404) };
const carriers = createCarriers({
  ...ground,
  log: createLog({ level: 'silent' }),
  egress: {
    send: async (request) => {
      carrier.sent.push(request);
      if (carrier.answer instanceof Error) throw carrier.answer;
      return carrier.answer;
    },
  },
  routeOf: () => null,
  pause: async () => {},
});

function said(status: number, body: object = { status, title: 'Said', detail: 'by the carrier' }): EgressAnswer {
  return { status, headers: {}, bytes: new TextEncoder().encode(JSON.stringify(body)) };
}

const connect = (secrets: Readonly<Record<string, string>> = { apiKey: 'k', pushToken: 't' }): Promise<Account> =>
  carriers.addAccount(database, { shopId: shop.shopId, connector: dhlUnified, secrets });
const again = async ({ accountId }: Account): Promise<Account> => {
  const account = await carriers.account(database, accountId);
  assert.ok(account);
  return account;
};

suite('what one call shows', () => {
  const rows: readonly (readonly [answer: EgressAnswer | Error, verdict: string, rests: boolean])[] = [
    [said(404), 'accepted', false],
    [said(200, { shipments: [{ id: '1', service: 'parcel-de', events: [] }] }), 'accepted', false],
    [said(401), 'refused', true],
    [said(403), 'refused', true],
    [said(429), 'slow', false],
    [said(400), 'unclear', false],
    [said(500), 'unclear', false],
    [new EgressFault('timeout', 'api-eu.dhl.com', null), 'unreachable', false],
  ];
  for (const [answer, verdict, rests] of rows) {
    test(`${answer instanceof Error ? 'silence' : answer.status}: ${verdict}`, async () => {
      carrier.answer = answer;
      const account = await connect();
      const trial = await carriers.tryAccount(account, dhlUnified);
      assert.equal(trial.verdict, verdict);
      assert.equal((await again(account)).paused !== null, rests);
      for (const language of ['en', 'de']) assert.match(sayTrial(language, trial, 'DHL'), /DHL/);
    });
  }

  test('it is one call, counted, about nobody’s parcel: no person’s disclosures grow by it', async () => {
    carrier.answer = said(404);
    carrier.sent = [];
    const account = await connect();
    await carriers.tryAccount(account, dhlUnified);
    assert.equal(carrier.sent.length, 1);
    assert.match(carrier.sent[0]?.url ?? '', /trackingNumber=00340434161094015902/);
    assert.equal((await carriers.quota(database, account, dhlUnified)).left, dhlUnified.manifest.quota.callsPerDay - 1);
    assert.deepEqual(await database.rows('select 1 as row from privacy.disclosure', []), []);
  });

  test('with nothing to ask with nothing is sent, and a spent day is not overdrawn', async () => {
    carrier.sent = [];
    const silent = await carriers.tryAccount(await connect({ apiKey: '', pushToken: 't' }), dhlUnified);
    assert.equal(silent.verdict, 'silent');
    const account = await connect();
    const { callsPerDay, resetZone } = dhlUnified.manifest.quota;
    const day = ground.clock.now().toZonedDateTimeISO(resetZone).toPlainDate();
    const spent = [account.accountId, day, callsPerDay];
    await database.rows('insert into carriers.quota (account_id, day, used) values ($1, $2, $3)', spent);
    assert.equal((await carriers.tryAccount(account, dhlUnified)).verdict, 'quota');
    assert.equal((await carriers.quota(database, account, dhlUnified)).left, 0);
    assert.deepEqual(carrier.sent, []);
  });
});

test('an account that rested works again once the carrier has taken it', async () => {
  carrier.answer = said(401);
  const account = await connect();
  await carriers.tryAccount(account, dhlUnified);
  const resting = await again(account);
  assert.match(resting.paused ?? '', /refuses the credentials/);
  await carriers.tryAccount(resting, dhlUnified);
  assert.notEqual((await again(account)).paused, null);
  carrier.answer = said(404);
  await carriers.tryAccount(await again(account), dhlUnified);
  assert.equal((await again(account)).paused, null);
});

test('a disconnected account is gone with its credentials and its count, and only it', async () => {
  const [one, other] = [await connect(), await connect()];
  await carriers.tryAccount(one, dhlUnified);
  assert.ok(await database.tx((tx) => carriers.disconnect(tx, one)));
  assert.ok(!(await database.tx((tx) => carriers.disconnect(tx, one))));
  assert.equal(await carriers.account(database, one.accountId), null);
  assert.ok(await carriers.account(database, other.accountId));
  const counts = await database.rows('select 1 as row from carriers.quota where account_id = $1', [one.accountId]);
  assert.deepEqual(counts, []);
});
