import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { after, beforeEach, test } from 'node:test';
import { createAuthority } from '#kit/certificate';
import { createTls } from '#tls';
import { deliveringNeeds, keepCertificate, otherHost as host } from '../../../test/fixtures/delivered.ts';
import { openGround } from '../../../test/ground.ts';
import { createSealing } from '../keeping/sealing.ts';
import { createDelivering } from './deliver.ts';
import { writeFiles } from './files.ts';
import { runReload } from './run-reload.ts';

const ground = await openGround();
const { database, clock, privacy } = ground;
const home = mkdtempSync(join(tmpdir(), 'glasspost-delivery-'));
let directory = '';
let reload = '';
let number = 0;

/** Writes down what it is called with, and fails while there is a file `broken` beside it. */
const reloadScript = `#!/bin/sh
echo "$1 $2" >>"$(dirname "$0")/calls"
if [ -e "$(dirname "$0")/broken" ]; then echo "out"; echo "nginx: [emerg] no such key" >&2; exit 3; fi
`;

beforeEach(async () => {
  number += 1;
  const folder = mkdtempSync(join(home, `${number}-`));
  [directory, reload] = [join(folder, 'certificates'), join(folder, 'reload')];
  writeFileSync(reload, reloadScript);
  chmodSync(reload, 0o700);
  for (const table of ['certificate', 'delivery', 'fetched']) await database.rows(`delete from tls.${table}`, []);
});
after(async () => {
  await ground.close();
  rmSync(home, { recursive: true });
});

const needs = (more: { readonly directory?: string } = {}) =>
  deliveringNeeds(ground, { hosts: [host, '*.shop.example'], directory, reload, ...more });
/** A process that has just begun. */
const begin = () => createDelivering(needs(), createSealing(ground.keyring));
const read = (name: string, of = host): string => readFileSync(join(directory, of, `${name}.pem`), 'utf8');
const calls = (): readonly string[] => {
  const file = join(reload, '..', 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};
const pass = (seconds: number): void => clock.advanceTo(clock.now().add({ seconds }));

/** What staff see of the files of the host. */
async function filesLine() {
  const lines = await createTls(needs()).list();
  const [line] = lines.flatMap(({ name, delivery }) => (name === host && delivery !== null ? delivery.files : []));
  assert(line !== undefined);
  return line;
}

test('each change is written and reloaded once, the key for its owner alone, and a start mends what somebody changed', async () => {
  const delivering = begin();
  await delivering.deliverDue();
  assert.deepEqual(calls(), [], 'before the first certificate there is nothing');
  const keyPem = await keepCertificate(ground);
  await delivering.deliverDue();
  await delivering.deliverDue();
  assert.deepEqual(calls(), [`${host} ${join(directory, host)}`]);
  assert.equal(read('privkey'), keyPem);
  assert.equal(read('fullchain'), read('cert') + read('chain'));
  assert.ok(new X509Certificate(read('cert')).checkPrivateKey(createPrivateKey(read('privkey'))));
  assert.equal(statSync(join(directory, host, 'privkey.pem')).mode & 0o777, 0o600);
  pass(60);
  await keepCertificate(ground);
  await delivering.deliverDue();
  assert.notEqual(read('privkey'), keyPem);
  await begin().deliverDue();
  assert.equal(calls().length, 2, 'a start finds what it would write');
  const right = read('fullchain');
  writeFileSync(join(directory, host, 'fullchain.pem'), 'changed');
  await begin().deliverDue();
  assert.equal(read('fullchain'), right);
  assert.equal(calls().length, 3);
  await keepCertificate(ground, '*.shop.example');
  await delivering.deliverDue();
  assert.match(read('cert', '_wildcard.shop.example'), /BEGIN CERTIFICATE/);
});

test('a server that does not take it is seen by staff and asked again, with growing pauses', async () => {
  await keepCertificate(ground);
  const broken = join(reload, '..', 'broken');
  writeFileSync(broken, '');
  const delivering = begin();
  await delivering.deliverDue();
  await delivering.deliverDue();
  assert.equal(calls().length, 1, 'there is a pause before the next try');
  const { failure, isCurrent } = await filesLine();
  assert(failure !== null);
  assert.deepEqual([failure.code, failure.failures, isCurrent], [3, 1, false]);
  assert.match(failure.said, /nginx: \[emerg\] no such key/);
  assert.equal(failure.nextAt.since(clock.now()).total('minutes'), 2);
  pass(121);
  await delivering.deliverDue();
  pass(121);
  await delivering.deliverDue();
  assert.equal(calls().length, 2, 'the second pause is longer');
  rmSync(broken);
  pass(121);
  await begin().deliverDue();
  assert.equal(calls().length, 3);
  const well = await filesLine();
  assert.deepEqual([well.failure, well.isCurrent], [null, true]);
});

test('a folder that cannot be written is said, and staff may have it all done now', async () => {
  await keepCertificate(ground);
  const tls = createTls(needs({ directory: join(reload, 'inside-a-file') }));
  const failed = await tls.deliver(host, 'staff');
  assert.equal(failed.failure?.why, 'files');
  const done = await createTls(needs()).deliver(host, 'staff');
  assert.deepEqual([done.failure, calls().length], [null, 1]);
  await createTls(needs()).deliver(host, 'staff');
  assert.equal(calls().length, 2);
  const [entry] = await privacy.audits(database, null, 1);
  assert.deepEqual([entry?.actor, entry?.verb, entry?.subject], ['staff', 'certificate.deliver', host]);
  await assert.rejects(tls.deliver('track.shop.example', 'staff'), { code: 'conflict' });
  await assert.rejects(tls.deliver('other.example', 'staff'), { code: 'not_found' });
});

test('a confined process writes the files too', async () => {
  const files = JSON.stringify(fileURLToPath(new URL('files.ts', import.meta.url)));
  const given = [directory, host, '1', { chain: 'c', keyPem: 'k' }].map((one) => JSON.stringify(one)).join(',');
  const code = `const { writeFiles } = await import(${files}); await writeFiles(${given}); await writeFiles(${given});`;
  mkdirSync(directory);
  const project = fileURLToPath(new URL('../../..', import.meta.url));
  const allowed = [`--allow-fs-read=${project}`, `--allow-fs-read=${directory}`, `--allow-fs-write=${directory}`];
  const flags = ['--no-warnings', '--permission', '--allow-child-process', ...allowed, '--input-type=module'];
  const child = spawn(process.execPath, [...flags, '-e', code], {
    cwd: project,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await once(child, 'exit');
  assert.equal(child.exitCode, 0);
  assert.equal(read('privkey'), 'k\n');
});

test('two processes with one folder reload once', async () => {
  await keepCertificate(ground);
  const both = [begin(), begin()];
  await Promise.all(both.map((one) => one.deliverDue()));
  await Promise.all(both.map((one) => one.deliverDue()));
  assert.equal(calls().length, 1);
});

test('a program that does not end is ended, and one that is not there is said', async () => {
  writeFileSync(reload, '#!/bin/sh\necho begun\nsleep 20\n');
  const slow = await runReload(reload, { host, folder: directory }, 200);
  assert.deepEqual(slow, { code: null, said: 'begun' });
  assert.match((await runReload(`${reload}-none`, { host, folder: directory })).said, /ENOENT/);
});

test('a reader that comes by way of the folder never sees a certificate with the key of another', async (context) => {
  const authority = createAuthority('Readers');
  const pems = () => {
    const { certPem, keyPem } = authority.issue([host]);
    return { chain: certPem, keyPem };
  };
  await writeFiles(directory, host, '0000', pems());
  const program = fileURLToPath(new URL('../../../test/fixtures/pair-reader.ts', import.meta.url));
  const reader = spawn(process.execPath, [program, join(directory, host)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(reader.stdout);
  await new Promise((resolve) => {
    reader.stdout.once('data', resolve);
  });
  const changes = 150;
  for (let at = 1; at <= changes; at += 1) {
    await writeFiles(directory, host, String(at).padStart(4, '0'), pems());
    await pause(10);
  }
  reader.stdin.end();
  const line = (await said).trim().split('\n').at(-1) ?? '';
  context.diagnostic(`${changes} changes: ${line}`);
  const { reads, mixed, versions } = JSON.parse(line) as Readonly<Record<string, number>>;
  assert.equal(mixed, 0);
  assert.ok((reads ?? 0) >= 1_000 && (versions ?? 0) > changes / 2, line);
});
