import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createEgress, EgressFault, type Egress, type EgressAnswer } from '#kit/egress';
import { createLog } from '#kit/log';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { createCarriers, type Account, type Carriers } from './carriers.ts';
import { dhlParcelDe } from './dhl-parcel-de/connector.ts';
import type { AskedParcel } from './host.ts';

// A carrier that wants its password in the address of the question: nothing that is written down may show the address.
const ground = await openGround();
after(ground.close);
const { database, clock, privacy, shop } = ground;

const secrets = {
  apiKey: 'key-that-nobody-may-read',
  apiSecret: 'secret-that-nobody-may-read',
  user: 'user-that-nobody-may-read',
  password: 'password/that+nobody&may="read"',
};
const trackingNumber = '00340434161094015902';
const lines: string[] = [];
const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
const nowhere = { hosts: { 'api-eu.dhl.com': { address: '127.0.0.1', port: 1 } }, caPem: '' } as const;

const carriersOn = (egress: Egress): Carriers =>
  createCarriers({
    ...{ database, clock, privacy, egress, log },
    routeOf: () => nowhere,
    pause: () => Promise.resolve(),
  });

const order = exampleOrder();
const taken = await ground.putOrder('1001', order);
const [parcel] = await ground.parcels.read(
  database,
  taken.boxes.map(({ parcelId }) => parcelId),
);
assert.ok(parcel?.number);
const box: AskedParcel = { ...parcel, number: parcel.number };

const sent: string[] = [];
/** A carrier that answers each question with this; `{url}` in the body is the whole question. */
function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Carriers {
  return carriersOn({
    send: (request): Promise<EgressAnswer> => {
      sent.push(request.url);
      const bytes = new TextEncoder().encode(body.replaceAll('{url}', request.url));
      return Promise.resolve({ status, headers, bytes });
    },
  });
}

const connect = (at: Carriers): Promise<Account> =>
  at.addAccount(database, { shopId: shop.shopId, connector: dhlParcelDe, secrets });

/** Every way in which the number or a credential could be written. */
const needles = [...Object.values(secrets), trackingNumber].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ '': secret }).toString().slice(1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
]);
const basic = Buffer.from(`${secrets.apiKey}:${secrets.apiSecret}`).toString('base64');

function assertClean(text: string): void {
  for (const needle of [...needles, basic, 'appname', 'xml=', '/shipments?']) assert.ok(!text.includes(needle), needle);
}

beforeEach(() => {
  lines.length = 0;
  sent.length = 0;
});

test('a question carries the password to the carrier, and its disclosure names the number only', async () => {
  const carriers = answering(200, '<data name="piece-shipment-list" code="100" error="No data found"/>');
  const asked = await carriers.ask(await connect(carriers), dhlParcelDe, [box]);
  assert.ok('answers' in asked);
  assert.equal(asked.answers[0]?.result.errors[0]?.kind, 'not_found');
  assert.ok(sent[0]?.includes('password-that') === false && sent[0].includes('password%2Fthat'));
  const rows = await database.rows<{ recipient: string; purpose: string; fields: readonly string[]; row: string }>(
    'select recipient, purpose, fields, d::text as row from privacy.disclosure d where parcel_id = $1',
    [box.parcelId],
  );
  assert.deepEqual(
    rows.map(({ recipient, purpose, fields }) => [recipient, purpose, fields]),
    [['carrier: dhl-parcel-de', 'tracking', ['tracking_number']]],
  );
  assertClean(rows.map(({ row }) => row).join('') + lines.join(''));
});

test('twenty parcels of a batch are twenty disclosures and one call', async () => {
  const carriers = answering(200, '<data name="piece-shipment-list" code="100"/>');
  const batch = Array.from({ length: 20 }, () => box);
  const asked = await carriers.ask(await connect(carriers), dhlParcelDe, batch);
  assert.ok('answers' in asked);
  assert.deepEqual([asked.answers.length, asked.answers[0]?.parcelIds.length, sent.length], [1, 20, 1]);
});

for (const [what, status, body] of [
  ['a refused login', 200, '<data name="piece-shipment-list" code="5" error="Login failed: {url}"/>'],
  ['a refused key', 401, '{"status":401,"title":"Unauthorized","detail":"GET {url}"}'],
  ['a page of the gateway', 502, '<html><body>{url}</body></html>'],
  ['a bad request that repeats the question', 400, '{"status":400,"detail":"{url}","instance":"{url}"}'],
] as const) {
  test(`${what} shows nothing of the question, in the log or in what comes back`, async () => {
    const carriers = answering(status, body);
    const account = await connect(carriers);
    const asked = await carriers.ask(account, dhlParcelDe, [box]);
    assert.ok('answers' in asked && (asked.answers[0]?.result.errors.length ?? 0) > 0);
    const paused = (await carriers.account(database, account.accountId))?.paused ?? '';
    assertClean(lines.join('') + JSON.stringify(asked.answers.map(({ result }) => result)) + paused);
  });
}

test('a call that fails, refused by the dialler or by nobody listening, logs and throws nothing of the question', async () => {
  const broken = carriersOn({
    send: () => Promise.reject(new EgressFault('timeout', 'api-eu.dhl.com', 'ETIMEDOUT')),
  });
  for (const carriers of [carriersOn(createEgress({ log })), broken]) {
    const account = await connect(carriers);
    await assert.rejects(carriers.ask(account, dhlParcelDe, [box]), (error) => {
      log.error('the carrier is away', error);
      assert.ok(error instanceof Error);
      assertClean([error.message, error.stack, JSON.stringify(error), String(error.cause)].join(' '));
      return true;
    });
  }
  const text = lines.join('');
  assert.ok(text.includes('egress failed') && text.includes('the carrier is away'));
  assertClean(text);
});

test('an address that the dialler refuses is not in the refusal', async () => {
  const refused = carriersOn(createEgress({ log }));
  const elsewhere = { ...dhlParcelDe, manifest: { ...dhlParcelDe.manifest, hosts: ['other.example'] } };
  const account = await connect(refused);
  await assert.rejects(refused.ask(account, elsewhere, [box]), (error) => {
    log.error('refused', error);
    return true;
  });
  assertClean(lines.join(''));
});
