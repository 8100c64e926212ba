// The real program as a process of its own, killed without a word and started again on the same data.
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../test/free-port.ts';

export type KilledProgram = {
  readonly port: number;
  /** Starts it; ends when it serves, or when it was killed before. */
  readonly start: () => Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  readonly kill: () => Promise<void>;
  /** As its operator ends it. */
  readonly stop: () => Promise<void>;
  readonly makeKey: () => Promise<string>;
  readonly said: () => string;
};

const project = fileURLToPath(new URL('../..', import.meta.url));
const nodeWords = ['--disable-warning=ExperimentalWarning', '--import', './scripts/tsx.ts', 'src/main.ts'];
const startMsMax = 60_000;
const saidCharactersMax = 4_000;

/** @param folder an empty folder; data and keys come to lie in it */
export async function killedProgram(folder: string, smtpUrl: string): Promise<KilledProgram> {
  const port = await freePort();
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    GLASSPOST_DATA_DIR: join(folder, 'data'),
    GLASSPOST_KEYS_DIR: join(folder, 'keys'),
    GLASSPOST_PORT: String(port),
    GLASSPOST_SAMPLE: 'off',
    GLASSPOST_SMTP_URL: smtpUrl,
    GLASSPOST_SMTP_OPERATOR: 'self',
  };
  let child: ChildProcess | null = null;
  let said = '';
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  };
  return {
    port,
    start: async () => {
      said = '';
      const started = spawn(process.execPath, nodeWords, { cwd: project, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const hear = (text: Buffer): void => {
        said = (said + text.toString()).slice(-saidCharactersMax);
      };
      started.stdout.on('data', hear);
      started.stderr.on('data', hear);
      child = started;
      const begun = performance.now();
      while (!said.includes('Glasspost runs at ')) {
        if (started.signalCode !== null) return;
        assert.ok(started.exitCode === null, `it ended by itself: ${said}`);
        assert.ok(performance.now() - begun < startMsMax, `it does not serve: ${said}`);
        await sleep(10);
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    makeKey: async () => {
      const words = [...nodeWords, 'key', 'create', '--scope', 'orders', '--scope', 'scans', '--json'];
      const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: project, env });
      const made: unknown = JSON.parse(stdout);
      assert.ok(typeof made === 'object' && made !== null && 'key' in made && typeof made.key === 'string');
      return made.key;
    },
    said: () => said,
  };
}
