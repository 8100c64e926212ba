import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, readId, showId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailRoom } from '#mail';
import { readOrder, type Orders, type Shop, type TakenOrder, type OrderInput } from '#orders';
import type { Privacy } from '#privacy';
import type { BreachDesk } from '../breach/desk.ts';
import { createAlarm, type Alarm } from './alarm.ts';
import { recipientsOf } from './recipients.ts';
import { inventedOrder, plantedShape, someTimeAgo, type Planted } from './planted.ts';
import { statements } from './store.ts';

/** How a canary was used: its link opened, its key tried, a mail to its address, its data passed on, its order asked for. */
export const canaryWays = ['link', 'key', 'mail', 'disclosed', 'read'] as const;
export type CanaryWay = (typeof canaryWays)[number];

export const canaryKinds = ['person', 'key'] as const satisfies readonly Planted['kind'][];
export type CanaryKind = (typeof canaryKinds)[number];

/** What whoever planted it may see of it. */
export type CanaryLine = {
  readonly id: string;
  readonly kind: CanaryKind;
  /** The day; the moment would tell which row it is. */
  readonly plantedAt: Temporal.Instant;
  /** The address of the invented person's page; null for a key. */
  readonly link: string | null;
  readonly email: string | null;
  readonly orderNumber: string | null;
  /** `key_…`; null for a person. */
  readonly keyId: string | null;
  /** Newest first. */
  readonly uses: readonly { readonly way: CanaryWay; readonly at: Temporal.Instant; readonly caseId: string }[];
};

/** Persons, orders, links, addresses and keys that nobody has reason to use: who uses one holds stolen data. */
export type Canaries = {
  /**
   * Plants one; its row looks like every other. A key is shown here and never again, and lets nobody in.
   * @param wanted.email where mail to an invented person should come; made up under the sender's domain when null
   * @throws Fault('limit') beyond 20 a shop, Fault('invalid') for an address that is none
   */
  readonly plant: (
    shop: Shop,
    wanted: { readonly kind: CanaryKind; readonly email: string | null },
    actor: string,
  ) => Promise<{ readonly line: CanaryLine; readonly key: string | null }>;
  readonly list: (shopId: string) => Promise<readonly CanaryLine[]>;
  /** Takes it off the list, and its key away; an invented person stays as an order like any other. */
  readonly end: (shopId: string, id: string, actor: string) => Promise<boolean>;
  /** To be told of every use. None of them throws, and none waits for an alarm but that of a key. */
  readonly linkOpened: (token: string) => void;
  readonly orderRead: (personId: string) => void;
  /** True for a canary: whoever asks is then let in nowhere. */
  readonly keyTried: (keyId: string) => Promise<boolean>;
  /** A mail that came to the shop, as it came. */
  readonly mailCame: (shopId: string, raw: Uint8Array) => Promise<void>;
  /** Looks whether anything about an invented person was passed on. */
  readonly lookAtDisclosures: () => Promise<void>;
  /** Persons who do not exist, with their shops. */
  readonly invented: (queries: Queries) => Promise<ReadonlyMap<string, string>>;
  /** How many there are, and the cases that they opened and nobody closed. */
  readonly state: () => Promise<{ readonly planted: number; readonly openCases: readonly string[] }>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type CanaryNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly privacy: Pick<Privacy, 'audit' | 'lockForShop' | 'openForShop' | 'disclosuresOf'>;
  readonly orders: Pick<Orders, 'shops' | 'customerUrl'>;
  readonly mail: Pick<MailRoom, 'toStaff'>;
  readonly desk: Pick<BreachDesk, 'open' | 'openCases'>;
  /** Whom alarms are told by mail; at most 5 addresses. */
  readonly staff: readonly string[];
  /** The page of a case in the console. */
  readonly pageOf: (caseId: string) => string;
  /** Puts an order as if it were that time. */
  readonly putOrderAt: (tx: Tx, at: Temporal.Instant, shopId: string, order: OrderInput) => Promise<TakenOrder>;
  /** Makes a key of the API as if it were that time. */
  readonly makeKeyAt: (
    at: Temporal.Instant,
    shopId: string,
    actor: string,
  ) => Promise<{ readonly id: string; readonly key: string }>;
  readonly revokeKey: (shopId: string, id: string, actor: string) => Promise<boolean>;
};

const perShopMax = 20;
/** What is remembered of the list is read anew after this. */
const rememberedMs = 10_000;
const emailShape = /^[^\s@<>]{1,64}@[^\s@<>]{1,189}$/;

type Row = {
  readonly canaryId: string;
  readonly shopId: string;
  readonly plantedAt: Temporal.Instant;
  readonly sealed: Buffer;
};
export type Trap = {
  readonly canaryId: string;
  readonly shopId: string;
  readonly plantedAt: Temporal.Instant;
  readonly planted: Planted;
};

export function createCanaries(needs: CanaryNeeds): Canaries {
  const { database, clock } = needs;
  const alarm = createAlarm(needs);
  const read = async (queries: Queries, shopId: string | null): Promise<readonly Trap[]> =>
    (await queries.rows<Row>(statements.canaries, [shopId])).map((row) => opened(needs, row));
  let remembered: { readonly atMs: number; readonly traps: Promise<readonly Trap[]> } | null = null;
  const traps = (): Promise<readonly Trap[]> => {
    const nowMs = performance.now();
    if (remembered === null || nowMs - remembered.atMs > rememberedMs) {
      remembered = { atMs: nowMs, traps: read(database, null) };
      remembered.traps.catch(() => {
        remembered = null;
      });
    }
    return remembered.traps;
  };
  const forget = (): void => {
    remembered = null;
  };
  return {
    ...createWatching(needs, alarm, traps),
    plant: async (shop, wanted, actor) => {
      const planted = await plant(needs, shop, wanted, actor);
      forget();
      return planted;
    },
    list: async (shopId) => {
      const uses = await alarm.uses(database, shopId);
      return (await read(database, shopId)).map((trap) => lineOf(trap, uses));
    },
    end: async (shopId, id, actor) => {
      const canaryId = readId('cny', id);
      if (canaryId === null) return false;
      const ended = await database.tx(async (tx) => {
        const row = await tx.one<{ sealed: Buffer }>(statements.dropCanary, [shopId, canaryId]);
        if (row === null) return null;
        await needs.privacy.audit(tx, { shopId, actor, verb: 'canary.end', subject: id });
        return opened(needs, { canaryId, shopId, plantedAt: clock.now(), sealed: row.sealed }).planted;
      });
      forget();
      if (ended?.kind === 'key') await needs.revokeKey(shopId, showId('key', ended.keyId), actor);
      return ended !== null;
    },
    invented: async (queries) =>
      new Map(
        (await read(queries, null)).flatMap(({ planted, shopId }) =>
          planted.kind === 'person' ? [[planted.personId, shopId] as const] : [],
        ),
      ),
    state: async () => {
      const all = await read(database, null);
      return { planted: all.length, openCases: await alarm.openCases(database) };
    },
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetUses, [shopId]);
      await tx.rows(statements.forgetCanaries, [shopId]);
      tx.afterCommit(forget);
    },
  };
}

type Watching = Pick<Canaries, 'linkOpened' | 'orderRead' | 'keyTried' | 'mailCame' | 'lookAtDisclosures'>;

function createWatching(
  { log, database, privacy }: CanaryNeeds,
  alarm: Alarm,
  traps: () => Promise<readonly Trap[]>,
): Watching {
  const used = async (way: CanaryWay, isIt: (planted: Planted, shopId: string) => boolean): Promise<boolean> => {
    try {
      const trap = (await traps()).find(({ planted, shopId }) => isIt(planted, shopId));
      if (trap === undefined) return false;
      await alarm
        .raise(trap, way)
        .catch((error: unknown) => log.error('a canary was used and no alarm could be raised', error));
      return true;
    } catch (error) {
      log.error('canaries cannot be read', error);
      return false;
    }
  };
  return {
    linkOpened: (token) =>
      void used('link', (planted) => planted.kind === 'person' && planted.link.endsWith(`/t/${token}`)),
    orderRead: (personId) => void used('read', (planted) => planted.kind === 'person' && planted.personId === personId),
    keyTried: (keyId) => used('key', (planted) => planted.kind === 'key' && planted.keyId === keyId),
    mailCame: async (shopId, raw) => {
      const to = recipientsOf(raw);
      await used(
        'mail',
        (planted, of) => planted.kind === 'person' && of === shopId && to.has(planted.email.toLowerCase()),
      );
    },
    lookAtDisclosures: async () => {
      for (const { planted } of await traps()) {
        if (planted.kind !== 'person') continue;
        const passedOn = await privacy.disclosuresOf(database, planted.personId);
        if (passedOn.length > 0) await used('disclosed', (one) => one === planted);
      }
    },
  };
}

function placeOf(canaryId: string): string {
  return `rights.canary.sealed|${canaryId}`;
}

function opened({ privacy }: CanaryNeeds, { canaryId, shopId, plantedAt, sealed }: Row): Trap {
  const text = privacy.openForShop(shopId, 'canaries', sealed, placeOf(canaryId));
  return { canaryId, shopId, plantedAt, planted: plantedShape.parse(JSON.parse(text)) };
}

async function plant(
  needs: CanaryNeeds,
  shop: Shop,
  { kind, email }: { readonly kind: CanaryKind; readonly email: string | null },
  actor: string,
): Promise<{ readonly line: CanaryLine; readonly key: string | null }> {
  if (email !== null && !emailShape.test(email)) throw new Fault('invalid', 'This is no e-mail address.');
  const { database, clock } = needs;
  const { shopId } = shop;
  const at = someTimeAgo(clock.now());
  const room = await database.rows(statements.canaries, [shopId]);
  if (room.length >= perShopMax) throw tooMany();
  // A key has its row before it is on the list: the worst that a crash leaves behind is a key that nobody knows.
  const made = kind === 'key' ? await needs.makeKeyAt(at, shopId, actor) : null;
  return await database.tx(async (tx) => {
    await tx.rows(statements.lockShop, [shopId]);
    if ((await tx.rows(statements.canaries, [shopId])).length >= perShopMax) throw tooMany();
    const planted: Planted =
      made === null
        ? await plantPerson(needs, tx, shop, email, at)
        : { kind: 'key', keyId: readId('key', made.id) ?? '' };
    const day = startOfDay(clock.now());
    // Of an id only the day is told, as of the row.
    const canaryId = newId({ now: () => day });
    const text = JSON.stringify(planted);
    const sealed = needs.privacy.lockForShop(shopId, 'canaries', padded(text), placeOf(canaryId));
    await tx.rows(statements.addCanary, [canaryId, shopId, day, sealed]);
    await needs.privacy.audit(tx, { shopId, actor, verb: 'canary.plant', subject: showId('cny', canaryId) });
    return { line: lineOf({ canaryId, shopId, plantedAt: day, planted }, []), key: made?.key ?? null };
  });
}

function tooMany(): Fault {
  return new Fault('limit', `A shop has at most ${perShopMax} canaries.`);
}

const sealedCharacters = 1_024;

/** All as long as each other, so that their length does not tell a key from a person. JSON takes blanks at its end. */
function padded(text: string): string {
  return text.padEnd(sealedCharacters, ' ');
}

function startOfDay(at: Temporal.Instant): Temporal.Instant {
  return at.toZonedDateTimeISO('UTC').startOfDay().toInstant();
}

async function plantPerson(
  needs: CanaryNeeds,
  tx: Tx,
  shop: Shop,
  address: string | null,
  at: Temporal.Instant,
): Promise<Planted> {
  const { number, email, body } = inventedOrder(shop, address, at.subtract({ minutes: 7 }));
  const taken = await needs.putOrderAt(tx, at, shop.shopId, readOrder(number, body));
  if (taken.change !== 'new') throw new Fault('conflict', 'This number is taken: plant it again.');
  const { personId, orderId } = taken;
  return {
    kind: 'person',
    personId,
    orderId,
    number,
    email,
    link: needs.orders.customerUrl({ orderId, linkGeneration: 1 }),
  };
}

function lineOf({ canaryId, plantedAt, planted }: Trap, uses: Awaited<ReturnType<Alarm['uses']>>): CanaryLine {
  const person = planted.kind === 'person' ? planted : null;
  return {
    id: showId('cny', canaryId),
    kind: planted.kind,
    plantedAt,
    link: person?.link ?? null,
    email: person?.email ?? null,
    orderNumber: person?.number ?? null,
    keyId: planted.kind === 'key' ? showId('key', planted.keyId) : null,
    uses: uses
      .filter((use) => use.canaryId === canaryId)
      .map(({ way, usedAt, caseId }) => ({ way, at: usedAt, caseId })),
  };
}
