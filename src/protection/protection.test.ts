import assert from 'node:assert/strict';
import { after, beforeEach, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '#kit/fault';
import type { Protection, SiteState } from '#protection';
import { addProven, host, openWatched, staff } from '../../test/protection/watched-host.ts';

const watched = await openWatched();
const { ground, dns, pages, port, shopId, clock, mailbox, open } = watched;
const { database } = ground;
after(watched.close);

const file = '/.well-known/glasspost-site-proof.txt';
const codes = (list: readonly { readonly finding: { readonly code: string } }[]) =>
  list.map(({ finding }) => finding.code);
/** All of a site. */
const stateOf = async (protection: Protection, siteId: string, historyMax = 1_500): Promise<SiteState> => {
  const state = await protection.state(shopId, siteId, historyMax);
  assert.ok(state !== null);
  return state;
};
const faultOf = async (act: Promise<unknown>): Promise<string> => {
  const error = await act.then(
    () => assert.fail('nothing was refused'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Fault, String(error));
  return error.code;
};

beforeEach(async () => {
  const { protection } = open();
  await database.tx((tx) => protection.forgetShop(tx, shopId));
  await protection.start();
  await protection.stop();
  dns.texts.clear();
  pages.files.clear();
  pages.headers.clear();
  watched.away(false);
  watched.mailServer('there');
  mailbox.clear();
});

suite('a host is scanned only after its proof', () => {
  test('a wrong token proves nothing; the right one as a file does, under whatever certificate, and scans at once', async () => {
    const { protection } = open({ caPem: '' });
    const site = await protection.addSite(shopId, { host: `https://Shop.Example:${port}/`, kind: 'shop' }, 'test');
    assert.deepEqual([site.host, site.port, site.proven, site.last], [host, port, null, null]);
    assert.equal(await faultOf(protection.scanNow(shopId, site.siteId, 'test')), 'unauthorized');
    pages.files.set(file, 'f'.repeat(32));
    assert.deepEqual(await protection.proveSite(shopId, site.siteId, 'test'), { no: 'not_shown' });
    assert.equal(await faultOf(protection.proveSite(shopId, site.siteId, 'test')), 'limit');
    watched.pass({ seconds: 5 });
    assert.equal(site.proof?.file.url, `https://${host}:${port}${file}`);
    pages.files.set(file, `\uFEFF${site.proof.file.content}\r\n`);
    const proven = await protection.proveSite(shopId, site.siteId, 'test');
    assert.ok(!('no' in proven));
    assert.equal(proven.proven?.by, 'file');
    assert.equal(proven.last?.grade, 'T');
    const verbs = (await ground.privacy.audits(database, shopId, 100)).map(({ verb }) => verb);
    assert.deepEqual(verbs, ['protection.site_prove', 'protection.site_prove', 'protection.site_add']);
  });

  test('nobody there is said to be so', async () => {
    const { protection } = open();
    watched.away(true);
    const { siteId } = await protection.addSite(shopId, { host, port, kind: 'shop' }, 'test');
    assert.deepEqual(await protection.proveSite(shopId, siteId, 'test'), { no: 'unreachable' });
  });

  test('a record of a host speaks for those below it, a file only for its own, and neither for those above', async () => {
    const { protection } = open();
    const www = await protection.addSite(shopId, { host: `www.${host}`, port, kind: 'www' }, 'test');
    const other = await protection.addSite(shopId, { host: `not${host}`, port, kind: 'other' }, 'test');
    await addProven(watched, protection, host);
    const proven = await protection.proveSite(shopId, www.siteId, 'test');
    assert.ok(!('no' in proven));
    assert.equal(proven.proven?.by, 'dns');
    assert.deepEqual(await protection.proveSite(shopId, other.siteId, 'test'), { no: 'unreachable' });
    dns.texts.clear();
    pages.files.set(file, (await stateOf(protection, www.siteId, 1)).site.proof?.file.content ?? '');
    watched.pass({ seconds: 5 });
    const above = (await protection.sites(shopId)).find((one) => one.host === host);
    assert.deepEqual(await protection.proveSite(shopId, above?.siteId ?? '', 'test'), { no: 'not_shown' });
  });

  test('a private address is not scanned unless that is allowed, and the state says so', async () => {
    const { protection } = open({ allowPrivate: false });
    const before = watched.asked();
    const siteId = await addProven(watched, protection, host);
    watched.pass({ minutes: 2 });
    assert.equal(await faultOf(protection.scanNow(shopId, siteId, 'test')), 'unavailable');
    const state = await stateOf(protection, siteId, 10);
    assert.deepEqual([codes(state.open), state.history, state.site.proven?.by], [['host.private'], [], 'dns']);
    assert.equal(watched.asked(), before);
    assert.equal(await protection.shown(shopId), null);
    await open()
      .protection.scanNow(shopId, siteId, 'test')
      .catch(() => {});
    watched.pass({ minutes: 2 });
    await open().protection.scanNow(shopId, siteId, 'test');
    assert.ok(!codes((await stateOf(protection, siteId, 10)).open).includes('host.private'));
  });

  test('a proof that is away for a week ends the scans, and staff are told', async () => {
    const { protection, jobs } = open();
    const siteId = await addProven(watched, protection, host);
    const stateNow = async () => await stateOf(protection, siteId);
    dns.texts.clear();
    const passDays = async (days: number) => {
      for (let day = 0; day < days; day += 1) {
        watched.pass({ hours: 24 });
        await jobs.runDue();
      }
    };
    await passDays(2);
    const missing = (await stateNow()).open.find(({ finding }) => finding.code === 'proof.missing');
    assert.equal(missing?.finding.severity, 'note');
    await passDays(7);
    const lost = await stateNow();
    assert.deepEqual([lost.site.proven, lost.site.nextAt], [null, null]);
    assert.ok(codes(lost.open).includes('proof.lost'));
    assert.match(mailbox.mails()[0]?.text ?? '', /wird nicht mehr geprüft/);
    const scans = lost.history.length;
    await passDays(1);
    assert.equal((await stateNow()).history.length, scans);
  });
});

suite('what was found is kept over time', () => {
  test('every 6 hours, and after an update of the program', async () => {
    const { protection, jobs } = open();
    const siteId = await addProven(watched, protection, host);
    const first = await stateOf(protection, siteId, 10);
    const hours = clock
      .now()
      .until(first.site.nextAt ?? clock.now())
      .total('hours');
    assert.ok(hours > 5.4 && hours <= 6, `${hours}`);
    watched.pass({ hours: 5 });
    await jobs.runDue();
    assert.equal((await stateOf(protection, siteId, 10)).history.length, 1);
    watched.pass({ hours: 1 });
    await jobs.runDue();
    assert.equal((await stateOf(protection, siteId, 10)).history.length, 2);
    const same = open();
    await same.protection.start();
    await same.protection.stop();
    watched.pass({ minutes: 1 });
    await same.jobs.runDue();
    assert.equal((await stateOf(protection, siteId, 10)).history.length, 2);
    const updated = open({ version: '2' });
    await updated.protection.start();
    await updated.protection.stop();
    watched.pass({ minutes: 1 });
    await updated.jobs.runDue();
    assert.equal((await stateOf(protection, siteId, 10)).history.length, 3);
  });

  test('a finding opens, stays, and is mended by the first scan that looked and did not see it; silence mends nothing', async () => {
    const { protection, jobs } = open();
    pages.headers.set('set-cookie', 'sessionid=1; Path=/');
    const siteId = await addProven(watched, protection, host);
    const cookies = async () => {
      const { open: found, mended } = await stateOf(protection, siteId, 10);
      return [found, mended].map((list) =>
        codes(list)
          .filter((code) => code.startsWith('cookie.session'))
          .toSorted(),
      );
    };
    const both = ['cookie.session_insecure', 'cookie.session_readable'];
    assert.deepEqual(await cookies(), [both, []]);
    const opened = clock.now();
    watched.away(true);
    watched.pass({ hours: 6 });
    await jobs.runDue();
    assert.deepEqual(await cookies(), [both, []]);
    const away = await stateOf(protection, siteId, 10);
    assert.equal(away.open[0]?.finding.code, 'host.unreachable');
    assert.equal(away.history[0]?.grade, null);
    watched.away(false);
    watched.pass({ hours: 6 });
    await jobs.runDue();
    assert.deepEqual(await cookies(), [both, []]);
    const kept = (await stateOf(protection, siteId, 10)).open.find(({ finding }) => finding.code === both[0]);
    assert.deepEqual([kept?.since, kept?.seenAt], [opened, clock.now()]);
    pages.headers.set('set-cookie', 'sessionid=1; Path=/; Secure; HttpOnly; SameSite=Lax');
    watched.pass({ minutes: 1 });
    await protection.scanNow(shopId, siteId, 'test');
    assert.deepEqual(await cookies(), [[], both]);
    assert.deepEqual(
      (await protection.open(shopId)).filter(({ finding }) => finding.severity === 'alarm'),
      [],
    );
    assert.equal(await faultOf(protection.scanNow(shopId, siteId, 'test')), 'limit');
  });

  test('lines are kept for two years, what was seen of the last 8 scans, and a shop has at most 50 hosts', async () => {
    const { protection } = open();
    const siteId = await addProven(watched, protection, host);
    const old = clock.now().subtract({ hours: 24 * 732 });
    await database.rows(
      `insert into protection.scan (site_id, scan_id, scanned_at, took_ms, alarms, warnings, notes, version)
       values ($1, '01900000-0000-7000-8000-000000000001', $2, 1, 0, 0, 0, '1')`,
      [siteId, old],
    );
    for (let scans = 0; scans < 9; scans += 1) {
      watched.pass({ minutes: 1 });
      await protection.scanNow(shopId, siteId, 'test');
    }
    assert.equal((await stateOf(protection, siteId)).history.length, 10);
    assert.equal((await stateOf(protection, siteId, 3)).history.length, 3);
    const [seen] = await database.rows<{ count: number }>('select count(*) as count from protection.seen', []);
    assert.equal(seen?.count, 8);
    for (let more = 1; more < 50; more += 1) {
      await protection.addSite(shopId, { host: `h${more}.example`, kind: 'other' }, 'test');
    }
    assert.equal(
      await faultOf(protection.addSite(shopId, { host: 'one-more.example', kind: 'other' }, 'test')),
      'limit',
    );
    assert.equal(await faultOf(protection.addSite(shopId, { host, port, kind: 'www' }, 'test')), 'conflict');
    assert.equal(await faultOf(protection.addSite(shopId, { host: '127.0.0.1', kind: 'www' }, 'test')), 'invalid');
    assert.equal(await protection.removeSite(shopId, siteId, 'test'), true);
    assert.equal(await protection.state(shopId, siteId, 1), null);
  });
});

suite('staff are told before customers are', () => {
  const subjects = () => mailbox.mails().map(({ subject }) => subject);

  test('once when it opens, signed as the shop, and once when all is mended', async () => {
    const { protection, jobs } = open();
    pages.headers.set('set-cookie', 'sessionid=1; Path=/');
    await addProven(watched, protection, host);
    await jobs.runDue();
    assert.deepEqual(subjects(), [`${host}: etwas ist zu beheben`]);
    const [mail] = mailbox.mails();
    assert.deepEqual([mail?.to[0]?.address, mail?.from.address], [staff, 'post@nordlicht.example']);
    assert.match(mail?.text ?? '', /https:\/\/track\.shop\.example\/console\/protection\/sit_/);
    const told = (await protection.open(shopId)).filter(({ toldAt }) => toldAt !== null);
    assert.deepEqual(codes(told), ['cookie.session_insecure']);
    const rest = async (hours: number) => {
      watched.pass({ hours });
      await jobs.runDue();
    };
    await rest(6);
    assert.equal(subjects().length, 1);
    pages.headers.clear();
    await rest(6);
    assert.equal(subjects().length, 1, 'not more than one a day');
    await rest(12);
    await rest(6);
    assert.deepEqual(subjects()[0], `${host}: alles behoben`);
    assert.equal(subjects().length, 2);
    await rest(24);
    assert.equal(subjects().length, 2);
  });

  test('a mail server that is away gets it later, under the same name; nobody is told of a host that was away for a moment', async () => {
    const { protection, jobs } = open();
    await addProven(watched, protection, host);
    watched.away(true);
    watched.pass({ hours: 6 });
    await jobs.runDue();
    watched.away(false);
    watched.pass({ minutes: 10 });
    await jobs.runDue();
    assert.deepEqual(subjects(), []);
    watched.away(true);
    watched.pass({ hours: 6 });
    await jobs.runDue();
    watched.mailServer('away');
    watched.pass({ minutes: 10 });
    await assert.rejects(jobs.runDue(), { code: 'unavailable' });
    assert.deepEqual(
      (await protection.open(shopId)).filter(({ toldAt }) => toldAt !== null),
      [],
    );
    watched.mailServer('there');
    watched.pass({ minutes: 5 });
    await jobs.runDue();
    assert.deepEqual(subjects(), [`${host}: etwas ist zu beheben`]);
    assert.match(mailbox.mails()[0]?.text ?? '', /antwortet nicht/);
  });
});

test('own names are sites by themselves, shown to visitors, and say when their certificate cannot be renewed', async () => {
  const failure = { why: 'caa', said: '', authority: 'Example', failures: 3, failedAt: clock.now() } as const;
  const lines = [{ name: host, served: null, nextAt: clock.now(), failure, delivery: null }];
  const { protection, jobs } = open({ own: [{ host, port, kind: 'track' }], certificates: async () => lines });
  await protection.start();
  const [own] = await protection.sites(shopId);
  assert.ok(own !== undefined);
  assert.deepEqual([own.host, own.proven?.by, own.proof, own.shopId], [host, 'own', null, null]);
  assert.equal(await protection.removeSite(shopId, own.siteId, 'test'), false);
  assert.deepEqual(await protection.provenHosts(), [host]);
  watched.pass({ minutes: 1 });
  await jobs.runDue();
  await protection.stop();
  const shown = await protection.shown(shopId);
  assert.ok(shown !== null);
  assert.deepEqual(
    [shown.host, shown.grade, shown.protocol, shown.postQuantum, shown.hstsSeconds, shown.contentPolicy],
    [host, 'A+', 'TLS 1.3', true, 63_072_000, true],
  );
  assert.deepEqual(
    [shown.certificate?.issuer, shown.cookies, shown.thirdParties, shown.mail],
    ['Watched', 0, [], null],
  );
  assert.ok(codes(await protection.open(shopId)).includes('certificate.none'));
  assert.match(mailbox.mails()[0]?.text ?? '', /hat kein Zertifikat/);
  const gone = open();
  await gone.protection.start();
  await gone.protection.stop();
  assert.deepEqual(await gone.protection.sites(shopId), []);
});

test('the domain of a shop’s mails is looked at once its keys stand in DNS, and visitors read what is there', async () => {
  const { mail, shop } = ground;
  const domain = 'nordlicht.example';
  const { protection, jobs } = open({ own: [{ host, port, kind: 'track' }] });
  await protection.start();
  assert.ok(!(await protection.sites(shopId)).some(({ kind }) => kind === 'mail'));
  for (const { name, value, key } of (await mail.records(shop, 'test')).records) {
    if (key !== 'mx') dns.texts.set(name, [value]);
  }
  dns.texts.set(domain, ['v=spf1 mx -all']);
  dns.texts.set(`_dmarc.${domain}`, ['v=DMARC1; p=quarantine; rua=mailto:a@nordlicht.example']);
  await mail.records(shop, 'test');
  watched.pass({ minutes: 1 });
  await jobs.runDue();
  watched.pass({ minutes: 1 });
  await jobs.runDue();
  await protection.stop();
  const site = (await protection.sites(shopId)).find(({ kind }) => kind === 'mail');
  assert.ok(site !== undefined);
  assert.deepEqual([site.host, site.proven?.by, site.last?.grade], [domain, 'dns', null]);
  const told = { domain, spf: true, signed: true, dmarc: 'quarantine', transport: false };
  assert.deepEqual((await protection.shown(shopId))?.mail, told);
  assert.ok(codes((await stateOf(protection, site.siteId)).open).includes('mta_sts.missing'));
  assert.equal(await protection.removeSite(shopId, site.siteId, 'test'), false);
  dns.texts.set(domain, []);
  watched.pass({ hours: 6 });
  await jobs.runDue();
  assert.equal((await protection.shown(shopId))?.mail?.spf, false);
});

test('a new certificate of this house is looked at without waiting for the next turn', async () => {
  const [from, until] = [clock.now(), clock.now().add({ hours: 24 })];
  const served = { authority: 'Example', notBefore: from, notAfter: until, leftOfLife: 1, revoked: false };
  const { protection, jobs } = open({
    own: [{ host, port, kind: 'track' }],
    certificates: async () => [{ name: host, served, nextAt: until, failure: null, delivery: null }],
  });
  await protection.start();
  watched.pass({ minutes: 1 });
  await jobs.runDue();
  const hoursToNext = async () => {
    const [own] = await protection.sites(shopId);
    return clock
      .now()
      .until(own?.nextAt ?? until)
      .total('hours');
  };
  assert.ok((await hoursToNext()) > 5);
  await database.rows(`select pg_notify('glasspost_tls', '')`, []);
  while ((await hoursToNext()) > 5) await pause(20);
  assert.ok((await hoursToNext()) < 0.1);
  await protection.stop();
});

// Last, because the time that it needs makes the certificate old for all that comes after.
test('a certificate that ends soon says from when customers see it', async () => {
  const { protection } = open();
  const siteId = await addProven(watched, protection, host);
  const until = (await stateOf(protection, siteId, 1)).facts?.certificate?.until;
  assert.ok(until !== undefined);
  watched.pass({ hours: 24 * 20 });
  await protection.scanNow(shopId, siteId, 'test');
  const late = (await protection.open(shopId)).find(({ finding }) => finding.code === 'renewal_late');
  assert.deepEqual([late?.visibleFrom, late?.host], [until, host]);
});
