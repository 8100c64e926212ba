import { createHash, createHmac } from 'node:crypto';
import type { Keyring } from '#keys';
import type { Clock } from '#kit/clock';
import type { Queries, Tx } from '#kit/database';
import { statements } from './store.ts';

/** Where a customer's link leads. */
export type LinkTarget = { readonly shopId: string; readonly personId: string; readonly orderId: string };

export type LinkEnd = {
  readonly orderId: string;
  readonly linkGeneration: number;
  readonly at: Temporal.Instant | null;
};

export type Links = {
  /** The token of a generation: 160 bit, the same whenever it is asked for, stored nowhere. */
  readonly tokenOf: (orderId: string, generation: number) => string;
  readonly open: (tx: Tx, target: LinkTarget, generation: number) => Promise<void>;
  /** The first links of new orders. */
  readonly openMany: (tx: Tx, shopId: string, targets: readonly Omit<LinkTarget, 'shopId'>[]) => Promise<void>;
  /** Null for anything that does not lead to an order now: unknown, revoked, or past its life. */
  readonly find: (queries: Queries, token: string) => Promise<LinkTarget | null>;
  /** A new generation: the links of all earlier mails stop working. */
  readonly renew: (tx: Tx, target: LinkTarget) => Promise<string | null>;
  /** Ends each link at its time; null lets it live on. */
  readonly expire: (tx: Tx, ends: readonly LinkEnd[]) => Promise<void>;
};

const tokenBytes = 20;

export function createLinks(needs: { readonly keyring: Keyring; readonly clock: Clock }): Links {
  const key = needs.keyring.derive('customer links');
  const tokenOf = (orderId: string, generation: number): string =>
    createHmac('sha256', key).update(`${orderId}|${generation}`).digest().subarray(0, tokenBytes).toString('base64url');
  const open = async (tx: Tx, target: LinkTarget, generation: number): Promise<void> => {
    const hash = hashOf(tokenOf(target.orderId, generation));
    await tx.rows(statements.addLink, [hash, target.shopId, target.personId, target.orderId, generation]);
  };
  return {
    tokenOf,
    open,
    openMany: async (tx, shopId, targets) => {
      await tx.rows(statements.addLinks, [
        targets.map(({ orderId }) => hashOf(tokenOf(orderId, 1))),
        shopId,
        targets.map(({ personId }) => personId),
        targets.map(({ orderId }) => orderId),
      ]);
    },
    find: async (queries, token) => {
      const row = await queries.one<LinkTarget & { expiresAt: Temporal.Instant | null }>(statements.findLink, [
        hashOf(token),
      ]);
      if (row === null) return null;
      if (row.expiresAt !== null && Temporal.Instant.compare(row.expiresAt, needs.clock.now()) <= 0) return null;
      return { shopId: row.shopId, personId: row.personId, orderId: row.orderId };
    },
    renew: async (tx, target) => {
      const next = await tx.one<{ linkGeneration: number }>(statements.nextGeneration, [
        target.personId,
        target.orderId,
      ]);
      if (next === null) return null;
      await tx.rows(statements.dropLink, [hashOf(tokenOf(target.orderId, next.linkGeneration - 1))]);
      await open(tx, target, next.linkGeneration);
      return tokenOf(target.orderId, next.linkGeneration);
    },
    expire: async (tx, ends) => {
      await tx.rows(statements.expireLinks, [
        ends.map(({ orderId, linkGeneration }) => hashOf(tokenOf(orderId, linkGeneration))),
        ends.map(({ at }) => at),
      ]);
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
