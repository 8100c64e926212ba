// What customers must have been told, and what they may have been told, from the input alone. This file knows nothing of
// the product: it is the second opinion that the product is measured against.

/** One scan as the shop posted it; `answered` when the program said that it has it. */
export type PostedScan = {
  readonly order: string;
  readonly code: string;
  readonly atMs: number;
  readonly answered: boolean;
};

export type Expected = {
  /** `order fact`: one mail, neither more nor fewer. */
  readonly must: ReadonlySet<string>;
  /** `order fact`: one mail or none, because the parcel had gone on or the program never said that it knew. */
  readonly may: ReadonlySet<string>;
};

const factOf: Readonly<Record<string, string>> = {
  'parcel-de:AE': 'shipped',
  'parcel-de:PO': 'out_for_delivery',
  'parcel-de:ready_for_pickup.locker': 'ready_for_pickup',
  'parcel-de:delivery_failed.not_home': 'delivery_failed',
  'parcel-de:exception.damaged': 'exception',
  'parcel-de:ZU': 'delivered',
  'parcel-de:info.event_retracted': 'correction',
};

export function expectedOf(scans: readonly PostedScan[]): Expected {
  const must = new Set<string>();
  const may = new Set<string>();
  const byOrder = Map.groupBy(scans, ({ order }) => order);
  for (const [order, posted] of byOrder) {
    const inTime = posted.toSorted((one, other) => one.atMs - other.atMs);
    const facts = inTime.map(({ code }) => `${order} ${factOf[code]}`);
    for (const fact of facts) may.add(fact);
    // Whatever was posted without an answer may have arrived, so nothing is certain of such an order.
    if (!inTime.every(({ answered }) => answered)) continue;
    // Where the parcel stands is told. A retraction was posted only once the mail server had the mail that it takes back.
    const isCorrected = facts.at(-1)?.endsWith('correction') === true;
    for (const fact of facts.slice(isCorrected ? -2 : -1)) must.add(fact);
  }
  for (const one of must) may.delete(one);
  return { must, may };
}
