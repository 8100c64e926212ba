import type { Clock } from '#kit/clock';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { sealed, type Privacy, type Sealed } from '#privacy';
import { changePerson, emailHash, erasedMeanwhile } from '../people.ts';
import { correctedBody } from '../read-order.ts';
import { statements } from './store.ts';

/** What is put right, personal data sealed; what is missing stays as it is. */
export type Correction = {
  readonly name: Sealed<'name'> | null;
  readonly email: Sealed<'email'> | null;
  readonly phone: Sealed<'phone'> | null;
  /** The number goes; another one takes its place where it is given, too. */
  readonly dropsPhone: boolean;
  /** Of one order, whoever receives it. */
  readonly address: {
    readonly orderId: string;
    readonly lines: Sealed<'address'>;
  } | null;
};

type Needs = { readonly clock: Clock; readonly privacy: Privacy };

/** As texts, by the rules of an order's own fields. @throws Fault('invalid') that names each wrong field */
export function readCorrection(orderId: string, body: unknown): Correction {
  const read = correctedBody.safeParse(body);
  if (!read.success) {
    throw new Fault('invalid', 'The correction is not as needed.', {
      errors: read.error.issues.map(({ path, message }) => ({
        pointer: `/${path.map(String).join('/')}`,
        code: 'invalid',
        message,
      })),
    });
  }
  const { name, email, phone, address, remove_phone: dropsPhone = false } = read.data;
  return {
    name: name === null ? null : sealed('name', name),
    email: email === null ? null : sealed('email', email),
    phone: phone === null ? null : sealed('phone', phone),
    dropsPhone,
    address:
      address === undefined || address === null ? null : { orderId, lines: sealed('address', JSON.stringify(address)) },
  };
}

/**
 * Puts right what is known of somebody: a corrected e-mail address finds them from then on, and the old one no longer.
 * @throws Fault('conflict') when the new address is somebody else's already: persons are never merged
 */
export async function correctPerson(
  needs: Needs,
  tx: Tx,
  person: { readonly shopId: string; readonly personId: string },
  correction: Correction,
): Promise<void> {
  const { shopId, personId } = person;
  const { name, email, phone, address } = correction;
  if (email !== null) await ownAddress(needs, tx, person, email);
  if (correction.dropsPhone) await tx.rows(statements.dropPhone, [personId]);
  if (name !== null || email !== null || phone !== null) {
    await changePerson(needs, tx, shopId, { name, email, phone, id: null }, personId);
  }
  if (address !== null) await correctAddress(needs, tx, personId, address);
}

async function ownAddress(
  { privacy }: Needs,
  tx: Tx,
  { shopId, personId }: { readonly shopId: string; readonly personId: string },
  email: Sealed<'email'>,
): Promise<void> {
  const hash = emailHash(privacy, shopId, email);
  const holder = await tx.one<{ personId: string }>(statements.holder, [hash]);
  if (holder !== null && holder.personId !== personId) {
    throw new Fault('conflict', 'Another customer of this shop has this e-mail address.');
  }
}

async function correctAddress(
  { privacy }: Needs,
  tx: Tx,
  personId: string,
  { orderId, lines }: NonNullable<Correction['address']>,
): Promise<void> {
  const row = await tx.one<{ receiverId: string | null }>(statements.purchase, [personId, orderId]);
  const ownerId = row?.receiverId ?? personId;
  const key = (await privacy.keysOf(tx, 'person', [ownerId])).get(ownerId);
  if (row === null || key === undefined) throw erasedMeanwhile();
  const bytes = key.lock(lines, { column: 'orders.purchase.address', row: orderId });
  await tx.rows(statements.correctAddress, [personId, orderId, bytes]);
}
