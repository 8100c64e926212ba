import type { Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import { formatDate } from '#kit/words';
import { plainText, textLengthMax, type Case, type EntryKind } from './case.ts';
import { openMinutesBetween, type Hours } from './slots.ts';
import { answerMessage } from './mails/messages.ts';
import type { CasesNeeds } from './needs.ts';
import { casePlaces, findCase, readCase, readEntries, recipientOf } from './read.ts';
import { statements } from './store.ts';

/** What staff do to a case, named by its number. */
export type CaseAct = { readonly shopId: string; readonly number: string; readonly actor: string };

/** How much had been said when its writer began: where more was said since, nothing goes. Undefined asks nothing. */
export type Seen = { readonly entries: number } | undefined;

export type Answered = Case | { readonly no: 'no address' | 'suppressed' | 'more was said' };

/** What went by other ways than a mail from here. */
export type DoneElsewhere = 'answered elsewhere' | 'called' | 'not reached';

const why = { purpose: 'support', reader: 'staff' } as const;
const quoteLengthMax = 1_500;
const entriesMax = 400;
const zoneUsual = 'Europe/Berlin';

/**
 * An answer by mail, from the shop's sender, in the conversation of the copy that the customer has.
 * @throws Fault('not_found'), Fault('invalid') for no text or one beyond `textLengthMax`, Fault('limit') beyond 400 entries
 */
export async function answerCase(needs: CasesNeeds, act: CaseAct, typed: string, seen?: Seen): Promise<Answered> {
  const text = plainText(typed);
  if (text === '') throw new Fault('invalid', 'An answer needs a text.');
  if (text.length > textLengthMax) throw new Fault('invalid', `An answer has at most ${textLengthMax} characters.`);
  return await needs.database.tx(async (tx) => {
    const one = await lockedCase(needs, tx, act);
    if (seen !== undefined && (await entriesOf(tx, one)) !== seen.entries) return { no: 'more was said' };
    const to = await recipientOf(needs, tx, one);
    if (to === null) return { no: 'no address' };
    const told = await needs.notices.tell(tx, {
      shopId: one.shopId,
      personId: one.personId,
      orderId: one.orderId,
      kind: answerMessage,
      language: one.language,
      to,
      values: { number: one.number, text, ...(await quoteOf(needs, tx, one)) },
    });
    if ('no' in told) {
      if (told.no === 'erased') throw noCase();
      return { no: told.no };
    }
    await addEntry(needs, tx, one, { kind: 'answered', actor: act.actor, text, messageId: told.messageId });
    await answered(needs, tx, one);
    return await audited(needs, tx, one, act, 'case.answer');
  });
}

/** Marks what staff did elsewhere; a call that reached nobody is no answer. @throws as `answerCase` */
export async function markCase(needs: CasesNeeds, act: CaseAct, kind: DoneElsewhere): Promise<Case> {
  return await needs.database.tx(async (tx) => {
    const one = await lockedCase(needs, tx, act);
    if (kind !== 'answered elsewhere' && one.callBack === null) {
      throw new Fault('conflict', 'This customer did not ask to be called.');
    }
    await addEntry(needs, tx, one, { kind, actor: act.actor, text: null, messageId: null });
    if (kind !== 'not reached') await answered(needs, tx, one);
    return await audited(needs, tx, one, act, `case.${kind.replaceAll(' ', '_')}`);
  });
}

/** @throws Fault('not_found'), Fault('conflict') when it is closed already */
export async function closeCase(needs: CasesNeeds, act: CaseAct): Promise<Case> {
  return await needs.database.tx(async (tx) => {
    const one = await lockedCase(needs, tx, act);
    const values = [one.personId, one.caseId, one.shopId, needs.clock.now(), act.actor];
    if ((await tx.one(statements.close, values)) === null) throw new Fault('conflict', 'This case is closed.');
    await tx.rows(statements.waitNoMore, [one.personId, one.caseId]);
    return await audited(needs, tx, one, act, 'case.close');
  });
}

/** The customer waits from now on. @throws Fault('not_found'), Fault('conflict') when it is not closed */
export async function reopenCase(needs: CasesNeeds, act: CaseAct): Promise<Case> {
  return await needs.database.tx(async (tx) => {
    const one = await lockedCase(needs, tx, act);
    if ((await tx.one(statements.reopen, [one.personId, one.caseId])) === null) {
      throw new Fault('conflict', 'This case is not closed.');
    }
    await tx.rows(statements.wait, [one.personId, one.caseId, one.shopId, needs.clock.now()]);
    return await audited(needs, tx, one, act, 'case.reopen');
  });
}

async function lockedCase(needs: CasesNeeds, tx: Tx, { shopId, number }: CaseAct): Promise<Case> {
  const found = await findCase(needs, tx, shopId, number);
  if (found === null) throw noCase();
  await tx.rows(statements.lockCase, [found.personId, found.caseId]);
  const one = await readCase(needs, tx, found);
  if (one === null) throw noCase();
  return one;
}

type NewEntry = {
  readonly kind: EntryKind;
  readonly actor: string;
  readonly text: string | null;
  readonly messageId: string | null;
};

async function addEntry(needs: CasesNeeds, tx: Tx, one: Case, entry: NewEntry): Promise<void> {
  const { personId, caseId, shopId } = one;
  const key = (await needs.privacy.keysOf(tx, 'person', [personId])).get(personId);
  if (key === undefined) throw noCase();
  if ((await entriesOf(tx, one)) >= entriesMax) throw new Fault('limit', `A case has at most ${entriesMax} entries.`);
  const entryId = newId(needs.clock);
  const now = needs.clock.now();
  const { kind, actor, text, messageId } = entry;
  const words = text === null ? null : key.lockText('message', text, { column: casePlaces.words, row: entryId });
  await tx.rows(statements.addEntry, [personId, entryId, caseId, shopId, now, kind, actor, words, messageId, null]);
  await tx.rows(statements.touch, [personId, caseId, now]);
}

async function entriesOf(tx: Tx, { personId, caseId }: Case): Promise<number> {
  return (await tx.one<{ entries: number }>(statements.countEntries, [personId, caseId]))?.entries ?? 0;
}

/** Nobody waits any more; the first time it is written down how long it took. */
async function answered(needs: CasesNeeds, tx: Tx, { personId, caseId, shopId, openedAt }: Case): Promise<void> {
  await tx.rows(statements.waitNoMore, [personId, caseId]);
  const hours = await hoursOf(needs, tx, { shopId });
  const now = needs.clock.now();
  const openMinutes = hours === null ? null : openMinutesBetween(hours, openedAt, now);
  await tx.rows(statements.addFirstAnswer, [personId, caseId, shopId, openedAt, now, openMinutes]);
}

async function hoursOf(needs: CasesNeeds, tx: Tx, { shopId }: Pick<Case, 'shopId'>): Promise<Hours | null> {
  const shop = (await needs.orders.shops(tx)).find((one) => one.shopId === shopId);
  return shop === undefined ? null : await needs.hoursOf(tx, shop);
}

/** What the customer wrote last, and the mail by which they have it. */
async function quoteOf(needs: CasesNeeds, tx: Tx, one: Case): Promise<Readonly<Record<string, string>>> {
  const asked = (await readEntries(needs, tx, one)).findLast(({ kind }) => kind === 'asked');
  if (asked === undefined || asked.words === null) return {};
  const text = needs.privacy.open(asked.words, why);
  const zone = (await hoursOf(needs, tx, one))?.zone ?? zoneUsual;
  return {
    quote: text.length > quoteLengthMax ? `${text.slice(0, quoteLengthMax)} …` : text,
    day: formatDate(one.language, asked.at.toZonedDateTimeISO(zone).toPlainDate()),
    ...(asked.messageId === null ? {} : { copy: asked.messageId }),
  };
}

async function audited(needs: CasesNeeds, tx: Tx, one: Case, { actor }: CaseAct, verb: string): Promise<Case> {
  await needs.privacy.audit(tx, { shopId: one.shopId, actor, verb, subject: one.number });
  const now = await readCase(needs, tx, one);
  if (now === null) throw noCase();
  return now;
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case here.');
}
