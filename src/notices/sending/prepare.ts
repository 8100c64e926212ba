import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { Mail, MailTransport } from '#kit/mail';
import type { Admitted, Letter } from '#mail';
import type { Shop, StoredOrder } from '#orders';
import type { Parcel, Scan } from '#parcels';
import { sealed } from '#privacy';
import { composeCorrection } from '../compose-correction.ts';
import { composeNotice } from '../compose.ts';
import { keepTrue, passOver, type DueFact } from '../deciding/keep-true.ts';
import { isNowAtAnother } from '../deciding/waiting.ts';
import type { NoticeKind } from '../decide.ts';
import type { SendNeeds } from '../send.ts';
import { statements } from '../store.ts';
import type { NoticeRow, Outcome } from './conclude.ts';

/** A message by its ids. */
export type NoticeOf = { readonly personId: string; readonly noticeId: string };

/** What became of the wish to send a message. */
export type Prepared = { readonly notice: NoticeRow } & (
  | { readonly mail: Mail; readonly transport: MailTransport; readonly unsigned: string | null }
  /** It does not go, and why that is so is written down. */
  | { readonly no: Outcome; readonly answer: string }
  | { readonly later: string; readonly cause: Fault }
);

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

/** As many as `parcels` reads together. */
const scansTogetherMax = 5_000;

/** What stands behind "sent" where the program ended before it had the mail server's answer. */
const perhaps = 'perhaps';

/**
 * Makes mails of messages, with few statements for all of them: what is said is read and looked at once more, and what
 * leaves is disclosed. A message that is not answered has been sent, or tells nothing any more; one that was being handed
 * over when the program ended counts as told once it is not true any more, and is corrected like everything that was.
 */
export async function prepare(needs: SendNeeds, tx: Tx, asked: readonly NoticeOf[]): Promise<readonly Prepared[]> {
  const { subjects, perhapsTold } = await subjectsOf(needs, tx, asked);
  const prepared: Prepared[] = perhapsTold.map((notice) => ({ notice, no: 'sent', answer: perhaps }));
  const letters: { readonly subject: Subject; readonly letter: Letter }[] = [];
  for (const subject of subjects) {
    const { notice, shop, order } = subject;
    const { email } = order.buyer;
    if (email === null) prepared.push({ notice, no: 'no address', answer: '' });
    else {
      const { personId, orderId, noticeId: mailId, kind } = notice;
      const group = optionalKinds.has(kind) ? ('steps' as const) : null;
      letters.push({
        subject,
        letter: { shop, personId, orderId, mailId, email, language: order.language, group },
      });
    }
  }
  const said = await needs.mail.admit(
    tx,
    letters.map(({ letter }) => letter),
  );
  // A shop that sends its mails itself discloses nothing, and still must not use what is only kept.
  const people = [...new Set(letters.map(({ letter }) => letter.personId))];
  const held = await needs.privacy.heldBack(tx, people, 'sending mail');
  const addressed = letters.flatMap(({ subject }, at): readonly Promise<Prepared>[] => {
    const ticket = said[at];
    if (ticket === undefined) return [];
    const { notice } = subject;
    if (held.has(notice.personId)) {
      return [Promise.resolve({ notice, no: 'refused', answer: 'withheld by the person' } as const)];
    }
    return [addressedTo(needs, tx, subject, ticket)];
  });
  return [...prepared, ...(await Promise.all(addressed))];
}

async function addressedTo(needs: SendNeeds, tx: Tx, subject: Subject, ticket: Admitted): Promise<Prepared> {
  const { notice, shop } = subject;
  if ('no' in ticket) {
    if (ticket.no !== 'unsigned') {
      return { notice, no: ticket.no, answer: ticket.no === 'suppressed' ? ticket.code : '' };
    }
    const cause = new Fault('unavailable', 'The mail cannot be signed.');
    return { notice, later: `unsigned: ${ticket.why}`, cause };
  }
  const mail = mailOf(needs, subject, ticket);
  const transport = needs.transportOf(shop);
  if (transport.operator !== null && !(await admitted(needs, tx, subject, mail.text, transport.operator))) {
    return { notice, no: 'refused', answer: 'withheld by the rules' };
  }
  return { notice, mail, transport, unsigned: ticket.unsigned };
}

type Subjects = { readonly subjects: readonly Subject[]; readonly perhapsTold: readonly NoticeRow[] };

/** Messages that have nothing left to tell, or nobody to tell it to, are dropped. */
async function subjectsOf(needs: SendNeeds, tx: Tx, asked: readonly NoticeOf[]): Promise<Subjects> {
  const rows = await tx.rows<NoticeRow & { readonly outcome: string | null }>(statements.notices, idsOf(asked));
  const notices = rows.filter(({ outcome }) => outcome === null);
  if (notices.length === 0) return { subjects: [], perhapsTold: [] };
  const [facts, orders, shops] = await Promise.all([
    tx.rows<DueFact & { readonly noticeId: string }>(statements.factsOfNotices, [
      ...idsOf(notices),
      notices.map(({ orderId }) => orderId),
    ]),
    needs.orders.readMany(tx, notices),
    needs.orders.shops(tx),
  ]);
  const theirs = new Map(
    [...orders.values()].flatMap((order) => {
      const shop = shops.find(({ shopId }) => shopId === order.shopId);
      return shop === undefined ? [] : [[order.orderId, { order, shop }] as const];
    }),
  );
  const { there = [], gone = [] } = Object.groupBy(facts, ({ orderId }) => (theirs.has(orderId) ? 'there' : 'gone'));
  await passOver(tx, gone);
  const handed = new Set(notices.filter(({ handedAt }) => handedAt !== null).map(({ noticeId }) => noticeId));
  const kept = await keepTrue(needs, tx, there, ({ noticeId }) => handed.has(noticeId));
  const byNotice = Map.groupBy(kept, ({ noticeId }) => noticeId);
  const {
    alive = [],
    perhapsTold = [],
    empty = [],
  } = Object.groupBy(notices, ({ noticeId, orderId }) => {
    if (theirs.has(orderId) && byNotice.has(noticeId)) return 'alive';
    return theirs.has(orderId) && handed.has(noticeId) ? 'perhapsTold' : 'empty';
  });
  for (const { personId, noticeId } of empty) await tx.rows(statements.dropNotice, [personId, noticeId]);
  return { subjects: await withScans(needs, tx, alive, theirs, byNotice), perhapsTold };
}

async function withScans(
  needs: SendNeeds,
  tx: Tx,
  notices: readonly NoticeRow[],
  theirs: ReadonlyMap<string, Pick<Subject, 'order' | 'shop'>>,
  kept: ReadonlyMap<string, readonly (DueFact & { readonly parcel: Parcel })[]>,
): Promise<readonly Subject[]> {
  const all = notices.flatMap(({ noticeId }) => kept.get(noticeId) ?? []).map(({ parcel }) => parcel);
  const scans = await scansOf(needs, tx, all);
  return notices.flatMap((notice) => {
    const whose = theirs.get(notice.orderId);
    const facts = kept.get(notice.noticeId) ?? [];
    const parcels = facts.map(({ parcel }) => parcel);
    const theirScans = parcels.flatMap(({ parcelId }) => scans.get(parcelId) ?? []);
    return whose === undefined ? [] : [{ ...whose, notice, parcels, facts, scans: theirScans }];
  });
}

/** By parcel, oldest first; in as many questions as their number asks for. */
async function scansOf(
  needs: SendNeeds,
  tx: Tx,
  parcels: readonly Parcel[],
): Promise<ReadonlyMap<string, readonly Scan[]>> {
  const questions: { readonly parcels: Parcel[]; scans: number }[] = [];
  for (const parcel of new Map(parcels.map((one) => [one.parcelId, one])).values()) {
    const last = questions.at(-1);
    if (last === undefined || last.scans + parcel.scanCount > scansTogetherMax) {
      questions.push({ parcels: [parcel], scans: parcel.scanCount });
    } else {
      last.parcels.push(parcel);
      last.scans += parcel.scanCount;
    }
  }
  const answers = await Promise.all(questions.map((question) => needs.parcels.scans(tx, question.parcels)));
  return Map.groupBy(answers.flat(), ({ parcelId }) => parcelId);
}

function idsOf(all: readonly NoticeOf[]): readonly [readonly string[], readonly string[]] {
  return [all.map(({ personId }) => personId), all.map(({ noticeId }) => noticeId)];
}

type Ticket = Exclude<Admitted, { readonly no: string }>;

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
  tx: Tx,
  { notice, order, parcels, scans }: Subject,
  text: string,
  operator: string,
): Promise<boolean> {
  const { email, name } = order.buyer;
  if (email === null) return false;
  const number = parcels.find((parcel) => parcel.number !== null)?.number ?? null;
  const scan = scans.find(({ content }) => content !== null)?.content ?? null;
  const disclosed = await needs.privacy.disclose(tx, {
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
  });
  return Object.keys(disclosed.withheld).length === 0;
}
