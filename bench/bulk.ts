// Scans in bulk, end to end: `POST /v1/scans` with 1,000 scans a call, from the socket to the commit, against raw COPY of
// the same rows, and the memory it takes.
import { copyAgain } from './parts/copy.ts';
import { figure, type Figure } from './parts/figures.ts';
import { putOrders, sendAll, serveProgram, shopOf, type Ask } from './parts/program.ts';
import { postedScan, scansPerParcel } from './parts/scans.ts';
import { settle } from './parts/settle.ts';

const parcelCount = 4_000;
const scansPerCall = 1_000;
const connections = 4;

export async function run(): Promise<readonly Figure[]> {
  const program = await serveProgram();
  try {
    const idle = program.memory();
    const numbers = await putOrders(program, 'B', parcelCount);
    await settle(program.databaseUrl);
    const calls = Array.from({ length: scansPerParcel }, (_, step) => callsOf(numbers, step)).flat();
    const bulk = await sendAll(shopOf(program), calls, connections);
    const loaded = program.memory();
    await settle(program.databaseUrl);
    const copied = await copyAgain(program.databaseUrl, 'parcels.scan');
    const [reference, against] = [copied.rows / copied.seconds, 'raw COPY of the same rows'];
    return [
      figure('bulk, scans a second', (parcelCount * scansPerParcel) / bulk.seconds, { reference, against, aim: 0.35 }),
      figure('memory idle, MB with the database', idle.program + idle.database, { aim: 300 }),
      figure('memory under load, MB with the database', loaded.program + loaded.database),
    ];
  } finally {
    await program.close();
  }
}

function callsOf(numbers: readonly string[], step: number): readonly Ask[] {
  return Array.from({ length: Math.ceil(numbers.length / scansPerCall) }, (_, call) =>
    callOf(numbers.slice(call * scansPerCall, (call + 1) * scansPerCall), step),
  );
}

function callOf(numbers: readonly string[], step: number): Ask {
  const scans = numbers.map((number) => postedScan(number, step));
  return { method: 'POST', path: '/v1/scans', body: JSON.stringify({ scans }) };
}
