import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '#kit/embedded-postgres';
import { cpuSecondsOf, databaseCpuSeconds, databaseMemory, memoryOf } from './processes.ts';
import { orderBodyOf } from './orders.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const words = ['--disable-warning=ExperimentalWarning', '--import', './scripts/tsx.ts', 'src/main.ts'];
const startMsMax = 60_000;

/** The whole program as its operator starts it: a process of its own with its own database. */
export type ServedProgram = {
  readonly port: number;
  readonly pid: number;
  readonly databaseUrl: string;
  readonly key: string;
  readonly keysFolder: string;
  readonly command: (...said: readonly string[]) => Promise<string>;
  /** Resident memory in MB: of the program, and of its database's own pages. */
  readonly memory: () => { readonly program: number; readonly database: number };
  /** Seconds of CPU since the start: of the program, and of its database. */
  readonly cpu: () => { readonly program: number; readonly database: number };
  readonly close: () => Promise<void>;
};

/** @param cluster the folder of a database that is not the program's own, where `more` names one */
export async function serveProgram(
  more: Readonly<Record<string, string>> = {},
  cluster?: string,
): Promise<ServedProgram> {
  const home = mkdtempSync(join(tmpdir(), 'glasspost-bench-'));
  const data = join(home, 'data');
  const keysFolder = join(home, 'keys');
  const env = {
    // Nothing that this terminal was told.
    PATH: '/usr/bin:/bin',
    GLASSPOST_DATA_DIR: data,
    GLASSPOST_KEYS_DIR: keysFolder,
    GLASSPOST_PORT: '0',
    GLASSPOST_SAMPLE: 'off',
    GLASSPOST_LOG_LEVEL: 'warn',
    // A bench comes from one address; limits of requests are measured by themselves.
    GLASSPOST_TRUSTED_PROXIES: '127.0.0.1',
    ...more,
  };
  const child = spawn(process.execPath, words, { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const begun = performance.now();
  while (!/^ {2}Stop /m.test(said)) {
    if (child.exitCode !== null || performance.now() - begun > startMsMax)
      throw new Error('the program does not start');
    await pause(50);
  }
  const command = (...given: readonly string[]): Promise<string> => run([...words, ...given], env);
  const { databaseUrl } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as { databaseUrl: string };
  const { key } = JSON.parse(await command('key', 'create', '--scope', 'all', '--json')) as { key: string };
  const folder = cluster ?? join(data, 'postgres/cluster');
  return {
    port: Number(/Glasspost runs at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]),
    pid: child.pid ?? 0,
    databaseUrl,
    key,
    keysFolder,
    command,
    memory: () => ({ program: memoryOf(child.pid ?? 0, 'VmRSS'), database: databaseMemory(folder) }),
    cpu: () => ({ program: cpuSecondsOf(child.pid ?? 0), database: databaseCpuSeconds(folder) }),
    close: async () => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The process with the role `web` alone: what it takes causes work for customers that is another machine's. */
export async function serveWeb(): Promise<ServedProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-bench-'));
  const server = await startEmbeddedPostgres({ folder, log: () => {} });
  const close = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const settings = {
    DATABASE_URL: server.url,
    GLASSPOST_ROLE: 'web',
    GLASSPOST_SMTP_URL: 'smtp://127.0.0.1:9',
    GLASSPOST_SMTP_OPERATOR: 'self',
  };
  try {
    const program = await serveProgram(settings, join(folder, 'cluster'));
    const closeBoth = async (): Promise<void> => {
      try {
        await program.close();
      } finally {
        await close();
      }
    };
    return { ...program, close: closeBoth };
  } catch (error) {
    await close();
    throw error;
  }
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: project, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`ended with ${code}: ${out}`))));
  });
}

export type Ask = { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string; readonly body: string };
export type Sent = { readonly status: number; readonly ms: number };
type Where = { readonly port: number; readonly headers: Readonly<Record<string, string>> };

/** As the shop's systems do. */
export function shopOf({ port, key }: ServedProgram): Where {
  return { port, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } };
}

/** Sends all over so many connections that stay open, one after the other on each. */
export async function sendAll(
  where: Where,
  asks: readonly Ask[],
  connections: number,
): Promise<{ readonly seconds: number; readonly sent: readonly Sent[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sent: Sent[] = [];
  const left = asks.values();
  const begun = performance.now();
  const work = async (): Promise<void> => {
    for (const ask of left) sent.push(await sendOne(agent, where, ask));
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  const refused = sent.filter(({ status }) => status < 200 || status > 299);
  if (refused.length > 0) throw new Error(`${refused.length} of ${sent.length} were answered ${refused[0]?.status}`);
  return { seconds, sent };
}

function sendOne(agent: Agent, { port, headers }: Where, { method, path, body }: Ask): Promise<Sent> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const call = request({ host: '127.0.0.1', port, path, method, agent, headers: all }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - begun }));
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** Orders of one parcel each, by the API. Answers their tracking numbers. */
export async function putOrders(
  program: ServedProgram,
  prefix: string,
  count: number,
  carrier?: string,
): Promise<readonly string[]> {
  const numbers = Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(10, '0')}`);
  const asks = numbers.map((number): Ask => {
    return { method: 'PUT', path: `/v1/orders/O-${number}`, body: JSON.stringify(orderBodyOf(number, carrier)) };
  });
  await sendAll(shopOf(program), asks, 8);
  return numbers;
}
