import { spawn } from 'node:child_process';

export type Reloaded = {
  /** Null: it could not be started, or was ended after the time it has. */
  readonly code: number | null;
  /** The end of what it printed, or why it could not be started. */
  readonly said: string;
};

const reloadTimeoutMs = 120_000;
export const saidMax = 500;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Has a server take what lies in its folder: `PROGRAM HOST FOLDER`, without a shell, in an environment of PATH alone. Never
 * throws: that it did not work is for staff to see.
 */
export async function runReload(
  program: string,
  { host, folder }: { readonly host: string; readonly folder: string },
  timeoutMs = reloadTimeoutMs,
): Promise<Reloaded> {
  const { promise, resolve } = Promise.withResolvers<Reloaded>();
  let said = '';
  const child = spawn(program, [host, folder], {
    env: { PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-saidMax);
    });
  }
  child.once('error', (error) => resolve({ code: null, said: error.message }));
  // What it left running may hold its output open for ever.
  child.once('exit', (code) => setImmediate(() => resolve({ code, said: said.trim() })));
  const reloaded = await promise;
  child.stdout.destroy();
  child.stderr.destroy();
  return reloaded;
}
