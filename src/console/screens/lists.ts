import { readId, showId } from '#kit/ids';
import type { CaughtMail } from '#kit/mailbox';
import type { NoticeLine } from '#notices';
import type { ConsoleNeeds } from '../needs.ts';
import { consolePaths } from '../paths.ts';
import type { AuditView, CodesView, MailboxView, MailRow, MailView, NoticesView, ParkedView } from '../view.ts';
import { carrierName, orderNumberOf, ordersOf } from './rows.ts';
import { caughtMails, type Visit } from './visit.ts';

const rowsPerPage = 50;
const auditRowsMax = 200;

export async function noticesView(needs: ConsoleNeeds, visit: Visit): Promise<NoticesView> {
  const before = readId('ntc', visit.query.get('before') ?? '');
  const found = await needs.notices.ofShop(needs.database, visit.shop.shopId, before, rowsPerPage + 1);
  const lines = found.slice(0, rowsPerPage);
  const orders = await ordersOf(needs, lines);
  const parcelOf = await parcelsToldOf(needs, lines);
  const last = found.length > rowsPerPage ? lines.at(-1) : undefined;
  return {
    frame: visit.frame,
    rows: lines.map((line) => {
      const parcelId = parcelOf.get(line.noticeId);
      const { kind, outcome, answer, tries } = line;
      return {
        kind,
        outcome,
        tries,
        verdict: line.isCorrected ? 'corrected' : 'due',
        id: showId('ntc', line.noticeId),
        orderNumber: orderNumberOf(needs, orders.get(line.orderId)),
        parcelId: parcelId === undefined ? null : showId('par', parcelId),
        made: visit.moment(line.madeAt),
        concluded: line.concludedAt === null ? null : visit.moment(line.concludedAt),
        answer: answer === '' ? null : answer,
      };
    }),
    nextUrl: last === undefined ? null : `${consolePaths.notices}?before=${showId('ntc', last.noticeId)}`,
    firstUrl: before === null ? null : consolePaths.notices,
  };
}

/** One of the parcels that each of these messages tells of. */
async function parcelsToldOf(needs: ConsoleNeeds, lines: readonly NoticeLine[]): Promise<ReadonlyMap<string, string>> {
  const parcels = new Map<string, string>();
  for (const [orderId, [line]] of Map.groupBy(lines, (one) => one.orderId)) {
    if (line === undefined) continue;
    for (const { noticeId, parcelId } of await needs.notices.ofOrder(needs.database, line.personId, orderId)) {
      if (noticeId !== null && !parcels.has(noticeId)) parcels.set(noticeId, parcelId);
    }
  }
  return parcels;
}

export async function codesView(needs: ConsoleNeeds, visit: Visit): Promise<CodesView> {
  const codes = await needs.parcels.unmapped(needs.database, visit.shop.shopId);
  return {
    frame: visit.frame,
    rows: codes.map(({ carrier, code, scans, firstAt, lastAt }) => ({
      carrierName: carrierName(carrier),
      code,
      scans,
      first: visit.moment(firstAt),
      last: visit.moment(lastAt),
    })),
  };
}

export async function parkedView(needs: ConsoleNeeds, visit: Visit): Promise<ParkedView> {
  const parked = await needs.facts.parked();
  return {
    frame: visit.frame,
    rows: parked.map(({ follower, key, kind, appendedAt, reason }) => ({
      follower,
      key,
      kind,
      reason,
      appended: visit.moment(appendedAt),
    })),
  };
}

export async function auditView(needs: ConsoleNeeds, visit: Visit): Promise<AuditView> {
  const entries = await needs.privacy.audits(needs.database, visit.shop.shopId, auditRowsMax);
  return {
    frame: visit.frame,
    rows: entries.map(({ happenedAt, actor, verb, subject }) => ({
      actor,
      verb,
      subject,
      happened: visit.moment(happenedAt),
    })),
  };
}

/** Null where a mail server sends the mails. */
export function mailboxView(needs: ConsoleNeeds, visit: Visit): MailboxView | null {
  const mails = caughtMails(needs, visit.shops, visit.shop);
  return mails === null ? null : { frame: visit.frame, rows: mails.map((mail) => mailRow(visit, mail)) };
}

export function mailView(needs: ConsoleNeeds, visit: Visit): MailView | null {
  const mail = caughtMail(needs, visit);
  return mail === null ? null : { frame: visit.frame, mail: mailRow(visit, mail) };
}

export function caughtMail(needs: ConsoleNeeds, visit: Visit): CaughtMail | null {
  const mails = caughtMails(needs, visit.shops, visit.shop) ?? [];
  return mails.find(({ id }) => id === visit.params['id']) ?? null;
}

function mailRow(visit: Visit, { id, from, to, subject, receivedAt }: CaughtMail): MailRow {
  return { id, from: nameOf(from), to: to.map(nameOf).join(', '), subject, received: visit.moment(receivedAt) };
}

function nameOf({ name, address }: CaughtMail['from']): string {
  return name === null ? address : `${name} <${address}>`;
}
