import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { bundle } from '#kit/html';
import { runWords } from '../../../test/command-line.ts';
import {
  createTestLog,
  resumedText,
  serveFiles,
  testEntry,
  writeOwnPart,
  type TestLog,
} from '../../../test/fixtures/test-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-verify-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(folder, `kept-${(folders += 1)}`);

const verify = (...words: readonly string[]) => runWords(['ledger', 'verify', ...words]);
const entries = (from: number, count: number) => Array.from({ length: count }, (_, at) => testEntry(from + at));

function aLog(count: number): TestLog {
  const log = createTestLog();
  log.append(entries(1, count));
  return log;
}

async function served(log: Pick<TestLog, 'get'>) {
  const files = await serveFiles(log.get);
  after(files.close);
  return files;
}

test('A whole ledger is read by its address: how many entries, the root, who signed', async () => {
  const log = aLog(600);
  const { url } = await served(log);
  const { code, out } = await verify(url);
  assert.equal(code, 0, out);
  assert.match(out, /^Ledger {3}shop\.example\/ledger\nEntries {2}600 checked now, 600 in all\n/);
  assert.match(out, /Signed {3}Ed25519 good\nSigned {3}ML-DSA-44 good, 2026-11-29T12:00:00Z\n/);
  assert.match(out, /Keys {5}as the ledger says: .*\((?:[0-9a-f]{4} ?){8}\)\n\nAll holds\.$/);
  const json = JSON.parse((await verify(url, '--json')).out) as Readonly<Record<string, unknown>>;
  assert.deepEqual([json['holds'], json['size'], json['checked'], json['wrong']], [true, 600, 600, null]);
});

test('What a ledger says of itself is told, and so is what was found of it where its reviews cannot be read', async () => {
  const log = aLog(3);
  log.append([resumedText({ from: 3, signed: 9, root: Buffer.alloc(32).toString('base64') })]);
  const page = Buffer.from('<html>');
  const { url } = await served({
    get: (path) => (path.startsWith('/reviews/') ? page : log.get(path.replace('shp_1/', ''))),
  });
  const looked = await verify(`${url}/shp_1?language=de`);
  assert.equal(looked.code, 2);
  assert.match(
    looked.out,
    /4 checked now[^]*\nResumed {2}entry 3 says: goes on from 3, where 9 entries had been [^]*\n\nThe ledger itself holds\.$/,
  );
  assert.match(looked.err, /reviews could not be looked at: .* is none/);
});

test('What was kept is not asked for again, and the copy is a ledger of its own', async () => {
  const log = aLog(600);
  const { url, asked } = await served(log);
  const kept = newFolder();
  assert.equal((await verify(url, '--save', kept)).code, 0);
  log.append(entries(601, 200));
  asked.length = 0;
  const again = await verify(url, '--save', kept);
  assert.match(again.out, /Entries {2}288 checked now, 800 in all\nSince {4}goes on from 600 entries/);
  assert.deepEqual(
    asked.filter((path) => /\/00[01]$/.test(path) && !path.startsWith('tile/1')),
    [],
  );
  assert.ok(!existsSync(join(kept, 'tile/0/002.p/88')) && existsSync(join(kept, 'tile/entries/003.p/32')));
  assert.match((await verify(kept)).out, /800 checked now, 800 in all/);
  assert.match((await verify(url, '--save', kept, '--all')).out, /800 checked now/);
  // Of a bundle that was cut off, what can still be read is not what is wrong.
  truncateSync(join(kept, 'tile/entries/003.p/32'), statSync(join(kept, 'tile/entries/003.p/32')).size - 5);
  assert.match((await verify(kept)).out, /WRONG: entry 799 is not the one/);
  // What is damaged on the disk is read again, and no reason to suspect the ledger.
  writeFileSync(join(kept, 'tile/0/000'), Buffer.alloc(8_192));
  assert.match((await verify(url, '--save', kept)).out, /800 checked now.*\n(?:.*\n)*All holds/);
});

test('A ledger that is rolled back or forked is told in one sentence, and both statements are kept', async () => {
  const log = aLog(300);
  const { url } = await served({ get: (path) => current.get(path) });
  let current: TestLog = log;
  const kept = newFolder();
  assert.equal((await verify(url, '--save', kept)).code, 0);
  current = aLog(299);
  const shorter = await verify(url, '--save', kept);
  assert.deepEqual([shorter.code, /WRONG: rolled back: there were 300 .*/.test(shorter.out)], [1, true]);
  current = createTestLog();
  current.append([...entries(1, 270), testEntry(271, 'another'), ...entries(272, 60)]);
  const forked = await verify(url, '--save', kept);
  assert.equal(forked.code, 1);
  assert.match(forked.out, /WRONG: forked: .* 300 entries that were seen before; the first that is another is 270\./);
  assert.equal(readdirSync(kept).filter((name) => name.startsWith('against-')).length, 2);
  assert.ok(!readdirSync(kept).some((name) => name.startsWith('.new')));
  current = log;
  assert.equal((await verify(url, '--save', kept)).code, 0);
});

test('The first wrong entry is named, whatever was changed', async () => {
  const damages: readonly (readonly [RegExp, (log: TestLog) => void])[] = [
    [
      /entry 257 is not the one/,
      (log) => log.files.set('tile/entries/001.p/1', changed(log, 'tile/entries/001.p/1', 200)),
    ],
    [/entry 3 is not the one/, (log) => log.files.set('tile/0/000.p/1', changed(log, 'tile/0/000.p/1', 100))],
    [/from entry 0 on, a hash/, (log) => log.files.set('tile/1/000.p/1', changed(log, 'tile/1/000.p/1', 5))],
    [/from entry 256 on, something is missing/, (log) => log.files.delete('tile/entries/001.p/1')],
    [
      /more than this reads/,
      (log) => {
        const at = Temporal.Instant.from('2026-11-29T12:00:00Z');
        log.files.set('checkpoint', Buffer.from(log.keys.sign({ size: 50_000_001, root: Buffer.alloc(32) }, at)));
      },
    ],
    [/do not make the root/, (log) => log.files.set('checkpoint', Buffer.from(log.sign(Buffer.alloc(32, 1))))],
    [/not signed by shop/, (log) => log.files.set('checkpoint', changed(log, 'checkpoint', 20))],
  ];
  for (const [said, damage] of damages) {
    const log = aLog(300);
    const { url } = await served(log);
    damage(log);
    const { code, out } = await verify(url);
    assert.equal(code, /more/.test(said.source) ? 2 : 1, out);
    assert.match(out, said);
  }
});

function changed(log: TestLog, path: string, at: number): Uint8Array {
  const bytes = Uint8Array.from(log.files.get(path) ?? []);
  // A digit of a checkpoint stays a digit.
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

test('Keys that were given or kept count, not those that are served', async () => {
  const [log, stranger] = [aLog(3), createTestLog('shop.example/ledger', 60)];
  stranger.append(entries(1, 5));
  let current: TestLog = log;
  const { url } = await served({ get: (path) => current.get(path) });
  const [kept, keysFile] = [newFolder(), join(folder, 'keys')];
  writeFileSync(keysFile, log.get('keys') ?? '');
  assert.match((await verify(url, '--keys', keysFile, '--save', kept)).out, /given by you/);
  const key = /log (\S+)/.exec(readFileSync(keysFile, 'utf8'))?.[1] ?? '';
  assert.equal((await verify(url, '--keys', key)).code, 0);
  current = stranger;
  assert.equal((await verify(url)).code, 0);
  for (const words of [
    ['--keys', keysFile],
    ['--keys', key],
    ['--save', kept],
  ]) {
    const { code, out } = await verify(url, ...words);
    assert.deepEqual([code, /not signed by/.test(out)], [1, true], out);
  }
  rmSync(join(kept, 'keys'));
  assert.match((await verify(url, '--save', kept)).err, /first look are gone/);
  assert.match((await verify(url, '--keys', key.replace('shop', 'shap'))).err, /no keys of a ledger: line 1/);
});

test('A proof says what was entered, offline, and nothing else passes', async () => {
  const log = createTestLog();
  const own = testEntry(3, 'DHL got your name');
  log.append([...entries(1, 2), own, ...entries(4, 70)]);
  const keysFile = join(folder, 'keys');
  writeFileSync(keysFile, log.get('keys') ?? '');
  const file = (name: string, text: string | Uint8Array): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const whole = log.proofOf(2, writeOwnPart(own));
  const proven = await verify(file('a.tlog-proof', whole), '--keys', keysFile);
  assert.equal(proven.code, 0, proven.out);
  assert.match(proven.out, /Details {2}\{"fields":\["name"\],"what":"DHL got your name"\}/);
  assert.match(proven.out, /This was entered by shop\.example\/ledger\.$/);
  const bare = file('b.tlog-proof', log.proofOf(2));
  const entry = file('entry', log.texts[2] ?? '');
  assert.equal((await verify(bare, '--keys', keysFile, '--entry', entry)).code, 0);
  assert.match((await verify(bare, '--keys', keysFile)).err, /name it with --entry/);
  assert.match((await verify(bare, '--entry', entry)).err, /Whose signature\?/);
  for (const [extra, index] of [
    [{ ...own, number: 4 }, 2],
    [{ ...own, details: {} }, 2],
    [own, 3],
  ] as const) {
    const wrong = file('c.tlog-proof', log.proofOf(index, writeOwnPart(extra)));
    assert.deepEqual((await verify(wrong, '--keys', keysFile)).code, 1);
  }
  const forged = file('d.tlog-proof', whole.replace(/\n73\n/, '\n74\n'));
  assert.equal((await verify(forged, '--keys', keysFile)).code, 1);
});

suite('What cannot be looked at is said in one sentence, with exit code 2', () => {
  const answers: Readonly<Record<string, readonly [RequestListener, RegExp]>> = {
    'nothing there': [(_, answer) => answer.writeHead(404).end(), /There is no ledger/],
    'a page': [(_, answer) => answer.end('<html>'), /"checkpoint" is none/],
    'a redirect': [
      (_, answer) => answer.writeHead(302, { location: 'https://else.example' }).end(),
      /redirect, .*else/,
    ],
    'an error': [(_, answer) => answer.writeHead(500).end('no'), /checkpoint with status 500/],
    'too much': [(_, answer) => answer.end(Buffer.alloc(700_000, 65)), /more than such a file can have/],
    'broken off': [
      (_, answer) => void answer.writeHead(200, { 'content-length': '99' }).write('a', () => answer.destroy()),
      /broke off/,
    ],
  };
  for (const [name, [listener, said]] of Object.entries(answers)) {
    test(name, async () => {
      const server = createServer(listener).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const { code, out, err } = await verify(`http://127.0.0.1:${port}/ledger/`);
      server.close();
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, said);
    });
  }

  const refusals: Readonly<Record<string, readonly [string, RegExp]>> = {
    'nobody listens': ['http://127.0.0.1:2/ledger', /Nobody answers|broke off/],
    'plain http elsewhere': ['http://shop.example/ledger', /by https: only/],
    'another scheme': ['ftp://shop.example/ledger', /by https: only/],
    'no address': ['https://', /no address of a ledger/],
    'a password': ['https://a:b@shop.example/', /password/],
    'no such file': ['/nowhere/at.all', /There is no/],
    'an empty folder': [folder, /There is no ledger/],
  };
  for (const [name, [place, said]] of Object.entries(refusals)) {
    test(name, async () => {
      const { code, err } = await verify(place);
      assert.equal(code, 2, err);
      assert.match(err, said);
    });
  }
});

test('The same as one file runs under any Node from 20 on', async () => {
  const log = aLog(300);
  const { url } = await served(log);
  const file = join(folder, 'verify.mjs');
  writeFileSync(file, bundle(import.meta.url, '../../privacy/verifier/main.ts', 'node'));
  const run = (node: string) => promisify(execFile)(node, [file, url, '--json'], { cwd: folder, env: {} });
  const nodes = [process.execPath, '/usr/bin/node'].filter((node) => existsSync(node));
  for (const node of nodes) {
    const { stdout, stderr } = await run(node);
    assert.equal(stderr, '');
    const said = JSON.parse(stdout) as { readonly holds: boolean; readonly signatures: readonly { verdict: string }[] };
    assert.ok(said.holds && said.signatures.some(({ verdict }) => verdict === 'good'), node);
    assert.ok(said.signatures.every(({ verdict }) => verdict === 'good' || verdict === 'unknown'));
  }
  log.files.set('tile/0/000.p/1', changed(log, 'tile/0/000.p/1', 100));
  await assert.rejects(run(process.execPath), { code: 1 });
  const help = await promisify(execFile)(process.execPath, [file, '--help']);
  assert.match(help.stdout, /^node verify\.mjs URL.*\n {4}PLACE is an address[^]*Exit codes/);
});
