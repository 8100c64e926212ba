import assert from 'node:assert/strict';
import type { Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Jobs } from '#kit/jobs';
import type { SubjectKey } from '#privacy';
import { statements } from '../store.ts';
import { discloseMessage, shopOf, type MessageNeeds, type Recipient } from './disclose-message.ts';
import type { MessageKind, MessageKinds, Values } from './kinds.ts';

/** A mail to one person. */
export type Message = {
  readonly shopId: string;
  readonly personId: string;
  /** The order it is about, whose buyer it goes to; null where it is about none, and `to` says whom it goes to. */
  readonly orderId: string | null;
  /** As it was registered. */
  readonly kind: string;
  /** In which its reader reads; what is not spoken here becomes English. */
  readonly language: string;
  readonly values: Values;
  /** Another address than the one that is known, such as one that is to be confirmed. */
  readonly to?: Recipient;
};

/** That it waits to be sent, or why nobody would get it. */
export type Told = { readonly messageId: string } | { readonly no: 'erased' | 'no address' | 'suppressed' };

export type TellNeeds = MessageNeeds & { readonly jobs: Pick<Jobs, 'add'> };

export const messageJob = 'notices.message';

/** Places of what a message holds while it waits. */
export const messagePlaces = {
  email: 'notices.message.email',
  name: 'notices.message.name',
  content: 'notices.message.content',
} as const;

const contentBytesMax = 32 * 1024;

/**
 * Writes a message down in the caller's transaction; a job sends it after the commit. What it says lies sealed until it
 * went: under its person's key, or, where that key goes in the same transaction, under one that goes with the message.
 * @throws when its kind is not registered, or its values are longer than 32 KiB: bugs, not inputs
 */
export async function tell(needs: TellNeeds, kinds: MessageKinds, tx: Tx, telling: Message): Promise<Told> {
  const kind = kinds.find(telling.kind);
  assert(kind !== null, `the message ${telling.kind} is not registered`);
  const { personId, shopId } = telling;
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  if (key === undefined) return { no: 'erased' };
  const to = telling.to ?? (await buyerOf(needs, tx, telling));
  if (to === null) return { no: 'no address' };
  if (!(await needs.mail.reaches(tx, { shopId, personId, email: to.email }))) return { no: 'suppressed' };
  const messageId = newId(needs.clock);
  const sealedBy = kind.outlivesPerson === true ? await ofItsOwn(needs, tx, messageId, { telling, kind, to }) : null;
  if (sealedBy === null)
    await add(needs, tx, kind, { ...telling, messageId, key, to: telling.to ?? null, operator: null });
  else await add(needs, tx, kind, { ...telling, ...sealedBy, personId: messageId, orderId: null, messageId, to });
  return { messageId };
}

/**
 * Gives the last word to somebody who is gone its words, in the transaction in which it was told of: what it has to say may
 * be known only after they went.
 */
export async function amend(needs: TellNeeds, tx: Tx, messageId: string, values: Values): Promise<void> {
  const key = (await needs.privacy.keysOf(tx, 'person', [messageId])).get(messageId);
  assert(key !== undefined, 'only a message that outlives its person is amended');
  await tx.rows(statements.amendMessage, [messageId, lockedValues(key, messageId, values)]);
}

function lockedValues(key: SubjectKey, messageId: string, values: Values): Buffer {
  const text = JSON.stringify(values);
  assert(Buffer.byteLength(text) <= contentBytesMax, 'the message is too long');
  return key.lockText('message', text, { column: messagePlaces.content, row: messageId });
}

async function buyerOf(needs: MessageNeeds, tx: Tx, { personId, orderId }: Message): Promise<Recipient | null> {
  const order = orderId === null ? null : await needs.orders.read(tx, personId, orderId);
  const buyer = order?.buyer ?? null;
  return buyer === null || buyer.email === null ? null : { email: buyer.email, name: buyer.name };
}

/**
 * A key that goes with the message, under an id that leads to nobody. What the mail server's operator will read is
 * disclosed now, while there is somebody whom it is about.
 */
async function ofItsOwn(
  needs: TellNeeds,
  tx: Tx,
  messageId: string,
  last: { readonly telling: Message; readonly kind: MessageKind; readonly to: Recipient },
): Promise<{ readonly key: SubjectKey; readonly operator: string | null }> {
  const { telling, kind, to } = last;
  const { shopId } = telling;
  const shop = await shopOf(needs, tx, shopId);
  const operator = shop === null ? null : needs.transportOf(shop).operator;
  if (shop !== null && operator !== null) await discloseMessage(needs, tx, { ...telling, ...to, kind, shop }, operator);
  const key = (await needs.privacy.makeKeys(tx, [{ kind: 'person', id: messageId, shopId }])).get(messageId);
  assert(key !== undefined);
  return { key, operator };
}

type Row = Omit<Message, 'to'> & {
  readonly messageId: string;
  readonly key: SubjectKey;
  readonly to: Recipient | null;
  readonly operator: string | null;
};

async function add(needs: TellNeeds, tx: Tx, { minutesMax }: MessageKind, row: Row): Promise<void> {
  const { personId, messageId, key, to } = row;
  const now = needs.clock.now();
  await tx.rows(statements.addMessage, [
    personId,
    messageId,
    row.shopId,
    row.orderId,
    row.kind,
    row.language,
    now,
    now.add({ minutes: minutesMax }),
    key.lock(to?.email ?? null, { column: messagePlaces.email, row: messageId }),
    key.lock(to?.name ?? null, { column: messagePlaces.name, row: messageId }),
    lockedValues(key, messageId, row.values),
    row.operator,
  ]);
  await needs.jobs.add(tx, { task: messageJob, payload: { personId, messageId } });
}
