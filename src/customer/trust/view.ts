import type { Database } from '#kit/database';
import type { Clock } from '#kit/clock';
import { findConnector, type Carriers } from '#carriers';
import type { Shop } from '#orders';
import type { Protection } from '#protection';
import type { Contact, Service } from '#service';

/** What others say of a shop, as its room shows it. */
export type Seal = {
  readonly issuer: string;
  readonly name: string;
  readonly grade: number | null;
  /** The best grade there is; null where there are no grades. */
  readonly scale: number | null;
  readonly count: number | null;
  readonly checkedAt: Temporal.Instant;
  readonly isStale: boolean;
  /** Of the issuer. */
  readonly certificateUrl: string;
};

/** 1 to 5, two decimals; null while nobody rated. */
type Rating = { readonly count: number; readonly mean: number | null };

export type Said = {
  readonly reviewId: string;
  readonly at: Temporal.Instant;
  readonly shop: number;
  readonly title: string | null;
  readonly text: string | null;
  /** Of the text. */
  readonly language: string;
};

export type TrustNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly carriers: Pick<Carriers, 'accounts'>;
  readonly protection: Pick<Protection, 'shown' | 'sites'>;
  readonly service: Pick<Service, 'contactOf'>;
  readonly reviews: {
    readonly figuresOf: (queries: Database, shopId: string) => Promise<{ readonly shop: Rating }>;
    readonly published: (
      queries: Database,
      shopId: string,
      page: { readonly before: null; readonly limit: number },
    ) => Promise<readonly Said[]>;
  };
  readonly evidence: { readonly sealsOf: (queries: Database, shopId: string) => Promise<readonly Seal[]> };
};

/** What a careful shopper looks for, gathered from the rooms that know it. */
export type Trust = {
  readonly shop: Shop;
  readonly contact: Contact;
  readonly rating: Rating;
  readonly said: readonly Said[];
  readonly seals: readonly Seal[];
  /** A grade of what browsers see, and when it was measured; null while nothing was. */
  readonly lock: { readonly grade: string | null; readonly at: Temporal.Instant } | null;
  /** Names of those who carry. */
  readonly carriers: readonly string[];
};

const saidMax = 3;

export async function readTrust(needs: TrustNeeds, shop: Shop): Promise<Trust> {
  const { database, carriers, protection, service, reviews, evidence } = needs;
  const { shopId } = shop;
  const [contact, figures, said, seals, shown, accounts] = await Promise.all([
    service.contactOf(database, shopId),
    reviews.figuresOf(database, shopId),
    reviews.published(database, shopId, { before: null, limit: saidMax }),
    evidence.sealsOf(database, shopId),
    protection.shown(shopId),
    carriers.accounts(database, shopId),
  ]);
  const names = accounts.map(({ carrier }) => findConnector(carrier)?.manifest.name ?? carrier);
  return {
    shop,
    contact,
    rating: figures.shop,
    said,
    seals,
    lock: shown === null ? null : { grade: shown.grade, at: shown.measuredAt },
    carriers: [...new Set(names)],
  };
}
