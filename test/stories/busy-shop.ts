import { setTimeout as sleep } from 'node:timers/promises';
import { realClock } from '#kit/clock';
import { pathOfCustomer, type Reply } from './calls.ts';
import type { RunningProgram } from './running-program.ts';

/** What became of a call: its status, 0 when the line broke, and how long it took. */
export type Outcome = {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly ms: number;
  readonly sentAt: number;
};

/** A shop whose systems go on sending, whatever comes back. */
export type BusyShop = {
  /** Orders that were acknowledged, with the path of their page. */
  readonly taken: ReadonlyMap<string, string>;
  /** Orders of which a scan was acknowledged too. */
  readonly moved: ReadonlySet<string>;
  readonly outcomes: readonly Outcome[];
  /** Ends when the calls under way have ended. */
  readonly stop: () => Promise<void>;
};

const writers = 4;
const betweenMs = 10;

export function openBusyShop({ call }: Pick<RunningProgram, 'call'>, name: string): BusyShop {
  const taken = new Map<string, string>();
  const moved = new Set<string>();
  const outcomes: Outcome[] = [];
  const closing = new AbortController();
  let orders = 0;
  const send = async (method: string, path: string, body: object): Promise<Reply | null> => {
    const sentAt = performance.now();
    const reply = await call(method, path, { body }).catch(() => null);
    const retryAfter = reply?.headers.get('retry-after') ?? null;
    outcomes.push({ status: reply?.status ?? 0, retryAfter, ms: performance.now() - sentAt, sentAt });
    return reply;
  };
  const write = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      orders += 1;
      const number = `${name}-${orders}`;
      const order = await send('PUT', `/v1/orders/${number}`, orderOf(number));
      if (order?.status === 200) taken.set(number, pathOfCustomer(order));
      const scan = order?.status === 200 ? await send('POST', '/v1/scans', { scans: [scanOf(number)] }) : null;
      if (scan?.status === 200) moved.add(number);
      await sleep(betweenMs);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, write));
  return {
    taken,
    moved,
    outcomes,
    stop: async () => {
      closing.abort();
      await all;
    },
  };
}

function orderOf(number: string): object {
  return {
    placed_at: realClock.now().subtract({ hours: 1 }).toString(),
    customer: { name: 'Ada Beispiel', email: `${number.toLowerCase()}@kunde.example` },
    address: { street: 'Musterweg 1', postcode: '10115', city: 'Berlin', country: 'DE' },
    parcels: [{ carrier: 'dhl', tracking_number: number }],
  };
}

function scanOf(number: string): object {
  const now = realClock.now().toZonedDateTimeISO('Europe/Berlin');
  const local_time = now.toPlainDateTime().toString({ smallestUnit: 'second' });
  return { carrier: 'dhl', tracking_number: number, code: 'accepted.picked_up', local_time, offset: now.offset };
}
