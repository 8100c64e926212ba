import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { serveOwnPage } from '../../../test/authorities/own-page.ts';
import { createTls } from '#tls';
import {
  tlsWithoutAuthority,
  unreachableDirectory as directory,
  unservedName as name,
} from '../../../test/authorities/unreachable.ts';
import { deliveringNeeds, keepCertificate, otherHost } from '../../../test/fixtures/delivered.ts';
import { openConsoleHouse } from '../../../test/fixtures/console-house.ts';
import { consolePaths } from '../paths.ts';

const house = await openConsoleHouse();
const served = { seconds: 300 };
const { ownPage, close } = await serveOwnPage(name, () => served.seconds);
after(() => Promise.all([house.close(), close()]));
const { ground, ask } = house;
const { database, privacy, clock, jobs } = ground;
const cookie = await house.signIn({ 'accept-language': 'en' });
const page = async () => (await ask(consolePaths.certificate, { cookie })).text;
const post = async (path: string, form: Record<string, string>) =>
  (await ask(path, { cookie, form })).headers.get('location');
const verbs = async () =>
  (await privacy.audits(database, null, 10)).map(({ actor, verb, subject }) => `${actor} ${verb} ${subject}`);

test('without GLASSPOST_DOMAIN it says where certificates come from', async () => {
  assert.match(await page(), /GLASSPOST_DOMAIN is not set/);
  assert.equal(await post(consolePaths.renewCertificate, { name }), '/console/certificate?failed=certificate_ordered');
  Object.assign(house.needs.tls, tlsWithoutAuthority(ground, 'connect', { ownPage }));
});

test('a name without a certificate says so, and in plain words why', async () => {
  assert.match(await page(), /no certificate/);
  assert.equal(await post(consolePaths.renewCertificate, { name }), '/console/certificate?done=certificate_ordered');
  await jobs.runDue();
  const html = await page();
  assert.match(html, /1 try failed/);
  assert.match(html, /cannot be reached from this machine/);
  assert.match(html, /in 2 minutes/);
  assert.equal((await verbs())[0], `staff certificate.renew ${name}`);
});

test('a certificate is shown with its end as a date and as a share of its life', async () => {
  const now = clock.now();
  const [from, until] = [now.subtract({ hours: 72 }), now.add({ hours: 24 })];
  const { certPem } = createAuthority('Example').issue([name], { from, until });
  await database.rows(
    `insert into tls.certificate (certificate_id, host, directory, chain, private, not_before, not_after, made_at)
     values ('01900000-0000-7000-8000-000000000001', $1, $2, $3, '', $4, $5, $4)`,
    [name, directory, certPem, from, until],
  );
  const html = await page();
  assert.match(html, /25 % of its life left/);
  assert.match(html, /ca\.example/);
  assert.match(html, new RegExp(until.toString().slice(0, 10)));
  assert.equal(
    await post(consolePaths.revokeCertificate, { name }),
    '/console/certificate?failed=certificate_revoked',
    'the authority cannot be reached',
  );
});

test('certificates of other servers stand by themselves, with what became of them, and who issues any is explained', async () => {
  const tls = createTls(deliveringNeeds(ground, { hosts: [otherHost], directory: null, reload: null }));
  Object.assign(house.needs.tls, tls);
  assert.match(await page(), /Certificates for your other servers.*www\.shop\.example.*not yet/s);
  await keepCertificate(ground);
  await tls.handOut(otherHost, { actor: 'key key_1', has: () => false });
  assert.match(await page(), /www\.shop\.example.*100 % of its life left.*Fetched by its server/s);
  assert.equal(
    await post(consolePaths.deliverCertificate, { name: otherHost }),
    '/console/certificate?failed=certificate_delivered',
    'no folder is set',
  );
  assert.match(await page(), /Let’s Encrypt is the default.*Google Trust Services.*an account there/s);
  const asked = { name: 'x', scope: 'certificates:fetch' };
  const refused = await ask(consolePaths.keys, { cookie, form: asked });
  assert.equal(refused.status, 422, 'staff make no key that fetches keys');
});

test('HSTS is stepped by staff, one stage after the other, and not before the first is over', async () => {
  assert.match(await page(), /Stage 1 of 5.*5 minutes.*Next stage: 7 days/s);
  assert.equal(await post(consolePaths.stepHsts, { direction: 'up' }), '/console/certificate?done=hsts');
  assert.match(await page(), /Stage 2 of 5.*7 days.*The next stage can follow.*in 7 days/s);
  assert.equal(await post(consolePaths.stepHsts, { direction: 'up' }), '/console/certificate?failed=hsts');
  assert.equal(await post(consolePaths.stepHsts, { direction: 'down' }), '/console/certificate?done=hsts');
  assert.equal((await house.needs.tls.hsts()).seconds, 300);
  assert.deepEqual((await verbs()).slice(0, 2), ['staff certificate.hsts_down 0', 'staff certificate.hsts_up 1']);
});

test('a fronted name is shown with what its server says, and steps through stages of its own', async () => {
  const answers = { status: 200, ms: 7 };
  Object.assign(house.needs.tls, tlsWithoutAuthority(ground, 'connect', { ownPage }));
  Object.assign(house.needs, {
    fronts: () => Promise.resolve([{ name: 'shop.example', upstream: 'http://127.0.0.1:8080', answers, why: null }]),
  });
  assert.match(await page(), /http:\/\/127\.0\.0\.1:8080.*200 in 7 ms.*Stage 1 of 5.*Stage 1 of 5.*5 minutes/s);
  const up = { direction: 'up', front: 'shop.example' };
  assert.equal(await post(consolePaths.stepHsts, up), '/console/certificate?done=hsts');
  assert.match(await page(), /Stage 1 of 5.*Stage 2 of 5.*7 days/s);
  assert.equal((await verbs())[0], 'staff certificate.hsts_up shop.example 1');
  assert.equal((await house.needs.tls.hsts()).seconds, 300);
  Object.assign(house.needs, { fronts: () => Promise.resolve([]) });
});

test('the last stage binds all names below, so it is entered by who says that they have https, and by nobody else', async () => {
  await database.rows(`update tls.hsts set stage = 3, since = timestamptz '2026-01-01'`, []);
  assert.match(await page(), /Stage 4 of 5.*Last stage: the list of browsers.*type="checkbox" name="all_names"/s);
  const up = { direction: 'up' };
  assert.equal(await post(consolePaths.stepHsts, up), '/console/certificate?failed=hsts_names');
  assert.equal(await post(consolePaths.stepHsts, { ...up, all_names: 'yes' }), '/console/certificate?done=hsts');
  assert.match(await page(), /Stage 5 of 5.*every name below them.*hstspreload\.org/s);
  await post(consolePaths.stepHsts, { direction: 'down' });
  assert.equal((await house.needs.tls.hsts()).isListed, false);
});

test('staff measure what the stage is worth, and what there is to have', async () => {
  await database.rows('update tls.hsts set stage = 0', []);
  const measure = async () => (await ask(consolePaths.measureStage, { cookie, form: {} })).text;
  const html = await measure();
  assert.match(
    html,
    /this stage has A for TLS and 120 points.*Once the domain is on the list of browsers it has A\+ and 135 points/s,
  );
  assert.doesNotMatch(html, /Browsers are told something else/);
  served.seconds = 0;
  assert.match(await measure(), /Browsers are told something else/);
  await database.rows('update tls.hsts set stage = 3', []);
  assert.match(await measure(), /this stage has A\+ for TLS and 130 points/s);
  await close();
  assert.match(await measure(), /cannot be reached from this machine/);
});
