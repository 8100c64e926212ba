// Runs the program as its operator does: as a process of its own, in folders of its own, ended by signals.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly ms: number };

export type Running = {
  readonly pid: number;
  /** What stood in the terminal so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** The program's own lines, once it serves. @throws when it ends before */
  readonly greeting: () => Promise<readonly string[]>;
  readonly ended: Promise<Ended>;
  /** Sends a signal, to the process alone or to its whole group, and waits; the time counts from the signal. */
  readonly stop: (signal: NodeJS.Signals, to?: 'process' | 'group') => Promise<Ended>;
};

/** What an operator sets; a home holds the data and the keys. */
export type Home = { readonly folder: string; readonly settings: Readonly<Record<string, string>> };

const project = fileURLToPath(new URL('../..', import.meta.url));
const nodeWords = ['--disable-warning=ExperimentalWarning', '--import', './scripts/tsx.ts', 'src/main.ts'];
/** A sample world on a machine that has much else to do. */
const startTimeoutMs = 100_000;
const pollMs = 20;
const stopMsMax = 5_000;

/** What is left running is looked for where Linux shows it. */
export const skip = !existsSync('/proc/self/environ') && 'there is no /proc to see processes in';

const root = mkdtempSync(join(tmpdir(), 'glasspost-program-test-'));
const started = new Set<ChildProcess>();

after(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  await pause(100);
  for (const pid of skip === false ? livingIn(root) : []) process.kill(pid, 'SIGKILL');
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** Folders of an installation of its own, below a folder that nobody else may enter. */
export function newHome(more: Readonly<Record<string, string>> = {}, below = ''): Home {
  const folder = mkdtempSync(join(root, 'home-'));
  const settings = {
    GLASSPOST_DATA_DIR: join(folder, below, 'data'),
    GLASSPOST_KEYS_DIR: join(folder, 'keys'),
    GLASSPOST_PORT: '0',
    GLASSPOST_SAMPLE: 'off',
    ...more,
  };
  return { folder, settings };
}

/** What a machine with Node and npm has, and nothing that this test run was told. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(?:npm_|NODE_|GLASSPOST_|DATABASE_URL$)/i.test(name));
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), npm_config_update_notifier: 'false' };
}

/** Starts the program, as npm does or through npm, in a process group of its own. */
export function start(home: Home, by: 'node' | 'npm' = 'node', flags: readonly string[] = []): Running {
  const [program, args] = by === 'npm' ? ['npm', ['start']] : [process.execPath, [...flags, ...nodeWords]];
  return run(program, args, home);
}

/** One command line; through npm as an operator types it. */
export async function command(home: Home, words: readonly string[], by: 'node' | 'npm' = 'node') {
  const [program, args] =
    by === 'npm' ? ['npm', ['run', '-s', 'glasspost', '--', ...words]] : [process.execPath, [...nodeWords, ...words]];
  const running = run(program, args, home);
  const { code, ms } = await running.ended;
  return { code, ms, out: running.out(), err: running.err() };
}

function run(program: string, args: readonly string[], home: Home): Running {
  const begun = performance.now();
  const child = spawn(program, args, {
    cwd: project,
    env: { ...bareEnvironment(), ...home.settings },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ms: performance.now() - begun }));
  });
  const { pid } = child;
  assert.ok(pid !== undefined, `${program} does not start`);
  return {
    pid,
    out: () => said.out,
    err: () => said.err,
    greeting: () => greetingOf(child, said),
    ended,
    stop: async (signal, to = 'process') => {
      const sent = performance.now();
      process.kill(to === 'group' ? -pid : pid, signal);
      return { ...(await ended), ms: performance.now() - sent };
    },
  };
}

async function greetingOf(child: ChildProcess, said: { readonly out: string; readonly err: string }) {
  const begun = performance.now();
  while (!/^ {2}Stop .*\n/m.test(said.out)) {
    assert.ok(child.exitCode === null && child.signalCode === null, `it ended: ${said.out}${said.err}`);
    assert.ok(performance.now() - begun < startTimeoutMs, `it does not serve: ${said.out}${said.err}`);
    await pause(pollMs);
  }
  const lines = said.out.trimEnd().split('\n');
  return lines.slice(lines.findIndex((line) => line.startsWith('Glasspost runs at ')));
}

/** The port that a greeting names. */
export function portOf(greeting: readonly string[]): number {
  return Number(/:(\d+)$/.exec(greeting[0] ?? '')?.[1]);
}

/** Every process that stands in a folder or was told of it: the program, its database, and whatever they started. */
export function livingIn(folder: string): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && livesIn(pid, folder));
}

function livesIn(pid: number, folder: string): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return true;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}

/** It ended in time with this code, and took everything with it. */
export function assertEnded(home: Home, { code, signal, ms }: Ended, expected: number): void {
  assert.deepEqual({ code, signal }, { code: expected, signal: null });
  assert.ok(ms < stopMsMax, `it took ${Math.round(ms)} ms to end`);
  assert.deepEqual(livingIn(home.folder), [], 'a process was left behind');
}

/** It said one sentence and no stack, and left nothing running. */
export async function assertRefused(home: Home, running: Running, sentence: RegExp): Promise<void> {
  const { code } = await running.ended;
  assert.equal(code, 1, running.out() + running.err());
  assert.match(running.err(), sentence);
  assert.doesNotMatch(running.err(), /\n\s+at |bug/);
  assert.equal(running.out(), '');
  assert.deepEqual(livingIn(home.folder), [], 'a process was left behind');
}
