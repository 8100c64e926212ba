import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { createEgress } from '#kit/egress';
import { Fault } from '#kit/fault';
import { createLog } from '#kit/log';
import { createEvidence, SealFault, type SealInput } from '#evidence';
import { openGround } from '../ground.ts';
import type { Answer } from '../../src/sample/simulator/answers.ts';
import { createIssuers, etrustedClient, sampleCertificates } from '../../src/sample/simulator/issuers/issuers.ts';
import type { Call } from '../../src/sample/simulator/routes.ts';
import { serveCarrier } from '../../src/sample/simulator/server.ts';

const ground = await openGround();
const { database, clock, jobs, shop } = ground;
const { shopId } = shop;
const log = createLog({ level: 'silent' });

// Issuers on loopback, behind TLS, that answer as the test wants until it wants no more.
const issuers = createIssuers();
issuers.plan({ domain: 'nordlicht.example', shop: 'Nordlicht', expiresAt: clock.now().add({ hours: 10 * 24 }) });
const calls: Call[] = [];
let instead: ((call: Call) => Answer | null) | null = null;
const authority = createAuthority('Issuers');
const server = await serveCarrier({
  hosts: issuers.hosts,
  ...authority.issue([...issuers.hosts]),
  answer: (call) => {
    calls.push(call);
    return instead?.(call) ?? issuers.answer(call, clock.now());
  },
  failed: (error) => assert.fail(String(error)),
});
const loopback = { address: '127.0.0.1', port: server.port } as const;
const route = { hosts: Object.fromEntries(issuers.hosts.map((host) => [host, loopback])), caPem: authority.caPem };
const mails: { readonly subject: string; readonly id: string }[] = [];
const evidence = createEvidence({
  ...ground,
  log,
  facts: { follow: () => 0 as never },
  send: createEgress({ log }).send,
  routeOf: () => Promise.resolve(route),
  staff: ['wache@nordlicht.example'],
  publicUrl: 'https://shop.example',
  mail: {
    toStaff: (_shop, { subject, id }) => {
      mails.push({ subject, id });
      return Promise.resolve({ accepted: true, answer: '250 ok' });
    },
  },
});

after(async () => {
  await server.stop();
  await ground.close();
});

const domain = 'www.nordlicht.example';
const ehi: SealInput = { issuer: 'ehi', kind: 'seal', certificateUrl: sampleCertificates.valid, domain };
const trusted: SealInput = {
  ...{ issuer: 'trusted-shops', kind: 'rating', certificateUrl: sampleCertificates.profile, domain },
  issuerRef: etrustedClient.channel,
  secrets: { clientId: etrustedClient.clientId, clientSecret: etrustedClient.clientSecret },
};

const shownNow = async () => await evidence.sealsOf(database, shopId);
const state = async (sealId: string) => (await evidence.state(shopId, sealId, 400)) ?? assert.fail('no seal');
async function removeAll(): Promise<void> {
  for (const { sealId } of await evidence.seals(database, shopId)) await evidence.removeSeal(shopId, sealId, 'staff');
  instead = null;
  mails.length = 0;
  calls.length = 0;
}

/** Lets time pass with the checks that come due in it. */
async function pass(hours: number): Promise<void> {
  const until = clock.now().add({ hours });
  for (;;) {
    const next = jobs.nextDueAt();
    if (next === null || Temporal.Instant.compare(next, until) > 0) break;
    if (Temporal.Instant.compare(next, clock.now()) > 0) clock.advanceTo(next);
    await jobs.runDue();
  }
  clock.advanceTo(until);
}

test('a grade of eTrusted is fetched by OAuth, in the channel that is the shop’s, every night, and its secrets show nowhere', async () => {
  await removeAll();
  const added = await evidence.addSeal(shopId, trusted, 'staff');
  assert.equal(added.standing.state, 'valid');
  const [seal] = await shownNow();
  assert.deepEqual(
    [seal?.grade, seal?.scale, seal?.count, seal?.issuer, seal?.isStale],
    [4.72, 5, 1318, 'Trusted Shops', false],
  );
  const hosts = calls.map(({ method, url }) => `${method} ${url.hostname}${url.pathname}`);
  assert.deepEqual(hosts, [
    'POST login.etrusted.com/oauth/token',
    'GET api.etrusted.com/channels',
    `GET api.etrusted.com/channels/${etrustedClient.channel}/service-reviews/aggregate-rating`,
  ]);
  await pass(47);
  const { checks } = await state(added.sealId);
  const hours = checks.map(({ at }) => at.toZonedDateTimeISO('Europe/Berlin').hour);
  assert.deepEqual(hours.slice(0, -1), [3, 3]);
  const rows = await database.rows<{ text: string }>(`select s::text as text from evidence.seal s`, []);
  const kept = JSON.stringify([rows, await state(added.sealId), await evidence.seals(database, shopId)]);
  assert.ok(
    !kept.includes(etrustedClient.clientSecret) &&
      !kept.includes(Buffer.from(etrustedClient.clientSecret).toString('hex')),
  );
  assert.ok(calls.every(({ url }) => !url.href.includes(etrustedClient.clientSecret)));
});

test('a token that was taken back is fetched anew once, and wrong access data end nothing', async () => {
  await removeAll();
  const { sealId } = await evidence.addSeal(shopId, trusted, 'staff');
  let isTaken = false;
  instead = ({ url }) => {
    if (isTaken || url.pathname !== '/channels') return null;
    isTaken = true;
    return { status: 401, body: {} };
  };
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  assert.equal((await evidence.checkNow(shopId, sealId, 'staff')).last?.outcome, 'valid');
  assert.equal(calls.filter(({ url }) => url.pathname === '/oauth/token').length, 2);
  instead = ({ url }) =>
    url.hostname === 'login.etrusted.com' ? { status: 401, body: {} } : { status: 401, body: {} };
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  const refused = await evidence.checkNow(shopId, sealId, 'staff');
  assert.deepEqual(
    [refused.last?.outcome, refused.last?.reason, refused.standing.state],
    ['failed', 'refused', 'valid'],
  );
  await assert.rejects(
    evidence.checkNow(shopId, sealId, 'staff'),
    (error) => error instanceof Fault && error.code === 'limit',
  );
});

test('what its issuer ends is hidden at once, with its reason, and staff are told once; so when it comes back', async () => {
  for (const [answer, reason] of [
    [{ status: 404, body: {} }, 'gone'],
    [{ status: 410, body: {} }, 'gone'],
    [
      {
        status: 200,
        body: '<p>nordlicht.example: das Zertifikat ist abgelaufen.</p>',
        type: 'text/html; charset=utf-8',
      },
      'withdrawn',
    ],
    [{ status: 200, body: '<p>other.example</p>', type: 'text/html; charset=utf-8' }, 'not_named'],
  ] as const) {
    await removeAll();
    const { sealId } = await evidence.addSeal(shopId, ehi, 'staff');
    assert.equal((await shownNow()).length, 1);
    instead = () => answer;
    await pass(25);
    assert.equal((await shownNow()).length, 0, reason);
    const { seal } = await state(sealId);
    assert.deepEqual([seal.standing.state, seal.last?.reason], ['ended', reason]);
    await pass(48);
    assert.deepEqual(
      mails.map(({ subject }) => subject),
      ['„EHI Geprüfter Online-Shop“ wird nicht mehr gezeigt'],
    );
    instead = null;
    await pass(25);
    assert.equal((await shownNow()).length, 1);
    assert.equal(mails.at(-1)?.subject, '„EHI Geprüfter Online-Shop“ wird wieder gezeigt');
  }
});

test('an issuer that does not answer takes nothing away for 72 hours: after 36 it says since when, then it is hidden', async () => {
  await removeAll();
  const { sealId } = await evidence.addSeal(shopId, ehi, 'staff');
  instead = () => ({ status: 500, body: {} });
  await pass(35);
  assert.deepEqual(
    (await shownNow()).map(({ isStale }) => isStale),
    [false],
  );
  await pass(2);
  assert.deepEqual(
    (await shownNow()).map(({ isStale }) => isStale),
    [true],
  );
  await pass(34);
  assert.equal((await shownNow()).length, 1);
  await pass(2);
  assert.equal((await shownNow()).length, 0);
  assert.equal((await state(sealId)).seal.standing.state, 'lost');
  await pass(9);
  assert.equal(mails.length, 1);
  const { checks } = await state(sealId);
  assert.ok(checks.length > 8 && checks.length < 24, `${checks.length} questions in three days`);
  // Told to come later, it does.
  instead = () => ({ status: 429, body: {}, retryAfterSeconds: 20 * 3600 });
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  const { nextAt } = await evidence.checkNow(shopId, sealId, 'staff');
  assert.ok(clock.now().until(nextAt).total('hours') >= 20);
});

test('what was never verified is never shown, and a grade that falls far is shown as it was read and told', async () => {
  await removeAll();
  instead = () => ({ status: 503, body: {} });
  const { sealId } = await evidence.addSeal(shopId, trusted, 'staff');
  assert.deepEqual([(await shownNow()).length, (await state(sealId)).seal.standing.state], [0, 'unchecked']);
  instead = null;
  await pass(1);
  assert.equal((await shownNow()).length, 1);
  instead = ({ url }) =>
    url.pathname.endsWith('aggregate-rating')
      ? { status: 200, body: { '365days': { rating: 4.5, count: 400 } } }
      : null;
  await pass(25);
  assert.deepEqual(
    (await shownNow()).map(({ grade, count }) => [grade, count]),
    [[4.5, 400]],
  );
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    ['„Trusted Shops“ wurde ganz anders gelesen'],
  );
});

test('a certificate that is not its issuer’s, a shop that is not named and missing access data are refused with the field', async () => {
  await removeAll();
  const rows: readonly (readonly [SealInput, string])[] = [
    [{ ...ehi, certificateUrl: 'https://evil.example/siegel' }, 'certificateUrl'],
    [{ ...ehi, certificateUrl: 'http://www.ehi-siegel.de/x' }, 'certificateUrl'],
    [{ ...ehi, certificateUrl: 'https://www.ehi-siegel.de:8443/x' }, 'certificateUrl'],
    [{ ...ehi, issuer: 'nobody' }, 'issuer'],
    [{ ...ehi, kind: 'rating' }, 'adapter'],
    [{ ...ehi, domain: '' }, 'domain'],
    [{ ...ehi, domain: '10.0.0.1' }, 'domain'],
    [{ ...ehi, name: 'EHI\u202e' }, 'name'],
    [{ ...trusted, secrets: {} }, 'secrets.clientId'],
    [{ ...trusted, issuerRef: 'a b' }, 'issuerRef'],
    [{ issuer: 'custom', kind: 'seal', certificateUrl: 'https://siegel.example/1', name: 'S', domain }, 'adapter'],
  ];
  for (const [input, field] of rows) {
    const error = await evidence.addSeal(shopId, input, 'staff').then(
      () => null,
      (caught: unknown) => caught,
    );
    assert.ok(error instanceof SealFault && error.field === field, `${field}: ${JSON.stringify(input)}`);
  }
  assert.equal((await evidence.seals(database, shopId)).length, 0);
  await evidence.addSeal(shopId, ehi, 'staff');
  await assert.rejects(evidence.addSeal(shopId, ehi, 'staff'), /there already/);
  // Its own description, of a host that may not be reached from here.
  const adapter = { hosts: ['siegel.example'], pages: [{ url: '{certificate}', format: 'html', names: ['{domain}'] }] };
  const own: SealInput = {
    issuer: 'custom',
    kind: 'seal',
    name: 'S',
    certificateUrl: 'https://siegel.example/1',
    domain,
    adapter,
  };
  clock.advanceTo(clock.now().add({ minutes: 1 }));
  assert.equal((await evidence.tryReading(shopId, own)).reason, 'not_allowed');
  assert.equal((await evidence.seals(database, shopId)).length, 1);
});
