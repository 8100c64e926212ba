// What customers must be told, from the input alone. This file knows nothing of the product: it is the second opinion that
// the product is measured against.

/** An order as the world saw it, in milliseconds since 1970; null for what never happened. */
export type Way = {
  readonly order: string;
  /** When the shop first said which number the parcel has. */
  readonly numberedMs: number | null;
  readonly handedOverMs: number | null;
  readonly deliveredMs: number | null;
};

const newsMsMax = 48 * 3_600_000;

/** `order fact`: one mail each, and no other. */
export function expectedOf(ways: readonly Way[]): ReadonlySet<string> {
  return new Set(ways.flatMap((way) => factsOf(way).map((fact) => `${way.order} ${fact}`)));
}

function factsOf({ numberedMs, handedOverMs, deliveredMs }: Way): readonly string[] {
  if (numberedMs === null) return [];
  // Nobody can be told of a parcel before it is known whose it is.
  const [handOver, delivery] = [handedOverMs, deliveredMs].map((ms) => {
    return ms === null ? null : { ms, knownMs: Math.max(ms, numberedMs) };
  });
  const told: string[] = [];
  // That it is on its way is no news once it has arrived.
  const isOverBefore = delivery && handOver && delivery.knownMs <= handOver.knownMs;
  if (handOver && isNews(handOver) && !isOverBefore) told.push('shipped');
  if (delivery && isNews(delivery)) told.push('delivered');
  return told;
}

function isNews({ ms, knownMs }: { readonly ms: number; readonly knownMs: number }): boolean {
  return knownMs - ms <= newsMsMax;
}
