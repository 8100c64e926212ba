import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../test/free-port.ts';

/** One page as the product sent it. */
export type SentPage = { readonly path: string; readonly headers: ReadonlyMap<string, string>; readonly body: Buffer };

export type Nginx = { readonly port: number; readonly pid: number; readonly close: () => Promise<void> };

const places = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx'];
/** What nginx writes by itself. */
const its = new Set(['date', 'connection', 'keep-alive', 'content-length', 'content-type']);
const startMsMax = 5_000;

/** One worker that serves these pages as files, its caches on and its log off; null where there is no nginx. */
export async function startNginx(pages: readonly SentPage[]): Promise<Nginx | null> {
  const program = places.find((place) => existsSync(place));
  if (program === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-nginx-'));
  const port = await freePort();
  for (const name of ['root/t', 'temporary']) mkdirSync(join(folder, name), { recursive: true });
  for (const { path, body } of pages) writeFileSync(join(folder, 'root', path), body);
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port, pages[0]?.headers ?? new Map()));
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

function configuration(folder: string, port: number, headers: ReadonlyMap<string, string>): string {
  const added = [...headers]
    .filter(([name]) => !its.has(name))
    .map(([name, value]) => `add_header ${name} ${JSON.stringify(value)};`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/temporary/${kind};`,
  );
  return `daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  ${temporary.join('\n  ')}
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10000 inactive=10m;
  open_file_cache_valid 10m;
  keepalive_timeout 65s;
  keepalive_requests 1000000000;
  server_tokens off;
  etag off;
  default_type ${JSON.stringify(headers.get('content-type') ?? 'text/html')};
  server {
    listen 127.0.0.1:${port};
    root ${folder}/root;
    ${added.join('\n    ')}
  }
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
