import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Queries } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId } from '#kit/ids';
import type { DkimSigner } from '#kit/mail';
import type { Shop } from '#orders';
import type { Privacy } from '#privacy';
import { senderDomain } from './sender.ts';
import { statements } from './store.ts';

/** Two keys that sign together: RSA because every reader knows it, Ed25519 because it is small and new (RFC 8463). */
export type KeyPair = {
  readonly shopId: string;
  readonly pairId: string;
  readonly domain: string;
  /** The day it was made, in the names of its selectors. */
  readonly label: string;
  readonly private: Buffer;
  readonly rsaPublic: string;
  readonly ed25519Public: string;
  readonly madeAt: Temporal.Instant;
  /** When both of its records were first seen in DNS; it signs from then on. */
  readonly seenAt: Temporal.Instant | null;
};

/** Why mails go without a signature, or do not go. */
export type Unsigned = 'no_keys' | 'not_seen' | 'other_domain' | 'unreadable';

export type Signing =
  | { readonly signers: readonly DkimSigner[]; readonly unsigned: Extract<Unsigned, 'no_keys' | 'not_seen'> | null }
  | { readonly no: 'unsigned'; readonly why: Extract<Unsigned, 'other_domain' | 'unreadable'> };

type Needs = { readonly clock: Clock; readonly privacy: Privacy };

const use = 'mail keys';
const bound = (pairId: string): string => `mail.key_pair.private|${pairId}`;
const privateShape = z.object({ rsa: z.string(), ed25519: z.string() });
const rsaBits = 2_048;
const pairsADayMax = 20;
const makeKeys = promisify(generateKeyPair);

/** A new pair for the domain of the shop's sender. It signs nothing before its records were seen. */
export async function makeKeyPair(queries: Queries, needs: Needs, shop: Shop, domain: string): Promise<void> {
  const { clock, privacy } = needs;
  const rsa = await makeKeys('rsa', { modulusLength: rsaBits });
  const ed25519 = await makeKeys('ed25519', {});
  const pairId = newId(clock);
  const secrets = JSON.stringify({ rsa: pemOf(rsa.privateKey), ed25519: pemOf(ed25519.privateKey) });
  const sealed = privacy.lockForShop(shop.shopId, use, secrets, bound(pairId));
  const day = clock.now().toString().slice(0, 10).replaceAll('-', '');
  for (let turn = 0; turn < pairsADayMax; turn += 1) {
    const label = turn === 0 ? day : `${day}-${turn + 1}`;
    const made = await queries.one(statements.addKeyPair, [
      shop.shopId,
      pairId,
      domain,
      label,
      sealed,
      rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      rawEd25519(ed25519.publicKey),
      clock.now(),
    ]);
    if (made !== null) return;
  }
  throw new Fault('limit', `A shop gets at most ${pairsADayMax} pairs of mail keys a day.`);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}

/** RFC 8463 §4.2: the record holds the 32 bytes of the key and nothing around them. */
function rawEd25519(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}

/** Newest first. */
export async function keyPairsOf(queries: Queries, shopId: string): Promise<readonly KeyPair[]> {
  return await queries.rows<KeyPair>(statements.keyPairs, [shopId]);
}

export function selectorsOf({ label }: Pick<KeyPair, 'label'>): { readonly rsa: string; readonly ed25519: string } {
  return { rsa: `gp${label}-rsa`, ed25519: `gp${label}-ed25519` };
}

/** The pair that signs: the newest whose records were seen. */
export function signingPair(pairs: readonly KeyPair[], domain: string | null): KeyPair | null {
  return pairs.find((pair) => pair.domain === domain && pair.seenAt !== null) ?? null;
}

/** Who signs a shop's mails now. A shop that has signed once sends nothing without a signature any more. */
export function createSigning(
  privacy: Privacy,
): (queries: Queries, shop: Pick<Shop, 'shopId' | 'face'>) => Promise<Signing> {
  const opened = new Map<string, readonly DkimSigner[]>();
  return async (queries, shop) => {
    const pairs = await keyPairsOf(queries, shop.shopId);
    const pair = signingPair(pairs, senderDomain(shop));
    if (pair === null) {
      if (pairs.some(({ seenAt }) => seenAt !== null)) return { no: 'unsigned', why: 'other_domain' };
      return { signers: [], unsigned: pairs.length === 0 ? 'no_keys' : 'not_seen' };
    }
    const signers = opened.get(pair.pairId) ?? openPair(privacy, pair);
    if (signers === null) return { no: 'unsigned', why: 'unreadable' };
    opened.set(pair.pairId, signers);
    return { signers, unsigned: null };
  };
}

/** Null when it was changed, or when the keyring is another one. */
function openPair(privacy: Privacy, pair: KeyPair): readonly DkimSigner[] | null {
  const { shopId, pairId, domain } = pair;
  const selectors = selectorsOf(pair);
  try {
    const json = privacy.openForShop(shopId, use, pair.private, bound(pairId));
    const keys = privateShape.parse(JSON.parse(json));
    const rsa = createPrivateKey(keys.rsa);
    const isOurs = createPublicKey(rsa).export({ type: 'spki', format: 'der' }).toString('base64') === pair.rsaPublic;
    if (!isOurs) return null;
    return [
      { domain, selector: selectors.ed25519, algorithm: 'ed25519-sha256', key: createPrivateKey(keys.ed25519) },
      { domain, selector: selectors.rsa, algorithm: 'rsa-sha256', key: rsa },
    ];
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
