import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startNginx, type Nginx } from '../../test/nginx.ts';

/** One page as the product sent it. */
export type SentPage = { readonly path: string; readonly headers: ReadonlyMap<string, string>; readonly body: Buffer };

/** What nginx writes by itself. */
const its = new Set(['date', 'connection', 'keep-alive', 'content-length', 'content-type']);

/** One worker that serves these pages as files, its caches on; null where there is no nginx. */
export function serveByNginx(pages: readonly SentPage[]): Promise<Nginx | null> {
  const headers = pages[0]?.headers ?? new Map<string, string>();
  const added = [...headers]
    .filter(([name]) => !its.has(name))
    .map(([name, value]) => `add_header ${name} ${JSON.stringify(value)};`);
  return startNginx((folder, port) => {
    for (const { path, body } of pages) {
      const file = join(folder, 'root', path.replace(/\?.*/, ''));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
    }
    return `
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10000 inactive=10m;
  open_file_cache_valid 10m;
  keepalive_timeout 65s;
  server_tokens off;
  etag off;
  default_type ${JSON.stringify(headers.get('content-type') ?? 'text/html')};
  server {
    listen 127.0.0.1:${port};
    root ${folder}/root;
    ${added.join('\n    ')}
  }`;
  });
}
