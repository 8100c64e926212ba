import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createLookUps } from '#kit/batches';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { newId, readId, showId } from '#kit/ids';
import type { Privacy } from '#privacy';
import { statements } from './store.ts';

/** What a key may do. */
export const scopes = [
  'breaches:read',
  'breaches:tell',
  'breaches:write',
  'canaries:read',
  'canaries:write',
  'cases:read',
  'cases:write',
  'certificates:fetch',
  'certificates:read',
  'certificates:write',
  'contact:read',
  'contact:write',
  'faq:read',
  'faq:write',
  'keyring:read',
  'ledger:read',
  'ledger:write',
  'mail:write',
  'orders:read',
  'orders:write',
  'parcels:read',
  'protection:read',
  'protection:write',
  'record:read',
  'requests:read',
  'requests:write',
  'retention:read',
  'retention:write',
  'reviews:read',
  'reviews:write',
  'rights:hold',
  'rights:read',
  'rights:write',
  'scans:write',
  'seals:read',
  'seals:write',
] as const;
export type Scope = (typeof scopes)[number];

/**
 * The first hands out private keys of names that belong to the whole installation, while a key of the API belongs to one
 * shop; two tell which rows are canaries, and whoever steals a key must not learn that; the last writes to every customer
 * in the shop's name. No other word implies them, and only the operator grants them, at the command line.
 */
const alone: ReadonlySet<Scope> = new Set(['certificates:fetch', 'canaries:read', 'canaries:write', 'breaches:tell']);

/** What keys that staff make may do. */
export const staffScopes: readonly Scope[] = scopes.filter((scope) => !alone.has(scope));

export type Caller = { readonly keyId: string; readonly shopId: string; readonly scopes: readonly Scope[] };
export type KeyLine = { readonly id: string; readonly name: string; readonly scopes: readonly string[] };

type Row = {
  readonly keyId: string;
  readonly shopId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly secretHash: Buffer;
};

export type Keys = {
  /**
   * The whole key is shown here and never again.
   * @param offered what may be granted at this place; every scope when it is missing
   * @throws Fault('invalid') that lists the scopes there are
   */
  readonly create: (
    shopId: string,
    name: string,
    wanted: readonly string[],
    actor: string,
    offered?: readonly string[],
  ) => Promise<{ id: string; key: string }>;
  readonly list: (shopId: string) => Promise<readonly KeyLine[]>;
  /** False when there is no such key. */
  readonly revoke: (shopId: string, id: string, actor: string) => Promise<boolean>;
  /** Whose key it is and what it may do; null when there is none any more. */
  readonly of: (keyId: string) => Promise<{ readonly shopId: string; readonly scopes: readonly Scope[] } | null>;
  /** Who calls, by the header `Authorization: Bearer gp_…`. @throws Fault('unauthorized') */
  readonly callerOf: (authorization: string | undefined, scope: Scope) => Promise<Caller>;
};

const secretBytes = 32;
// RFC 9110 §11.1: the name of a scheme is the same in capitals and small letters.
const shape = /^(?i:bearer) +gp_([0-9a-z]{26})_([A-Za-z0-9_-]{43})$/;
const nameMax = 100;

export function createKeys(needs: {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  /** Told of every key that is shown; true for one that lets nobody in, whatever its row says. */
  readonly tried?: (keyId: string) => Promise<boolean>;
}): Keys {
  const { database, clock, privacy } = needs;
  // A shop's calls of one moment show the same key.
  const keyOf = createLookUps(async (ids) => {
    const rows = await database.rows<Row>(statements.keysById, [ids]);
    return new Map(rows.map((row) => [row.keyId, row]));
  });
  return {
    create: async (shopId, name, wanted, actor, offered = scopes) => {
      const granted = scopesOf(
        wanted,
        scopes.filter((scope) => offered.includes(scope)),
      );
      const keyId = newId(clock);
      const id = showId('key', keyId);
      const secret = randomBytes(secretBytes).toString('base64url');
      await database.tx(async (tx) => {
        await tx.rows(statements.addKey, [keyId, shopId, readName(name), granted, hashOf(secret), clock.now()]);
        await privacy.audit(tx, { shopId, actor, verb: 'key.create', subject: id });
      });
      return { id, key: `gp_${id.slice('key_'.length)}_${secret}` };
    },
    list: async (shopId) => {
      const rows = await database.rows<Row>(statements.keys, [shopId]);
      return rows.map((row) => ({ id: showId('key', row.keyId), name: row.name, scopes: row.scopes }));
    },
    revoke: async (shopId, id, actor) => {
      const keyId = readId('key', id);
      if (keyId === null) return false;
      return await database.tx(async (tx) => {
        const gone = await tx.one(statements.dropKey, [shopId, keyId]);
        if (gone !== null) await privacy.audit(tx, { shopId, actor, verb: 'key.revoke', subject: id });
        return gone !== null;
      });
    },
    of: async (keyId) => {
      const row = await keyOf(keyId);
      return row === null ? null : { shopId: row.shopId, scopes: row.scopes };
    },
    callerOf: async (authorization, scope) => {
      const [, shown = '', secret = ''] = shape.exec(authorization ?? '') ?? [];
      const row = await keyWith(keyOf, shown, secret);
      if (row === null || (await needs.tried?.(row.keyId)) === true) {
        throw new Fault('unauthorized', 'This needs a key: Authorization: Bearer gp_…');
      }
      const { keyId, shopId, scopes: granted } = row;
      if (granted.includes(scope)) return { keyId, shopId, scopes: granted };
      throw new Fault('unauthorized', `This key may not do that; it needs the scope ${scope}.`);
    },
  };
}

/** The key of this id, when the secret is its own. */
async function keyWith(
  keyOf: (keyId: string) => Promise<Row | null>,
  shown: string,
  secret: string,
): Promise<Row | null> {
  const keyId = readId('key', `key_${shown}`);
  const row = keyId === null ? null : await keyOf(keyId);
  const given = hashOf(secret);
  // Compared also when there is no such key, so that the time says nothing about which keys exist.
  const same = timingSafeEqual(row?.secretHash ?? Buffer.alloc(given.length), given);
  return same ? row : null;
}

/** A name without what could take hold of a terminal that lists it. */
function readName(name: string): string {
  return name
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, nameMax);
}

function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** `orders` stands for all of its scopes, `all` for everything, but for what is granted by its own name alone. */
function scopesOf(wanted: readonly string[], offered: readonly Scope[]): readonly Scope[] {
  const granted = new Set<Scope>();
  for (const word of wanted) {
    const meant = offered.filter(
      (scope) => scope === word || (!alone.has(scope) && (word === 'all' || scope.startsWith(`${word}:`))),
    );
    if (meant.length === 0) throw unknownScope(word, offered);
    for (const scope of meant) granted.add(scope);
  }
  if (granted.size === 0) throw unknownScope('', offered);
  return [...granted].toSorted();
}

function unknownScope(word: string, offered: readonly Scope[]): Fault {
  const list = `breaches, certificates, ledger, mail, orders, parcels, protection, record, requests, retention, reviews, rights, scans, all, ${offered.join(', ')}`;
  return new Fault(
    'invalid',
    word === '' ? `Name a scope: ${list}.` : `There is no scope "${word}". There is: ${list}.`,
  );
}
