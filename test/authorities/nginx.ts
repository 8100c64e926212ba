// nginx as shops have it in front: it ends TLS, says who came and how, and passes on.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issued } from '#kit/certificate';
import { freePort } from '../free-port.ts';
import { findProgram, startProgram, untilOpen, type Running } from './programs.ts';

export const nginxProgram = findProgram('nginx');

export type Nginx = Running & { readonly port: number; readonly plainPort: number };

/** @param upstream the port of plain HTTP on this machine that it passes on to */
export async function startNginx({ certPem, keyPem }: Issued, upstream: number): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-nginx-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  mkdirSync(join(folder, 'temporary'));
  writeFileSync(join(folder, 'cert.pem'), certPem);
  writeFileSync(join(folder, 'key.pem'), keyPem);
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, { port, plainPort, upstream }));
  const running = await startProgram(
    [nginxProgram ?? 'nginx', '-c', join(folder, 'nginx.conf'), '-e', 'stderr'],
    { cwd: folder, env: {} },
    /using the "/,
  );
  await Promise.all([untilOpen(port), untilOpen(plainPort)]);
  return {
    port,
    plainPort,
    close: async () => {
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The server block is the one of docs/go-live.md. */
function configuration(folder: string, ports: { port: number; plainPort: number; upstream: number }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/temporary/${kind};`,
  );
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr notice;
events {}
http {
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${ports.plainPort};
    listen 127.0.0.1:${ports.port} ssl;
    ssl_certificate     ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    access_log off;
    client_max_body_size 65m;
    proxy_request_buffering off;
    location / {
      proxy_pass http://127.0.0.1:${ports.upstream};
      proxy_http_version 1.1;
      proxy_set_header X-Forwarded-For   $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host  $host;
      proxy_read_timeout 1h;
    }
  }
}
`;
}
