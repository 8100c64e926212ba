import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import type { Jobs } from '#kit/jobs';
import type { Log } from '#kit/log';
import type { MailContent } from '#kit/mail-html';
import { formatDate } from '#kit/words';
import type { MailRoom } from '#mail';
import type { Orders, Shop } from '#orders';
import { homeZone } from './due.ts';
import type { PersonRequest, Requests } from './requests.ts';
import { statements } from './store.ts';
import { sayRequest, sayRequestCode } from './words.ts';

export type RemindNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly orders: Pick<Orders, 'shops'>;
  readonly mail: Pick<MailRoom, 'toStaff'>;
  /** Whom it is told by mail; at most 5 addresses. */
  readonly staff: readonly string[];
  /** Where staff answer requests. */
  readonly deskUrl: string;
};

/** Sends a mail to one place of the setting; the payload has no address. */
const remindTask = 'rights.remind';
/** Days before the end on which it is brought to mind; what is overdue is so every day. */
const remindedAt: ReadonlySet<number> = new Set([7, 3, 1]);
const shownMax = 10;
const reminderDaysKept = 30;

/** Tells staff, once a day, what is due in seven, three and one days, and what is overdue. */
export function createReminders(needs: RemindNeeds, requests: Pick<Requests, 'list'>): () => Promise<void> {
  const { database, clock, jobs, staff } = needs;
  jobs.on(remindTask, (payload) => sendReminder(needs, requests, payload));
  return async () => {
    if (staff.length === 0) return;
    const day = clock.now().toZonedDateTimeISO(homeZone).toPlainDate();
    for (const { shopId } of await needs.orders.shops(database)) {
      const pressing = pressingOf(await requests.list(database, shopId), clock.now());
      if (pressing.length === 0) continue;
      await database.tx(async (tx) => {
        if ((await tx.one(statements.remind, [shopId, day])) === null) return;
        const payloads = staff.map((_address, place) => ({ shopId, place: `${place}`, day: day.toString() }));
        await jobs.add(tx, ...payloads.map((payload) => ({ task: remindTask, payload })));
      });
    }
    await database.rows(statements.dropReminders, [day.subtract({ days: reminderDaysKept })]);
  };
}

/** Those that ask for somebody today. */
function pressingOf(open: readonly PersonRequest[], now: Temporal.Instant): readonly PersonRequest[] {
  return open.filter(({ dueAt }) => {
    const left = Math.ceil(now.until(dueAt).total('hours') / 24);
    return left <= 0 || remindedAt.has(left);
  });
}

/** It throws while the mail server takes none, so that the job comes again; the Message-ID is the same then. */
async function sendReminder(
  needs: RemindNeeds,
  requests: Pick<Requests, 'list'>,
  payload: Readonly<Record<string, string>>,
): Promise<void> {
  const { database, clock, staff, log } = needs;
  const { shopId = '', day = '', place: placeText = '' } = payload;
  const place = Number(placeText);
  const address = staff[place];
  const shop = (await needs.orders.shops(database)).find((one) => one.shopId === shopId);
  // The setting has become shorter, or the shop is gone.
  if (address === undefined || shop === undefined) return;
  const pressing = pressingOf(await requests.list(database, shopId), clock.now());
  if (pressing.length === 0) return;
  const answer = await needs.mail.toStaff(shop, {
    address,
    subject: subjectOf(shop, pressing, clock.now()),
    content: contentOf(shop, pressing, clock.now(), needs.deskUrl),
    id: `rights.requests.${shopId}.${day}.${place}`,
    sentAt: clock.now(),
  });
  if (!('no' in answer)) return;
  if (!answer.permanent) throw new Error(`a mail to staff was put off: ${answer.answer}`);
  log.warn('a mail to staff was refused', { place: place + 1, answer: answer.answer });
}

function subjectOf({ language }: Shop, pressing: readonly PersonRequest[], now: Temporal.Instant): string {
  const overdue = pressing.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) <= 0).length;
  return sayRequest(language, 'mail.subject', { overdue, soon: pressing.length - overdue });
}

function plain(text: string) {
  return { kind: 'paragraph', text, tone: 'plain' } as const;
}

/** Kinds and days only: whose requests they are stands behind the sign-in. */
function contentOf(
  shop: Shop,
  pressing: readonly PersonRequest[],
  now: Temporal.Instant,
  deskUrl: string,
): MailContent {
  const { language, name } = shop;
  const lines = pressing.slice(0, shownMax).map(({ kind, dueAt }) => {
    // The last day on which it is in time.
    const last = dueAt.subtract({ seconds: 1 }).toZonedDateTimeISO(homeZone).toPlainDate();
    return sayRequest(language, 'mail.due', {
      kind: sayRequestCode(language, 'kind', kind),
      day: formatDate(language, last),
    });
  });
  const more = pressing.length - lines.length;
  const subject = subjectOf(shop, pressing, now);
  return {
    language,
    preheader: lines[0] ?? subject,
    heading: subject,
    blocks: [
      ...lines.map(plain),
      ...(more > 0 ? [plain(sayRequest(language, 'mail.more', { count: more }))] : []),
      plain(sayRequest(language, 'mail.lead')),
      { kind: 'button', label: sayRequest(language, 'mail.button'), url: deskUrl },
    ],
    footer: [{ text: sayRequest(language, 'mail.why', { shop: name }) }],
  };
}
