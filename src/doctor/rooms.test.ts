import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createAuthority } from '#kit/certificate';
import { realClock } from '#kit/clock';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';
import { createPrivacy } from '#privacy';
import { createNotices } from '#notices';
import { openKeyring } from '#keys';
import { startDnsServer } from '../../test/dns-server.ts';
import { exampleOrder, openGround } from '../../test/ground.ts';
import { placeAt } from '../../test/place.ts';
import { saidOf } from '../../test/said-checks.ts';
import { databaseChecks, type DatabaseSeen } from './checks/database.ts';
import { diskChecks, lookAtDisk, type DiskSeen } from './checks/disk.ts';
import { keyChecks, lookAtKeys } from './checks/keys.ts';
import { countedOf, lookAtMail, mailChecks } from './checks/mail.ts';
import { createDoctor } from './doctor.ts';
import { createHere } from './here.ts';
import { serverMoment } from './store.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const place = mkdtempSync(join(tmpdir(), 'glasspost-test-doctor-'));
after(() => rmSync(place, { recursive: true, force: true }));
const served = placeAt('https://track.shop.example', { isServing: true });

suite('mail', () => {
  const relay = { host: 'mail.example', port: 587, verified: true, hasAccount: true, no: null, answer: '' } as const;
  const none = { all: 0, refused: 0, suppressed: 0, waiting: 0 };

  test('what becomes of mails is judged once there are enough of them', () => {
    const said = (notices: object) => saidOf(mailChecks(served, { relay, notices: { ...none, ...notices } }));
    assert.equal(said({ all: 19, refused: 19 }), 'good mail.good');
    assert.equal(said({ all: 20, refused: 3 }), 'good mail.good, warning mail.refused_many');
    assert.equal(
      said({ all: 20, suppressed: 3, waiting: 1 }),
      'good mail.good, warning mail.waiting, warning mail.suppressed_many',
    );
    const line = (outcome: 'sent' | 'refused' | null, minutes: number, tries: number | null) => ({
      ...{ outcome, tries, madeAt: now.subtract({ minutes }) },
    });
    const lines = [
      line('sent', 90, 4),
      line('refused', 1, null),
      line(null, 31, 1),
      line(null, 29, 1),
      line(null, 60, null),
    ];
    assert.deepEqual(countedOf(lines, now), { all: 5, refused: 1, suppressed: 0, waiting: 1 });
  });

  test('a trial keeps its mails, a house with a name should not', () => {
    const nothing = { relay: null, notices: none };
    assert.equal(saidOf(mailChecks(placeAt('http://127.0.0.1:4600'), nothing)), 'unknown mail.trial');
    assert.equal(saidOf(mailChecks(served, nothing)), 'warning mail.inside');
    const open = { relay: { ...relay, verified: false }, notices: null };
    assert.equal(saidOf(mailChecks(served, open)), 'warning mail.open');
    assert.equal(
      saidOf(mailChecks(served, { relay: { ...relay, hasAccount: false }, notices: null })),
      'good mail.good_open',
    );
    for (const no of ['name', 'connect', 'tls', 'sign_in', 'silent', 'refused'] as const) {
      assert.equal(saidOf(mailChecks(served, { relay: { ...relay, no }, notices: null })), `bad mail.${no}`);
    }
  });
});

test('a keyring is looked for where it is, with its rights, and behind links', async () => {
  const [dataDir, keysDir] = [join(place, 'data'), join(place, 'keys')];
  const said = async (opens: boolean | null, isOpen = true, dir = keysDir) => {
    const rooms = isOpen ? { privacy: { opens: () => Promise.resolve(opens) }, database: assert.fail as never } : null;
    return saidOf(keyChecks(await lookAtKeys({ place: { dataDir, keysDir: dir }, rooms })));
  };
  mkdirSync(dataDir);
  mkdirSync(keysDir, { mode: 0o700 });
  assert.equal(await said(null, false), 'unknown keys.none');
  assert.equal(await said(null), 'bad keys.missing');
  writeFileSync(join(keysDir, 'keyring.json'), '{}', { mode: 0o600 });
  assert.equal(await said(true), 'good keys.good');
  assert.equal(await said(null), 'good keys.good');
  assert.equal(await said(false), 'bad keys.closed');
  assert.equal(await said(null, false), 'unknown keys.not_open');
  chmodSync(join(keysDir, 'keyring.json'), 0o640);
  chmodSync(keysDir, 0o755);
  assert.equal(await said(true), 'bad keys.open_file, warning keys.open_folder');
  const linked = join(place, 'linked');
  mkdirSync(join(dataDir, 'k'), { mode: 0o700 });
  symlinkSync(join(dataDir, 'k'), linked);
  writeFileSync(join(linked, 'keyring.json'), '{}', { mode: 0o600 });
  assert.equal(await said(true, true, linked), 'bad keys.inside_data');
});

suite('disk', () => {
  const gibi = 1024 ** 3;
  const usual: DiskSeen = {
    volumes: [{ folders: ['/data'], freeBytes: 40 * gibi, allBytes: 100 * gibi, freeFiles: 0.9 }],
    ...{ denied: [], logBytes: 0, hasOwnDatabase: true, dataDir: '/data', months: [], month: '2026_11' },
  };
  const volume = (freeGibi: number, allGibi: number, freeFiles = 0.9): Partial<DiskSeen> => ({
    volumes: [{ folders: ['/data'], freeBytes: freeGibi * gibi, allBytes: allGibi * gibi, freeFiles }],
  });
  const month = (at: string, gigabytes: number) => ({ month: at, bytes: gigabytes * gibi });
  const rows: readonly (readonly [string, Partial<DiskSeen>])[] = [
    ['good disk.good', {}],
    ['warning disk.low', volume(1.9, 4)],
    ['warning disk.low', volume(14, 100)],
    ['good disk.good', volume(60, 1_000)],
    ['bad disk.full', volume(0.4, 100)],
    ['warning disk.files', volume(40, 100, 0.01)],
    ['bad disk.denied', { denied: ['/data'] }],
    ['warning disk.log', { logBytes: 2 * gibi }],
    ['warning disk.growth', { months: [month('2026_09', 30), month('2026_10', 30), month('2026_11', 1)] }],
    ['good disk.good', { months: [month('2026_10', 30), month('2026_11', 1)] }],
    ['good disk.good', { months: [month('2026_09', 1), month('2026_10', 10)] }],
    ['good disk.good, unknown disk.database', { hasOwnDatabase: false, dataDir: null }],
    ['unknown disk.new', { volumes: [] }],
  ];
  for (const [what, more] of rows) test(what, () => assert.equal(saidOf(diskChecks({ ...usual, ...more })), what));

  test('a disk that is nearly full is seen, and folders of one disk are one', async () => {
    const { blocks, files, ffree } = statfsSync(place);
    const full = { blocks, files, ffree, bavail: 10, bsize: 4_096 };
    const where = { ...served, dataDir: place, keysDir: tmpdir(), hasOwnDatabase: true };
    const found = await lookAtDisk({ place: where, database: null, now, spaceOf: () => Promise.resolve(full) });
    assert.deepEqual(
      found.volumes.map(({ folders }) => folders),
      [[place, tmpdir(), tmpdir()]],
    );
    assert.equal(saidOf(diskChecks(found)), 'bad disk.full');
    assert.equal(found.month, '2026_11');
  });
});

suite('database', () => {
  const server = {
    ...{ versionNumber: 180_004, fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on', autovacuum: 'on' },
    ...{ encoding: 'UTF8', readOnly: 'off', isStandby: false, connectionsMax: 97, connectionsUsed: 12 },
    ...{ isEncrypted: false, isHere: true, transactions: 1_000, multixacts: 1, bytes: 1 },
  };
  const work = { parked: 0, failed: 0, late: 0 };
  const usual = { server, latencyMs: 0.4, slots: [], oldestSeconds: 0, work, now };
  const rows: readonly (readonly [string, object, object?])[] = [
    ['good database.good', {}],
    ['bad database.too_old', { versionNumber: 140_010 }],
    ['bad database.uncared', { versionNumber: 150_001 }, { now: now.add({ hours: 24 * 366 }) }],
    ['warning database.care_ends', { versionNumber: 150_001 }, { now: now.add({ hours: 24 * 300 }) }],
    ['good database.good', { versionNumber: 190_000 }],
    ['bad database.unsafe, bad database.unsafe', { fsync: 'off', synchronousCommit: 'off' }],
    ['bad database.no_vacuum', { autovacuum: 'off' }],
    ['bad database.encoding', { encoding: 'SQL_ASCII' }],
    ['bad database.read_only', { isStandby: true }],
    ['warning database.plain', { isHere: false }],
    ['good database.good', { isHere: false, isEncrypted: true }],
    ['warning database.connections', { connectionsUsed: 90 }],
    ['warning database.wraparound', { transactions: 1_100_000_000 }],
    ['bad database.wraparound', { multixacts: 1_700_000_000 }],
    ['warning database.slow', {}, { latencyMs: 25 }],
    ['warning database.slot', {}, { slots: [{ name: 'old', bytes: 3 * 1024 ** 3 }] }],
    ['warning database.long_transaction', {}, { oldestSeconds: 1_000 }],
    [
      'warning database.parked, warning database.failed, warning database.late',
      {},
      { work: { parked: 1, failed: 2, late: 3 } },
    ],
  ];
  for (const [what, ofServer, more = {}] of rows) {
    const one: DatabaseSeen = { ...usual, server: { ...server, ...ofServer }, ...more };
    test(what, () => assert.equal(saidOf(databaseChecks({ hasOwnDatabase: false, isServing: true }, one)), what));
  }

  test('one that is away, or not open, is said to be so', () => {
    const own = { hasOwnDatabase: true, isServing: false };
    assert.equal(saidOf(databaseChecks(own, usual)), 'good database.good_own');
    assert.equal(saidOf(databaseChecks(own, { ...usual, work: { ...work, late: 5 } })), 'good database.good_own');
    assert.equal(saidOf(databaseChecks(own, { no: 'away', said: 'Nobody answers.' })), 'bad database.away');
    assert.equal(saidOf(databaseChecks(own, { no: 'not_open' })), 'unknown database.not_open');
  });
});

const log = createLog({ level: 'silent' });

async function listening(server: { readonly listen: Server['listen'] }): Promise<number> {
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  after(() => socket.close());
  return (socket.address() as AddressInfo).port;
}

suite('the door by which an installation knows itself', async () => {
  const key = randomBytes(32);
  const here = createHere(key);
  const serve = async (trustedProxies: readonly string[]): Promise<number> => {
    const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies, publicUrl: 'http://shop.example' };
    const http = createHttp({ settings, log, ready: () => Promise.resolve(true) });
    here.mount(http);
    after(() => http.close());
    return (await http.listen()).port;
  };
  /** What a reverse proxy adds. */
  const proxyTo = async (port: number, headers: Readonly<Record<string, string>>): Promise<number> =>
    await listening(
      createServer((asked, answer) => {
        const way = { host: '127.0.0.1', port, path: asked.url, headers: { ...asked.headers, ...headers } };
        request(way, (from) => from.pipe(answer.writeHead(from.statusCode ?? 500))).end();
      }),
    );
  const ask = async (port: number, of = here) =>
    await of.ask({ scheme: 'http', host: 'shop.example', address: '127.0.0.1', port });
  const [open, behind] = [await serve([]), await serve(['127.0.0.1'])];
  const forwarded = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https' };
  const us = { is: 'us', trusted: true, scheme: 'http', forwarded: 'none' };

  test('answers its own question, and says how it came', async () => {
    assert.deepEqual(await ask(open), us);
    assert.deepEqual(await ask(await proxyTo(open, forwarded)), { ...us, forwarded: 'not_believed' });
    const beside = { ...forwarded, 'x-forwarded-for': '127.0.0.1' };
    assert.deepEqual(await ask(await proxyTo(open, beside)), { ...us, forwarded: 'not_believed' });
    assert.deepEqual(await ask(await proxyTo(behind, forwarded)), { ...us, scheme: 'https', forwarded: 'believed' });
    assert.deepEqual(await ask(await proxyTo(behind, {})), us);
  });

  test('tells strangers nothing, and is not answered by them', async () => {
    const other = createHere(randomBytes(32));
    assert.deepEqual(await ask(open, other), { is: 'other', trusted: true, status: 404 });
    const text = async (path: string) => await (await fetch(`http://127.0.0.1:${open}/.well-known/${path}`)).text();
    assert.match(await text(`glasspost-here?ask=${'A'.repeat(22)}.${'A'.repeat(43)}`), /There is nothing here/);
    const parrot = await listening(
      createServer((_, answer) => answer.end('{"scheme":"http","forwarded":"none","proof":""}')),
    );
    assert.deepEqual(await ask(parrot), { is: 'other', trusted: true, status: 200 });
    assert.deepEqual(await ask(9), { is: 'nobody', reason: 'connect', systemCode: 'ECONNREFUSED' });
  });
});

suite('a mail server', () => {
  const open = async (options: SMTPServerOptions): Promise<string> => {
    const server = new SMTPServer({ disableReverseLookup: true, logger: false, ...options });
    server.on('error', () => {});
    return `127.0.0.1:${await listening(server)}`;
  };
  const said = async (smtpUrl: string) => {
    const seen = await lookAtMail({ place: { smtpUrl }, clock: { now: () => now }, shops: null });
    return saidOf(mailChecks(served, seen));
  };

  test('is greeted and signed in to, and gets no mail', async () => {
    let mails = 0;
    const server = await open({
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, answer) =>
        password === 'right' ? answer(null, { user: username ?? '' }) : answer(new Error('no')),
      onMailFrom: (_address, _session, answer) => answer((mails += 1) > 0 ? null : undefined),
    });
    assert.equal(await said(`smtp://user:right@${server}`), 'good mail.good');
    assert.equal(await said(`smtp://${server}`), 'good mail.good_open');
    assert.equal(await said(`smtp://user:wrong@${server}`), 'bad mail.sign_in');
    assert.equal(await said(`smtps://${server}`), 'bad mail.tls');
    assert.equal(await said(`smtp://${server}?tls=always`), 'bad mail.wrong');
    assert.equal(mails, 0);
  });

  test('that cannot be reached, or not be believed, is said to be so', async () => {
    const { certPem: cert, keyPem: key } = createAuthority('Nobody knows').issue(['mail.example']);
    assert.equal(await said(`smtp://${await open({ cert, key, authOptional: true })}?tls=required`), 'bad mail.tls');
    assert.equal(await said('smtp://127.0.0.1:9'), 'bad mail.connect');
    assert.equal(await said('smtp://mail.invalid:587'), 'bad mail.name');
  });
});

test('a real installation is examined: a careless PostgreSQL, jobs that failed, another keyring, names that lead astray', async () => {
  const dns = await startDnsServer();
  const ground = await openGround({ dnsServers: [dns.address], mailServer: 'mail.example' });
  const { database, clock, keyring, facts, privacy, orders, tls, mail, breaches, canaries } = ground;
  after(async () => {
    dns.close();
    await ground.close();
  });
  await ground.putOrder('D-1', exampleOrder());
  const notices = createNotices({
    ...{ ...ground, log, mailHost: 'shop.example', publicUrl: 'https://shop.example', tell: () => assert.fail('told') },
    transportOf: () => assert.fail('sent'),
  });
  dns.four.set('track.shop.example', ['127.0.0.1']);
  dns.authorities.set('shop.example', ['0 issue other-ca.example']);
  const where = placeAt('https://track.shop.example:9', {
    ...{ isServing: true, port: 9, domain: ['track.shop.example'], directories: ['https://ca.example/directory'] },
    ...{ dnsServers: [dns.address], keysDir: place, smtpUrl: 'smtp://127.0.0.1:9', dataDir: place },
  });
  const examined = async (rooms: { readonly privacy: typeof privacy }) => {
    const doctor = createDoctor({
      ...{ clock, log, database, place: where },
      rooms: { keyring, facts, orders, tls, mail, notices, breaches, canaries, ...rooms },
      ask: ({ url }) => {
        assert.equal(url, 'https://ca.example/directory');
        const bytes = Buffer.from('{"meta":{"caaIdentities":["ca.example"]}}');
        return Promise.resolve({ status: 200, headers: { date: 'Fri, 20 Nov 2026 08:10:00 GMT' }, bytes });
      },
    });
    const both = await Promise.all([doctor.examine(), doctor.examine()]);
    assert.equal(both[0], both[1], 'who asks meanwhile gets the same');
    return Map.groupBy(both[0].checks, ({ name }) => name);
  };
  await database.rows(`select graphile_worker.add_job('none', '{}'::json, max_attempts := 1)`, []);
  await database.rows(`update graphile_worker._private_jobs set attempts = max_attempts`, []);
  await database.rows(`select graphile_worker.add_job('none', '{}'::json, run_at := now() - interval '1 hour')`, []);
  const checks = await examined({ privacy });
  const said = (name: 'domain' | 'clock' | 'dns' | 'mail' | 'ports' | 'keys' | 'database' | 'settings') =>
    saidOf(checks.get(name) ?? []);
  assert.equal(said('settings'), 'good settings.good');
  assert.equal(said('domain'), 'warning domain.no_answer');
  assert.equal(said('ports'), 'bad ports.closed, warning ports.no_plain_proof');
  assert.equal(said('clock'), 'bad clock.wrong');
  assert.equal(said('dns'), 'bad dns.caa, warning dns.no_keys');
  assert.equal(said('mail'), 'bad mail.connect');
  // The tests' own server is careless; one that was named for them need not be.
  const careless = await database.rows(
    `select 1 from pg_settings where setting = 'off' and name in ('fsync', 'full_page_writes', 'synchronous_commit')`,
    [],
  );
  const unsafe = careless.map(() => 'bad database.unsafe, ').join('');
  assert.equal(said('database'), `${unsafe}warning database.failed, warning database.late`);

  const moment = await serverMoment(database);
  assert.ok(moment !== null && Math.abs(moment.since(realClock.now()).total('seconds')) < 5, 'the server has a clock');

  writeFileSync(join(place, 'keyring.json'), '{}', { mode: 0o600 });
  const folder = mkdtempSync(join(place, 'other-'));
  await database.rows('delete from keys.installation', []);
  const stolen = createPrivacy({ database, clock, keyring: await openKeyring({ folder, database }) });
  await mail.records(ground.shop, 'test');
  dns.exchanges.set('nordlicht.example', ['mail.nordlicht.example']);
  const audits = (await privacy.audits(database, null, 100)).length;
  const later = await examined({ privacy: stolen });
  assert.equal(saidOf(later.get('keys') ?? []), 'bad keys.inside_data, bad keys.closed');
  assert.equal(saidOf(later.get('dns') ?? []), 'bad dns.caa, warning dns.records');
  assert.equal(later.get('dns')?.[1]?.values['list'], 'SPF, DKIM (RSA), DKIM (Ed25519), DMARC');
  assert.equal((await privacy.audits(database, null, 100)).length, audits, 'looking changes nothing');
});
