import { z } from 'zod';
import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Mail, MailAnswer, MailTransport } from '#kit/mail';
import type { Admitted } from '#mail';
import type { Shop } from '#orders';
import type { Privacy, SubjectKey } from '#privacy';
import type { Outcome } from '../sending/conclude.ts';
import { statements } from '../store.ts';
import { discloseMessage, shopOf, type MessageNeeds, type Recipient } from './disclose-message.ts';
import type { MessageKind, MessageKinds, Values } from './kinds.ts';
import { messagePlaces } from './tell.ts';

type Row = {
  readonly personId: string;
  readonly messageId: string;
  readonly shopId: string;
  readonly orderId: string | null;
  readonly kind: string;
  readonly language: string;
  readonly madeAt: Temporal.Instant;
  readonly untilAt: Temporal.Instant;
  readonly email: Buffer | null;
  readonly name: Buffer | null;
  readonly content: Buffer;
  readonly disclosedTo: string | null;
};

type End = { readonly outcome: Outcome; readonly answer: string };
type Ready = { readonly mail: Mail; readonly transport: MailTransport; readonly answer: string };
type Prepared = End | Ready | { readonly later: Fault; readonly answer: string };

const valuesShape = z.record(z.string(), z.string());
const tooLate: End = { outcome: 'refused', answer: 'too late' };

/**
 * Sends one message that was told of. Asked for again after a crash it keeps its Message-ID; once its outcome is written
 * nothing of what it said is left.
 * @throws Fault('unavailable') when the mail server did not take it yet, so that the job comes again
 */
export async function sendMessage(
  needs: MessageNeeds,
  kinds: MessageKinds,
  of: { readonly personId: string; readonly messageId: string },
): Promise<void> {
  const prepared = await needs.database.tx(async (tx) => {
    const row = await tx.one<Row>(statements.message, [of.personId, of.messageId]);
    return row === null ? null : { row, ...(await prepare(needs, kinds, tx, row)) };
  });
  if (prepared === null) return;
  const { row } = prepared;
  const end = 'outcome' in prepared ? prepared : 'later' in prepared ? prepared : await handOver(prepared);
  if ('later' in end) await tryLater(needs, row, end);
  else await conclude(needs, kinds, row, end);
}

async function prepare(needs: MessageNeeds, kinds: MessageKinds, tx: Tx, row: Row): Promise<Prepared> {
  const kind = kinds.find(row.kind);
  // Told by a newer program that runs beside this one.
  if (kind === null) return laterFor('nobody here knows this kind');
  if (Temporal.Instant.compare(row.untilAt, needs.clock.now()) <= 0) return tooLate;
  const key = (await needs.privacy.keysOf(tx, 'person', [row.personId])).get(row.personId);
  const shop = await shopOf(needs, tx, row.shopId);
  const to = key === undefined ? null : await recipientOf(needs, tx, row, key);
  if (key === undefined || shop === null || to === null) return { outcome: 'no address', answer: '' };
  const { personId, orderId, messageId: mailId, language } = row;
  const group = kind.group ?? null;
  const letter = { shop, personId, orderId, mailId, email: to.email, language, group };
  const [ticket] = await needs.mail.admit(tx, [{ ...letter, noted: kind.outlivesPerson !== true }]);
  if (ticket === undefined || 'no' in ticket) return refusalOf(ticket);
  return await readyMail(needs, tx, { row, kind, shop, to, ticket, values: valuesOf(needs.privacy, row, key) });
}

function laterFor(why: string): Prepared {
  return { later: new Fault('unavailable', 'The mail cannot be sent now.', { internal: why }), answer: why };
}

function refusalOf(ticket: Extract<Admitted, { readonly no: string }> | undefined): Prepared {
  if (ticket === undefined || ticket.no === 'unsigned') return laterFor(`unsigned: ${ticket?.why ?? ''}`);
  return { outcome: ticket.no, answer: ticket.no === 'suppressed' ? ticket.code : '' };
}

async function recipientOf(needs: MessageNeeds, tx: Tx, row: Row, key: SubjectKey): Promise<Recipient | null> {
  const email = key.stored('email', row.email, { column: messagePlaces.email, row: row.messageId });
  const name = key.stored('name', row.name, { column: messagePlaces.name, row: row.messageId });
  if (email !== null) return { email, name };
  const order = row.orderId === null ? null : await needs.orders.read(tx, row.personId, row.orderId);
  if (order === null || order.buyer.email === null) return null;
  return { email: order.buyer.email, name: order.buyer.name };
}

function valuesOf(privacy: Pick<Privacy, 'open'>, row: Row, key: SubjectKey): Values {
  const stored = key.stored('message', row.content, { column: messagePlaces.content, row: row.messageId });
  if (stored === null) return {};
  const parsed: unknown = JSON.parse(privacy.open(stored, { purpose: 'notice', reader: 'shop' }));
  return valuesShape.parse(parsed);
}

type Addressed = {
  readonly row: Row;
  readonly kind: MessageKind;
  readonly shop: Shop;
  readonly to: Recipient;
  readonly ticket: Exclude<Admitted, { readonly no: string }>;
  readonly values: Values;
};

async function readyMail(needs: MessageNeeds, tx: Tx, addressed: Addressed): Promise<Prepared> {
  const { row, kind, shop, to, ticket, values } = addressed;
  const transport = needs.transportOf(shop);
  const { personId, language } = row;
  const isDisclosed = kind.outlivesPerson === true;
  // Its person is gone: to another operator than it was disclosed to it must not go any more.
  if (isDisclosed && row.disclosedTo !== transport.operator)
    return { outcome: 'refused', answer: 'withheld by the rules' };
  const operator = isDisclosed ? null : transport.operator;
  const { unsubscribeUrl } = ticket;
  const message = { personId, language, shop, kind, values, unsubscribeUrl, ...to };
  const composed = await discloseMessage(needs, tx, message, operator);
  if (composed === null) return { outcome: 'refused', answer: 'withheld by the rules' };
  const { headers, signers, returnPath, unsigned } = ticket;
  const idOf = (id: string): string => `<${id}@${needs.mailHost}>`;
  const mail: Mail = {
    ...composed,
    headers,
    signers,
    ...(returnPath === null ? {} : { returnPath }),
    messageId: idOf(showId('ntc', row.messageId)),
    references: row.orderId === null ? [] : [idOf(showId('ord', row.orderId))],
    sentAt: row.madeAt,
  };
  return { mail, transport, answer: unsigned === null ? '' : `unsigned: ${unsigned}` };
}

async function handOver({
  mail,
  transport,
  answer,
}: Ready): Promise<End | { readonly later: unknown; answer: string }> {
  const said: MailAnswer | { readonly error: unknown } = await transport
    .send(mail)
    .catch((error: unknown) => ({ error }));
  if ('error' in said) {
    const { error } = said;
    return { later: error, answer: error instanceof Fault ? error.message : 'the mail server broke off' };
  }
  if ('accepted' in said) return { outcome: 'sent', answer };
  if (said.permanent) return { outcome: 'refused', answer: said.answer };
  const later = new Fault('unavailable', 'The mail server asked to try again later.', { internal: said.answer });
  return { later, answer: said.answer };
}

async function tryLater(
  needs: MessageNeeds,
  { personId, messageId }: Row,
  { later, answer }: { readonly later: unknown; readonly answer: string },
): Promise<never> {
  const values = [personId, messageId, needs.clock.now(), answer.slice(0, 200)];
  await needs.database.rows(statements.attemptMessage, values);
  throw later;
}

async function conclude(needs: MessageNeeds, kinds: MessageKinds, row: Row, { outcome, answer }: End): Promise<void> {
  const { personId, messageId, shopId } = row;
  const outlived = kinds.find(row.kind)?.outlivesPerson === true;
  await needs.database.tx(async (tx) => {
    if (outlived) {
      await tx.rows(statements.dropMessage, [personId, messageId]);
      await needs.privacy.dropKeys(tx, 'person', [personId]);
      return;
    }
    const isNew = await tx.one(statements.concludeMessage, [personId, messageId, outcome, needs.clock.now(), answer]);
    if (isNew !== null && outcome === 'refused') await needs.mail.refused(tx, shopId, messageId, answer);
  });
  if (outcome !== 'refused') return;
  needs.log.warn('a message was refused', { notice: showId('ntc', messageId), kind: row.kind, answer });
}
