import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { MailRoom } from '#mail';
import type { Notices } from '#notices';
import type { LinkTarget } from '#orders';
import type { Privacy, Sealed } from '#privacy';
import { statements } from '../store.ts';
import { codeMessage } from '../messages.ts';
import { codeMinutes, grantMinutes } from './limits.ts';

/** A customer's link, as it was asked for. */
export type Here = LinkTarget & { readonly token: string };

/** `open` shows everything; `email` proves that a new address is read by whoever typed it in. */
type CodeUse = 'open' | 'email';

/** Whom a code goes to. */
export type CodeReader = {
  readonly email: Sealed<'email'>;
  readonly name: Sealed<'name'> | null;
  readonly language: string;
};

export type SentCode = 'sent' | 'too often' | 'suppressed' | 'erased';

export type StepUp = {
  /** Sends a code to the known address, if it may be sent another one now. */
  readonly send: (here: Here, to: CodeReader) => Promise<SentCode>;
  /** The secret last part of the page's address, for a right code; null for every other, whatever the reason. */
  readonly check: (here: Here, code: string) => Promise<string | null>;
  /** Until when this page is open; null when it is none of this link, or over. */
  readonly find: (here: Here, grant: string) => Promise<Temporal.Instant | null>;
  readonly close: (here: Here, grant: string) => Promise<void>;
  /** Sends a code to an address that is to become theirs. */
  readonly sendNew: (here: Here, to: CodeReader) => Promise<SentCode>;
  /** The address whose code this is; null for every other code. Used up in the same transaction. */
  readonly checkNew: (tx: Tx, here: Here, code: string) => Promise<Sealed<'email'> | null>;
};

export type StepUpNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'index' | 'open' | 'keysOf'>;
  readonly notices: Pick<Notices, 'tell'>;
  readonly mail: Pick<MailRoom, 'reaches'>;
};

const codeDigits = 8;
const triesMax = 5;
/** A code that does not come is asked for again; nobody needs a fourth within an hour. */
const codesOfLinkHourMax = 3;
const codesOfAddressDayMax = 10;
const grantBytes = 20;

const emailPlace = (codeId: string) => ({ column: 'customer.code.new_email', row: codeId }) as const;

export function createStepUp(needs: StepUpNeeds): StepUp {
  const { database, clock } = needs;
  return {
    send: (here, to) => database.tx((tx) => sendCode(needs, tx, here, { use: 'open', to })),
    sendNew: (here, to) => database.tx((tx) => sendCode(needs, tx, here, { use: 'email', to })),
    check: (here, code) =>
      database.tx(async (tx) => {
        const right = await tryCode(needs, tx, here, 'open', code);
        return right === null ? null : await addGrant(clock, tx, here);
      }),
    checkNew: async (tx, here, code) => {
      const right = await tryCode(needs, tx, here, 'email', code);
      const key = (await needs.privacy.keysOf(tx, 'person', [here.personId])).get(here.personId);
      return right === null ? null : (key?.stored('email', right.newEmail, emailPlace(right.codeId)) ?? null);
    },
    find: async (here, grant) => {
      const row = await database.one<{ personId: string; untilAt: Temporal.Instant }>(statements.grant, [
        hashOf(grant),
        hashOf(here.token),
        clock.now(),
      ]);
      return row?.personId === here.personId ? row.untilAt : null;
    },
    close: async (here, grant) => {
      await database.rows(statements.closeGrant, [hashOf(grant), hashOf(here.token)]);
    },
  };
}

export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

async function sendCode(
  needs: StepUpNeeds,
  tx: Tx,
  here: Here,
  { use, to }: { readonly use: CodeUse; readonly to: CodeReader },
): Promise<SentCode> {
  const { clock, privacy } = needs;
  const { personId, orderId, shopId } = here;
  const addressHash = addressHashOf(privacy, shopId, to.email);
  await tx.rows(statements.lockCodes, [personId]);
  if (!(await mayHaveAnother(needs, tx, here, addressHash))) return 'too often';
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const { email, name, language } = to;
  const kind = codeMessage[use];
  const values = { code: `${code.slice(0, 4)} ${code.slice(4)}` };
  const told = await needs.notices.tell(tx, { shopId, personId, orderId, kind, language, values, to: { email, name } });
  if ('no' in told) return told.no === 'suppressed' ? 'suppressed' : 'erased';
  const key = (await privacy.keysOf(tx, 'person', [personId])).get(personId);
  const codeId = newId(clock);
  const now = clock.now();
  await tx.rows(statements.addCode, [
    ...[personId, codeId, shopId, orderId, use],
    codeHash(privacy, here, codeId, code),
    addressHash,
    use === 'email' ? (key?.lock(email, emailPlace(codeId)) ?? null) : null,
    now,
    now.add({ minutes: codeMinutes }),
  ]);
  return 'sent';
}

async function mayHaveAnother({ clock }: StepUpNeeds, tx: Queries, here: Here, addressHash: Buffer): Promise<boolean> {
  const now = clock.now();
  const counted = await tx.one<{ ofLink: number; ofAddress: number }>(statements.countCodes, [
    ...[here.personId, here.orderId, here.shopId, addressHash],
    now.subtract({ hours: 1 }),
    now.subtract({ hours: 24 }),
  ]);
  return (counted?.ofLink ?? 0) < codesOfLinkHourMax && (counted?.ofAddress ?? 0) < codesOfAddressDayMax;
}

function addressHashOf(privacy: StepUpNeeds['privacy'], shopId: string, email: Sealed<'email'>): Buffer {
  const text = privacy.open(email, { purpose: 'finding again', reader: 'shop' });
  return privacy.index(shopId, 'code address', text.trim().toLowerCase());
}

/** Under a key outside the database: 100 million codes are soon tried by whoever has their plain hash. */
function codeHash(privacy: StepUpNeeds['privacy'], { shopId }: Here, codeId: string, code: string): Buffer {
  return privacy.index(shopId, 'code', `${codeId}|${code}`);
}

type RightCode = { readonly codeId: string; readonly newEmail: Buffer | null };

/** Every try counts, and is committed, before it is known whether it was right. */
async function tryCode(
  { privacy, clock }: StepUpNeeds,
  tx: Tx,
  here: Here,
  use: CodeUse,
  typed: string,
): Promise<RightCode | null> {
  const { personId, orderId } = here;
  const row = await tx.one<RightCode & { readonly codeHash: Buffer }>(statements.tryCode, [
    ...[personId, orderId, use, clock.now(), triesMax],
  ]);
  const expected = row?.codeHash ?? Buffer.alloc(16);
  const given = codeHash(privacy, here, row?.codeId ?? personId, digitsOf(typed));
  const isRight = timingSafeEqual(given, expected) && row !== null;
  if (!isRight) return null;
  await tx.rows(statements.useCode, [personId, row.codeId]);
  return row;
}

/** As people copy it: with spaces, dashes, or in the digits of their own script. */
function digitsOf(typed: string): string {
  return typed
    .slice(0, 64)
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit)))
    .replaceAll(/\D/g, '');
}

/** Decimal digits lie in rows of ten (Unicode, chapter 4.6), each row beginning with its zero. */
function valueOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

async function addGrant(clock: Clock, tx: Tx, here: Here): Promise<string> {
  const grant = randomBytes(grantBytes).toString('base64url');
  const now = clock.now();
  const { token, personId, orderId, shopId } = here;
  const until = now.add({ minutes: grantMinutes });
  await tx.rows(statements.addGrant, [hashOf(grant), hashOf(token), personId, orderId, shopId, now, until]);
  return grant;
}
