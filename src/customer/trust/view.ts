import type { Database } from '#kit/database';
import type { Clock } from '#kit/clock';
import type { Evidence, ShownSeal } from '#evidence';
import { findConnector, type Carriers } from '#carriers';
import type { Shop } from '#orders';
import type { Protection, ShownProtection } from '#protection';
import type { PublishedReview, Rating, Reviews } from '#reviews';
import type { Contact, Service } from '#service';

export type TrustNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly carriers: Pick<Carriers, 'accounts'>;
  readonly protection: Pick<Protection, 'shown' | 'sites'>;
  readonly service: Pick<Service, 'contactOf'>;
  readonly reviews: Pick<Reviews, 'figuresOf' | 'published'>;
  readonly evidence: Pick<Evidence, 'sealsOf'>;
};

/** What a careful shopper looks for, gathered from the rooms that know it. */
export type Trust = {
  readonly shop: Shop;
  readonly contact: Contact;
  readonly rating: Rating;
  readonly said: readonly PublishedReview[];
  readonly seals: readonly ShownSeal[];
  /** A grade of what browsers see, and when it was measured; null while nothing was. */
  readonly lock: { readonly grade: ShownProtection['grade']; readonly at: Temporal.Instant } | null;
  /** Names of those who carry. */
  readonly carriers: readonly string[];
};

const saidMax = 3;
/** Among so many of the newest those with words come first. */
const readMax = 12;

export async function readTrust(needs: TrustNeeds, shop: Shop): Promise<Trust> {
  const { database, carriers, protection, service, reviews, evidence } = needs;
  const { shopId } = shop;
  const [contact, figures, said, seals, shown, accounts] = await Promise.all([
    service.contactOf(database, shopId),
    reviews.figuresOf(database, shopId),
    reviews.published(database, shopId, { before: null, limit: readMax }),
    evidence.sealsOf(database, shopId),
    protection.shown(shopId),
    carriers.accounts(database, shopId),
  ]);
  const names = accounts.map(({ carrier }) => findConnector(carrier)?.manifest.name ?? carrier);
  return {
    shop,
    contact,
    rating: figures.shop,
    said: [...said.filter(hasWords), ...said.filter((one) => !hasWords(one))].slice(0, saidMax),
    seals,
    lock: shown === null ? null : { grade: shown.grade, at: shown.measuredAt },
    carriers: shortest(names),
  };
}

/** Interfaces of one carrier are one to whoever waits for a parcel: beside "DHL", "DHL Paket" says nothing more. */
function shortest(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !names.some((other) => name.startsWith(`${other} `)));
}

function hasWords({ title, text }: PublishedReview): boolean {
  return title !== '' || text !== '';
}
