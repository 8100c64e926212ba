import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Sealed } from '#privacy';
import { findOrAddPerson, type PeopleNeeds } from '../people.ts';

/** How somebody says who they are, which proves nothing. */
export type Contacted = { readonly email: Sealed<'email'>; readonly name: Sealed<'name'> | null };

/** Whoever has this address, of whom nothing changes by it, or somebody new with a key of their own and no order. */
export async function personByEmail(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  { email, name }: Contacted,
): Promise<string> {
  return await findOrAddPerson(needs, tx, shopId, { email, name, phone: null, id: null }, newId(needs.clock));
}
