// The writer alone: batches of 1,000 scans on two connections, from the parsed scan to the commit (find the parcel, seal,
// insert once, fold, project, facts), against raw COPY of the same rows with the same key in the same run.
import { copyAgain } from './parts/copy.ts';
import { openBenchGround, putOrders } from './parts/ground.ts';
import { figure, type Figure } from './parts/figures.ts';
import { scansAt, scansPerParcel } from './parts/scans.ts';

const parcelCount = 10_000;
const batchSize = 1_000;
const writers = 2;

export async function run(): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  try {
    const numbers = await putOrders(ground, 'W', parcelCount);
    await ground.settle();
    const shares = Array.from({ length: writers }, (_, writer) =>
      numbers.filter((_number, at) => at % writers === writer),
    );
    const begun = performance.now();
    const cpu = process.cpuUsage();
    await Promise.all(shares.map((share) => write(ground, share)));
    const seconds = (performance.now() - begun) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const scans = parcelCount * scansPerParcel;
    await ground.settle();
    const copied = await copyAgain(ground.url, 'parcels.scan');
    const rate = scans / seconds;
    const reference = copied.rows / copied.seconds;
    return [
      figure('writer, scans a second', rate, { reference, against: 'raw COPY of the same rows', aim: 0.6 }),
      figure('writer, program µs a scan', (user + system) / scans),
    ];
  } finally {
    await ground.close();
  }
}

async function write(ground: Awaited<ReturnType<typeof openBenchGround>>, numbers: readonly string[]): Promise<void> {
  for (let step = 0; step < scansPerParcel; step += 1) {
    for (let from = 0; from < numbers.length; from += batchSize) {
      const incoming = scansAt(numbers.slice(from, from + batchSize), step);
      await ground.parcels.postScans(ground.shop.shopId, incoming, 'push');
    }
  }
}
