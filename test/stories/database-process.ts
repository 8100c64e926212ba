import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The process of a running PostgreSQL, which can be killed like one that the machine has run out of memory for. */
export type DatabaseProcess = {
  readonly kill: () => Promise<void>;
  /** As it was started before: same folder, same socket, same user. Comes back when it takes connections. */
  readonly startAgain: () => Promise<void>;
  /** Ends what was started here. */
  readonly stop: () => Promise<void>;
};

const pollMs = 20;

/** @param cluster the data folder; Linux only, where /proc tells how the process was started */
export function databaseProcess(cluster: string): DatabaseProcess {
  const [pid] = postmaster(cluster);
  assert.ok(pid !== undefined && pid > 1);
  const [program, args] = [readlinkSync(`/proc/${pid}/exe`), readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')];
  const { uid, gid } = statSync(cluster);
  let own: number | null = null;
  return {
    kill: async () => {
      const all = [pid, ...childrenOf(pid)];
      process.kill(pid, 'SIGKILL');
      // Its children see that it is gone and end by themselves.
      while (all.some(isThere)) await sleep(pollMs);
    },
    startAgain: async () => {
      const start = (): ChildProcess => {
        const child = spawn(program, args.slice(1, -1), {
          ...{ cwd: cluster, uid, gid, env: {} },
          ...{ detached: true, stdio: 'ignore' },
        });
        own = child.pid ?? null;
        child.unref();
        return child;
      };
      let child = start();
      for (let at = postmaster(cluster); at[0] !== own || at[1] !== 'ready'; at = postmaster(cluster)) {
        await sleep(pollMs);
        // A child that was born in the moment of the kill holds the memory for a moment longer: then it ends at once.
        if (child.exitCode !== null) child = start();
      }
    },
    stop: async () => {
      if (own === null || !isThere(own)) return;
      process.kill(own, 'SIGINT');
      while (isThere(own)) await sleep(pollMs);
    },
  };
}

/** Line 1 of its file is the process, line 8 what it is at; nothing while there is no file. */
function postmaster(cluster: string): readonly [pid: number | undefined, state: string | undefined] {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return [Number(lines[0]), lines[7]?.trim()];
  } catch {
    return [undefined, undefined];
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** A zombie is gone: nobody has asked how it ended. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
