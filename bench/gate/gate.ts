// Random orders × consents × services × countries through the only exit: the ruling alone, and the whole way with PostgreSQL
// and a carrier on a real socket that keeps every byte. What may leave is written down a second time, in test/gate/law.ts.
import { realClock } from '#kit/clock';
import { ruleAll } from '../../test/gate/pure.ts';
import { sendAll } from '../../test/gate/real.ts';
import { figure, type Figure } from '../parts/figures.ts';
import { openBenchGround } from '../parts/ground.ts';

const casesUsually = 1_000_000;
const shownMax = 3;

/** @param count of cases, and how many of them go the whole way: all of them take half an hour */
export async function run(count = casesUsually, whole = count): Promise<readonly Figure[]> {
  const ruledSeconds = stopwatch();
  const ruled = ruleAll(1, count, realClock.now());
  const seconds = ruledSeconds();
  const ground = await openBenchGround({}, realClock);
  try {
    const sentSeconds = stopwatch();
    const { database, privacy, shop } = ground;
    const sent = await sendAll({ database, privacy, clock: realClock, shopId: shop.shopId }, 2, whole);
    const took = sentSeconds();
    for (const lines of [ruled.forbidden, ruled.missed, sent.forbidden, sent.missed, sent.unwritten, sent.unentered]) {
      for (const line of lines.slice(0, shownMax)) process.stderr.write(`${line}\n`);
    }
    return [
      figure('gate, ruled cases', ruled.cases),
      figure('gate, ruled fields', ruled.fields),
      figure('gate, ruled fields that may leave', ruled.let),
      figure('gate, ruled against the law', ruled.forbidden.length, { aim: 0 }),
      figure('gate, withheld without need', ruled.missed.length, { aim: 0 }),
      figure('gate, ruled cases a second', ruled.cases / seconds),
      figure('gate, cases the whole way', sent.cases),
      figure('gate, bytes at the carrier', sent.bytes),
      figure('gate, values that left', sent.left),
      figure('gate, forbidden values that left', sent.forbidden.length, { aim: 0 }),
      figure('gate, values withheld without need', sent.missed.length, { aim: 0 }),
      figure('gate, values without their row', sent.unwritten.length, { aim: 0 }),
      figure('gate, values without their entry', sent.unentered.length, { aim: 0 }),
      figure('gate, cases a second the whole way', sent.cases / took),
    ];
  } finally {
    await ground.close();
  }
}

function stopwatch(): () => number {
  const begun = performance.now();
  return () => (performance.now() - begun) / 1_000;
}
