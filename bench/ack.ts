// How long one scan takes to be acknowledged: `POST /v1/scans` with one scan on one connection, while the program has nothing
// else to do; against the floor, one durable row by the same driver on the same database, in turns.
import { Client } from 'pg';
import { figure, percentile, type Figure } from './parts/figures.ts';
import { putOrders, serveProgram, shopOf } from './parts/program.ts';
import { startSender } from './parts/sender.ts';
import { postedScan } from './parts/scans.ts';
import { settle, untilQuiet } from './parts/settle.ts';

const parcelCount = 2_000;
const rounds = 5;

export async function run(): Promise<readonly Figure[]> {
  const program = await serveProgram();
  const sender = startSender();
  const floor = new Client({ connectionString: program.databaseUrl });
  try {
    await floor.connect();
    await floor.query('create table public.bench_floor (id int primary key, said text)');
    const { port, headers } = shopOf(program);
    const numbers = await putOrders(program, 'A', parcelCount);
    await settle(program.databaseUrl);
    const times: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bodies = numbers
        .filter((_number, at) => at % rounds === round)
        .map((number) => JSON.stringify({ scans: [postedScan(number, 3)] }));
      await untilQuiet(program.databaseUrl);
      for (let row = 0; row < bodies.length; row += 1) {
        const begun = performance.now();
        await floor.query({
          name: 'floor',
          text: 'insert into public.bench_floor values ($1, $2)',
          values: [round * parcelCount + row, 'x'],
        });
        floors.push(performance.now() - begun);
      }
      const { ms } = await sender.send({ port, path: '/v1/scans', headers, bodies, connections: 1 });
      times.push(...ms);
    }
    const p50 = percentile(times, 0.5);
    return [
      figure('acknowledged, one connection, p50 ms', p50, { aim: 0.6 }),
      figure('acknowledged, one connection, p99 ms', percentile(times, 0.99)),
      figure('floor: one durable row, p50 ms', percentile(floors, 0.5)),
      figure('floor: one durable row, p99 ms', percentile(floors, 0.99)),
    ];
  } finally {
    sender.end();
    await floor.end();
    await program.close();
  }
}
