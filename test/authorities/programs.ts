import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** Where a program is, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

export type Running = { readonly close: () => Promise<void> };

const linesKept = 40;
const startMsMax = 20_000;
const lookAgainMs = 20;

/** Starts a program and waits until it writes what it says when it is ready. @throws with its last lines */
export async function startProgram(
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
  ready: RegExp,
): Promise<Running> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (lines.length > linesKept) lines.shift();
      if (ready.test(line)) resolve();
    });
  }
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${program} ended with ${code}\n${lines.join('\n')}`)));
  const late = setTimeout(() => reject(new Error(`${program} is not ready\n${lines.join('\n')}`)), startMsMax);
  try {
    await promise;
  } catch (error) {
    await end(child);
    throw error;
  } finally {
    clearTimeout(late);
  }
  return { close: () => end(child) };
}

/** Waits until somebody listens there: programs say that they do a moment before. @throws after `startMsMax` */
export async function untilOpen(port: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (waitedMs >= startMsMax) throw new Error(`nobody listens on port ${port}`);
    await pause(lookAgainMs);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
