import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { Log } from '#kit/log';
import type { Mail, MailTransport } from '#kit/mail';
import type { MailRoom } from '#mail';
import type { Orders, Shop } from '#orders';
import { sealed, type Privacy, type Sealed } from '#privacy';
import { composeMessage, type MessageParts } from './compose-message.ts';

export type MessageNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly privacy: Privacy;
  readonly orders: Pick<Orders, 'shops' | 'read'>;
  readonly mail: Pick<MailRoom, 'admit' | 'reaches' | 'refused'>;
  readonly transportOf: (shop: Shop) => MailTransport;
  /** The address that customers reach this house by. */
  readonly publicUrl: string;
  /** Host part of message ids. */
  readonly mailHost: string;
};

export type Recipient = { readonly email: Sealed<'email'>; readonly name: Sealed<'name'> | null };

export type MessageOf = Omit<MessageParts, 'privacy' | 'publicUrl'> & { readonly personId: string };

export async function shopOf(needs: Pick<MessageNeeds, 'orders'>, tx: Tx, shopId: string): Promise<Shop | null> {
  return (await needs.orders.shops(tx)).find((shop) => shop.shopId === shopId) ?? null;
}

/**
 * Whoever runs the mail server reads the message: a disclosure, written before it goes. Null when a part of it was
 * withheld: a message goes whole or not at all. Who has objected since it was told of gets none, whoever carries it.
 */
export async function discloseMessage(
  needs: MessageNeeds,
  tx: Tx,
  message: MessageOf,
  operator: string | null,
): Promise<ReturnType<typeof composeMessage> | null> {
  const mail: Omit<Mail, 'messageId' | 'references' | 'sentAt'> = composeMessage({ ...needs, ...message });
  const { email, name, personId, shop, kind } = message;
  if (operator === null) return (await isHeldBack(needs, tx, personId, kind)) ? null : mail;
  const disclosed = await needs.privacy.disclose(tx, {
    shopId: shop.shopId,
    personId,
    parcelId: null,
    recipient: { kind: 'mail_relay', name: operator },
    service: 'mail',
    purpose: kind.purpose ?? 'answering a request',
    values: { email, message: sealed('message', mail.text), ...(name === null ? {} : { name }) },
  });
  return Object.keys(disclosed.withheld).length === 0 ? mail : null;
}

async function isHeldBack(
  { privacy }: Pick<MessageNeeds, 'privacy'>,
  tx: Tx,
  personId: string,
  { purpose }: MessageOf['kind'],
): Promise<boolean> {
  return purpose !== undefined && (await privacy.heldBack(tx, [personId], purpose)).size > 0;
}
