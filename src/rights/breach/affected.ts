import type { Queries } from '#kit/database';
import { readId } from '#kit/ids';
import type { MailRoom } from '#mail';
import type { Orders, Shop } from '#orders';
import type { Privacy, Sealed, Why } from '#privacy';
import type { BreachCase, Suspicion } from './case.ts';

/** How many persons may be affected. */
export type Affected = {
  readonly persons: number;
  readonly byShop: readonly { readonly shopId: string; readonly name: string; readonly persons: number }[];
};

/** Whom to tell; opened for whoever tells them. Empty where it was never said. */
export type AffectedPerson = {
  readonly personId: string;
  readonly shopId: string;
  readonly name: string;
  readonly email: string;
};

export type AffectedNeeds = {
  readonly privacy: Pick<Privacy, 'open' | 'holders' | 'countHolders'>;
  readonly orders: Pick<Orders, 'shops' | 'contacts'>;
  readonly mail: Pick<MailRoom, 'mailed' | 'countMailed'>;
  /** What a key of the API may do, and whose it is; null when there is none any more. */
  readonly apiKey: (keyId: string) => Promise<{ readonly shopId: string; readonly scopes: readonly string[] } | null>;
  /** Persons who do not exist, by shop: nobody is affected in them, and nobody may write to them. */
  readonly invented: (queries: Queries) => Promise<ReadonlyMap<string, string>>;
};

type Found = { readonly personId: string; readonly shopId: string };

export type AffectedLook = {
  readonly shops: (queries: Queries) => Promise<readonly Shop[]>;
  readonly count: (queries: Queries, of: Suspicion, shopId: string | null) => Promise<ReadonlyMap<string, number>>;
  readonly page: (
    queries: Queries,
    of: BreachCase,
    shopId: string | null,
    after: string | null,
  ) => Promise<readonly AffectedPerson[]>;
  /** The same as ids, without those who do not exist; `last` is the place to go on from, null at the end. */
  readonly found: (
    queries: Queries,
    of: BreachCase,
    shopId: string | null,
    after: string | null,
    limit: number,
  ) => Promise<{ readonly personIds: readonly string[]; readonly last: string | null }>;
  /** Null where no key of the API is meant, or nothing is known of it. */
  readonly scopesOf: (of: Suspicion) => Promise<readonly string[] | null>;
};

const pageMax = 1_000;
/** Staff write to customers with it. */
const why: Why = { purpose: 'support', reader: 'staff' };

export function createAffected(needs: AffectedNeeds): AffectedLook {
  const keyOf = async ({ suspect, keyId }: Suspicion) => {
    const id = suspect === 'api key' ? readId('key', keyId ?? '') : null;
    return id === null ? null : await needs.apiKey(id);
  };
  const shopsOf = async (of: Suspicion, shopId: string | null): Promise<string | null> =>
    shopId ?? (await keyOf(of))?.shopId ?? null;
  const pageOf = async (
    queries: Queries,
    of: BreachCase,
    shopId: string | null,
    after: string | null,
    limit: number,
  ): Promise<readonly Found[]> => {
    const reached = reachOf(of);
    if (reached === 'nobody') return [];
    const asked = { shopId: await shopsOf(of, shopId), from: of.from, until: of.until, after, limit };
    return reached === 'mailed' ? await needs.mail.mailed(queries, asked) : await needs.privacy.holders(queries, asked);
  };
  return {
    shops: needs.orders.shops,
    scopesOf: async (of) => (await keyOf(of))?.scopes ?? null,
    count: async (queries, of, shopId) => {
      const reached = reachOf(of);
      if (reached === 'nobody') return new Map();
      const shop = await shopsOf(of, shopId);
      const window = { shopId: shop, from: of.from, until: of.until };
      const rows =
        reached === 'mailed'
          ? await needs.mail.countMailed(queries, window)
          : await needs.privacy.countHolders(queries, window);
      const counted = new Map(rows.map((row) => [row.shopId, row.persons]));
      for (const [personId, of_] of await needs.invented(queries)) {
        if (reached === 'mailed' || !isThere(personId, of.until)) continue;
        counted.set(of_, Math.max(0, (counted.get(of_) ?? 0) - 1));
      }
      return counted;
    },
    page: async (queries, of, shopId, after) =>
      await opened(needs, queries, await pageOf(queries, of, shopId, after, pageMax)),
    found: async (queries, of, shopId, after, limit) => {
      const all = await pageOf(queries, of, shopId, after, limit);
      const nobody = await needs.invented(queries);
      const personIds = all.map(({ personId }) => personId).filter((id) => !nobody.has(id));
      return { personIds, last: all.length < limit ? null : (all.at(-1)?.personId ?? null) };
    },
  };
}

/**
 * Everybody whose data was there, everybody who was written to, or nobody. A wrapping key reaches everybody: which keys it
 * lay around then nobody knows once it was turned, and it is turned as soon as it is suspected.
 */
function reachOf({ suspect }: Suspicion): 'everybody' | 'mailed' | 'nobody' {
  switch (suspect) {
    case 'database':
    case 'backup':
    case 'tables':
    case 'wrapping key':
    case 'api key':
    case 'unknown':
      return 'everybody';
    case 'mailbox':
      return 'mailed';
    case 'mail key':
    case 'log files':
      return 'nobody';
  }
}

/** Ids begin with the moment in which they were made. */
function isThere(personId: string, until: Temporal.Instant): boolean {
  return Number.parseInt(personId.slice(0, 8) + personId.slice(9, 13), 16) <= until.epochMilliseconds;
}

async function opened(
  { privacy, orders, invented }: AffectedNeeds,
  queries: Queries,
  found: readonly Found[],
): Promise<readonly AffectedPerson[]> {
  const nobody = await invented(queries);
  const real = found.filter(({ personId }) => !nobody.has(personId));
  const contacts = await orders.contacts(
    queries,
    real.map(({ personId }) => personId),
  );
  const say = (value: Sealed | null | undefined): string => (value == null ? '' : privacy.open(value, why));
  return real.map(({ personId, shopId }) => {
    const contact = contacts.get(personId);
    return { personId, shopId, name: say(contact?.name), email: say(contact?.email) };
  });
}

export async function affectedBy(
  look: AffectedLook,
  queries: Queries,
  of: Suspicion,
  shopId: string | null,
): Promise<Affected> {
  const [counted, shops] = await Promise.all([look.count(queries, of, shopId), look.shops(queries)]);
  const byShop = shops.flatMap(({ shopId: id, name }) => {
    const persons = counted.get(id) ?? 0;
    return persons === 0 ? [] : [{ shopId: id, name, persons }];
  });
  return { persons: byShop.reduce((sum, { persons }) => sum + persons, 0), byShop };
}
