import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { Orders, Shop, StoredOrder } from '#orders';
import type { Privacy } from '#privacy';
import type { Rights } from '#rights';
import type { Service } from '#service';
import type { Here } from './step-up/step-up.ts';

/** What a person did on their page, for the desk of requests: done at once, by somebody who had typed in a code. */
export type DoneRequest = {
  readonly shopId: string;
  /** Null once they were erased. */
  readonly personId: string | null;
  readonly kind: 'access' | 'rectification' | 'erasure' | 'restriction' | 'portability' | 'objection';
  readonly via: 'page';
  readonly evidence: 'code to the known address';
  readonly outcome: 'done';
  /** Who is to be told of it (Article 19); empty when nobody got anything. */
  readonly note: string;
};

export type DataNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<
    Privacy,
    'open' | 'index' | 'keysOf' | 'disclosuresOf' | 'consentsOf' | 'restrict' | 'objectTo' | 'restrictionsOf' | 'heldIn'
  > & { readonly ledger: Pick<Privacy['ledger'], 'ownEntries' | 'proofOf' | 'urlOf' | 'policyOf' | 'record'> };
  readonly orders: Pick<Orders, 'read' | 'shops' | 'links'>;
  readonly notices: Pick<Notices, 'tell' | 'amend' | 'register' | 'ofOrder'>;
  readonly mail: Pick<MailRoom, 'reaches'>;
  readonly service: { readonly cases: Pick<Service['cases'], 'ofPerson' | 'read'> };
  readonly rights: Pick<
    Rights,
    'held' | 'exportPerson' | 'weigh' | 'erase' | 'correct' | 'confirmEmail' | 'emailWaiting' | 'join'
  >;
  /** Where there is a desk of requests. */
  readonly recordRequest?: (tx: Tx, request: DoneRequest) => Promise<unknown>;
};

/** Whose page it is, and what it is about. */
export type Visit = {
  readonly here: Here;
  readonly order: StoredOrder;
  readonly shop: Shop;
  readonly language: string;
  /** The secret last part of the address; null while the page is masked. */
  readonly open: { readonly grant: string; readonly until: Temporal.Instant } | null;
};

/** The buyer, whose link it is. */
export function personOf({ here }: Visit): { readonly shopId: string; readonly personId: string } {
  return { shopId: here.shopId, personId: here.personId };
}

/** Of the page behind a link, and of the same page after a code. */
export function pathsOf({ here, open }: Visit): {
  readonly order: string;
  readonly masked: string;
  readonly own: string;
} {
  const order = `/t/${here.token}`;
  const masked = `${order}/data`;
  return { order, masked, own: open === null ? masked : `${masked}/${open.grant}` };
}
