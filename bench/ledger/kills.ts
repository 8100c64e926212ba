// Kills processes that enter things in a ledger and give places, at random moments, PostgreSQL too now and then, and looks
// afterwards whether everything that was recorded has its entry exactly once and nothing that was signed is gone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openKeyring } from '#keys';
import { realClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import { newId } from '#kit/ids';
import { createPrivacy } from '#privacy';
import { databaseProcess, type DatabaseProcess } from '../../test/stories/database-process.ts';
import { startBenchServer } from '../parts/ground.ts';
import { judge, type Judged, type SeenCheckpoint } from './judge.ts';

export type LedgerKillNeeds = {
  readonly url: string;
  /** Where the keyring lies. */
  readonly keysFolder: string;
  /** Ends PostgreSQL without a word and starts it again; null where it may not be. */
  readonly killDatabase: (() => Promise<void>) | null;
  readonly rounds: number;
  /** No more kills are begun after this time. */
  readonly msMax: number;
  readonly log?: (line: string) => void;
};

type LedgerKillReport = Judged & {
  readonly kills: number;
  readonly databaseKills: number;
  readonly seen: number;
};

const project = fileURLToPath(new URL('../..', import.meta.url));
const writerProcess = fileURLToPath(import.meta.resolve('./writer-process.ts'));
const processes = 2;
const databaseEvery = 15;
const lookEveryMs = 20;
/** From `ready` on: in the thick of it, or long after. */
const momentMsMax = 500;

/** What was started is ended, whatever comes of it. */
export async function run(needs: LedgerKillNeeds): Promise<LedgerKillReport> {
  const { url, keysFolder, rounds, msMax, log = () => {} } = needs;
  const database = openDatabase({ url });
  const keyring = await openKeyring({ folder: keysFolder, database });
  const privacy = createPrivacy({ database, clock: realClock, keyring, publicUrl: 'https://shop.example' });
  const shopId = newId(realClock);
  const stranger = watch(database, shopId);
  const running: Writer[] = [];
  const begun = performance.now();
  let kills = 0;
  let databaseKills = 0;
  try {
    while (kills < rounds && performance.now() - begun < msMax) {
      while (running.length < processes) running.push(startWriter([url, keysFolder, shopId]));
      await running[0]?.ready;
      await sleep(Math.random() * momentMsMax);
      if (needs.killDatabase !== null && kills % databaseEvery === databaseEvery - 1) {
        await needs.killDatabase();
        databaseKills += 1;
      }
      await running.shift()?.kill();
      kills += 1;
      if (kills % 50 === 0) log(`${kills} kills, ${Math.round((performance.now() - begun) / 1_000)} s`);
    }
    await Promise.all(running.splice(0).map((writer) => writer.kill()));
    const seen = await stranger.stop();
    return { ...(await judge({ database, privacy }, shopId, seen)), kills, databaseKills, seen: seen.length };
  } finally {
    await Promise.all(running.map((writer) => writer.kill()));
    await stranger.stop();
    await database.close();
  }
}

type Writer = { readonly ready: Promise<unknown>; readonly kill: () => Promise<void> };

function startWriter(words: readonly string[]): Writer {
  const nodeWords = ['--disable-warning=ExperimentalWarning', '--import', './scripts/tsx.ts'];
  const child: ChildProcess = spawn(process.execPath, [...nodeWords, writerProcess, ...words], {
    cwd: project,
    // One that starts while its database is away says so at length, and ends.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const said = child.stdout === null ? ended : once(child.stdout, 'data');
  return {
    // One that does not come to be ready, for its database is just away, is killed all the same.
    ready: Promise.race([said, ended]),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Looks at the checkpoint as strangers do, again and again. */
function watch(database: Database, shopId: string): { readonly stop: () => Promise<readonly SeenCheckpoint[]> } {
  const seen = new Map<number, SeenCheckpoint>();
  const stopped = new AbortController();
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      const newest = await database
        .one<SeenCheckpoint>(
          'select size, note from privacy.ledger_checkpoint where shop_id = $1 order by size desc limit 1',
          [shopId],
        )
        .catch(() => null);
      if (newest !== null && !seen.has(newest.size)) seen.set(newest.size, newest);
      await sleep(lookEveryMs);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await looking;
      return [...seen.values()];
    },
  };
}

/** On a PostgreSQL of its own, which is killed too. */
export async function runAlone(asked: Pick<LedgerKillNeeds, 'rounds' | 'msMax' | 'log'>): Promise<LedgerKillReport> {
  const server = await startBenchServer();
  let started: DatabaseProcess | null = null;
  try {
    return await run({
      ...asked,
      url: server.url,
      keysFolder: join(server.folder, 'keys'),
      killDatabase: async () => {
        started = databaseProcess(server.cluster);
        await started.kill();
        await started.startAgain();
      },
    });
  } finally {
    await stopStarted(started);
    await server.close();
  }
}

async function stopStarted(started: DatabaseProcess | null): Promise<void> {
  await started?.stop();
}
