import type { Queries, Tx } from '#kit/database';
import { forgetIn, type HeldRow, type Privacy, type Whose } from '#privacy';
import { serviceTables } from './persons/tables.ts';

export { serviceData } from './retention/data-map.ts';
export { serviceSweeps } from './retention/sweeps.ts';
export { serviceTables };

/** Contact: who is behind the shop, how it is reached, and what customers wrote to it. */
export type Service = {
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type ServiceNeeds = { readonly privacy: Privacy };

export function createService(needs: ServiceNeeds): Service {
  return {
    held: (queries, whose) => needs.privacy.heldIn(queries, serviceTables, whose),
    forget: (tx, whose) => forgetIn(tx, serviceTables, whose),
    forgetShop: () => Promise.resolve(),
  };
}
