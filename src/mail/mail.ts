import assert from 'node:assert/strict';
import type { Clock } from '#kit/clock';
import type { Database, Queries, Tx } from '#kit/database';
import { createLookup } from '#kit/egress';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import type { DkimSigner, MailAnswer, MailTransport } from '#kit/mail';
import type { Shop } from '#orders';
import { forgetIn, sealed, type HeldRow, type Privacy, type Sealed, type Whose } from '#privacy';
import { readBounce } from './bounces/read-bounce.ts';
import { weightOfRefusal } from './bounces/weigh.ts';
import { checkRecords, type RecordsReport } from './dns/check.ts';
import { createSigning, keyPairsOf, makeKeyPair, signingPair, type KeyPair, type Unsigned } from './key-pairs.ts';
import { mailTables } from './persons/tables.ts';
import { readBounceAddress, returnPathOf } from './return-path.ts';
import { senderDomain } from './sender.ts';
import { countMailed, mailed } from './mailed.ts';
import { staffMail, type StaffMail } from './staff-mail.ts';
import { forgetting, statements } from './store.ts';
import {
  addressHash,
  suppressionsOf,
  takeBounce,
  takeRefusal,
  type Suppressed,
  type TakenBounce,
} from './suppressing.ts';
import { tryMail, type TriedMail } from './try-mail.ts';
import { leavingUrl, oneClick, readToken, type MailGroup, type Subscriber } from './unsubscribing.ts';

export { mailData } from './retention/data-map.ts';
export { mailSweeps } from './retention/sweeps.ts';

export { mailTables };
export { sayMail, type MailWord } from './words.ts';
export type { MailGroup, Subscriber, Suppressed, TakenBounce, TriedMail, Unsigned };
export type { CheckedRecord, RecordsReport } from './dns/check.ts';

/** A mail that is about to go. `group`: the one it can be left with; null for what nobody can do without. */
export type Letter = {
  readonly shop: Shop;
  readonly personId: string;
  /** Null where it is about no order. */
  readonly orderId: string | null;
  readonly mailId: string;
  readonly email: Sealed<'email'>;
  readonly group: MailGroup | null;
  /** False for a mail after which nothing may be kept of its reader: should it come back, nobody is known by it. */
  readonly noted?: boolean;
  /** In which the person reads. */
  readonly language: string;
};

export type Admitted =
  | { readonly no: 'suppressed'; readonly code: string }
  | { readonly no: 'unsubscribed' }
  | { readonly no: 'unsigned'; readonly why: Unsigned }
  | {
      readonly signers: readonly DkimSigner[];
      readonly returnPath: string | null;
      readonly headers: Readonly<Record<string, string>>;
      /** For a line in the mail itself; null for mails that nobody can leave. */
      readonly unsubscribeUrl: string | null;
      /** Why it leaves without a signature, where it leaves the house. */
      readonly unsigned: Unsigned | null;
    };

/** Everything about a shop's mails but what they say: who may get one, who signs, what comes back. */
export type MailRoom = {
  /** Whether mails may go, and with what, in their order; notes the addresses they go to, to be committed before. */
  readonly admit: (tx: Tx, letters: readonly Letter[]) => Promise<readonly Admitted[]>;
  /** Whether this address of a person gets mails, or came back too often. */
  readonly reaches: (
    queries: Queries,
    to: Pick<Letter, 'personId' | 'email'> & { readonly shopId: string },
  ) => Promise<boolean>;
  /** A mail server's no to the recipient, `550 5.1.1`. */
  readonly refused: (tx: Tx, shopId: string, mailId: string, answer: string) => Promise<void>;
  /** A raw message (RFC 5322) that came to the bounce address. */
  readonly takeBounce: (shopId: string, raw: Uint8Array) => Promise<TakenBounce>;
  readonly suppressed: (queries: Queries, shopId: string, limit: number) => Promise<readonly Suppressed[]>;
  /** Whether a suppression is about this address; a corrected one is another. */
  readonly isAbout: (suppressed: Suppressed, shopId: string, email: Sealed<'email'>) => boolean;
  /** False when the person was not suppressed. */
  readonly lift: (shopId: string, personId: string, actor: string) => Promise<boolean>;
  /** By address; how many persons can be written to again. */
  readonly liftAddress: (shopId: string, address: string, actor: string) => Promise<number>;
  /** Whom an unsubscribe link is about; null when it is none of ours. */
  readonly subscriber: (token: string) => Subscriber | null;
  readonly isSubscribed: (queries: Queries, subscriber: Subscriber) => Promise<boolean>;
  readonly unsubscribe: (subscriber: Subscriber) => Promise<void>;
  readonly resubscribe: (subscriber: Subscriber) => Promise<void>;
  /** The records a shop needs, looked up now; keys are made when there are none, and sign from when they are seen. */
  readonly records: (shop: Shop, actor: string) => Promise<RecordsReport>;
  /** The same look, by which nothing is made and nothing changes; null while there are no keys, or no domain. */
  readonly look: (shop: Shop) => Promise<Omit<RecordsReport, 'signsWith'> | null>;
  /** What is known without asking anybody. */
  readonly state: (
    queries: Queries,
    shop: Shop,
  ) => Promise<{
    readonly domain: string | null;
    readonly unsigned: Unsigned | null;
    /** Of the keys that sign; empty while none does. */
    readonly selectors: readonly string[];
    readonly bounceAddress: string | null;
  }>;
  /** A new pair of keys; it takes over once its records were seen. @throws Fault('invalid') without a domain */
  readonly rotate: (shop: Shop, actor: string) => Promise<void>;
  /** An empty text takes it away. @throws Fault('invalid') */
  readonly setBounceAddress: (shop: Shop, address: string, actor: string) => Promise<void>;
  /** One sample notice to an address of the staff. @throws Fault('invalid') for an address that is none */
  readonly tryMail: (shop: Shop, address: string, actor: string) => Promise<TriedMail>;
  /**
   * A mail to the shop's own people, signed as its notices are.
   * @throws Fault('unavailable') when the mail server takes none now, or when it cannot be signed as others were
   */
  readonly toStaff: (shop: Shop, mail: StaffMail) => Promise<MailAnswer>;
  /** Whoever runs the shop's mail server, where that is somebody outside: a recipient of what mails say. */
  readonly operatorOf: (shop: Shop) => string | null;
  /** Who was written to in a window of time, by id; in how far it is still known. */
  readonly mailed: typeof mailed;
  /** How many they are, by shop. */
  readonly countMailed: typeof countMailed;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export type MailRoomNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly publicUrl: string;
  /** Addresses of DNS servers; empty for those of this machine. */
  readonly dnsServers: readonly string[];
  /** Host of the mail server; null while mails stay in the mailbox inside. */
  readonly mailServer: string | null;
  readonly transportOf: (shop: Shop) => MailTransport;
};

export function createMail(needs: MailRoomNeeds): MailRoom {
  const { database, clock, privacy } = needs;
  const signing = createSigning(privacy);
  return {
    ...leaving(needs),
    ...suppressions(needs),
    ...keysAndRecords(needs),
    admit: (tx, letters) => admit(needs, signing, tx, letters),
    state: async (queries, shop) => {
      const signed = await signing(queries, shop);
      const unsigned = 'no' in signed ? signed.why : signed.unsigned;
      const selectors = 'no' in signed ? [] : signed.signers.map(({ selector }) => selector);
      const bounceAddress = await bounceAddressOf(queries, shop.shopId);
      return { domain: senderDomain(shop), unsigned, selectors, bounceAddress };
    },
    mailed,
    countMailed,
    operatorOf: (shop) => needs.transportOf(shop).operator,
    toStaff: async (shop, mail) => {
      const signed = await signing(database, shop);
      if ('no' in signed) throw new Fault('unavailable', `A mail to staff cannot be signed: ${signed.why}.`);
      return await needs.transportOf(shop).send({ ...staffMail(shop, mail), signers: signed.signers });
    },
    tryMail: async (shop, address, actor) => {
      await auditOf(needs, shop, actor, 'mail.try');
      const signed = await signing(database, shop);
      return await tryMail(
        { clock, transport: needs.transportOf(shop), mailServer: shop.sample ? null : needs.mailServer },
        { shop, address, signed, domain: senderDomain(shop) },
      );
    },
    held: (queries, whose) => privacy.heldIn(queries, mailTables, whose),
    forget: (tx, whose) => forgetIn(tx, mailTables, whose),
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}

async function bounceAddressOf(queries: Queries, shopId: string): Promise<string | null> {
  return (await queries.one<{ returnTo: string }>(statements.bounceAddress, [shopId]))?.returnTo ?? null;
}

async function auditOf(
  { privacy, database }: MailRoomNeeds,
  { shopId }: Shop,
  actor: string,
  verb: string,
): Promise<void> {
  await privacy.audit(database, { shopId, actor, verb, subject: showId('shp', shopId) });
}

function keysAndRecords(needs: MailRoomNeeds): Pick<MailRoom, 'records' | 'look' | 'rotate' | 'setBounceAddress'> {
  const { database, clock, mailServer } = needs;
  const lookup = createLookup(needs.dnsServers);
  const pairsFor = async (shop: Shop, domain: string): Promise<readonly KeyPair[]> =>
    (await keyPairsOf(database, shop.shopId)).filter((pair) => pair.domain === domain);
  const check = async (shop: Shop, domain: string, pairs: readonly KeyPair[]) => {
    const bounceAddress = await bounceAddressOf(database, shop.shopId);
    return await checkRecords(lookup, { domain, pairs, bounceAddress, mailServer });
  };
  return {
    look: async (shop) => {
      const domain = senderDomain(shop);
      const pairs = domain === null ? [] : await pairsFor(shop, domain);
      if (domain === null || pairs.length === 0) return null;
      const { seenPairs: _, ...report } = await check(shop, domain, pairs);
      return report;
    },
    records: async (shop, actor) => {
      const domain = senderDomain(shop);
      if (domain === null) throw noDomain(shop);
      if ((await pairsFor(shop, domain)).length === 0) {
        await makeKeyPair(database, needs, shop, domain);
        await auditOf(needs, shop, actor, 'mail.keys');
      }
      const { seenPairs, ...report } = await check(shop, domain, await pairsFor(shop, domain));
      for (const pairId of seenPairs) {
        const isNew = await database.one(statements.keyPairSeen, [shop.shopId, pairId, clock.now()]);
        if (isNew !== null) await auditOf(needs, shop, actor, 'mail.sign');
      }
      return { ...report, signsWith: signingPair(await pairsFor(shop, domain), domain)?.label ?? null };
    },
    rotate: async (shop, actor) => {
      const domain = senderDomain(shop);
      if (domain === null) throw noDomain(shop);
      await makeKeyPair(database, needs, shop, domain);
      await auditOf(needs, shop, actor, 'mail.rotate');
    },
    setBounceAddress: async (shop, text, actor) => {
      const address = text.trim() === '' ? null : readBounceAddress(text);
      if (address === null && text.trim() !== '') throw wrongBounceAddress();
      if (address === null) await database.rows(statements.forgetBounceAddress, [shop.shopId]);
      else await database.rows(statements.setBounceAddress, [shop.shopId, address]);
      await auditOf(needs, shop, actor, 'mail.bounces');
    },
  };
}

type Signing = ReturnType<typeof createSigning>;

type Unsubscribed = { readonly personId: string; readonly group: string };

type HashedLetter = { readonly letter: Letter; readonly hash: Buffer };

async function admit(
  needs: MailRoomNeeds,
  signing: Signing,
  tx: Tx,
  letters: readonly Letter[],
): Promise<readonly Admitted[]> {
  if (letters.length === 0) return [];
  const hashed = letters.map((letter) => ({
    letter,
    hash: addressHash(needs.privacy, letter.shop.shopId, letter.email),
  }));
  const shops = new Map(letters.map(({ shop }) => [shop.shopId, shop]));
  const persons = letters.map(({ personId }) => personId);
  const [suppressed, unsubscribed, ways] = await Promise.all([
    suppressionsOf(tx, persons),
    tx.rows<Unsubscribed>(statements.unsubscribed, [persons]),
    Promise.all([...shops.values()].map((shop) => wayOf(signing, tx, shop))),
  ]);
  const left = new Set(unsubscribed.map(({ personId, group }) => `${personId} ${group}`));
  const wayOfShop = new Map(ways.map((way) => [way.shopId, way]));
  const going: HashedLetter[] = [];
  const said = hashed.map((one): Admitted => {
    const { letter, hash } = one;
    const no = suppressed.find(({ personId, addressHash: of }) => personId === letter.personId && of.equals(hash));
    if (no !== undefined) return { no: 'suppressed', code: no.code };
    if (letter.group !== null && left.has(`${letter.personId} ${letter.group}`)) return { no: 'unsubscribed' };
    const way = wayOfShop.get(letter.shop.shopId);
    assert(way !== undefined);
    if ('no' in way.signed) return way.signed;
    if (letter.noted !== false) going.push(one);
    return ticketOf(needs, letter, way.signed, way.bounceAddress);
  });
  await noteSent(needs, tx, going);
  return said;
}

/** How the mails of a shop go. */
async function wayOf(signing: Signing, tx: Tx, shop: Shop) {
  const [signed, bounceAddress] = await Promise.all([signing(tx, shop), bounceAddressOf(tx, shop.shopId)]);
  return { shopId: shop.shopId, signed, bounceAddress };
}

async function noteSent({ clock }: MailRoomNeeds, tx: Tx, going: readonly HashedLetter[]): Promise<void> {
  if (going.length === 0) return;
  await tx.rows(statements.addSent, [
    going.map(({ letter }) => letter.personId),
    going.map(({ letter }) => letter.mailId),
    going.map(({ letter }) => letter.shop.shopId),
    going.map(({ letter }) => letter.orderId),
    going.map(({ hash }) => hash),
    clock.now(),
  ]);
}

function ticketOf(
  { privacy, publicUrl, mailServer }: MailRoomNeeds,
  { shop, personId, mailId, group, language }: Letter,
  { signers, unsigned }: Exclude<Awaited<ReturnType<Signing>>, { readonly no: string }>,
  bounceAddress: string | null,
): Admitted {
  const { shopId } = shop;
  const url = group === null ? null : leavingUrl(privacy, publicUrl, { shopId, personId, group }, language);
  const leaves = mailServer !== null && !shop.sample;
  return {
    signers,
    returnPath: bounceAddress === null ? null : returnPathOf(privacy, shopId, mailId, bounceAddress),
    headers: oneClick(url),
    unsubscribeUrl: url,
    unsigned: leaves ? unsigned : null,
  };
}

function leaving({
  database,
  clock,
  privacy,
}: MailRoomNeeds): Pick<MailRoom, 'subscriber' | 'isSubscribed' | 'unsubscribe' | 'resubscribe'> {
  // Who leaves advertising objects to it (GDPR, art. 21(2)): that stands in the ledger, and on their page.
  const object = async (tx: Tx, { personId, group, shopId }: Subscriber, isOn: boolean): Promise<void> => {
    if (group !== 'reviews') return;
    await privacy.objectTo(tx, { kind: 'person', id: personId, shopId }, 'review invitation', isOn);
  };
  return {
    subscriber: (token) => readToken(privacy, token),
    isSubscribed: async (queries, { personId, group }) => {
      const left = await queries.rows<Unsubscribed>(statements.unsubscribed, [[personId]]);
      const { objections } = await privacy.restrictionsOf(queries, personId);
      const objects = group === 'reviews' && objections.some(({ purpose }) => purpose === 'review invitation');
      return !objects && left.every((one) => one.group !== group);
    },
    unsubscribe: ({ personId, group, shopId }) =>
      database.tx(async (tx) => {
        await tx.rows(statements.unsubscribe, [personId, group, shopId, clock.now()]);
        await object(tx, { personId, group, shopId }, true);
      }),
    resubscribe: (subscriber) =>
      database.tx(async (tx) => {
        await tx.rows(statements.resubscribe, [subscriber.personId, subscriber.group]);
        await object(tx, subscriber, false);
      }),
  };
}

function suppressions(
  needs: MailRoomNeeds,
): Pick<MailRoom, 'reaches' | 'refused' | 'takeBounce' | 'suppressed' | 'isAbout' | 'lift' | 'liftAddress'> {
  const { database, privacy } = needs;
  const lift: MailRoom['lift'] = (shopId, personId, actor) =>
    database.tx(async (tx) => {
      const lifted = await tx.one<{ count: number }>(statements.liftPerson, [shopId, personId]);
      if (lifted === null || lifted.count === 0) return false;
      await privacy.audit(tx, { shopId, actor, verb: 'mail.lift', subject: showId('per', personId) });
      return true;
    });
  return {
    reaches: async (queries, { shopId, personId, email }) => {
      const hash = addressHash(privacy, shopId, email);
      return (await suppressionsOf(queries, [personId])).every((one) => !one.addressHash.equals(hash));
    },
    refused: async (tx, shopId, mailId, answer) => {
      if (weightOfRefusal(answer) !== 'hard') return;
      await takeRefusal(needs, tx, shopId, mailId, answer.split(' ')[1] ?? '');
    },
    takeBounce: async (shopId, raw) => {
      const bounce = await readBounce(raw);
      return await database.tx((tx) => takeBounce(needs, tx, shopId, bounce));
    },
    suppressed: (queries, shopId, limit) => queries.rows<Suppressed>(statements.suppressedOfShop, [shopId, limit]),
    isAbout: (suppressed, shopId, email) => suppressed.addressHash.equals(addressHash(privacy, shopId, email)),
    lift,
    liftAddress: async (shopId, address, actor) => {
      const hash = addressHash(privacy, shopId, sealed('email', address));
      const persons = await database.rows<{ personId: string }>(statements.personsSuppressed, [shopId, hash]);
      let lifted = 0;
      for (const { personId } of persons) if (await lift(shopId, personId, actor)) lifted += 1;
      return lifted;
    },
  };
}

function noDomain({ name, face }: Shop): Fault {
  return new Fault(
    'invalid',
    `The mails of "${name}" come from ${face.sender.address}, which is no address of a domain in DNS. Give the shop a sender of a domain of its own first.`,
  );
}

function wrongBounceAddress(): Fault {
  return new Fault(
    'invalid',
    'A bounce address is a mail address of letters, digits, dots and dashes, at most 17 of them before the @.',
  );
}
