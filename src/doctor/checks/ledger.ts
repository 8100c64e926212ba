import type { Queries } from '#kit/database';
import type { Shop } from '#orders';
import type { Ledger, LedgerStatus, WitnessRoom } from '#privacy';
import type { Check } from '../shapes.ts';
import { checksOf } from '../words.ts';

const { good, bad, unknown } = checksOf('ledger');

/** Null where the data is not open. */
export type LedgersSeen = readonly (Pick<LedgerStatus, 'size' | 'waiting' | 'waitingSince' | 'checked'> & {
  readonly shop: string;
  /** Ledgers that lately said two things that cannot both be true, as witnesses saw it: the shop's own, or those it signs. */
  readonly contradicted: readonly string[];
})[];

/** An entry usually waits for less than a second; whoever gives places may just be starting. */
const waitsTooLong = { minutes: 2 };
/** After that it still stands among the witnesses. */
const alarmsFor = { hours: 24 * 30 };

export function ledgerChecks(seen: LedgersSeen | null, now: Temporal.Instant): readonly Check[] {
  if (seen === null) return [unknown('ledger.not_open')];
  const troubles = seen.flatMap((one) => troublesOf(one, now));
  if (troubles.length > 0) return troubles;
  const entries = seen.reduce((sum, { size }) => sum + size, 0);
  if (entries === 0) return [good('ledger.new')];
  const isRead = seen.every(({ checked, size }) => checked !== null || size === 0);
  return [good(isRead ? 'ledger.good' : 'ledger.unread', { count: entries })];
}

function troublesOf(
  { shop, waiting, waitingSince, checked, contradicted }: LedgersSeen[number],
  now: Temporal.Instant,
): readonly Check[] {
  const isLate = waitingSince !== null && Temporal.Instant.compare(waitingSince.add(waitsTooLong), now) < 0;
  const wrong = checked?.wrong ?? null;
  return [
    ...(wrong === null ? [] : [bad('ledger.wrong', { shop, index: wrong.index, of: wrong.of })]),
    ...(isLate
      ? [bad('ledger.late', { shop, count: waiting, since: waitingSince.toString({ smallestUnit: 'minute' }) })]
      : []),
    ...contradicted.map((origin) => bad('ledger.contradicted', { shop, origin })),
  ];
}

type Needs = {
  readonly privacy: { readonly ledger: Pick<Ledger, 'statusOf'>; readonly witness: Pick<WitnessRoom, 'state'> };
  readonly database: Queries;
  readonly list: readonly Pick<Shop, 'shopId' | 'name'>[];
};

export async function lookAtLedgers(rooms: Needs | null, now: Temporal.Instant): Promise<LedgersSeen | null> {
  if (rooms === null) return null;
  const { privacy, database, list } = rooms;
  return await Promise.all(
    list.map(async ({ shopId, name }) => {
      const { size, waiting, waitingSince, checked } = await privacy.ledger.statusOf(database, shopId);
      const { alarms } = await privacy.witness.state(shopId);
      const late = alarms.filter(({ noticedAt }) => Temporal.Instant.compare(noticedAt.add(alarmsFor), now) > 0);
      const contradicted = [...new Set(late.map(({ origin }) => origin))];
      return { shop: name, size, waiting, waitingSince, checked, contradicted };
    }),
  );
}
