import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createBackup } from '#backup';
import { createKeyRoom, openKeyring, type Keyring, type KeyRoom } from '#keys';
import { createManualClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import { createManualJobs } from '#kit/jobs';
import { createPrivacy, ledgerHeads, subjectKeys, type Privacy } from '#privacy';
import { withNewKey, wrappedBy } from '../../src/keys/ring.ts';
import { openTestDatabase } from '../database.ts';
import { start } from '../ground.ts';

const place = mkdtempSync(join(tmpdir(), 'glasspost-test-rotation-'));
const ended: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ended.toReversed()) await end();
  rmSync(place, { recursive: true, force: true });
});

type Process = {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly privacy: Privacy;
  readonly room: KeyRoom;
  readonly jobs: ReturnType<typeof createManualJobs>;
};

const clock = createManualClock(start);
const shopId = newId(clock);
let installations = 0;

/** An installation, and a way to start processes of it: each has its own connections and memory, as real ones do. */
async function openInstallation(): Promise<{
  readonly folder: string;
  readonly process: (folder?: string) => Promise<Process>;
}> {
  const { url, close } = await openTestDatabase();
  ended.push(close);
  const own = join(place, `keys-${(installations += 1)}`);
  return {
    folder: own,
    process: async (folder = own) => {
      const database = openDatabase({ url });
      const keyring = await openKeyring({ folder, database });
      const privacy = createPrivacy({ database, clock, keyring });
      const jobs = createManualJobs({ clock });
      const { audit } = privacy;
      const needs = { database, clock, keyring, jobs, audit, wrapped: subjectKeys, log: () => {}, knowMsMax: 1_500 };
      const room = createKeyRoom(needs);
      ended.push(async () => {
        await room.stop();
        await database.close();
      });
      return { database, keyring, privacy, room, jobs };
    },
  };
}

const personOf = () => ({ kind: 'person', id: newId(clock), shopId }) as const;

async function addPersons({ database, privacy }: Process, count: number): Promise<readonly string[]> {
  const persons = Array.from({ length: count }, personOf);
  await database.tx((tx) => privacy.makeKeys(tx, persons));
  return persons.map(({ id }) => id);
}

const fault = (words: RegExp) => (error: unknown) => error instanceof Fault && words.test(error.publicText);

test('a rotation while two processes serve: everything opens all the time, and nothing is left of the old key', async () => {
  const installation = await openInstallation();
  const [one, two] = [await installation.process(), await installation.process()];
  for (const { room } of [one, two]) await room.start();
  const known = await addPersons(one, 1_500);
  const [old] = one.keyring.kept.wrappingIds();
  const traffic = { isOn: true, opened: 0, failed: 0 };
  const serve = async (by: Process, persons: string[]): Promise<void> => {
    while (traffic.isOn) {
      try {
        persons.push(...(await addPersons(by, 3)));
        const asked = [persons.at(0), persons.at(-1), persons.at(Math.floor(persons.length / 2))].filter(
          (id) => id !== undefined,
        );
        // A book of its own each time: what is kept in memory would open without the row.
        const fresh = createPrivacy({ database: by.database, clock, keyring: by.keyring });
        traffic.opened += (await fresh.keysOf(by.database, 'person', asked)).size;
      } catch {
        traffic.failed += 1;
      }
    }
  };
  const serving = [serve(one, [...known]), serve(two, [...known])];
  const rotation = await (await installation.process()).room.rotate('test');
  traffic.isOn = false;
  await Promise.all(serving);
  assert.equal(traffic.failed, 0);
  assert.ok(traffic.opened > 20, `${traffic.opened} opened`);
  assert.ok(rotation.rewrapped >= 1_500 && rotation.endedAt !== null);
  const status = await one.room.status(one.database);
  assert.deepEqual(
    status.wrapping.map(({ id, wraps }) => [id, wraps]),
    [
      [rotation.toId, true],
      [old, false],
    ],
  );
  assert.deepEqual([status.wrapping[1]?.rows, status.lost], [0, 0]);
  assert.deepEqual(await two.room.retire('test'), [old]);
  assert.ok(!readFileSync(join(installation.folder, 'keyring.json'), 'utf8').includes(String(old)));
  const later = await installation.process();
  assert.equal((await later.privacy.keysOf(later.database, 'person', known)).size, known.length);
});

test('a key is dropped only when no row has it, and the one that wraps never', async () => {
  const installation = await openInstallation();
  const one = await installation.process();
  const [person = ''] = await addPersons(one, 1);
  const wrapped = async (): Promise<Buffer> =>
    (
      await one.database.one<{ wrapped: Buffer }>('select wrapped from privacy.person_key where person_id = $1', [
        person,
      ])
    )?.wrapped ?? Buffer.alloc(0);
  await assert.rejects(one.room.retire('test'), fault(/only the key that wraps/));
  const before = await wrapped();
  await one.room.rotate('test');
  const turned = await wrapped();
  // A row that came back with the old key, as from a copy of a table.
  await one.database.rows('update privacy.person_key set wrapped = $2 where person_id = $1', [person, before]);
  await assert.rejects(one.room.retire('test'), fault(/1 keys are still wrapped with/));
  assert.equal(one.keyring.kept.wrappingIds().length, 2);
  await one.database.rows('update privacy.person_key set wrapped = $2 where person_id = $1', [person, turned]);
  assert.equal((await one.room.retire('test')).length, 1);
});

test('a key is not dropped while somebody is still about to commit what it lies around', async () => {
  const installation = await openInstallation();
  const [slow, one] = [await installation.process(), await installation.process()];
  const { promise: held, resolve: commit } = Promise.withResolvers<void>();
  const person = personOf();
  const { promise: made, resolve: isMade } = Promise.withResolvers<void>();
  const writing = slow.database.tx(async (tx) => {
    await slow.privacy.makeKeys(tx, [person]);
    isMade();
    await held;
  });
  await made;
  await one.room.rotate('test');
  const retiring = assert.rejects(one.room.retire('test'), fault(/1 keys are still wrapped with/));
  await setTimeout(100);
  commit();
  await writing;
  await retiring;
  const later = await installation.process();
  assert.equal((await later.privacy.keysOf(later.database, 'person', [person.id])).size, 1);
});

test('whoever turns keys while the next rotation begins goes on to the newer key, and comes to an end', async () => {
  const installation = await openInstallation();
  const one = await installation.process();
  await addPersons(one, 3);
  const { database, keyring, jobs, privacy } = one;
  const newest: string[] = [];
  // What another process wrote is heard of between two rows.
  const boundOf = (id: string): string => {
    if (newest.length === 0) {
      keyring.kept.change((ring) => {
        const next = withNewKey(ring);
        newest.push(next?.id ?? '');
        return wrappedBy(next?.ring ?? ring, newest[0] ?? '');
      });
    }
    return `person|${id}`;
  };
  const [persons] = subjectKeys;
  assert.ok(persons !== undefined);
  const wrapped = [{ ...persons, boundOf }];
  const room = createKeyRoom({ database, clock, keyring, jobs, audit: privacy.audit, wrapped, log: () => {} });
  await room.rotate('test', (done) => assert.ok(done < 100, 'it goes round and round'));
  const { wrapping } = await one.room.status(database);
  assert.deepEqual([wrapping[0]?.id, wrapping.map(({ rows }) => rows)], [newest[0], [3, 0, 0]]);
});

test('a copy of keys holds what wraps its rows, also where a rotation began after the keyring was read', async () => {
  const installation = await openInstallation();
  const [copying, other] = [await installation.process(), await installation.process()];
  await addPersons(other, 1);
  const { toId } = await other.room.rotate('test');
  const apart = subjectKeys.map(({ table }) => table);
  const { database, keyring } = copying;
  const backup = createBackup({ database, clock, keyring, apart, ledgerHeads, version: '0', own: [] });
  const { folder } = await backup.writeKeys({ under: join(place, 'copies'), recipients: [], keepDays: 30 });
  assert.match(readFileSync(join(folder, 'keyring.json'), 'utf8'), new RegExp(toId));
});

test('what a kill interrupts is gone on with: by the job, or by rotating again, to the same key', async () => {
  const installation = await openInstallation();
  const killed = await installation.process();
  await addPersons(killed, 1_200);
  let isKilled = false;
  const rotating = killed.room.rotate('test', (done) => {
    if (done < 500 || isKilled) return;
    isKilled = true;
    throw new Error('killed');
  });
  await assert.rejects(rotating, /killed/);
  const status = await killed.room.status(killed.database);
  assert.ok(
    status.wrapping.every(({ rows }) => rows > 0),
    'both keys are in use',
  );
  const byJob = await installation.process();
  clock.advanceTo(clock.now().add({ minutes: 3 }));
  assert.equal(killed.jobs.waiting().length, 1);
  const rotation = await byJob.room.rotate('test');
  assert.equal(rotation.toId, status.wrapping[0]?.id);
  assert.ok(rotation.rewrapped >= 1_200 && rotation.endedAt !== null);
  assert.deepEqual(
    (await byJob.room.status(byJob.database)).wrapping.map(({ rows }) => rows > 0),
    [true, false],
  );
  await addPersons(killed, 1);
  await killed.jobs.runDue();
});

test('a process that does not get to know the new key keeps it from being used; once it does, the job goes on', async () => {
  const installation = await openInstallation();
  const one = await installation.process();
  await one.room.start();
  const elsewhere = join(place, 'another-machine');
  cpSync(installation.folder, elsewhere, { recursive: true });
  const far = await installation.process(elsewhere);
  await far.room.start();
  const [old] = one.keyring.kept.wrappingIds();
  await assert.rejects(one.room.rotate('test'), fault(/1 of the processes that run do not know the new key/));
  assert.equal(one.keyring.kept.wrappingIds()[0], old);
  cpSync(join(installation.folder, 'keyring.json'), join(elsewhere, 'keyring.json'));
  clock.advanceTo(clock.now().add({ minutes: 3 }));
  await one.jobs.runDue();
  const { rotation, wrapping } = await one.room.status(one.database);
  assert.ok(rotation !== null && rotation.toId !== old && rotation.endedAt !== null);
  assert.deepEqual([wrapping[0]?.id, wrapping[0]?.wraps], [rotation.toId, true]);
  // It knows it, and its own file does not say yet that it wraps.
  await assert.rejects(one.room.retire('test'), fault(/1 of the processes that run still wrap with an older key/));
  await far.room.stop();
  assert.deepEqual(await one.room.retire('test'), [old]);
});

test('the keyring moves to a passphrase and back while it is used, and opens only with it', async () => {
  const { createProviders } = await import('#keys');
  const installation = await openInstallation();
  const opened = await installation.process();
  const [person = ''] = await addPersons(opened, 1);
  const settings = { askPassphrase: null, vault: { missing: 'x' }, awskms: { missing: 'x' } } as const;
  const providers = createProviders({ ...settings, passphrase: 'vier Wörter genügen hier' }, clock);
  const { database } = opened;
  const keyring = await openKeyring({ folder: installation.folder, database, providers });
  await keyring.kept.moveTo('passphrase');
  const text = readFileSync(join(installation.folder, 'keyring.json'), 'utf8');
  assert.deepEqual(Object.keys(JSON.parse(text) as object), ['version', 'keyring', 'provider', 'wrapped', 'sealed']);
  await assert.rejects(installation.process(), fault(/closed by passphrase, and nothing is set/));
  const wrong = createProviders({ ...settings, passphrase: 'nicht die vier Wörter' }, clock);
  await assert.rejects(
    openKeyring({ folder: installation.folder, database, providers: wrong }),
    fault(/does not open the keyring/),
  );
  const again = await openKeyring({ folder: installation.folder, database, providers });
  assert.deepEqual(again.derive('links'), opened.keyring.derive('links'));
  const privacy = createPrivacy({ database, clock, keyring: again });
  assert.equal((await privacy.keysOf(database, 'person', [person])).size, 1);
  await again.kept.moveTo('file');
  assert.equal((await installation.process()).keyring.id, again.id);
  await assert.rejects(again.kept.moveTo('vault'), fault(/x is not set/));
  assert.ok(again.unwrap(again.wrap(randomBytes(32), 'a'), 'a').length === 32);
});

/** A program of this machine, where it is. */
const [terminal] = ['script'] as const;
const hasTerminal = spawnSync(terminal, ['--version']).status === 0;

test(
  'at a terminal a passphrase is typed unseen, Ctrl-C is heard, and who has given none is asked again',
  { skip: hasTerminal ? false : 'there is no script' },
  async () => {
    const words = 'vier Wörter genügen hier';
    const program = `
      const { keyProviders } = await import(process.argv[1]);
      process.on('SIGINT', () => console.log('interrupted'));
      const passphrase = keyProviders({ vaultUrl: null })('passphrase');
      await passphrase.wrap(Buffer.alloc(32)).catch((error) => console.log(error.publicText));
      console.log((await passphrase.wrap(Buffer.alloc(32))).slice(0, 8));`;
    const file = join(import.meta.dirname, '..', '..', 'src', 'program', 'key-providers.ts');
    const typing = [process.execPath, '--input-type=module', '-e', program, file].map(
      (word) => `'${word.replaceAll("'", `'\\''`)}'`,
    );
    const child = spawn(terminal, ['-qec', typing.join(' '), '/dev/null'], { stdio: 'pipe' });
    const keys = ['\u0003', `${words}\r`, `${words}\r`];
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      // Each question is answered once.
      const asked = said.match(/(?:keyring|again): /g)?.length ?? 0;
      if (asked > 3 - keys.length) child.stdin.write(keys.shift() ?? '');
    });
    await once(child, 'close');
    assert.match(said, /No passphrase was given[^]*again: [^]*argon2id/);
    assert.match(said, /interrupted/);
    assert.ok(!said.includes('Wörter'), said);
  },
);
