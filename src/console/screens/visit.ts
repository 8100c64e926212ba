import { showId } from '#kit/ids';
import type { CaughtMail } from '#kit/mailbox';
import { directionOf } from '#kit/words';
import type { RequestHead } from '#kit/http';
import type { Shop } from '#orders';
import type { Why } from '#privacy';
import type { ConsoleNeeds } from '../needs.ts';
import type { Moment, StaffFrame } from '../view.ts';
import { sayCode, type Say } from '../words.ts';
import { momentOf } from './moments.ts';

/** One request of somebody who is signed in: which shop it is about, in which language, and what stands around it. */
export type Visit = {
  readonly shop: Shop;
  readonly shops: readonly Shop[];
  readonly frame: StaffFrame;
  readonly language: string;
  readonly say: Say;
  readonly params: RequestHead['params'];
  readonly query: URLSearchParams;
  readonly now: Temporal.Instant;
  readonly moment: (at: Temporal.Instant) => Moment;
};

/** Personal data is opened for the shop's people who help its customers. */
export const why: Why = { purpose: 'support', reader: 'staff' };

type Given = {
  readonly head: Pick<RequestHead, 'params' | 'query'>;
  readonly shops: readonly Shop[];
  readonly shop: Shop;
  readonly language: string;
  readonly say: Say;
};

export async function openVisit(needs: ConsoleNeeds, given: Given): Promise<Visit> {
  const { head, shop, shops, language, say } = given;
  const now = needs.clock.now();
  return {
    shop,
    shops,
    frame: await frameOf(needs, given),
    language,
    say,
    params: head.params,
    query: head.query,
    now,
    moment: (at) => momentOf(language, at, now),
  };
}

/** The shop that was chosen, else the sample shop, which is what a newcomer came to see, else the first. */
export function shopOf(shops: readonly Shop[], chosenId: string | null): Shop | null {
  return shops.find((shop) => shop.shopId === chosenId) ?? shops.find((shop) => shop.sample) ?? shops[0] ?? null;
}

/** The mails that were caught, newest first, of the shops that are still there; null when a mail server sends them. */
export function caughtMails(
  needs: Pick<ConsoleNeeds, 'mailbox' | 'mailServer'>,
  shops: readonly Shop[],
  shop: Shop,
): readonly CaughtMail[] | null {
  if (needs.mailServer !== null && !shop.sample) return null;
  const senders = new Set(shops.map(({ face }) => face.sender.address.toLowerCase()));
  return needs.mailbox.mails().filter(({ from }) => senders.has(from.address.toLowerCase()));
}

async function frameOf(needs: ConsoleNeeds, given: Given): Promise<StaffFrame> {
  const { head, shops, shop, language, say } = given;
  const mails = caughtMails(needs, shops, shop);
  return {
    language,
    dir: directionOf(language),
    shopName: shop.name,
    sample: shop.sample,
    mailbox: mails === null ? null : { mails: mails.length },
    unmapped: (await needs.parcels.unmapped(needs.database, shop.shopId)).length,
    parked: (await needs.facts.parked()).length,
    alarms: await alarmsOf(needs, shop),
    breaches: await openBreaches(needs, shop, language),
    due: await dueOf(needs, shop),
    asking: await needs.service.cases.waiting(needs.database, shop.shopId),
    judging: await needs.reviews.waiting(needs.database, shop.shopId),
    languages: [
      { code: 'de', label: 'Deutsch' },
      { code: 'en', label: 'English' },
    ],
    shops: shops.map(({ shopId, name }) => ({ id: showId('shp', shopId), name, current: shopId === shop.shopId })),
    done: outcomeIn(say, 'done', head.query),
    failed: outcomeIn(say, 'failed', head.query),
  };
}

async function alarmsOf({ protection }: ConsoleNeeds, { shopId }: Shop): Promise<number> {
  return (await protection.open(shopId)).filter(({ finding }) => finding.severity === 'alarm').length;
}

async function openBreaches(
  { breaches, database, clock }: ConsoleNeeds,
  { shopId }: Shop,
  language: string,
): Promise<StaffFrame['breaches']> {
  const open = await breaches.openCases(database, shopId);
  const due = open.find(({ dueAt }) => dueAt !== null)?.dueAt ?? null;
  return {
    open: open.length,
    due: due === null ? null : momentOf(language, due, clock.now()).at,
    byCanary: open.some(({ openedBy }) => openedBy === 'canary'),
  };
}

async function dueOf({ rights, database }: ConsoleNeeds, { shopId }: Shop): Promise<number> {
  const { overdue, soon } = await rights.requests.count(database, shopId);
  return overdue + soon;
}

/** What came of the last action, when there is a sentence for it: an address cannot put words into the page. */
function outcomeIn(say: Say, list: 'done' | 'failed', query: URLSearchParams): string | null {
  const code = query.get(list) ?? '';
  const sentence = sayCode(say, list, code);
  return sentence === code ? null : sentence;
}
