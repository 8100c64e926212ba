import type { Tx } from '#kit/database';

/** Seals and ratings of others, asked for by the house itself and hidden when they end. */
export type Evidence = {
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createEvidence(): Evidence {
  return { forgetShop: () => Promise.resolve() };
}
