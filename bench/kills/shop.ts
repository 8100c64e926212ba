// A shop whose systems post orders and scans whatever comes back, and remember what was answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { realClock } from '#kit/clock';
import type { PostedScan } from './expected.ts';

export type PostingShop = {
  readonly scans: readonly PostedScan[];
  /** Orders of which somebody waits for a mail, before it takes back what the mail says. */
  readonly stop: () => Promise<void>;
};

export type ShopNeeds = {
  readonly port: number;
  readonly key: string;
  /** Whether the mail server has taken a mail of this fact for an order. */
  readonly isMailed: (order: string, fact: string) => boolean;
  readonly ordersMax: number;
  /** Deliveries are held back for 90 seconds: whoever wants them must have the time. */
  readonly withDeliveries: boolean;
};

const ways: readonly (readonly string[])[] = [
  ['parcel-de:AE'],
  ['parcel-de:AE', 'parcel-de:PO'],
  ['parcel-de:ready_for_pickup.locker'],
  ['parcel-de:PO', 'parcel-de:delivery_failed.not_home'],
  ['parcel-de:exception.damaged'],
  ['parcel-de:AE', 'parcel-de:ready_for_pickup.locker', 'parcel-de:info.event_retracted'],
];
const deliveredWay = ['parcel-de:PO', 'parcel-de:ZU'];
const writers = 3;
const betweenMs = 25;
const answerMsMax = 10_000;
const waitsForMailMsMax = 8_000;

export function openPostingShop(needs: ShopNeeds): PostingShop {
  const scans: PostedScan[] = [];
  const closing = new AbortController();
  let orders = 0;
  const write = async (): Promise<void> => {
    while (!closing.signal.aborted && orders < needs.ordersMax) {
      orders += 1;
      const place = orders;
      const order = `k${place}`;
      const all = needs.withDeliveries ? [...ways, deliveredWay] : ways;
      const way = all[place % all.length] ?? [];
      if (await call(needs, 'PUT', `/v1/orders/${order}`, orderOf(order))) await go(order, way);
      await sleep(betweenMs);
    }
  };
  const go = async (order: string, way: readonly string[]): Promise<void> => {
    const startMs = realClock.now().epochMilliseconds - 3_600_000;
    for (const [step, code] of way.entries()) {
      if (code.endsWith('event_retracted') && !(await isTold(needs, order))) return;
      const atMs = startMs + step * 600_000;
      const answered = await call(needs, 'POST', '/v1/scans', { scans: [scanOf(order, code, atMs)] });
      scans.push({ order, code, atMs, answered });
      if (!answered) return;
      // Sometimes the next step comes at once, sometimes when the mail about this one is under way.
      await sleep(Math.random() * 300);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, write));
  return {
    scans,
    stop: async () => {
      closing.abort();
      await all;
    },
  };
}

/** The mail server has it, whether or not the program lived to hear that. */
async function isTold({ isMailed }: ShopNeeds, order: string): Promise<boolean> {
  const until = performance.now() + waitsForMailMsMax;
  while (performance.now() < until) {
    if (isMailed(order, 'ready_for_pickup')) return true;
    await sleep(20);
  }
  return false;
}

async function call({ port, key }: ShopNeeds, method: string, path: string, body: object): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMsMax),
    });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    await sleep(50);
    return false;
  }
}

function orderOf(order: string): object {
  return {
    placed_at: realClock.now().subtract({ hours: 24 }).toString(),
    language: 'en',
    customer: { name: 'Ada Example', email: `${order}@kunde.example` },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    parcels: [{ carrier: 'dhl', tracking_number: `KILL${order}`, service: 'parcel-de' }],
  };
}

function scanOf(order: string, code: string, atMs: number): object {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('Europe/Berlin');
  const local_time = at.toPlainDateTime().toString({ smallestUnit: 'second' });
  return { carrier: 'dhl', tracking_number: `KILL${order}`, code, local_time, offset: at.offset };
}
