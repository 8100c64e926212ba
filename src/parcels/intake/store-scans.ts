import type { ReadArrival, ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import type { Privacy, Sealed } from '#privacy';
import { instantOf, scanIdOf, sealWaiting, type ScanSource } from '../scan.ts';
import { statements } from '../store.ts';
import { assign, assignLocked, type Assigned, type Item } from './assign.ts';
import { takeBatch } from './take-batch.ts';

/** A scan with the number it is about. */
export type IncomingScan = {
  readonly carrier: string;
  readonly number: Sealed<'tracking_number'>;
  readonly scan: ReadScan;
};

export type TakenScans = { readonly accepted: number; readonly duplicates: number };

export type IntakeNeeds = {
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly facts: Facts;
  readonly numberHash: (shopId: string, number: Sealed<'tracking_number'>) => Buffer;
};

const waitingDays = 14;
const codeCharactersMax = 200;

/** Takes a batch of scans of one shop in the caller's transaction. What belongs to no parcel yet waits, sealed. */
export async function takeScans(
  needs: IntakeNeeds,
  tx: Tx,
  shopId: string,
  incoming: readonly IncomingScan[],
  source: ScanSource,
): Promise<TakenScans> {
  const items = itemsOf(needs, shopId, incoming, source);
  const { known, unknown } = await assign(tx, items);
  const strangers = await takeStrangers(needs, tx, unknown);
  const accepted = strangers.size + (await storeScans(needs, tx, known)).size;
  return { accepted, duplicates: items.length - accepted };
}

export function itemsOf(
  needs: IntakeNeeds,
  shopId: string,
  incoming: readonly IncomingScan[],
  source: ScanSource,
): readonly Item[] {
  const receivedAt = needs.clock.now();
  return incoming.map((one): Item => {
    const scan = { ...one.scan, code: storable(one.scan.code) };
    return {
      shopId,
      carrier: one.carrier,
      numberHash: needs.numberHash(shopId, one.number),
      scan,
      at: instantOf(scan),
      source,
      receivedAt,
    };
  });
}

/**
 * Takes scans of numbers that nobody knew a moment ago: looked for again now that no order can come in unseen, and if
 * there is none they wait. Answers which were new.
 */
export async function takeStrangers(needs: IntakeNeeds, tx: Tx, items: readonly Item[]): Promise<ReadonlySet<Item>> {
  const { known, unknown } = await assignLocked(tx, items);
  return new Set<Item>([...(await wait(needs, tx, unknown)), ...(await storeScans(needs, tx, known))]);
}

/** PostgreSQL keeps every character but NUL. */
function storable(code: string): string {
  return code.replaceAll('\0', '').slice(0, codeCharactersMax);
}

async function wait(needs: IntakeNeeds, tx: Tx, items: readonly Item[]): Promise<readonly Item[]> {
  if (items.length === 0) return [];
  const waiting = items.map((item) => {
    const owner = item.numberHash.toString('hex');
    return { ...item, item, scanId: scanIdOf(needs.privacy, item.shopId, owner, item.scan) };
  });
  const rows = await tx.rows<{ numberHash: Buffer; carrier: string; scanId: string }>(statements.wait, [
    waiting.map((one) => one.numberHash),
    waiting.map((one) => one.carrier),
    waiting.map((one) => one.scanId),
    waiting.map((one) => one.shopId),
    waiting.map((one) => one.source),
    waiting.map((one) => one.receivedAt),
    needs.clock.now().add({ hours: waitingDays * 24 }),
    waiting.map((one) => sealWaiting(needs.privacy, one.shopId, one)),
  ]);
  const fresh = new Set(rows.map(waitingName));
  // Of the same scan twice in one batch, one is new.
  return waiting.filter((one) => fresh.delete(waitingName(one))).map(({ item }) => item);
}

function waitingName(one: { readonly numberHash: Buffer; readonly carrier: string; readonly scanId: string }): string {
  return [one.numberHash.toString('hex'), one.carrier, one.scanId].join('|');
}

/** Stores what is new, folds the parcels it belongs to anew, and says what changed. Answers what was new. */
export async function storeScans(
  needs: IntakeNeeds,
  tx: Tx,
  items: readonly Assigned[],
): Promise<ReadonlySet<Assigned>> {
  const { taken, write, news } = await takeBatch(needs, tx, items);
  if (write !== null) await tx.rows(...write);
  needs.facts.append(tx, ...news);
  return taken;
}

/** The same in a transaction that looks at nothing of it afterwards: all of it is written on the way to the commit. */
export async function storeScansLast(
  needs: IntakeNeeds,
  tx: Tx,
  items: readonly Assigned[],
): Promise<ReadonlySet<Assigned>> {
  const { taken, write, news } = await takeBatch(needs, tx, items);
  // Parcels before lanes, as everybody locks them.
  tx.withCommit('scans', () => write);
  needs.facts.append(tx, ...news);
  return taken;
}

/** The carrier's own word on the arrival; the youngest replaces the one before. */
export async function setArrival(tx: Tx, parcelId: string, arrival: ReadArrival): Promise<void> {
  await tx.rows(statements.setArrival, [parcelId, JSON.stringify(arrival)]);
}
