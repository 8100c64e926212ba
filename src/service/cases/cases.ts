import type { Queries, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  answerCase,
  closeCase,
  markCase,
  reopenCase,
  type Answered,
  type CaseAct,
  type DoneElsewhere,
  type Seen,
} from './acts.ts';
import { createMeasured, type AnswerTime } from './answer-time.ts';
import { callsPerSlot, setCallsPerSlot, slotsLeft } from './calls.ts';
import type { Case, CaseEntry } from './case.ts';
import { deskTask, sendDeskMail } from './mails/desk-mail.ts';
import { openMinutesBetween, type Slot } from './slots.ts';
import { registerCaseMessages } from './mails/messages.ts';
import type { CasesNeeds } from './needs.ts';
import { casesOfPerson, findCase, listCases, readEntries, readLastAsked, recipientOf, type CaseList } from './read.ts';
import { forgetting, statements } from './store.ts';
import { writeCase, type CaseInput, type Written } from './write.ts';

/** Conversations with customers: asked by a form, brought to the shop's service address, answered, measured. */
export type Cases = {
  readonly write: (tx: Tx, input: CaseInput) => Promise<Written>;
  readonly list: (queries: Queries, shopId: string, which: CaseList) => Promise<readonly Case[]>;
  /** By its number, however it is written; null when there is none in this shop. */
  readonly read: (
    queries: Queries,
    shopId: string,
    number: string,
  ) => Promise<{ readonly one: Case; readonly entries: readonly CaseEntry[] } | null>;
  /** Of a customer, newest first, 20 at the most. */
  readonly ofPerson: (queries: Queries, personId: string) => Promise<readonly Case[]>;
  /** Where answers to a case go; null where nobody is reached. */
  readonly recipient: (tx: Tx, one: Case) => ReturnType<typeof recipientOf>;
  readonly answer: (act: CaseAct, text: string, seen?: Seen) => Promise<Answered>;
  readonly mark: (act: CaseAct, kind: DoneElsewhere) => Promise<Case>;
  readonly close: (act: CaseAct) => Promise<Case>;
  readonly reopen: (act: CaseAct) => Promise<Case>;
  /** How many customers wait for an answer. */
  readonly waiting: (queries: Queries, shopId: string) => Promise<number>;
  /** Null below ten first answers in 90 days; a minute old at the most. */
  readonly answerTime: (queries: Queries, shopId: string) => Promise<AnswerTime | null>;
  /** What was asked last in each of them, by case id; missing where it is erased. */
  readonly lastAsked: (
    queries: Queries,
    cases: readonly Pick<Case, 'personId' | 'caseId'>[],
  ) => ReturnType<typeof readLastAsked>;
  /** Answers minutes of opening time since a moment; null where the shop has not said when it is open. */
  readonly openMinutes: (queries: Queries, shopId: string) => Promise<(since: Temporal.Instant) => number | null>;
  /** In which a customer can be called. */
  readonly slots: (
    queries: Queries,
    shopId: string,
  ) => Promise<{ readonly zone: string; readonly slots: readonly Slot[] }>;
  readonly callsPerSlot: (queries: Queries, shopId: string) => Promise<number>;
  /** @throws Fault('invalid') for what is no whole number from 0 to 100 */
  readonly setCallsPerSlot: (of: {
    readonly shopId: string;
    readonly calls: number;
    readonly actor: string;
  }) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createCases(needs: CasesNeeds): Cases {
  const { clock } = needs;
  const all = { ...needs, answerTime: createMeasured(clock) };
  registerCaseMessages(needs.notices);
  needs.jobs.on(deskTask, ({ personId = '', entryId = '' }) => sendDeskMail(needs, { personId, entryId }));
  const shopOf = async (queries: Queries, shopId: string) => {
    const shop = (await needs.orders.shops(queries)).find((one) => one.shopId === shopId);
    if (shop === undefined) throw new Fault('not_found', 'There is no such shop.');
    return shop;
  };
  return {
    write: (tx, input) => writeCase(all, tx, input),
    list: (queries, shopId, which) => listCases(needs, queries, shopId, which),
    read: async (queries, shopId, number) => {
      const one = await findCase(needs, queries, shopId, number);
      return one === null ? null : { one, entries: await readEntries(needs, queries, one) };
    },
    ofPerson: (queries, personId) => casesOfPerson(needs, queries, personId, 20),
    recipient: (tx, one) => recipientOf(needs, tx, one),
    answer: (act, text, seen) => answerCase(needs, act, text, seen),
    mark: (act, kind) => markCase(needs, act, kind),
    close: (act) => closeCase(needs, act),
    reopen: (act) => reopenCase(needs, act),
    waiting: async (queries, shopId) =>
      (await queries.one<{ waiting: number }>(statements.countWaiting, [shopId]))?.waiting ?? 0,
    answerTime: all.answerTime,
    lastAsked: (queries, cases) => readLastAsked(needs, queries, cases),
    openMinutes: async (queries, shopId) => {
      const hours = await needs.hoursOf(queries, await shopOf(queries, shopId));
      return (since) => (hours === null ? null : openMinutesBetween(hours, since, clock.now()));
    },
    slots: async (queries, shopId) => {
      const hours = await needs.hoursOf(queries, await shopOf(queries, shopId));
      return { zone: hours?.zone ?? 'Europe/Berlin', slots: await slotsLeft(needs, queries, shopId) };
    },
    callsPerSlot,
    setCallsPerSlot: (of) => setCallsPerSlot(needs, of),
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}
