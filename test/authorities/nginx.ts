// nginx as shops have it in front: it ends TLS, says who came and how, and passes on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issued } from '#kit/certificate';
import { freePort } from '../free-port.ts';
import { startNginx, type Nginx } from '../nginx.ts';

/** Null where there is no nginx. @param upstream the port of plain HTTP on this machine that it passes on to */
export async function startNginxBefore(
  issued: Issued,
  upstream: number,
): Promise<(Nginx & { readonly plainPort: number }) | null> {
  const plainPort = await freePort();
  const nginx = await startNginx((folder, port) => serverBlock(folder, issued, { port, plainPort, upstream }));
  return nginx === null ? null : { ...nginx, plainPort };
}

type Ports = { readonly port: number; readonly plainPort: number; readonly upstream: number };

/** The one of docs/go-live.md. */
function serverBlock(folder: string, { certPem, keyPem }: Issued, { port, plainPort, upstream }: Ports): string {
  writeFileSync(join(folder, 'cert.pem'), certPem);
  writeFileSync(join(folder, 'key.pem'), keyPem);
  return `server {
    listen 127.0.0.1:${plainPort};
    listen 127.0.0.1:${port} ssl;
    ssl_certificate     ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    client_max_body_size 65m;
    proxy_request_buffering off;
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header X-Forwarded-For   $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host  $host;
      proxy_read_timeout 1h;
    }
  }`;
}
