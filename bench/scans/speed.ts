// How long a scan takes on loopback, over all servers of the zoo: the half of TLS by itself, and the whole of it.
import { realClock } from '#kit/clock';
import { scanTls } from '#tls';
import { scanKept } from '../../test/zoo/scan-kept.ts';
import { believed, broken, good, type Kept } from '../../test/zoo/servers.ts';
import { figure, percentile, type Figure } from '../parts/figures.ts';

const rounds = 3;
const tlsMsAim = 250;

export async function run(): Promise<readonly Figure[]> {
  const kept = [...broken, ...good];
  const tls: number[] = [];
  const whole: number[] = [];
  // Once before it counts, so that both are warm.
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of kept) {
      const [first, second] = [await tookMs(() => scanHalf(one)), await tookMs(() => scanKept(one))];
      if (round > 0) {
        tls.push(first);
        whole.push(second);
      }
    }
  }
  return [
    figure('servers', kept.length),
    figure('ms of the TLS half, median', percentile(tls, 0.5), { aim: tlsMsAim }),
    figure('ms of the TLS half, most', Math.max(...tls), { aim: tlsMsAim }),
    figure('ms of a whole scan, median', percentile(whole, 0.5)),
    figure('ms of a whole scan, most', Math.max(...whole)),
  ];
}

async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function scanHalf(kept: Kept): Promise<void> {
  using zoo = await kept.start();
  const where = { host: kept.host ?? 'shop.example', port: zoo.port, address: '127.0.0.1', allowPrivate: true };
  await scanTls({ ...where, caPem: believed, clock: realClock });
}
