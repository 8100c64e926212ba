import { hash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { newId } from '#kit/ids';
import type { Notices } from '#notices';
import type { LinkTarget } from '#orders';
import type { Privacy, Sealed } from '#privacy';
import { codeMessage } from '../messages.ts';
import { statements } from '../store.ts';
import { codeMinutes, grantMinutes } from './limits.ts';

/** A customer's link, as it was asked for. */
export type Here = LinkTarget & { readonly token: string };

/** Whom a code goes to. */
export type CodeReader = {
  readonly email: Sealed<'email'>;
  readonly name: Sealed<'name'> | null;
  readonly language: string;
};

export type SentCode = 'sent' | 'too often' | 'suppressed' | 'erased';

/** What stands between a link, which many may have seen, and everything behind it. */
export type StepUp = {
  /** Sends a code to the known address, if it may be sent another one now. */
  readonly send: (here: Here, to: CodeReader) => Promise<SentCode>;
  /** The secret last part of the page's address, for a right code; null for every other, whatever the reason. */
  readonly check: (here: Here, code: string) => Promise<string | null>;
  /** Until when this page is open; null when it is none of this link, or over. */
  readonly find: (here: Here, grant: string) => Promise<Temporal.Instant | null>;
  readonly close: (here: Here, grant: string) => Promise<void>;
  /** Whether another mail may go to an address that somebody typed in; counted with the codes. */
  readonly mayAskAt: (tx: Tx, here: Here, email: Sealed<'email'>) => Promise<boolean>;
};

export type StepUpNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Pick<Privacy, 'index' | 'open'>;
  readonly notices: Pick<Notices, 'tell'>;
};

const codeDigits = 8;
const triesMax = 5;
/** A code that does not come is asked for again; nobody needs a fourth within an hour. */
const codesOfLinkHourMax = 3;
const codesOfAddressDayMax = 10;
const grantBytes = 20;
const hashBytes = 16;

export function createStepUp(needs: StepUpNeeds): StepUp {
  const { database, clock } = needs;
  return {
    send: (here, to) => database.tx((tx) => sendCode(needs, tx, here, to)),
    check: (here, code) =>
      database.tx(async (tx) => ((await isRight(needs, tx, here, code)) ? await addGrant(clock, tx, here) : null)),
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
    mayAskAt: async (tx, here, email) => {
      const addressHash = addressHashOf(needs.privacy, here.shopId, email);
      await tx.rows(statements.lockCodes, [here.personId]);
      if (!(await mayHaveAnother(needs, tx, here, addressHash))) return false;
      await addCode(needs, tx, here, { keyed: randomBytes(hashBytes), addressHash, codeId: newId(clock), minutes: 0 });
      return true;
    },
  };
}

/** What is kept of a secret of 160 bits. */
export function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

async function sendCode(needs: StepUpNeeds, tx: Tx, here: Here, to: CodeReader): Promise<SentCode> {
  const { clock, privacy } = needs;
  const { personId, orderId, shopId } = here;
  const addressHash = addressHashOf(privacy, shopId, to.email);
  await tx.rows(statements.lockCodes, [personId]);
  if (!(await mayHaveAnother(needs, tx, here, addressHash))) return 'too often';
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const { email, name, language } = to;
  const values = { code: `${code.slice(0, 4)} ${code.slice(4)}` };
  const message = { shopId, personId, orderId, kind: codeMessage, language, values, to: { email, name } };
  const told = await needs.notices.tell(tx, message);
  if ('no' in told) return told.no === 'suppressed' ? 'suppressed' : 'erased';
  const codeId = newId(clock);
  const keyed = codeHash(privacy, here, codeId, code);
  await addCode(needs, tx, here, { codeId, keyed, addressHash, minutes: codeMinutes });
  return 'sent';
}

type CodeRow = {
  readonly codeId: string;
  readonly keyed: Buffer;
  readonly addressHash: Buffer;
  readonly minutes: number;
};

async function addCode({ clock }: StepUpNeeds, tx: Tx, here: Here, row: CodeRow): Promise<void> {
  const { codeId, keyed, addressHash, minutes } = row;
  const { personId, orderId, shopId } = here;
  const now = clock.now();
  await tx.rows(statements.addCode, [personId, codeId, shopId, orderId, keyed, addressHash, now, now.add({ minutes })]);
}

async function mayHaveAnother({ clock }: StepUpNeeds, tx: Tx, here: Here, addressHash: Buffer): Promise<boolean> {
  const { personId, orderId, shopId } = here;
  const now = clock.now();
  const counted = await tx.one<{ ofLink: number; ofAddress: number }>(statements.countCodes, [
    personId,
    orderId,
    shopId,
    addressHash,
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

/** Every try counts before it is known whether it was right; a right code is used up. */
async function isRight({ privacy, clock }: StepUpNeeds, tx: Tx, here: Here, typed: string): Promise<boolean> {
  const { personId, orderId } = here;
  const values = [personId, orderId, clock.now(), triesMax];
  const row = await tx.one<{ readonly codeId: string; readonly codeHash: Buffer }>(statements.tryCode, values);
  const given = codeHash(privacy, here, row?.codeId ?? personId, digitsOf(typed));
  const isSame = timingSafeEqual(given, row?.codeHash ?? Buffer.alloc(hashBytes));
  if (!isSame || row === null) return false;
  await tx.rows(statements.useCode, [personId, row.codeId]);
  return true;
}

/** As people copy it: with spaces or dashes, or in the digits of their own script. */
function digitsOf(typed: string): string {
  return typed
    .slice(0, 64)
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, (digit) => String(valueOf(digit)))
    .replaceAll(/\D/g, '');
}

/** Decimal digits lie in rows of ten, each beginning with its zero (Unicode, chapter 4.6). */
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
