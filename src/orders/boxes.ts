import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Privacy, Sealed } from '#privacy';
import { normalTrackingNumber, type BoxInput } from './read-order.ts';
import { statements } from './store.ts';

export type BoxRow = {
  readonly parcelId: string;
  readonly place: number;
  readonly carrier: string;
  readonly numberHash: Buffer | null;
};

/** A box after the order was taken; `fresh` when nobody knew it, or its number, before. */
export type TakenBox = BoxInput & {
  readonly parcelId: string;
  readonly numberHash: Buffer | null;
  readonly fresh: boolean;
};

/** A box as it came in, at its place in the order. */
export type Incoming = { readonly input: BoxInput; readonly place: number; readonly numberHash: Buffer | null };

export async function putBoxes(
  needs: { readonly clock: Clock; readonly privacy: Privacy },
  tx: Tx,
  target: { readonly shopId: string; readonly personId: string; readonly orderId: string },
  inputs: readonly BoxInput[],
): Promise<readonly TakenBox[]> {
  const known = await tx.rows<BoxRow>(statements.boxes, [target.personId, target.orderId]);
  const incoming = incomingOf(needs.privacy, target.shopId, inputs);
  const matched = matchBoxes(known, incoming);
  const taken: TakenBox[] = [];
  for (const { input, place, numberHash } of incoming) {
    const box = matched.get(place) ?? null;
    const parcelId = box?.parcelId ?? newId(needs.clock);
    const values = [target.personId, target.orderId, parcelId];
    const isNumbered = box !== null && box.numberHash === null && numberHash !== null;
    if (box === null) await tx.rows(statements.addBox, [...values, place, input.carrier, numberHash]);
    else if (isNumbered) await tx.rows(statements.numberBox, [...values, numberHash]);
    taken.push({ ...input, parcelId, numberHash, fresh: box === null || isNumbered });
  }
  return taken;
}

/** The boxes that an order names, each with the hash of its number. */
export function incomingOf(privacy: Privacy, shopId: string, inputs: readonly BoxInput[]): readonly Incoming[] {
  return eachOnce(
    inputs.map((input, place) => ({ input, place, numberHash: hashOfNumber(privacy, shopId, input.number) })),
  );
}

/** One carrier's number is one box, however often an order names it. */
function eachOnce(incoming: readonly Incoming[]): readonly Incoming[] {
  const seen = new Set<string>();
  return incoming.filter(({ input, numberHash }) => {
    if (numberHash === null) return true;
    const name = `${input.carrier} ${numberHash.toString('hex')}`;
    return !seen.has(name) && seen.add(name).size > 0;
  });
}

/**
 * Which known box each one is, by its place. The same number is the same box, wherever it stands; after that a box without
 * a number, there or here, is the one in its place, and at last any that still has none.
 */
export function matchBoxes(
  known: readonly BoxRow[],
  incoming: readonly {
    readonly input: Pick<BoxInput, 'carrier'>;
    readonly place: number;
    readonly numberHash: Buffer | null;
  }[],
): ReadonlyMap<number, BoxRow> {
  const matched = new Map<number, BoxRow>();
  const free = new Set(known);
  const match = (fits: (box: BoxRow, one: (typeof incoming)[number]) => boolean): void => {
    for (const one of incoming) {
      if (matched.has(one.place)) continue;
      const box = [...free].find((each) => each.carrier === one.input.carrier && fits(each, one));
      if (box === undefined) continue;
      free.delete(box);
      matched.set(one.place, box);
    }
  };
  match((box, { numberHash }) => numberHash !== null && box.numberHash !== null && box.numberHash.equals(numberHash));
  match((box, { numberHash, place }) => box.place === place && (numberHash === null || box.numberHash === null));
  match((box) => box.numberHash === null);
  return matched;
}

export function hashOfNumber(
  privacy: Privacy,
  shopId: string,
  number: Sealed<'tracking_number'> | null,
): Buffer | null {
  if (number === null) return null;
  const opened = privacy.open(number, { purpose: 'finding again', reader: 'shop' });
  return privacy.index(shopId, 'tracking_number', normalTrackingNumber(opened));
}
