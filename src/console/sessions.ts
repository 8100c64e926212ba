import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import { statements } from './store.ts';

/** Somebody who is signed in. */
export type Session = {
  readonly sessionHash: Buffer;
  /** Null while they have chosen none. */
  readonly shopId: string | null;
  readonly language: string;
};

/** One-time links and the sessions they open. What lies in the database opens nothing: it holds hashes only. */
export type Sessions = {
  /** The token of a new link: it opens one session, within 30 minutes. */
  readonly makeLink: () => Promise<string>;
  /** Whether a link could still be redeemed. Asking does not use it up. */
  readonly isOpen: (token: string) => Promise<boolean>;
  /**
   * Uses a link up and opens a session in its place; the session that this browser had before ends.
   * @returns the session's token, or null when the link is used, too old or never was
   */
  readonly redeem: (token: string, language: string, before: string | null) => Promise<string | null>;
  /** Who this token belongs to, and that they were seen; null when the session has ended. */
  readonly find: (token: string | null) => Promise<Session | null>;
  readonly end: (session: Session) => Promise<void>;
  readonly chooseShop: (session: Session, shopId: string) => Promise<void>;
  readonly chooseLanguage: (session: Session, language: string) => Promise<void>;
  /** Whoever looked at this shop has chosen none any more. */
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

const tokenBytes = 32;
const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const linkMinutes = 30;
const idleHoursMax = 12;
const ageHoursMax = 7 * 24;
/** Seeing somebody is written at most this often. */
const seenEveryMs = 60_000;

type Needs = { readonly database: Database; readonly clock: Clock; readonly privacy: Pick<Privacy, 'audit'> };

export function createSessions(needs: Needs): Sessions {
  const { database, clock } = needs;
  return {
    makeLink: async () => {
      const token = newToken();
      const now = clock.now();
      await database.tx(async (tx) => {
        await tx.rows(statements.sweepLinks, [now]);
        await tx.rows(statements.addLink, [hashOf(token), now.add({ minutes: linkMinutes })]);
      });
      return token;
    },
    isOpen: async (token) => {
      if (!tokenShape.test(token)) return false;
      return (await database.one(statements.link, [hashOf(token), clock.now()])) !== null;
    },
    redeem: (token, language, before) => redeem(needs, token, language, before),
    find: (token) => find(needs, token),
    end: async ({ sessionHash }) => {
      await database.tx(async (tx) => {
        const gone = await tx.one(statements.dropSession, [sessionHash]);
        if (gone !== null) await note(needs, tx, 'console.sign-out', sessionHash);
      });
    },
    chooseShop: async ({ sessionHash }, shopId) => {
      await database.rows(statements.chooseShop, [sessionHash, shopId]);
    },
    chooseLanguage: async ({ sessionHash }, language) => {
      await database.rows(statements.chooseLanguage, [sessionHash, language]);
    },
    forgetShop: async (tx, shopId) => {
      await tx.rows(statements.forgetShop, [shopId]);
    },
  };
}

async function redeem(needs: Needs, token: string, language: string, before: string | null): Promise<string | null> {
  if (!tokenShape.test(token)) return null;
  const now = needs.clock.now();
  const session = newToken();
  const isOpened = await needs.database.tx(async (tx) => {
    if ((await tx.one(statements.takeLink, [hashOf(token), now])) === null) return false;
    await tx.rows(statements.sweepSessions, oldestAt(now));
    if (before !== null) await tx.rows(statements.dropSession, [hashOf(before)]);
    await tx.rows(statements.addSession, [hashOf(session), language, now]);
    await note(needs, tx, 'console.sign-in', hashOf(session));
    return true;
  });
  return isOpened ? session : null;
}

async function find(needs: Needs, token: string | null): Promise<Session | null> {
  if (token === null || !tokenShape.test(token)) return null;
  const now = needs.clock.now();
  const row = await needs.database.one<Session & { readonly seenAt: Temporal.Instant }>(statements.session, [
    hashOf(token),
    ...oldestAt(now),
  ]);
  if (row === null) return null;
  const { seenAt, ...session } = row;
  if (now.since(seenAt).total('milliseconds') >= seenEveryMs) {
    await needs.database.rows(statements.see, [session.sessionHash, now]);
  }
  return session;
}

/** A session lives while it was seen after the first and made after the second of these. */
function oldestAt(now: Temporal.Instant): readonly [seen: Temporal.Instant, created: Temporal.Instant] {
  return [now.subtract({ hours: idleHoursMax }), now.subtract({ hours: ageHoursMax })];
}

/** The session goes by half of its hash, which says nothing about its cookie. */
async function note(needs: Needs, tx: Tx, verb: string, sessionHash: Buffer): Promise<void> {
  const subject = showId('ses', sessionHash.toString('hex', 0, 16));
  await needs.privacy.audit(tx, { shopId: null, actor: 'staff', verb, subject });
}

function newToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
