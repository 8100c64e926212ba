import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export type Nginx = { readonly port: number; readonly pid: number; readonly close: () => Promise<void> };

const places = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'];
const program = places.find((place) => existsSync(place));
const startMsMax = 5_000;

export const hasNginx = program !== undefined;

/**
 * One worker in the foreground, its log off; null where there is no nginx.
 * @param server the lines of `http {}` beside what every run needs, for a folder of its own and a port of loopback
 */
export async function startNginx(server: (folder: string, port: number) => string): Promise<Nginx | null> {
  if (program === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'temporary'));
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, server(folder, port)));
  const child = spawn(program, ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('close', resolve));
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const begun = performance.now();
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() - begun > startMsMax) {
      await close();
      throw new Error('nginx does not start');
    }
    await pause(20);
  }
  return { port, pid: child.pid ?? 0, close };
}

function configuration(folder: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/temporary/${kind};`,
  );
  return `daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 2048; }
http {
  ${temporary.join('\n  ')}
  access_log off;
  keepalive_requests 1000000000;
  ${server}
}
`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
