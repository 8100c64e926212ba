import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Sealed } from '#privacy';
import { emailHash, findOrMakePerson, type PeopleNeeds } from '../people.ts';
import { statements } from './store.ts';

/** How somebody says who they are, which proves nothing. */
export type Contacted = { readonly email: Sealed<'email'>; readonly name: Sealed<'name'> | null };

/** Whoever has this address, of whom nothing changes by it, or somebody new with a key of their own and no order. */
export async function personByEmail(
  needs: PeopleNeeds,
  tx: Tx,
  shopId: string,
  { email, name }: Contacted,
): Promise<string> {
  const holder = await tx.one<{ personId: string }>(statements.holder, [emailHash(needs.privacy, shopId, email)]);
  if (holder !== null) return holder.personId;
  return await findOrMakePerson(needs, tx, shopId, { email, name, phone: null, id: null }, newId(needs.clock));
}
