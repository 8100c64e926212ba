// Customers' pages over loopback, the program in its own process. Cached: few pages asked for again and again, against
// nginx with one worker that has the same bytes as files under the same headers. Cold: another order's page each time.
// A card: what a shop's own pages ask for at each visit.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Load } from './pages/load.ts';
import { serveByNginx, type SentPage } from './pages/nginx.ts';
import { figure, percentile, type Figure } from './parts/figures.ts';
import { cpuSecondsOf } from './parts/processes.ts';
import { putOrders, sendAll, serveProgram, shopOf, type Ask, type ServedProgram } from './parts/program.ts';
import { postedScan } from './parts/scans.ts';
import { settle } from './parts/settle.ts';

const hotPages = 50;
const coldPages = 2_000;
const scansEach = 6;
const connections = 32;
const rounds = 5;
const roundMs = 2_000;
/** Customers come from many networks; no limit of one of them is what is measured here. */
const networks = 2_000;

type Server = { readonly port: number; readonly pid: number };
type Measured = { readonly rate: number; readonly cpuMicros: number };

export async function run(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'glasspost-load-'));
  const program = await serveProgram();
  try {
    const links = await pagesOf(program, hotPages + coldPages);
    await settle(program.databaseUrl);
    const hot = await measureHot(program, folder, { what: 'cached page', paths: links.slice(0, hotPages), aim: 0.7 });
    const card = await measureHot(program, folder, { what: 'card', paths: [await cardOf(program)] });
    return [...hot, ...card, ...(await measureCold(program, folder, links.slice(hotPages)))];
  } finally {
    await program.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Hot = { readonly what: string; readonly paths: readonly string[]; readonly aim?: number };

/** Few paths again and again, in turns with nginx that has the same answers. */
async function measureHot(program: ServedProgram, folder: string, hot: Hot): Promise<readonly Figure[]> {
  const asked = requestsFile(folder, hot.what, repeated(hot.paths, networks));
  const nginx = await serveByNginx(await Promise.all(hot.paths.map((path) => fetchPage(program.port, path))));
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  try {
    // The first round warms both up.
    for (let round = 0; round <= rounds; round += 1) {
      const own = await measure(program, asked, Infinity);
      const other = nginx === null ? null : await measure(nginx, asked, Infinity);
      if (round > 0) ours.push(own);
      if (round > 0 && other !== null) theirs.push(other);
    }
  } finally {
    await nginx?.close();
  }
  return hotFigures(hot, ours, theirs);
}

function hotFigures({ what, aim }: Hot, ours: readonly Measured[], theirs: readonly Measured[]): readonly Figure[] {
  const middle = (all: readonly Measured[], of: keyof Measured): number =>
    percentile(
      all.map((one) => one[of]),
      0.5,
    );
  const against = 'nginx, one worker, same bytes';
  const held = (of: keyof Measured): { readonly reference?: number; readonly against?: string } =>
    theirs.length === 0 ? {} : { reference: middle(theirs, of), against };
  const rate = middle(ours, 'rate');
  return [
    figure(theirs.length === 0 ? `${what}s a second (no nginx here)` : `${what}s a second`, rate, {
      ...held('rate'),
      ...(theirs.length === 0 || aim === undefined ? {} : { aim }),
    }),
    figure(`${what}, CPU µs of the server`, middle(ours, 'cpuMicros'), held('cpuMicros')),
  ];
}

/** The card of the program's shop. */
async function cardOf(program: ServedProgram): Promise<string> {
  const { id } = JSON.parse(await program.command('shop', 'show', '--json')) as { readonly id: string };
  return `/trust/${id}/card.json?language=de`;
}

/** Every page once: the order is read and rendered for each. */
async function measureCold(
  program: ServedProgram,
  folder: string,
  links: readonly string[],
): Promise<readonly Figure[]> {
  const rates: Measured[] = [];
  const share = Math.floor(links.length / rounds);
  for (let round = 0; round < rounds; round += 1) {
    const asked = requestsFile(folder, `cold-${round}`, links.slice(round * share, (round + 1) * share));
    rates.push(await measure(program, asked, 1));
  }
  return [
    figure(
      'cold pages a second',
      percentile(
        rates.map(({ rate }) => rate),
        0.5,
      ),
    ),
    figure(
      'cold page, CPU µs of the program',
      percentile(
        rates.map(({ cpuMicros }) => cpuMicros),
        0.5,
      ),
    ),
  ];
}

/** Orders whose parcels are on their way, and the paths of their pages. */
async function pagesOf(program: ServedProgram, count: number): Promise<readonly string[]> {
  const numbers = await putOrders(program, 'P', count);
  for (let step = 0; step < scansEach; step += 1) {
    const asks = chunks(numbers, 500).map((some): Ask => {
      const scans = some.map((number) => postedScan(number, step));
      return { method: 'POST', path: '/v1/scans', body: JSON.stringify({ scans }) };
    });
    await sendAll(shopOf(program), asks, 2);
  }
  const paths: string[] = [];
  for (const some of chunks(numbers, 100)) paths.push(...(await Promise.all(some.map((one) => pathOf(program, one)))));
  return paths;
}

async function pathOf({ port, key }: ServedProgram, number: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/orders/O-${number}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const order = (await answer.json()) as { readonly links: { readonly customer: string } };
  return new URL(order.links.customer).pathname;
}

async function fetchPage(port: number, path: string): Promise<SentPage> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  if (answer.status !== 200) throw new Error(`a page was answered ${answer.status}`);
  return { path, headers: new Map(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

function repeated<T>(list: readonly T[], count: number): readonly T[] {
  return Array.from({ length: Math.ceil(count / list.length) }, () => list)
    .flat()
    .slice(0, count);
}

/** Requests as a phone sends them, each from another network. */
function requestsFile(folder: string, name: string, paths: readonly string[]): string {
  const requests = paths.map((path, at) =>
    [
      `GET ${path} HTTP/1.1`,
      'Host: paket.nordlicht.example',
      `X-Forwarded-For: 10.${(at >> 8) & 255}.${at & 255}.${at % 250}`,
      'User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
      'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
      'Accept-Language: de-DE,de;q=0.9,en;q=0.8',
      'Accept-Encoding: gzip, deflate, br, zstd',
      '\r\n',
    ].join('\r\n'),
  );
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(requests));
  return file;
}

async function measure(server: Server, file: string, times: number): Promise<Measured> {
  const before = cpuSecondsOf(server.pid);
  const load = await loadOn(server.port, file, times);
  if (load.refused > 0) throw new Error(`${load.refused} of ${load.answers} pages were not answered 200`);
  return {
    rate: load.answers / load.seconds,
    cpuMicros: ((cpuSecondsOf(server.pid) - before) * 1e6) / load.answers,
  };
}

function loadOn(port: number, file: string, times: number): Promise<Load> {
  const words = [
    join(import.meta.dirname, 'pages/load.ts'),
    `${port}`,
    `${connections}`,
    `${roundMs}`,
    file,
    `${times}`,
  ];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(said) as Load);
      else reject(new Error(`the load ended with ${code}`));
    });
  });
}
