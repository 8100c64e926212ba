import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { placeAt } from '../../test/place.ts';
import { saidOf } from '../../test/said-checks.ts';
import { aheadOf, type AuthoritySeen } from './authorities.ts';
import { backupChecks } from './checks/backups.ts';
import { certificateChecks, lookAtFiles, type CertificateSeen } from './checks/certificate.ts';
import { clockChecks } from './checks/clock.ts';
import { dnsChecks, type CaaSeen } from './checks/dns.ts';
import { domainChecks } from './checks/domain.ts';
import { ledgerChecks, type LedgersSeen } from './checks/ledger.ts';
import { lookAtPorts, portChecks } from './checks/ports.ts';
import type { Asked } from './here.ts';
import type { NameSeen } from './names.ts';
import en from './words/en.json' with { type: 'json' };
import { sayCheck } from './words.ts';

const now = Temporal.Instant.from('2026-11-29T12:00:00Z');
const place = mkdtempSync(join(tmpdir(), 'glasspost-test-doctor-'));
after(() => rmSync(place, { recursive: true, force: true }));

const name = 'track.shop.example';
const us: Asked = { is: 'us', trusted: true, scheme: 'https', forwarded: 'none' };
const nobody = (reason: 'connect' | 'tls', systemCode: string | null = 'ECONNREFUSED'): Asked => ({
  is: 'nobody',
  reason,
  systemCode,
});
const seen = (asked: Readonly<Record<string, Asked | null>>, more: Partial<NameSeen> = {}): NameSeen => ({
  ...{ name, port: 443, isAnswered: true, isOnlyHere: false, ...more },
  asked: Object.entries(asked).map(([address, one]) => ({ address, asked: one })),
});
const served = placeAt(`https://${name}`, { isServing: true, port: 443, plainPort: 80, domain: [name] });

suite('ledger', () => {
  const one = {
    shop: 'Nordlicht',
    size: 3,
    waiting: 0,
    waitingSince: null,
    checked: { at: now, size: 3, wrong: null },
    contradicted: [],
  };
  const waitingSince = now.subtract({ minutes: 3 });
  const wrong = { what: 'entry', index: 7, of: 'tile/entries/000' } as const;
  const cases: readonly (readonly [said: string, seen: LedgersSeen | null])[] = [
    ['unknown ledger.not_open', null],
    ['good ledger.new', []],
    ['good ledger.new', [{ ...one, size: 0, checked: null }]],
    ['good ledger.good', [one, { ...one, size: 0, checked: null }]],
    ['good ledger.unread', [one, { ...one, checked: null }]],
    ['good ledger.good', [{ ...one, waiting: 2, waitingSince: now.subtract({ seconds: 9 }) }]],
    ['bad ledger.late', [{ ...one, waiting: 2, waitingSince }]],
    ['bad ledger.contradicted', [{ ...one, contradicted: ['other.example/ledger'] }]],
    ['bad ledger.wrong, bad ledger.late', [{ ...one, waiting: 2, waitingSince, checked: { at: now, size: 3, wrong } }]],
  ];
  for (const [said, ledgers] of cases) test(said, () => assert.equal(saidOf(ledgerChecks(ledgers, now)), said));
});

suite('domain', () => {
  const rows: readonly (readonly [what: string, place: Partial<typeof served>, names: readonly NameSeen[]])[] = [
    ['good domain.good', {}, [seen({ '198.51.100.1': us, '2001:db8::1': us })]],
    [
      'bad domain.elsewhere',
      {},
      [seen({ '198.51.100.1': us, '2001:db8::1': { is: 'other', trusted: false, status: 404 } })],
    ],
    ['bad domain.no_address', {}, [seen({})]],
    ['unknown domain.no_dns', {}, [seen({}, { isAnswered: false })]],
    ['warning domain.only_here, good domain.good', {}, [seen({ '10.0.0.1': us }, { isOnlyHere: true })]],
    ['warning domain.no_answer', {}, [seen({ '198.51.100.1': nobody('connect') })]],
    ['warning domain.ipv4_only', {}, [seen({ '198.51.100.1': us, '2001:db8::1': nobody('connect') })]],
    [
      'unknown domain.no_ipv6',
      { host: '::' },
      [seen({ '198.51.100.1': us, '2001:db8::1': nobody('connect', 'ENETUNREACH') })],
    ],
    ['good domain.good', {}, [seen({ '198.51.100.1': nobody('tls', null) })]],
    ['unknown domain.not_asked', { isServing: false }, [seen({ '198.51.100.1': null })]],
    ['bad domain.plain, good domain.good', { publicUrl: `http://${name}`, domain: [] }, [seen({ '198.51.100.1': us })]],
    ['warning domain.foreign, good domain.good', { domain: ['other.example'] }, [seen({ '198.51.100.1': us })]],
    ['good domain.good', { domain: ['shop.example', '*.shop.example'] }, [seen({ '198.51.100.1': us })]],
    ['warning domain.address', { publicUrl: 'https://198.51.100.1', domain: [] }, []],
    ['unknown domain.trial', { publicUrl: 'http://127.0.0.1:4600', domain: [] }, []],
    ['unknown domain.trial', { publicUrl: 'http://[::1]:4600', domain: [] }, []],
  ];
  for (const [what, more, names] of rows) {
    test(what, () => assert.equal(saidOf(domainChecks({ ...served, ...more }, names)), what));
  }
});

suite('ports', () => {
  const open = [seen({ '198.51.100.1': us })];
  const arrived = (more: object): readonly NameSeen[] => [seen({ '198.51.100.1': { ...us, ...more } })];
  const rows: readonly (readonly [string, Partial<typeof served>, Asked | null, readonly NameSeen[]])[] = [
    ['good ports.good', {}, us, open],
    ['good ports.trial', { publicUrl: 'http://localhost:4600', domain: [], plainPort: null }, us, []],
    ['good ports.worker', { role: 'worker' }, null, []],
    ['unknown ports.unknown', {}, null, open],
    ['bad ports.closed', {}, nobody('connect'), []],
    ['unknown ports.no_certificate', {}, nobody('tls', null), []],
    ['bad ports.other', {}, { is: 'other', trusted: false, status: 200 }, []],
    ['warning ports.no_plain_proof', { plainPort: null }, us, open],
    ['warning ports.no_plain', { plainPort: null, domain: [], tlsFiles: { certFile: '', keyFile: '' } }, us, open],
    ['bad ports.proxy_not_believed', {}, us, arrived({ forwarded: 'not_believed', scheme: 'http' })],
    ['warning ports.proxy_silent', {}, us, arrived({ forwarded: 'believed', scheme: 'http' })],
    ['good ports.good', {}, us, arrived({ forwarded: 'believed' })],
  ];
  for (const [what, more, own, names] of rows) {
    test(what, () => assert.equal(saidOf(portChecks({ ...served, ...more }, { own, refused: [] }, names)), what));
  }

  test('a port that cannot be had is found before the program is started', async () => {
    const stopped = { ...served, isServing: false };
    const refused = (code: string) => portChecks(stopped, { own: null, refused: [{ port: 443, code }] }, []);
    assert.equal(saidOf(refused('EACCES')), 'warning ports.forbidden');
    assert.equal(saidOf(refused('EADDRINUSE')), 'bad ports.taken');
    assert.equal(saidOf(refused('EMFILE')), 'bad ports.refused');
    const free = { ...stopped, host: '127.0.0.1', port: 0 };
    assert.equal(saidOf(portChecks(free, { own: null, refused: [] }, [])), 'unknown ports.stopped');
    const away = { ...stopped, host: '192.0.2.77', port: 0, plainPort: null };
    assert.equal(
      saidOf(portChecks(away, await lookAtPorts(away, null), [])),
      'bad ports.no_such_address, warning ports.no_plain_proof',
    );
  });
});

suite('clock', () => {
  const rows: readonly (readonly [what: string, ahead: readonly number[], hasZones?: boolean])[] = [
    ['unknown clock.alone', []],
    ['good clock.good', [4.2]],
    ['warning clock.off', [-5]],
    ['bad clock.wrong', [61]],
    ['good clock.good', [0.3, 3_600]],
    ['bad clock.wrong', [3_600, 3_601, 0.2]],
    ['bad clock.no_zones, good clock.good', [0], false],
  ];
  for (const [what, ahead, hasZones = true] of rows) {
    const compared = ahead.map((aheadSeconds) => ({ with: 'ca.example', aheadSeconds }));
    test(`${what} at ${ahead.join(', ')} s`, () => assert.equal(saidOf(clockChecks({ compared, hasZones })), what));
  }

  test('a Date header is compared with the middle of asking', () => {
    const header = 'Sun, 29 Nov 2026 12:00:10 GMT';
    assert.equal(aheadOf(header, now, now.add({ seconds: 1 })), 10);
    assert.equal(aheadOf('yesterday', now, now), null);
    assert.equal(
      sayCheck(
        'en',
        clockChecks({ compared: [{ with: 'ca.example', aheadSeconds: 70 }], hasZones: true })[0] ?? assert.fail(),
      ).what,
      'The clock is 70 seconds behind ca.example: certificates and sign-ins fail by that.',
    );
  });
});

suite('certificate', () => {
  const line = (leftOfLife: number | null, fails: boolean, revoked = false): CertificateSeen['lines'] => [
    {
      name,
      served:
        leftOfLife === null
          ? null
          : {
              authority: 'CA',
              notBefore: now,
              notAfter: now.add({ hours: 24 * 90 * leftOfLife }),
              leftOfLife,
              revoked,
            },
      nextAt: now,
      delivery: null,
      failure: fails ? { why: 'caa', said: '', authority: 'CA', failures: 2, failedAt: now } : null,
    },
  ];
  const rows: readonly (readonly [string, CertificateSeen['lines']])[] = [
    ['good certificate.good', line(0.6, false)],
    ['warning certificate.late', line(0.2, false)],
    ['warning certificate.failing', line(0.2, true)],
    ['bad certificate.ending', line(0.05, true)],
    ['bad certificate.revoked', line(0.6, false, true)],
    ['bad certificate.none', line(null, true)],
    ['unknown certificate.ordered', line(null, false)],
    ['unknown certificate.not_open', null],
  ];
  for (const [what, lines] of rows) {
    test(what, () => assert.equal(saidOf(certificateChecks(served, { lines, hsts: null, file: null, now }, [])), what));
  }

  test('a reason is said in words, in the language of whoever reads', () => {
    const [check = assert.fail()] = certificateChecks(
      served,
      { lines: line(null, true), hsts: null, file: null, now },
      [],
    );
    assert.match(sayCheck('en', check).what, /CAA record of the domain does not let/);
    assert.match(sayCheck('de', check).what, /hat kein Zertifikat\. CA: Der CAA-Eintrag/);
  });

  test('what is served elsewhere is judged by what browsers make of it', () => {
    const behind = placeAt(`https://${name}`, { isServing: true });
    const none = { lines: null, hsts: null, file: null, now };
    assert.equal(saidOf(certificateChecks(behind, none, [seen({ '198.51.100.1': us })])), 'good certificate.elsewhere');
    assert.equal(saidOf(certificateChecks(behind, none, [])), 'unknown certificate.unseen');
    const doubted = [seen({ '198.51.100.1': { ...us, trusted: false } })];
    assert.equal(saidOf(certificateChecks(behind, none, doubted)), 'bad certificate.not_believed');
    assert.equal(saidOf(certificateChecks(placeAt('http://127.0.0.1:1'), none, [])), 'unknown certificate.trial');
    const hsts = { stage: 1, stages: 5, seconds: 1, nextSeconds: 2, isListed: false, nextIsListed: false, upAt: null };
    assert.equal(
      saidOf(certificateChecks(served, { ...none, lines: line(0.9, false), hsts }, [])),
      'good certificate.good, good certificate.hsts',
    );
  });

  test('files are held against key, name, end and rights', async () => {
    const authority = createAuthority('Example CA');
    const certFile = join(place, 'cert.pem');
    const keyFile = join(place, 'key.pem');
    const files = { certFile, keyFile };
    const own = placeAt(`https://${name}`, { tlsFiles: files });
    const look = async (cert: string, key: string, mode = 0o600): Promise<string> => {
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
      chmodSync(keyFile, mode);
      const file = await lookAtFiles(files, name, now);
      return saidOf(certificateChecks(own, { lines: null, hsts: null, file, now }, []));
    };
    const validity = (days: number) => ({
      from: now.subtract({ hours: 24 * 90 }),
      until: now.add({ hours: 24 * days }),
    });
    const good = authority.issue([name], validity(90));
    const whole = good.certPem + authority.caPem;
    assert.equal(await look(whole, good.keyPem), 'good certificate.file_good');
    assert.equal(await look(good.certPem, good.keyPem), 'warning certificate.file_alone, good certificate.file_good');
    assert.match(await look(whole, good.keyPem, 0o644), /warning certificate.file_key_open/);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    assert.equal(await look(whole, other), 'bad certificate.file_other_key');
    const foreign = authority.issue(['other.example'], validity(90));
    assert.equal(await look(foreign.certPem + authority.caPem, foreign.keyPem), 'bad certificate.file_other_name');
    const ended = authority.issue([name], validity(-1));
    assert.equal(await look(ended.certPem + authority.caPem, ended.keyPem), 'bad certificate.file_ended');
    const ending = authority.issue([name], validity(10));
    assert.equal(await look(ending.certPem + authority.caPem, ending.keyPem), 'warning certificate.file_ending');
    assert.equal(await look('nothing', good.keyPem), 'bad certificate.file_no_certificate');
    rmSync(keyFile);
    const file = await lookAtFiles(files, name, now);
    assert.deepEqual(file, { no: 'unreadable', file: keyFile });
    assert.equal(
      saidOf(certificateChecks(own, { lines: null, hsts: null, file, now }, [])),
      'bad certificate.file_unreadable',
    );
  });
});

suite('dns', () => {
  const authority = (identities: readonly string[] | null): AuthoritySeen => ({
    ...{ host: 'ca.example', aheadSeconds: 0, identities },
  });
  const caa = (records: CaaSeen['records'], of = name): CaaSeen => ({ name: of, at: 'shop.example', records });
  const issue = (value: string, tag = 'issue') => ({ critical: false, tag, value });
  const ours = authority(['letsencrypt.org']);
  const rows: readonly (readonly [string, CaaSeen, readonly AuthoritySeen[]])[] = [
    ['good dns.good', caa([]), [ours]],
    ['good dns.good', caa([issue('LetsEncrypt.org; validationmethods=http-01')]), [ours]],
    ['good dns.good', caa([issue('mailto:a@shop.example', 'iodef')]), [ours]],
    ['bad dns.caa', caa([issue('digicert.com')]), [ours]],
    ['bad dns.caa', caa([issue(';')]), [ours]],
    ['bad dns.caa', caa([issue('letsencrypt.org'), issue(';', 'issuewild')], '*.shop.example'), [ours]],
    ['good dns.good', caa([issue('letsencrypt.org'), issue(';', 'issuewild')]), [ours]],
    ['warning dns.caa_some', caa([issue('letsencrypt.org')]), [ours, authority(['pki.goog'])]],
    ['unknown dns.caa_unknown', caa([issue('letsencrypt.org')]), [authority(null)]],
    ['unknown dns.caa_unanswered', caa(null), [ours]],
  ];
  for (const [what, one, authorities] of rows) {
    test(`${what} for ${one.name} by ${JSON.stringify(one.records?.map(({ value }) => value) ?? null)}`, () =>
      assert.equal(saidOf(dnsChecks({ caa: [one], mail: [] }, authorities)), what));
  }

  test('records of mails are named where they are missing or wrong, and mails without keys too', () => {
    const mail = { shop: 'Nordlicht', domain: 'nordlicht.example', unsigned: null, records: [] };
    const record = (key: string, state: string) => ({ key, name: '', state });
    const said = (more: object) => saidOf(dnsChecks({ caa: [], mail: [{ ...mail, ...more }] }, []));
    assert.equal(said({ records: [record('spf', 'ok'), record('dmarc', 'ok')] }), 'good dns.good');
    assert.equal(
      said({ records: [record('spf', 'wrong'), record('mx', 'unanswered')] }),
      'warning dns.records, unknown dns.mail_unanswered',
    );
    assert.equal(said({ domain: null }), 'warning dns.no_sender');
    assert.equal(said({ unsigned: 'no_keys' }), 'warning dns.no_keys');
    assert.equal(said({ unsigned: 'other_domain' }), 'bad dns.not_sent');
    assert.equal(saidOf(dnsChecks({ caa: [], mail: [] }, [])), 'unknown dns.nothing');
  });
});

test('copies are asked for once there is a week to lose, and again when the last is a week old', () => {
  const said = (shopDays: number | null, data: number | null, keys: number | null): string =>
    saidOf(backupChecks({ shopDays, days: { data, keys } }));
  assert.equal(said(null, null, null), '');
  assert.equal(said(6, null, null), '');
  assert.equal(said(7, null, null), 'warning keys.backup_none_data, warning keys.backup_none_keys');
  assert.equal(said(90, 6, 7), 'warning keys.backup_old_keys');
  assert.equal(said(90, 8, 0), 'warning keys.backup_old_data');
});

test('there are no words for what is never said', () => {
  const sources = globSync('src/doctor/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
  const text = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
  const codes = Object.keys(en).flatMap((key) => (key.endsWith('.what') ? [key.slice(0, -5)] : []));
  // Of these the last part comes from what was found.
  const found = /^mail\.(?:name|connect|tls|sign_in|silent|refused)$|^certificate\.file_(?:unreadable|no_certificate)$/;
  assert.ok(codes.length > 100);
  assert.deepEqual(
    codes.filter((code) => !text.includes(`'${code}'`) && !found.test(code)),
    [],
  );
  assert.deepEqual(
    Object.keys(en).filter((key) => key.endsWith('.mend') && !codes.includes(key.slice(0, -5))),
    [],
  );
});
