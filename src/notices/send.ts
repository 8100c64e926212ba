import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { Facts } from '#kit/facts';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Log } from '#kit/log';
import type { Mail, MailTransport } from '#kit/mail';
import type { Admitted, MailRoom } from '#mail';
import type { Orders, Shop, StoredOrder } from '#orders';
import type { Parcel, Parcels, Scan } from '#parcels';
import { sealed, type Privacy } from '#privacy';
import { composeCorrection } from './compose-correction.ts';
import { composeNotice } from './compose.ts';
import type { NoticeKind } from './decide.ts';
import { noticeSent } from './facts.ts';
import { keepTrue, passOver, type DueFact } from './deciding/keep-true.ts';
import { isNowAtAnother } from './deciding/waiting.ts';
import { statements } from './store.ts';
import type { Tell } from './told-parcel.ts';

export type SendNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly log: Log;
  readonly privacy: Privacy;
  readonly orders: Orders;
  readonly parcels: Parcels;
  /** What happened to a parcel, in the customer's words. */
  readonly tell: Tell;
  /** The way a shop's mails go. */
  readonly transportOf: (shop: Shop) => MailTransport;
  /** Who may get a mail, who signs it, and what came back. */
  readonly mail: Pick<MailRoom, 'admit' | 'refused'>;
  /** Host part of message ids. */
  readonly mailHost: string;
};

type NoticeRow = {
  readonly personId: string;
  readonly noticeId: string;
  readonly orderId: string;
  readonly shopId: string;
  readonly kind: NoticeKind;
  readonly madeAt: Temporal.Instant;
  /** When it was handed over without an answer being known: its reader may have it. */
  readonly handedAt: Temporal.Instant | null;
  readonly outcome: string | null;
};

type Outcome = 'sent' | 'refused' | 'no address' | 'suppressed' | 'unsubscribed';

/** What a message is about, as it stands when it is sent. */
type Subject = {
  readonly notice: NoticeRow;
  readonly order: StoredOrder;
  readonly shop: Shop;
  readonly parcels: readonly Parcel[];
  readonly scans: readonly Scan[];
  /** What is told of each, in the order of the parcels. */
  readonly facts: readonly DueFact[];
};

/**
 * What a customer may do without. Whatever tells them to act, or that their parcel is in trouble, belongs to the contract
 * and goes to everybody (docs/decisions/0012-mail.md).
 */
const optionalKinds: ReadonlySet<NoticeKind> = new Set(['shipped', 'out_for_delivery', 'delivered']);

/** After this long a mail server that takes nothing has said no. */
const tryHoursMax = 48;

/** What stands behind "sent" where the program ended before it had the mail server's answer. */
const perhaps = 'perhaps';

/**
 * Sends one message. It may be called again after a crash: the message keeps its Message-ID, and once its outcome is
 * written it is not sent again. What is no longer true by then is not sent; if the crash came while it was being handed
 * over, it counts as told and is corrected like everything that was.
 * @throws Fault('unavailable') when the mail server did not take it yet, so that the job comes again
 */
export async function sendNotice(needs: SendNeeds, personId: string, noticeId: string): Promise<void> {
  const notice = await needs.database.one<NoticeRow>(statements.notice, [personId, noticeId]);
  if (notice === null || notice.outcome !== null) return;
  const subject = await needs.database.tx((tx) => subjectOf(needs, tx, notice));
  if (subject === null) return;
  const ticket = await ticketOf(needs, subject);
  if (ticket === null) return;
  const mail = mailOf(needs, subject, ticket);
  const transport = needs.transportOf(subject.shop);
  if (transport.operator !== null && !(await admitted(needs, subject, mail.text, transport.operator))) {
    await conclude(needs, notice, 'refused', 'withheld by the rules');
    return;
  }
  await handOver(needs, notice, transport, mail, ticket.unsigned);
}

/** Null when there is nothing left to tell, or nobody: then the message is dropped. */
async function subjectOf(needs: SendNeeds, tx: Tx, notice: NoticeRow): Promise<Subject | null> {
  const { personId, orderId, noticeId } = notice;
  const facts = await tx.rows<DueFact>(statements.factsOfNotice, [personId, orderId, noticeId]);
  const order = await needs.orders.read(tx, personId, orderId);
  const shop = (await needs.orders.shops(tx)).find((one) => one.shopId === notice.shopId);
  if (order === null || shop === undefined) {
    await passOver(tx, notice, facts);
    await tx.rows(statements.dropNotice, [personId, noticeId]);
    return null;
  }
  const isPerhapsTold = notice.handedAt !== null;
  const kept = await keepTrue(needs, tx, notice, facts, isPerhapsTold);
  const parcels = kept.map((fact) => fact.parcel);
  if (parcels.length === 0) {
    if (isPerhapsTold) await writeOutcome(needs, tx, notice, 'sent', perhaps);
    else await tx.rows(statements.dropNotice, [personId, noticeId]);
    return null;
  }
  return { notice, order, shop, parcels, scans: await needs.parcels.scans(tx, parcels), facts: kept };
}

type Ticket = Exclude<Admitted, { readonly no: string }>;

/** What a message goes out with. Null when it does not go, and that is written down. */
async function ticketOf(needs: SendNeeds, { notice, shop, order }: Subject): Promise<Ticket | null> {
  const { personId, orderId, noticeId, kind } = notice;
  const { email } = order.buyer;
  if (email === null) {
    await conclude(needs, notice, 'no address', '');
    return null;
  }
  const letter = { shop, personId, orderId, mailId: noticeId, email, language: order.language };
  const said = await needs.database.tx(async (tx) => {
    const ticket = await needs.mail.admit(tx, { ...letter, optional: optionalKinds.has(kind) });
    // From here on it may be told: whoever finds this without an outcome after a crash cannot know.
    if (!('no' in ticket)) await tx.rows(statements.hand, [personId, noticeId, needs.clock.now()]);
    return ticket;
  });
  if (!('no' in said)) return said;
  if (said.no === 'unsigned') {
    await tryLater(needs, notice, `unsigned: ${said.why}`, new Fault('unavailable', 'The mail cannot be signed.'));
    return null;
  }
  await conclude(needs, notice, said.no, said.no === 'suppressed' ? said.code : '');
  return null;
}

function mailOf(needs: SendNeeds, { notice, order, shop, parcels, scans, facts }: Subject, ticket: Ticket): Mail {
  const { privacy, tell, mailHost } = needs;
  const url = needs.orders.customerUrl(order);
  const { unsubscribeUrl, headers, returnPath, signers } = ticket;
  const parts = { privacy, tell, order, shop, parcels, scans, url, unsubscribeUrl };
  const nameOf = (noticeId: string): string => `<${showId('ntc', noticeId)}@${mailHost}>`;
  const corrected = facts.flatMap(({ ofNoticeId }) => (ofNoticeId === null ? [] : [ofNoticeId]));
  return {
    ...(notice.kind === 'correction'
      ? composeCorrection(parts, facts[0])
      : composeNotice({
          ...parts,
          kind: notice.kind,
          isElsewhere: facts.some((fact) => isNowAtAnother(fact.generation)),
        })),
    headers,
    signers,
    ...(returnPath === null ? {} : { returnPath }),
    messageId: nameOf(notice.noticeId),
    // The last of them is the message that this one answers.
    references: [`<${showId('ord', notice.orderId)}@${mailHost}>`, ...corrected.map(nameOf)],
    sentAt: notice.madeAt,
  };
}

/**
 * Whoever runs the mail server gets the message to read: it is a disclosure, written before it is sent. A message cannot
 * be sent in part: one field withheld holds all of it back.
 */
async function admitted(
  needs: SendNeeds,
  { notice, order, parcels, scans }: Subject,
  text: string,
  operator: string,
): Promise<boolean> {
  const { email, name } = order.buyer;
  if (email === null) return false;
  const number = parcels.find((parcel) => parcel.number !== null)?.number ?? null;
  const scan = scans.find(({ content }) => content !== null)?.content ?? null;
  const disclosed = await needs.database.tx((tx) =>
    needs.privacy.disclose(tx, {
      shopId: notice.shopId,
      personId: notice.personId,
      parcelId: null,
      recipient: { kind: 'mail_relay', name: operator },
      service: 'mail',
      purpose: 'sending mail',
      values: {
        email,
        order_number: order.number,
        message: sealed('message', text),
        ...(name === null ? {} : { name }),
        ...(number === null ? {} : { tracking_number: number }),
        ...(scan === null ? {} : { scan }),
      },
    }),
  );
  return Object.keys(disclosed.withheld).length === 0;
}

async function handOver(
  needs: SendNeeds,
  notice: NoticeRow,
  transport: MailTransport,
  mail: Mail,
  unsigned: string | null,
): Promise<void> {
  const answer = await transport.send(mail).catch(async (error: unknown) => {
    await tryLater(needs, notice, error instanceof Fault ? error.message : 'the mail server broke off', error);
    return null;
  });
  if (answer === null) return;
  if ('accepted' in answer) {
    await conclude(needs, notice, 'sent', unsigned === null ? '' : `unsigned: ${unsigned}`);
  } else if (answer.permanent) {
    await conclude(needs, notice, 'refused', answer.answer);
  } else {
    const cause = new Fault('unavailable', 'The mail server asked to try again later.', { internal: answer.answer });
    await tryLater(needs, notice, answer.answer, cause);
  }
}

/** Throws the cause, so that the job comes again, until the message is too old to be worth it. */
async function tryLater(needs: SendNeeds, notice: NoticeRow, answer: string, cause: unknown): Promise<void> {
  await needs.database.rows(statements.attempt, [
    notice.personId,
    notice.noticeId,
    needs.clock.now(),
    answer.slice(0, 200),
    // What this try did not bring over an earlier one may have.
    notice.handedAt,
  ]);
  if (needs.clock.now().since(notice.madeAt).total('hours') < tryHoursMax) throw cause;
  await conclude(needs, notice, 'refused', answer.slice(0, 200));
}

async function conclude(needs: SendNeeds, notice: NoticeRow, outcome: Outcome, answer: string): Promise<void> {
  await needs.database.tx((tx) => writeOutcome(needs, tx, notice, outcome, answer));
  if (outcome === 'refused') needs.log.warn('a notice was refused', { notice: showId('ntc', notice.noticeId), answer });
}

async function writeOutcome(
  needs: SendNeeds,
  tx: Tx,
  { personId, noticeId, shopId, orderId, kind }: NoticeRow,
  outcome: Outcome,
  answer: string,
): Promise<void> {
  const isNew = await tx.one(statements.conclude, [personId, noticeId, outcome, needs.clock.now(), answer]);
  if (isNew !== null && outcome === 'refused') await needs.mail.refused(tx, shopId, noticeId, answer);
  if (isNew === null || outcome !== 'sent') return;
  needs.facts.append(tx, noticeSent.make(personId, { shopId, orderId, kind }));
}
