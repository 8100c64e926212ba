import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, suite, test } from 'node:test';
import { Fault } from '#kit/fault';
import { createLog } from '#kit/log';
import { showId } from '#kit/ids';
import { createPrivacy, sealed } from '#privacy';
import { createService } from '#service';
import { createTls } from '#tls';
import { deliveringNeeds, keepCertificate, otherHost } from '../../test/fixtures/delivered.ts';
import { createTestLog, witnessPolicy } from '../../test/fixtures/test-log.ts';
import { exampleOrder } from '../../test/ground.ts';
import { openReviewRoom } from '../../test/review-room.ts';
import { scopes } from './keys.ts';
import { serveApi } from '../../test/served-api.ts';

const asked = await openReviewRoom();
const { ground } = asked;
const [first, second] = [await asked.invited(), await asked.invited()];
const reviewOf = async ({ token }: typeof first): Promise<string> =>
  `/v1/reviews/${showId('rev', await asked.write(token))}`;
const [oneReview, withheld] = [await reviewOf(first), await reviewOf(second)];
const other = createTestLog('other.example/ledger');
const service = createService({
  ...ground,
  log: createLog({ level: 'silent' }),
  notices: { register: () => {}, tell: () => Promise.resolve({ messageId: randomUUID() }) },
  caseUrlOf: () => 'https://shop.example/',
});
const served = await serveApi({
  ...ground,
  service,
  reviews: asked.reviews,
  privacy: createPrivacy({
    ...ground,
    publicUrl: 'https://shop.example',
    // A house that serves a ledger, and is a witness.
    send: async ({ url }) => {
      const text = url.endsWith('/witness/keys') ? witnessPolicy('other.example') : other.get('keys');
      return { status: 200, headers: {}, bytes: Buffer.from(text ?? '') };
    },
  }),
  tls: createTls(deliveringNeeds(ground, { hosts: [otherHost], directory: null, reload: null })),
});
after(async () => {
  await served.close();
  await asked.close();
});

const { keys } = served.api;
const { shopId } = ground.shop;
const keyFor = async (...wanted: readonly string[]) => (await keys.create(shopId, 'test', wanted, 'test')).key;
const all = await keyFor('all');
const body = exampleOrder({ parcels: [{ carrier: 'dhl' }] });
const order = await served.ask('PUT', '/v1/orders/K-1', { key: all, body });
const parcelId = (order.json as { parcels: readonly { id: string }[] }).parcels[0]?.id;

const { siteId } = await ground.protection.addSite(shopId, { host: 'shop.example', kind: 'mail' }, 'test');
await ground.database.rows(
  `insert into protection.proof (site_id, shown_by, seen_at, looked_at) values ($1, 'dns', $2, $2)`,
  [siteId, ground.clock.now()],
);
const site = `/v1/sites/${showId('sit', siteId)}`;

const now = ground.clock.now();
const found = { from: now, until: now, awareAt: now, found: 'A disk is missing.' };
const caseId = await ground.database.tx((tx) =>
  ground.breaches.open(tx, { shopId, suspect: 'backup', keyId: null, tables: [], keyring: 'safe', ...found }, 'test'),
);
const breach = `/v1/breaches/${showId('brc', caseId)}`;
const newCase = { suspect: 'backup', from: now.toString(), until: now.toString(), found: 'A disk is missing.' };
const access = { shopId, personId: null, kind: 'access', via: 'staff', evidence: 'none' } as const;
const requestOf = async (): Promise<string> => {
  const requestId = await ground.database.tx((tx) => ground.rights.requests.record(tx, access));
  return `/v1/requests/${showId('req', requestId)}`;
};
const [oneRequest, another] = [await requestOf(), await requestOf()];

const writer = { email: sealed('email', 'new@kunde.example'), name: null, orderNumber: null };
const written = await ground.database.tx((tx) =>
  service.cases.write(tx, {
    ...{ shopId, from: writer, topic: 'other', language: 'de', text: sealed('message', 'Hello') },
    ...{ callBack: null, once: null },
  }),
);
const oneCase = `/v1/cases/${'no' in written ? '' : written.number}`;
const { reach } = (await ground.breaches.reach(ground.database, shopId, caseId)) ?? assert.fail('there is no case');
const words = { subject: 'Your data', text: 'A disk is missing.' };
// And to the buyer of the order that the first call brings.
const letter = { confirm: reach.withAddress + 1, letters: { en: words, de: words } };
const ownArticle = 'title: Own\nsummary: Own.\ntopic: order\n---\nOwn.\n';
const newSeal = {
  issuer: 'ehi',
  kind: 'seal',
  certificate_url: 'https://www.ehi-siegel.de/shop',
  domain: 'shop.example',
};
const { certificate_url: certificateUrl, ...sealGiven } = newSeal;
const { sealId } = await ground.evidence.addSeal(shopId, { ...sealGiven, kind: 'seal', certificateUrl }, 'test');
const seal = `/v1/seals/${showId('sea', sealId)}`;

type Row = readonly [method: string, path: string, scope: (typeof scopes)[number], body?: object];
const routes: readonly Row[] = [
  ['PUT', '/v1/orders/K-1', 'orders:write', body],
  ['GET', '/v1/orders/K-1', 'orders:read'],
  ['GET', '/v1/orders/K-1/disclosures', 'orders:read'],
  ['GET', '/v1/rules', 'orders:read'],
  ['GET', `/v1/parcels/${parcelId}`, 'parcels:read'],
  ['POST', '/v1/scans', 'scans:write', { scans: [] }],
  ['GET', '/v1/certificates', 'certificates:read'],
  ['GET', `/v1/certificates/${otherHost}/bundle`, 'certificates:fetch'],
  ['GET', '/v1/front', 'certificates:read'],
  ['POST', '/v1/certificates/renew', 'certificates:write', { name: 'other.example' }],
  ['GET', '/v1/keyring', 'keyring:read'],
  ['GET', '/v1/sites', 'protection:read'],
  ['GET', site, 'protection:read'],
  ['POST', '/v1/sites', 'protection:write', { host: 'www.shop.example', kind: 'www' }],
  ['POST', `${site}/prove`, 'protection:write'],
  ['POST', `${site}/scan`, 'protection:write'],
  ['DELETE', site, 'protection:write'],
  ['GET', '/v1/cases', 'cases:read'],
  ['GET', oneCase, 'cases:read'],
  ['POST', `${oneCase}/answer`, 'cases:write', { text: 'Good day' }],
  ['POST', `${oneCase}/mark`, 'cases:write', { as: 'answered elsewhere' }],
  ['POST', `${oneCase}/close`, 'cases:write'],
  ['POST', `${oneCase}/reopen`, 'cases:write'],
  ['GET', '/v1/inbox', 'cases:read'],
  ['PUT', '/v1/inbox', 'cases:write', { calls_per_slot: 2 }],
  ['GET', '/v1/seals', 'seals:read'],
  ['GET', '/v1/seals/issuers', 'seals:read'],
  ['GET', seal, 'seals:read'],
  ['POST', '/v1/seals', 'seals:write', { ...newSeal, certificate_url: 'https://www.ehi-siegel.de/other' }],
  ['POST', '/v1/seals/try', 'seals:write', newSeal],
  ['POST', `${seal}/check`, 'seals:write'],
  ['POST', `${seal}/invitations`, 'seals:write', { on: false }],
  ['DELETE', seal, 'seals:write'],
  ['GET', '/v1/breaches', 'breaches:read'],
  ['POST', '/v1/breaches', 'breaches:write', newCase],
  ['GET', breach, 'breaches:read'],
  ['GET', `${breach}/persons/first`, 'breaches:read'],
  ['GET', `${breach}/drafts/de`, 'breaches:read'],
  ['GET', `${breach}/letters`, 'breaches:read'],
  ['POST', `${breach}/letters`, 'breaches:tell', letter],
  ['POST', `${breach}/steps`, 'breaches:write', { kind: 'note', words: 'Looked at.' }],
  ['GET', '/v1/canaries', 'canaries:read'],
  ['POST', '/v1/canaries', 'canaries:write', { kind: 'person' }],
  ['DELETE', `/v1/canaries/${showId('cny', caseId)}`, 'canaries:write'],
  ['GET', '/v1/witnesses', 'ledger:read'],
  ['POST', '/v1/witnesses', 'ledger:write', { url: 'https://other.example/ledger/' }],
  ['DELETE', `/v1/witnesses/${showId('wit', shopId)}`, 'ledger:write'],
  ['GET', '/v1/orders/K-1/person', 'rights:read'],
  ['GET', '/v1/orders/K-1/person/erasure', 'rights:read'],
  ['POST', '/v1/holds/read', 'rights:hold', { order_number: 'K-0', reason: 'bookkeeping' }],
  ['POST', '/v1/orders/K-1/person/correction', 'rights:write', { name: 'Ada Byron' }],
  ['GET', '/v1/orders/K-1/person/restraints', 'rights:read'],
  ['POST', '/v1/orders/K-1/person/restriction', 'rights:write', { on: true }],
  ['POST', '/v1/orders/K-1/person/objection', 'rights:write', { purpose: 'tracking', on: true }],
  ['POST', '/v1/orders/K-1/person/withdrawal', 'rights:write', { consent: showId('cns', shopId) }],
  ['POST', '/v1/orders/K-2/person/erasure', 'rights:write', { confirm: 'erase' }],
  ['GET', '/v1/record', 'record:read'],
  ['GET', '/v1/requests', 'requests:read'],
  ['GET', oneRequest, 'requests:read'],
  ['POST', '/v1/requests', 'requests:write', { kind: 'access' }],
  ['POST', `${oneRequest}/note`, 'requests:write', { note: 'x' }],
  ['POST', `${oneRequest}/identify`, 'requests:write', { evidence: 'none' }],
  ['POST', `${oneRequest}/extend`, 'requests:write', { note: 'x' }],
  ['POST', `${another}/end`, 'requests:write', { outcome: 'done' }],
  ['GET', '/v1/retention', 'retention:read'],
  ['GET', '/v1/retention/past', 'retention:read'],
  ['PUT', '/v1/retention/order', 'retention:write', { days: 400 }],
  ['GET', '/v1/contact', 'contact:read'],
  ['PUT', '/v1/contact', 'contact:write', { sat: '10-14' }],
  ['GET', '/v1/faq', 'faq:read'],
  ['GET', '/v1/faq/withdraw', 'faq:read'],
  ['POST', '/v1/faq-search', 'faq:read', { words: 'x', language: 'de' }],
  ['GET', '/v1/faq-figures', 'faq:read'],
  ['GET', '/v1/faq-file', 'faq:read'],
  ['PUT', '/v1/faq/own/en', 'faq:write', { source: ownArticle, after: 0, published: true }],
  ['POST', '/v1/faq/own/en/publish', 'faq:write', { revision: 1 }],
  ['POST', '/v1/faq/own/en/withdraw', 'faq:write', {}],
  ['POST', '/v1/faq/own/place', 'faq:write', { position: 1, hidden: false }],
  ['DELETE', '/v1/faq/own', 'faq:write'],
  ['PUT', '/v1/faq-file', 'faq:write', { format: 'glasspost-articles', version: 1, articles: [] }],
  ['GET', '/v1/reviews', 'reviews:read'],
  ['GET', oneReview, 'reviews:read'],
  ['GET', '/v1/review-figures', 'reviews:read'],
  ['GET', '/v1/review-settings', 'reviews:read'],
  ['GET', '/v1/review-export', 'reviews:read'],
  ['GET', '/v1/review-imports', 'reviews:read'],
  ['POST', '/v1/review-imports', 'reviews:write', { source: 'Elsewhere', csv: 'stars,date\n5,2025-03-01\n' }],
  ['DELETE', '/v1/review-imports/Elsewhere', 'reviews:write'],
  ['POST', `${oneReview}/publish`, 'reviews:write'],
  ['POST', `${oneReview}/answer`, 'reviews:write', { text: 'Danke!' }],
  ['POST', `${withheld}/withhold`, 'reviews:write', { reason: 'insult' }],
  [
    'PUT',
    '/v1/review-settings',
    'reviews:write',
    { invites: true, basis: 'consent', delay_days: 3, fallback_days: 21, publish_days: 3 },
  ],
  ['GET', '/v1/ledger', 'ledger:read'],
  ['POST', '/v1/ledger/check', 'ledger:write'],
  ['POST', '/v1/mail/bounces', 'mail:write', {}],
  ['POST', '/v1/mail/suppressed/lift', 'mail:write', { email: 'ada@kunde.example' }],
];

const held = exampleOrder({ customer: { email: 'gone@kunde.example' }, parcels: [] });
await served.ask('PUT', '/v1/orders/K-0', { key: all, body: held });
await served.ask('PUT', '/v1/orders/K-2', { key: all, body: { ...held, customer: { email: 'next@kunde.example' } } });
await served.ask('POST', '/v1/orders/K-0/person/erasure', { key: all, body: { confirm: 'erase' } });

await keepCertificate(ground);

suite('every scope opens its own routes and no other', () => {
  for (const [place, scope] of scopes.entries()) {
    test(scope, async () => {
      const key = await keyFor(scope);
      for (const [at, [method, path, needed, sent]] of routes.entries()) {
        // What opens nothing is limited by address.
        const headers = { 'x-forwarded-for': `192.0.${place}.${at}` };
        const answered = await served.ask(method, path, {
          ...{ key, headers },
          ...(sent === undefined ? {} : { body: sent }),
        });
        assert.equal(answered.status, needed === scope ? 200 : 401, `${method} ${path}: ${answered.text}`);
        if (needed === scope) continue;
        const { detail, code } = answered.json as { detail: string; code: string };
        assert.equal(code, 'unauthorized');
        assert.match(detail, new RegExp(`needs the scope ${needed}`));
        assert.equal(answered.headers.get('www-authenticate'), 'Bearer');
      }
    });
  }

  test('every route is in this table', () => {
    const paths = served.routes.filter(({ path }) => path.startsWith('/v1/') && !/push|openapi/.test(path));
    assert.equal(paths.length, routes.length);
  });
});

async function scopesOf(...wanted: readonly string[]) {
  const { id } = await keys.create(shopId, 'words', wanted, 'test');
  return (await keys.list(shopId)).find((key) => key.id === id)?.scopes;
}

test('a short word stands for several scopes', async () => {
  assert.deepEqual(await scopesOf('orders'), ['orders:read', 'orders:write']);
  assert.deepEqual(await scopesOf('scans', 'scans:write'), ['scans:write']);
  // Private keys of certificates, and the list of canaries, are handed out to a key that names just that.
  const alone = ['breaches:tell', 'canaries:read', 'canaries:write', 'certificates:fetch'];
  assert.deepEqual(
    await scopesOf('all'),
    scopes.filter((scope) => !alone.includes(scope)),
  );
  assert.deepEqual(await scopesOf('certificates'), ['certificates:read', 'certificates:write']);
  assert.deepEqual(await scopesOf(...alone), alone);
  const wrong = [['order'], ['orders:'], ['orders:delete'], [''], [], ['orders', 'x'], ['*']];
  for (const wanted of wrong) {
    await assert.rejects(keys.create(shopId, 'x', wanted, 'test'), (error) => {
      assert.ok(error instanceof Fault && error.code === 'invalid');
      assert.match(error.publicText, /orders:write/);
      return true;
    });
  }
});

suite('who has no key stays outside', () => {
  const [prefix, shown, secret] = [all.slice(0, 3), all.slice(3, 29), all.slice(30)];
  const headers: readonly (readonly [name: string, authorization: string | null])[] = [
    ['no header', null],
    ['an empty one', ''],
    ['no scheme', all],
    ['another scheme', `Basic ${all}`],
    ['half a key', `Bearer ${all.slice(0, 40)}`],
    ['a key with more behind it', `Bearer ${all}x`],
    ['two keys', `Bearer ${all}, Bearer ${all}`],
    ['another secret', `Bearer ${prefix}${shown}_${'A'.repeat(43)}`],
    ['no secret', `Bearer ${prefix}${shown}_`],
    ['the secret of another key', `Bearer ${prefix}${'0'.repeat(26)}_${secret}`],
    ['an id that is none', `Bearer ${prefix}${'z'.repeat(26)}_${secret}`],
  ];
  for (const [at, [name, authorization]] of headers.entries()) {
    const from = `198.51.${at}`;
    test(name, async () => {
      const caused = await served.caused(async () => {
        for (const [route, [method, path, , sent]] of routes.entries()) {
          const answered = await served.ask(method, path, {
            // Each from elsewhere: how often one address may miss is another matter.
            headers: { 'x-forwarded-for': `${from}.${route}`, ...(authorization === null ? {} : { authorization }) },
            ...(sent === undefined ? {} : { body: sent }),
          });
          assert.equal(answered.status, 401);
          assert.match(String(answered.headers.get('content-type')), /^application\/problem\+json/);
          assert.match(answered.text, /Authorization: Bearer gp_/);
          assert.ok(!answered.text.includes(secret));
        }
      });
      assert.deepEqual(caused, { facts: [], audits: [], disclosures: 0 });
    });
  }

  test('a large body without a key is not read', async () => {
    const answered = await served.ask('PUT', '/v1/orders/K-1', { body: { a: 'x'.repeat(900_000) } });
    assert.equal(answered.status, 401);
  });
});

test('the scheme is the same in small letters', async () => {
  const answered = await served.ask('GET', '/v1/orders/K-1', { headers: { authorization: `bearer  ${all}` } });
  assert.equal(answered.status, 200);
});

test('a revoked key ends at once; making and revoking are in the audit, and only its hash is kept', async () => {
  let made = { id: '', key: '' };
  const caused = await served.caused(async () => {
    made = await keys.create(shopId, 'a\u001B[31mb\n', ['orders'], 'staff');
    assert.equal((await served.ask('GET', '/v1/orders/K-1', { key: made.key })).status, 200);
    assert.equal(await keys.revoke(ground.shop.shopId.replaceAll('0', '1'), made.id, 'staff'), false);
    assert.equal(await keys.revoke(shopId, 'key_x', 'staff'), false);
    assert.equal(await keys.revoke(shopId, made.id, 'staff'), true);
    assert.equal(await keys.revoke(shopId, made.id, 'staff'), false);
  });
  assert.equal((await served.ask('GET', '/v1/orders/K-1', { key: made.key })).status, 401);
  assert.deepEqual(caused.audits, ['key.create', 'key.revoke']);
  assert.match(made.key, /^gp_[0-9a-z]{26}_[A-Za-z0-9_-]{43}$/);
});

test('a name that is listed cannot take hold of a terminal', async () => {
  const { id } = await keys.create(shopId, '\u001B[31mshop\n', ['orders'], 'staff');
  assert.equal((await keys.list(shopId)).find((key) => key.id === id)?.name, '[31mshop');
});
