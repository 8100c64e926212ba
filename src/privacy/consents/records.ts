import { createHash } from 'node:crypto';
import type { Queries } from '#kit/database';
import type { KeyBook } from '../key-book.ts';
import { effectOf, type Effect } from '../rules/ruling.ts';
import { textOf } from '../sealed.ts';
import { statements } from '../store.ts';
import type { Controller, ReceiptKey } from './receipt.ts';

/** A consent as its person is shown it, after ISO/IEC TS 27560. What the shop has not said is null. */
export type ConsentRecord = {
  readonly consentId: string;
  readonly shopId: string;
  readonly purpose: string;
  /** The carrier's id. */
  readonly recipient: string;
  readonly fields: readonly string[];
  readonly givenAt: Temporal.Instant;
  readonly holdsUntil: Temporal.Instant | null;
  readonly withdrawnAt: Temporal.Instant | null;
  readonly channel: 'order' | 'page';
  /** The words beside the box, to the letter, and their SHA-256 in hex. */
  readonly words: string;
  readonly wordsHash: string;
  readonly version: string | null;
  readonly language: string | null;
  readonly preset: 'unticked' | null;
  readonly jurisdiction: string | null;
  readonly policyUrl: string | null;
  /** A compact JWS of all this. */
  readonly receipt: string;
};

type Row = Omit<ConsentRecord, 'words' | 'wordsHash' | 'receipt'> & {
  readonly words: Buffer;
};

/** Every consent of a person, newest first, 500 at the most; nothing of who was erased. */
export async function consentsOf(
  queries: Queries,
  needs: {
    readonly book: Pick<KeyBook, 'keysOf'>;
    readonly keyOf: (shopId: string) => ReceiptKey;
    readonly controllerOf: (shopId: string) => Promise<Controller>;
  },
  personId: string,
): Promise<readonly ConsentRecord[]> {
  const key = (await needs.book.keysOf(queries, 'person', [personId])).get(personId);
  if (key === undefined) return [];
  const rows = await queries.rows<Row>(statements.consentsOf, [personId]);
  if (rows.length === 0) return [];
  const controller = await needs.controllerOf(key.shopId);
  const receipts = needs.keyOf(key.shopId);
  return rows.flatMap((row) => {
    const place = { column: 'privacy.consent.words', row: row.consentId } as const;
    const words = key.stored('consent_words', row.words, place);
    return words === null ? [] : [withReceipt(row, textOf(words), receipts, { personId, controller })];
  });
}

function withReceipt(
  row: Row,
  words: string,
  receipts: ReceiptKey,
  { personId, controller }: { readonly personId: string; readonly controller: Controller },
): ConsentRecord {
  const record = { ...row, words, wordsHash: hashOfWords(words) };
  return { ...record, receipt: receipts.receipt(record, personId, controller) };
}

/** A consent without its words, and what it does now. */
export type ConsentEffect = Pick<ConsentRecord, 'consentId' | 'purpose' | 'recipient' | 'fields' | 'givenAt'> & {
  readonly effect: Effect;
};

/** What each consent of a person does now, newest first, 100 at the most. */
export async function effectsOf(
  queries: Queries,
  now: Temporal.Instant,
  personId: string,
): Promise<readonly ConsentEffect[]> {
  const rows = await queries.rows<Standing & Omit<ConsentEffect, 'effect'>>(statements.effects, [personId]);
  return rows.map((row) => {
    const { consentId, purpose, recipient, fields, givenAt } = row;
    return { consentId, purpose, recipient, fields, givenAt, effect: effectAt(row, now) };
  });
}

/** Of the words to the letter: SHA-256 in hex. */
export function hashOfWords(words: string): string {
  return createHash('sha256').update(words).digest('hex');
}

type Standing = Pick<ConsentRecord, 'withdrawnAt' | 'holdsUntil' | 'preset' | 'givenAt'>;

/** What a consent does now; what does not count lets nothing out. */
export function effectAt(record: Standing, now: Temporal.Instant): Effect {
  return effectOf({ ...record, withdrawn: record.withdrawnAt !== null }, now);
}

/** Whether it was neither withdrawn nor has ended: it can still be withdrawn, whether it counts or not. */
export function holdsAt(record: Pick<ConsentRecord, 'withdrawnAt' | 'holdsUntil'>, now: Temporal.Instant): boolean {
  const { withdrawnAt, holdsUntil } = record;
  return withdrawnAt === null && (holdsUntil === null || Temporal.Instant.compare(now, holdsUntil) < 0);
}
