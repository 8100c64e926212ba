import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { createTls } from '#tls';
import {
  tlsWithoutAuthority,
  unreachableDirectory,
  unservedName as name,
} from '../../../test/authorities/unreachable.ts';
import { findProgram } from '../../../test/authorities/programs.ts';
import { deliveringNeeds, keepCertificate, otherHost } from '../../../test/fixtures/delivered.ts';
import { openGround } from '../../../test/ground.ts';
import { serveApi } from '../../../test/served-api.ts';

const ground = await openGround();
const { database, privacy, jobs, clock, shop } = ground;
const tls = tlsWithoutAuthority(ground);
const front = { name: 'shop.example', upstream: 'http://127.0.0.1:8080', answers: null, why: 'slow' } as const;
const served = await serveApi({ ...ground, tls, fronts: () => Promise.resolve([front]) });
after(async () => {
  await served.close();
  await ground.close();
});
const { key } = await served.api.keys.create(shop.shopId, 'watch', ['certificates'], 'test');
const list = async () => (await served.ask('GET', '/v1/certificates', { key })).json;
const renew = async (body: object) => await served.ask('POST', '/v1/certificates/renew', { key, body });

test('a name is ordered once more, under the name of the key, and the list says what came of it', async () => {
  assert.deepEqual((await renew({ name })).json, { ordered: true });
  const [entry] = await privacy.audits(database, null, 1);
  assert.equal(entry?.verb, 'certificate.renew');
  assert.match(entry.actor, /^key key_/);
  await jobs.runDue();
  assert.deepEqual(await list(), {
    certificates: [
      {
        ...{ name, authority: null, not_before: null, not_after: null, left_of_life: null, revoked: false },
        next_at: '2026-11-20T08:02:00Z',
        delivery: null,
        failure: {
          ...{ why: 'The authority cannot be reached from this machine. It is asked again.', said: '' },
          ...{ authority: 'ca.example', failures: 1, failed_at: '2026-11-20T08:00:00Z' },
        },
      },
    ],
  });
});

test('nothing is ordered for other names, nor where the certificate is new', async () => {
  assert.deepEqual((await renew({ name: 'other.example' })).json, { ordered: false });
  assert.equal((await renew({ name: '' })).status, 422);
  const [from, until] = [clock.now(), clock.now().add({ hours: 24 })];
  const { certPem } = createAuthority('Example').issue([name], { from, until });
  await database.rows(
    `insert into tls.certificate (certificate_id, host, directory, chain, private, not_before, not_after, made_at)
     values ('01900000-0000-7000-8000-000000000001', $1, $2, $3, '', $4, $5, $4)`,
    [name, unreachableDirectory, certPem, from, until],
  );
  assert.deepEqual((await renew({ name })).json, { ordered: false });
});

test('fronted names are listed with what their servers said', async () => {
  assert.deepEqual((await served.ask('GET', '/v1/front', { key })).json, { fronts: [front] });
});
const others = await serveApi({
  ...ground,
  tls: createTls(deliveringNeeds(ground, { hosts: [otherHost], directory: null, reload: null })),
});
after(others.close);
const keyFor = async (...scopes: readonly string[]) =>
  (await others.api.keys.create(shop.shopId, 'web server', scopes, 'test')).key;
const fetchKey = await keyFor('certificates:fetch');
const bundle = async (headers: Record<string, string> = {}, of = otherHost, by = fetchKey) =>
  await others.ask('GET', `/v1/certificates/${of}/bundle`, { key: by, headers });

test('only a key that is for that alone fetches a certificate with its key, and no key that staff can make', async () => {
  for (const other of [await keyFor('all'), await keyFor('certificates')]) {
    assert.equal((await bundle({}, otherHost, other)).status, 401);
  }
  assert.equal((await others.ask('GET', '/v1/certificates', { key: fetchKey })).status, 401);
});

test('it is handed out when there is one, written down each time, and not again to whoever has it', async () => {
  const early = await bundle();
  assert.deepEqual([early.status, early.headers.get('retry-after')], [503, '60']);
  for (const none of [name, 'other.example']) assert.equal((await bundle({}, none)).status, 404);
  const keyPem = await keepCertificate(ground);
  const count = await others.caused(async () => {
    const { status, headers, json } = await bundle();
    const { privkey, fullchain, cert, chain } = json as Readonly<Record<string, string>>;
    assert.deepEqual([status, privkey], [200, keyPem]);
    assert.equal(fullchain, `${cert}${chain}`);
    const tag = headers.get('etag') ?? '';
    const again = await bundle({ 'if-none-match': `"x", ${tag}` });
    assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', tag]);
    const pem = await bundle({ accept: 'application/x-pem-file', 'if-none-match': tag });
    assert.deepEqual([pem.status, pem.headers.get('content-type')], [200, 'application/x-pem-file']);
    assert.equal(pem.text, `${keyPem}${fullchain}`);
  });
  assert.deepEqual(count.audits, ['certificate.fetch', 'certificate.fetch']);
  const [entry] = await privacy.audits(database, null, 1);
  assert.match(`${entry?.actor} ${entry?.subject}`, /^key key_\w+ www\.shop\.example$/);
  clock.advanceTo(clock.now().add({ hours: 1 }));
  await keepCertificate(ground);
  assert.notEqual((await bundle()).json, null);
});

const skip = findProgram('curl') === null ? 'no curl on this machine' : false;

test(
  'the script in docs/certificates.md fetches once, reloads once, and again after a renewal',
  { skip },
  async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'glasspost-fetch-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const docs = readFileSync(new URL('../../../docs/certificates.md', import.meta.url), 'utf8');
    const script = /```sh\n(#!\/bin\/sh[^]*?)```/.exec(docs)?.[1] ?? '';
    const file = join(folder, 'fetch');
    writeFileSync(
      file,
      script
        .replaceAll('https://track.shop.example', others.url)
        .replaceAll('/etc/ssl/shop', folder)
        .replaceAll('systemctl reload nginx', `echo reloaded >>${folder}/calls`),
    );
    chmodSync(file, 0o700);
    writeFileSync(join(folder, 'key'), `Authorization: Bearer ${fetchKey}\n`);
    const run = async () => await promisify(execFile)(file, { env: { PATH: process.env['PATH'] } });
    const calls = () =>
      existsSync(`${folder}/calls`) ? readFileSync(`${folder}/calls`, 'utf8').trim().split('\n') : [];
    await run();
    await run();
    assert.equal(calls().length, 1);
    const first = readFileSync(join(folder, `${otherHost}.pem`), 'utf8');
    assert.match(first, /^-----BEGIN PRIVATE KEY-----[^]+-----BEGIN CERTIFICATE-----/);
    clock.advanceTo(clock.now().add({ hours: 1 }));
    await keepCertificate(ground);
    await run();
    assert.equal(calls().length, 2);
    assert.notEqual(readFileSync(join(folder, `${otherHost}.pem`), 'utf8'), first);
  },
);
