import type { Clock } from '#kit/clock';

/** Each costs up to two seconds, whether it can be shown in the end or not: one buyer must not take the house's time. */
const triesMax = 40;
const hourMs = 60 * 60 * 1000;

/** Whether another picture of this order is looked at: 40 an hour by each process. */
export type MayTry = (orderId: string) => boolean;

export function createTries({ clock }: { readonly clock: Clock }): MayTry {
  const tries = new Map<string, number>();
  let hour = 0;
  return (orderId) => {
    const now = Math.floor(clock.now().epochMilliseconds / hourMs);
    if (now !== hour) tries.clear();
    hour = now;
    const count = (tries.get(orderId) ?? 0) + 1;
    tries.set(orderId, count);
    return count <= triesMax;
  };
}
