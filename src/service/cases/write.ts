import { hash } from 'node:crypto';
import type { Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import { sealed, type Sealed, type SubjectKey } from '#privacy';
import type { AnswerTime } from './answer-time.ts';
import { newNumber, textLengthMax, withoutLinks, type Case, type CaseVia, type Topic } from './case.ts';
import { deskTask } from './mails/desk-mail.ts';
import { slotsLeft } from './calls.ts';
import type { Slot } from './slots.ts';
import { copyMessage } from './mails/messages.ts';
import type { CasesNeeds } from './needs.ts';
import { casePlaces, readCase, recipientOf } from './read.ts';
import { statements } from './store.ts';
import { sayCase } from './words.ts';

/** Who writes: the buyer behind the link of an order, or whoever types in an address. */
export type Writer =
  | { readonly personId: string; readonly orderId: string; readonly email: Sealed<'email'> | null }
  | { readonly email: Sealed<'email'>; readonly name: Sealed<'name'> | null; readonly orderNumber: string | null };

/** What a customer wrote, read at the door. */
export type CaseInput = {
  readonly shopId: string;
  readonly from: Writer;
  readonly topic: Topic;
  readonly language: string;
  /** Not empty, at most `textLengthMax` units. */
  readonly text: Sealed<'message'>;
  readonly callBack: { readonly startsAt: Temporal.Instant; readonly phone: Sealed<'phone'> } | null;
  /** A secret of the form and what stands in it: both again are the same question. Null where there is none. */
  readonly once: string | null;
  /** A case of the same person that this goes on with. */
  readonly goesOn?: Pick<Case, 'caseId' | 'personId' | 'number'> | null;
};

type WritingNeeds = CasesNeeds & {
  readonly answerTime: (queries: Queries, shopId: string) => Promise<AnswerTime | null>;
};

export type Written =
  | { readonly number: string; readonly personId: string; readonly caseId: string; readonly isAgain: boolean }
  /** Nothing was written. */
  | { readonly no: 'too often' | 'slot gone' | 'erased' };

const ofHourMax = 6;
const ofDayMax = 20;
/** One case has no more: a conversation that goes on for longer is begun anew. */
const entriesMax = 400;

/**
 * Takes a question: the case, its words sealed, the job that brings it to the shop's service address, and the copy for its
 * writer, all in the caller's transaction. Which order numbers and addresses are known shows in no answer.
 */
export async function writeCase(needs: WritingNeeds, tx: Tx, input: CaseInput): Promise<Written> {
  const onceHash = input.once === null ? null : hash('sha256', `${input.shopId}|${input.once}`, 'buffer');
  if (onceHash !== null) {
    await tx.rows(statements.lockOnce, [onceHash]);
    const before = await tx.one<Before>(statements.byOnce, [onceHash]);
    if (before !== null) return { ...before, isAgain: true };
  }
  // Before anybody new is made: who is turned away must not stay behind.
  const slot = input.callBack === null ? null : await slotOf(needs, tx, input, input.callBack.startsAt);
  if (input.callBack !== null && slot === null) return { no: 'slot gone' };
  const who = await writerOf(needs, tx, input);
  const key = (await needs.privacy.keysOf(tx, 'person', [who.personId])).get(who.personId);
  if (key === undefined) return { no: 'erased' };
  if (await isTooOften(needs, tx, who)) return { no: 'too often' };
  const written = await caseFor(needs, tx, { input, who, key });
  if (written === null) return { no: 'too often' };
  await addQuestion(needs, tx, { input, who, key, slot, written, onceHash });
  return { ...written, personId: who.personId, isAgain: false };
}

type Before = { readonly number: string; readonly personId: string; readonly caseId: string };
type Who = {
  readonly personId: string;
  readonly orderId: string | null;
  readonly orderSaid: Sealed<'order_number'> | null;
  readonly email: Sealed<'email'> | null;
  readonly name: Sealed<'name'> | null;
  readonly via: CaseVia;
  /** Behind a link, or with address and number of an order; anybody can type in an address. */
  readonly isProven: boolean;
};

/** The order's number is looked up whether or not the address is known, so that both take the same way. */
async function writerOf(needs: CasesNeeds, tx: Tx, { shopId, from }: CaseInput): Promise<Who> {
  if ('personId' in from) return { ...from, orderSaid: null, name: null, via: 'link', isProven: true };
  const { email, name, orderNumber } = from;
  const order = orderNumber === null ? null : await needs.orders.find(tx, shopId, orderNumber);
  const personId = await needs.orders.personByEmail(tx, shopId, { email, name });
  const isTheirs = order !== null && order.personId === personId;
  return {
    personId,
    orderId: isTheirs ? order.orderId : null,
    orderSaid: orderNumber === null || isTheirs ? null : sealed('order_number', orderNumber),
    email: null,
    name,
    via: 'page',
    isProven: isTheirs,
  };
}

/** Behind a link only what was written there counts: who types in an address keeps nobody from writing. */
async function isTooOften({ clock }: CasesNeeds, tx: Tx, { personId, via }: Who): Promise<boolean> {
  const now = clock.now();
  const values = [personId, now.subtract({ hours: 1 }), now.subtract({ hours: 24 }), via];
  const counted = await tx.one<{ hour: number; day: number }>(statements.countOfPerson, values);
  return (counted?.hour ?? 0) >= ofHourMax || (counted?.day ?? 0) >= ofDayMax;
}

async function slotOf(
  needs: CasesNeeds,
  tx: Tx,
  { shopId }: CaseInput,
  startsAt: Temporal.Instant,
): Promise<Slot | null> {
  await tx.rows(statements.lockSlots, [shopId]);
  const left = await slotsLeft(needs, tx, shopId);
  return left.find((slot) => Temporal.Instant.compare(slot.startsAt, startsAt) === 0) ?? null;
}

type Making = { readonly input: CaseInput; readonly who: Who; readonly key: SubjectKey };

/** The case that goes on, or a new one, also where that went in the meantime; null when it has become too long. */
async function caseFor(
  needs: CasesNeeds,
  tx: Tx,
  { input, who, key }: Making,
): Promise<{ readonly caseId: string; readonly number: string } | null> {
  const { goesOn = null } = input;
  const isThere =
    goesOn?.personId === who.personId && (await tx.one(statements.lockCase, [who.personId, goesOn.caseId]));
  if (goesOn !== null && isThere) {
    const { caseId, number } = goesOn;
    const counted = await tx.one<{ entries: number }>(statements.countEntries, [who.personId, caseId]);
    if ((counted?.entries ?? 0) >= entriesMax) return null;
    await tx.rows(statements.reopen, [who.personId, caseId]);
    return { caseId, number };
  }
  const caseId = newId(needs.clock);
  const number = await freeNumber(tx, input.shopId);
  const of = { row: caseId };
  await tx.rows(statements.addCase, [
    who.personId,
    caseId,
    input.shopId,
    number,
    who.orderId,
    input.topic,
    input.language,
    who.via,
    needs.clock.now(),
    key.lock(who.email, { column: casePlaces.email, ...of }),
    key.lock(who.name, { column: casePlaces.name, ...of }),
    key.lock(who.orderSaid, { column: casePlaces.orderSaid, ...of }),
  ]);
  return { caseId, number };
}

/** Forty random bits are seldom taken, and a shop may have a million cases. */
async function freeNumber(tx: Tx, shopId: string): Promise<string> {
  const number = newNumber();
  return (await tx.one(statements.hasNumber, [shopId, number])) === null ? number : await freeNumber(tx, shopId);
}

type Asking = Making & {
  readonly onceHash: Buffer | null;
  readonly slot: Slot | null;
  readonly written: { readonly caseId: string; readonly number: string };
};

async function addQuestion(needs: WritingNeeds, tx: Tx, asking: Asking): Promise<void> {
  const { input, who, key, slot, written } = asking;
  const { clock, privacy, jobs } = needs;
  const { shopId, callBack } = input;
  const { personId } = who;
  const { caseId } = written;
  const now = clock.now();
  const entryId = newId(clock);
  if (callBack !== null && slot !== null) {
    const phone = key.lock(callBack.phone, { column: casePlaces.phone, row: caseId });
    await tx.rows(statements.wishCall, [personId, caseId, shopId, slot.startsAt, slot.endsAt, now, phone]);
  }
  const messageId = await sendCopy(needs, tx, asking);
  const words = key.lock(input.text, { column: casePlaces.words, row: entryId });
  await tx.rows(statements.addEntry, [
    personId,
    entryId,
    caseId,
    shopId,
    now,
    'asked',
    'customer',
    words,
    messageId,
    asking.onceHash,
  ]);
  await tx.rows(statements.touch, [personId, caseId, now]);
  await tx.rows(statements.wait, [personId, caseId, shopId, now]);
  await jobs.add(tx, { task: deskTask, payload: { personId, entryId } });
  await privacy.audit(tx, { shopId, actor: 'customer', verb: 'case.asked', subject: written.number });
}

/** Null where nobody is reached there; the question counts all the same. */
async function sendCopy(needs: WritingNeeds, tx: Tx, { input, who, slot, written }: Asking): Promise<string | null> {
  const { shopId, language } = input;
  const one = await readCase(needs, tx, { personId: who.personId, caseId: written.caseId });
  const to = one === null ? null : await recipientOf(needs, tx, one);
  if (one === null || to === null) return null;
  // Whoever proves who they are has not proven that another address is theirs.
  const isTheirs = who.isProven && one.email === null;
  const text = needs.privacy.open(input.text, { purpose: 'support', reader: 'staff' });
  const measured = await needs.answerTime(tx, shopId);
  const told = await needs.notices.tell(tx, {
    shopId,
    personId: who.personId,
    orderId: who.orderId,
    kind: copyMessage,
    language,
    to: isTheirs ? to : { ...to, name: null },
    values: {
      number: written.number,
      text: isTheirs ? text : unlinked(text, language),
      ...(measured === null ? {} : { median: `${measured.medianMinutes}`, p90: `${measured.p90Minutes}` }),
      ...(slot === null ? {} : { from: slot.startsAt.toString(), until: slot.endsAt.toString() }),
      zone: await zoneOf(needs, tx, shopId),
    },
  });
  return 'no' in told ? null : told.messageId;
}

/** Words for links are longer than the shortest of these: a text of nothing else must not outgrow its mail. */
function unlinked(text: string, language: string): string {
  return withoutLinks(text, sayCase(language, 'link')).slice(0, textLengthMax).toWellFormed();
}

async function zoneOf(needs: CasesNeeds, tx: Tx, shopId: string): Promise<string> {
  const shop = (await needs.orders.shops(tx)).find((one) => one.shopId === shopId);
  const hours = shop === undefined ? null : await needs.hoursOf(tx, shop);
  return hours?.zone ?? 'Europe/Berlin';
}
