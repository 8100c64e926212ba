// Front mode against nginx: both end TLS with the same certificate and pass requests on to the same server, in turns.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, type Issued } from '#kit/certificate';
import { startNginx, type Nginx } from '../../test/nginx.ts';
import { figure, percentile, type Figure } from '../parts/figures.ts';
import { cpuSecondsOf, memoryOf } from '../parts/processes.ts';
import { startHouse } from './house.ts';
import { startLoad, type Load } from './load.ts';

const name = 'shop.example';
const rounds = 5;
const roundMs = 2_000;
const connections = 32;
const pageBytes = 3_000;
const fileBytes = 16 * 2 ** 20;

const head = `Host: ${name}\r\nCookie: session=0123456789abcdef\r\nAccept: text/html\r\nUser-Agent: bench\r\n`;
const order = 'x'.repeat(1_024);
const asked = {
  page: { request: `GET /page HTTP/1.1\r\n${head}\r\n`, connections },
  order: { request: `POST /page HTTP/1.1\r\n${head}Content-Length: ${order.length}\r\n\r\n${order}`, connections },
  file: { request: `GET /file HTTP/1.1\r\n${head}\r\n`, connections: 2 },
} as const;

type Server = { readonly port: number; readonly pid: number };
type Measured = Load & { readonly cpuMicros: number };

export async function run(): Promise<readonly Figure[]> {
  const authority = createAuthority('A bench');
  const pair = authority.issue([name]);
  const shop = await startShop();
  if (shop === null) return [figure('nginx is not installed; figures', 0)];
  const reference = await startReference(pair, shop.port);
  const house = await startHouse({ name, upstream: `http://127.0.0.1:${shop.port}`, ...pair });
  const load = startLoad();
  try {
    const figures: Figure[] = [];
    const measure = async ({ port, pid }: Server, what: keyof typeof asked): Promise<Measured> => {
      const before = cpuSecondsOf(pid);
      const seen = await load.run({ port, name, caPem: authority.caPem, ms: roundMs, ...asked[what] });
      return { ...seen, cpuMicros: ((cpuSecondsOf(pid) - before) * 1e6) / seen.answers };
    };
    const ours = { port: house.port, pid: house.child.pid };
    for (const what of ['page', 'order', 'file'] as const) {
      const own: Measured[] = [];
      const theirs: Measured[] = [];
      // The first round warms both up.
      for (let round = 0; round <= rounds; round += 1) {
        const [one, other] = [await measure(ours, what), await measure(reference ?? ours, what)];
        if (round > 0) own.push(one);
        if (round > 0) theirs.push(other);
      }
      figures.push(...figuresOf(what, own, theirs));
    }
    return [...figures, figure('memory of the house at its peak, MB', memoryOf(ours.pid, 'VmHWM'))];
  } finally {
    load.end();
    house.child.end();
    await reference?.close();
    await shop.close();
  }
}

function figuresOf(what: keyof typeof asked, own: readonly Measured[], theirs: readonly Measured[]): readonly Figure[] {
  const middle = (all: readonly Measured[], of: (one: Measured) => number): number => percentile(all.map(of), 0.5);
  const both = (label: string, of: (one: Measured) => number): Figure =>
    figure(label, middle(own, of), { reference: middle(theirs, of), against: 'nginx, proxy_pass' });
  const failed = figure(
    `${what}: failed`,
    own.reduce((sum, one) => sum + one.failed, 0),
    { aim: 0 },
  );
  if (what === 'file') return [both('file of 16 MiB, MB/s', ({ bytes, seconds }) => bytes / seconds / 1e6), failed];
  return [
    both(`${what}: requests/s`, ({ answers, seconds }) => answers / seconds),
    both(`${what}: p50 ms`, ({ p50Ms }) => p50Ms),
    both(`${what}: p99 ms`, ({ p99Ms }) => p99Ms),
    both(`${what}: CPU µs of the proxy`, ({ cpuMicros }) => cpuMicros),
    failed,
  ];
}

function startShop(): Promise<Nginx | null> {
  return startNginx((folder, port) => {
    mkdirSync(join(folder, 'root'));
    writeFileSync(join(folder, 'root', 'file'), Buffer.alloc(fileBytes, 'x'));
    return `server {
    listen 127.0.0.1:${port} backlog=1024;
    root ${folder}/root;
    location = /page { return 200 "${'x'.repeat(pageBytes)}"; }
  }`;
  });
}

function startReference({ certPem, keyPem }: Issued, shopPort: number): Promise<Nginx | null> {
  return startNginx((folder, port) => {
    writeFileSync(join(folder, 'cert.pem'), certPem);
    writeFileSync(join(folder, 'key.pem'), keyPem, { mode: 0o600 });
    return `
  upstream shop { server 127.0.0.1:${shopPort}; keepalive 256; }
  server {
    listen 127.0.0.1:${port} ssl;
    server_name ${name};
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_protocols TLSv1.3;
    location / {
      proxy_pass http://shop;
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Host $host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https;
      add_header Strict-Transport-Security max-age=300;
    }
  }`;
  });
}
