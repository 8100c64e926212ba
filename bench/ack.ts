// How long one scan takes to be acknowledged: `POST /v1/scans` with one scan on one connection. While the web process has
// nothing else to do; and in the whole program, where what one scan causes runs beside the next. Against the floor, one durable
// row by the same driver on the same database, in turns.
import { Client } from 'pg';
import { figure, percentile, type Figure } from './parts/figures.ts';
import { putOrders, serveProgram, serveWeb, shopOf, type ServedProgram } from './parts/program.ts';
import { startSender } from './parts/sender.ts';
import { postedScan } from './parts/scans.ts';
import { settle, untilQuiet } from './parts/settle.ts';

const parcelCount = 1_000;
const rounds = 5;

export async function run(): Promise<readonly Figure[]> {
  const web = await measured('web alone', await serveWeb(), () => Promise.resolve());
  const whole = await measured('whole program', await serveProgram(), untilQuiet);
  return [...web, ...whole];
}

/** @param rest before each round */
async function measured(
  what: string,
  program: ServedProgram,
  rest: (url: string) => Promise<void>,
): Promise<readonly Figure[]> {
  const sender = startSender();
  const floor = new Client({ connectionString: program.databaseUrl });
  try {
    await floor.connect();
    await floor.query('create table public.bench_floor (said text)');
    const { port, headers } = shopOf(program);
    const numbers = await putOrders(program, 'A', parcelCount);
    await settle(program.databaseUrl);
    const times: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bodies = numbers
        .filter((_number, at) => at % rounds === round)
        .map((number) => JSON.stringify({ scans: [postedScan(number, 3)] }));
      await rest(program.databaseUrl);
      for (const body of bodies) floors.push(await insertMs(floor, body));
      const { ms } = await sender.send({ port, path: '/v1/scans', headers, bodies, connections: 1 });
      times.push(...ms);
    }
    const [p50, reference] = [percentile(times, 0.5), percentile(floors, 0.5)];
    return [
      figure(`${what}, acknowledged, p50 ms`, p50, { reference, against: 'one durable row', aim: 0.6 }),
      figure(`${what}, acknowledged, p99 ms`, percentile(times, 0.99)),
    ];
  } finally {
    sender.end();
    await floor.end();
    await program.close();
  }
}

async function insertMs(client: Client, said: string): Promise<number> {
  const begun = performance.now();
  await client.query({ name: 'floor', text: 'insert into public.bench_floor values ($1)', values: [said] });
  return performance.now() - begun;
}
