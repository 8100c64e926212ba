import { hkdfSync, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  keyringPath,
  makeKeyringFile,
  readKeyringFile,
  replaceKeyringFile,
  type KeyringFile,
  type SealedRing,
} from './keyring-file.ts';
import type { KeyProvider, ProviderKind, Providers } from './providers/provider.ts';
import { currentOf, newRing, ringId, ringShape, ringText, type Ring } from './ring.ts';
import { keyBytes, openBytes, sealBytes } from './sealing.ts';
import { bindKeyring, boundKeyring } from './store.ts';

/** The keys outside the database. Whoever has only the database has nothing. */
export type Keyring = {
  /** Names the keyring without telling anything about it. */
  readonly id: string;
  /** A data key, wrapped for storing; `bound` names whose it is. The first 4 bytes name the wrapping key. */
  readonly wrap: (dataKey: Uint8Array, bound: string) => Buffer;
  /** @throws Fault('unavailable') when this keyring did not wrap it */
  readonly unwrap: (wrapped: Uint8Array, bound: string) => Buffer;
  /** Seals bytes with a data key; see `sealBytes`. A test can hand in a keyring that leaves them open. */
  readonly seal: (key: Uint8Array, plain: Uint8Array, bound: string) => Buffer;
  /** @throws Fault('unavailable') when the bytes were changed, moved, or sealed with another key */
  readonly open: (key: Uint8Array, sealed: Uint8Array, bound: string) => Buffer;
  /** 32 bytes for one purpose, always the same, never stored: index keys, link keys, keys of a shop's accounts. */
  readonly derive: (purpose: string) => Buffer;
  /** The keys as they lie outside, for whoever turns or copies them. */
  readonly kept: KeptKeys;
};

export type KeptKeys = {
  /** Where they lie; what is known beside them is out of reach of whoever has only the database. */
  readonly folder: string;
  /** Which wrapping keys this process has: the first wraps. */
  readonly wrappingIds: () => readonly string[];
  readonly provider: () => ProviderKind;
  /** What keeps it closed, asked now; null where it lies open in its folder. */
  readonly health: () => Promise<Awaited<ReturnType<KeyProvider['health']>> | null>;
  /** Reads again what others may have written. */
  readonly reload: () => Promise<void>;
  /**
   * Writes other wrapping keys, or the same ones. The root stays. One at a time: whoever calls holds the lock.
   * @throws Fault('unavailable') when the folder cannot be written
   */
  readonly change: (change: (ring: Ring) => Ring) => void;
  /** Closes it by another provider, or opens it for good (`file`). @throws Fault when the provider does not give it back */
  readonly moveTo: (kind: ProviderKind) => Promise<void>;
  /** As it lies there, for a copy: open, or closed by its provider. */
  readonly text: () => string;
  /** The ring in the clear, for a copy to a recipient who must be able to open it without the provider. */
  readonly openText: () => string;
};

type KeyringNeeds = {
  readonly folder: string;
  readonly database: Database;
  /** What keeps a keyring closed that is made now; `file` when it is missing. */
  readonly provider?: ProviderKind;
  readonly providers?: Providers;
};

/** A ring and the key that seals it where it lies; null where it lies open. */
type OpenRing = { readonly ring: Ring; readonly closed: Closed | null };
type Closed = { readonly key: Buffer; readonly provider: KeyProvider['kind']; readonly wrapped: string };

/** A wrapping key that is not known may have come this moment; the file is not read for every row that has it. */
const rereadMs = 1_000;

/**
 * The keyring of this database, made at the first start. It is never made anew for a database that was sealed before.
 * @throws Fault('conflict') when the keyring is missing, damaged, or belongs to another database; Fault('unavailable')
 *   when it cannot be written, or its provider is away
 */
export async function openKeyring(needs: KeyringNeeds): Promise<Keyring> {
  const path = keyringPath(needs.folder);
  const bound = await boundKeyring(needs.database);
  let file = readKeyringFile(path);
  if (file === null && bound !== null) throw missing(bound, path);
  if (file === null) {
    makeKeyringFile(path, await newText(needs));
    file = readKeyringFile(path);
  }
  if (file === null) throw new Fault('unavailable', `The keyring ${path} went away in this moment.`);
  const keyring = keyringOf(path, await openRing(file, providersOf(needs)), providersOf(needs));
  if (bound === null) await bindKeyring(needs.database, keyring.id);
  const now = await boundKeyring(needs.database);
  if (now !== keyring.id) throw wrong(now, keyring.id, path);
  return keyring;
}

function providersOf({ providers }: Pick<KeyringNeeds, 'providers'>): Providers {
  return providers ?? noProviders;
}

const noProviders: Providers = (kind) => {
  throw new Fault('invalid', `This keyring is kept closed by ${kind}, and nothing is set for it.`);
};

async function newText({ provider = 'file', ...needs }: KeyringNeeds): Promise<string> {
  const ring = newRing();
  return provider === 'file' ? ringText(ring) : sealedText(ring, await closedBy(providersOf(needs)(provider)));
}

async function closedBy(provider: KeyProvider): Promise<Closed> {
  const key = randomBytes(keyBytes);
  return { key, provider: provider.kind, wrapped: await provider.wrap(key) };
}

function sealedText(ring: Ring, { key, provider, wrapped }: Closed): string {
  const keyring = ringId(ring);
  const sealed = sealBytes(key, Buffer.from(ringText(ring)), `keyring|${keyring}`).toString('base64');
  const file: SealedRing = { version: 2, keyring, provider, wrapped, sealed };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** @throws Fault when its provider is away, or does not open it */
export async function openRing(file: KeyringFile, providers: Providers): Promise<OpenRing> {
  if (file.version === 1) return { ring: file, closed: null };
  const key = await providers(file.provider).unwrap(file.wrapped);
  return { ring: unsealed(file, key), closed: { key, provider: file.provider, wrapped: file.wrapped } };
}

function unsealed({ keyring, sealed }: SealedRing, key: Buffer): Ring {
  const text = openBytes(key, Buffer.from(sealed, 'base64'), `keyring|${keyring}`).toString('utf8');
  const ring = ringShape.safeParse(JSON.parse(text));
  if (ring.success && ringId(ring.data) === keyring) return ring.data;
  throw new Fault('conflict', 'The keyring holds another than it says. Put it back from its backup.');
}

/** @param path where it is read again and written; what `kept` changes lies there */
export function keyringOf(path: string, opened: OpenRing, providers: Providers = noProviders): Keyring {
  const { root } = opened.ring;
  const state = { opened, keys: keysOf(opened.ring), readAt: Number.NEGATIVE_INFINITY };
  const take = (now: OpenRing): void => {
    if (!now.ring.root.equals(root)) throw wrong(ringId({ root }), ringId(now.ring), path);
    state.opened = now;
    state.keys = keysOf(now.ring);
  };
  const keyOf = (id: string): Buffer | undefined => {
    const known = state.keys.get(id);
    if (known !== undefined || performance.now() - state.readAt < rereadMs) return known;
    state.readAt = performance.now();
    const reread = readBeside(path, state.opened.closed);
    if (reread !== null) take(reread);
    return state.keys.get(id);
  };
  return {
    id: ringId({ root }),
    wrap: (dataKey, bound) => {
      const { id, key } = currentOf(state.opened.ring);
      return Buffer.concat([Buffer.from(id, 'hex'), sealBytes(key, dataKey, bound)]);
    },
    unwrap: (wrapped, bound) => {
      const key = keyOf(Buffer.from(wrapped.subarray(0, 4)).toString('hex'));
      if (key === undefined) {
        throw new Fault('unavailable', 'A key is missing from the keyring.', { internal: 'unknown wrapping key' });
      }
      return openBytes(key, wrapped.subarray(4), bound);
    },
    seal: sealBytes,
    open: openBytes,
    derive: (purpose) => Buffer.from(hkdfSync('sha256', root, 'glasspost', purpose, keyBytes)),
    kept: keptOf(path, () => state.opened, take, providers),
  };
}

function lyingText({ ring, closed }: OpenRing): string {
  return closed === null ? ringText(ring) : sealedText(ring, closed);
}

function keptOf(path: string, now: () => OpenRing, take: (read: OpenRing) => void, providers: Providers): KeptKeys {
  const read = async (): Promise<void> => {
    const file = readKeyringFile(path);
    if (file !== null) take(readBeside(path, now().closed) ?? (await openRing(file, providers)));
  };
  const write = (next: OpenRing): void => {
    replaceKeyringFile(path, lyingText(next));
    take(next);
  };
  return {
    folder: dirname(path),
    wrappingIds: () => now().ring.wrapping.map(({ id }) => id),
    provider: () => now().closed?.provider ?? 'file',
    health: async () => {
      const { closed } = now();
      return closed === null ? null : await providers(closed.provider).health();
    },
    reload: read,
    change: (change) => write({ ...now(), ring: change(now().ring) }),
    moveTo: async (kind) => {
      await read();
      const { ring, closed } = now();
      if (kind === 'file') {
        write({ ring, closed: null });
        return;
      }
      const provider = providers(kind);
      const next =
        closed?.provider === kind
          ? { ...closed, wrapped: await provider.rewrap(closed.wrapped) }
          : await closedBy(provider);
      // What does not come back from there must not be all that is left.
      const back = await provider.unwrap(next.wrapped);
      if (!back.equals(next.key)) throw new Fault('conflict', `${kind} gave another key back. Nothing was changed.`);
      write({ ring, closed: next });
    },
    text: () => lyingText(now()),
    openText: () => ringText(now().ring),
  };
}

function keysOf({ wrapping }: Ring): ReadonlyMap<string, Buffer> {
  return new Map(wrapping.map(({ id, key }) => [id, key]));
}

/** What lies there now, where it opens with what is known; null where a provider would have to be asked. */
function readBeside(path: string, closed: Closed | null): OpenRing | null {
  try {
    const file = readKeyringFile(path);
    if (file === null) return null;
    if (file.version === 1) return { ring: file, closed: null };
    return closed?.wrapped === file.wrapped ? { ring: unsealed(file, closed.key), closed } : null;
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

function missing(bound: string, path: string): Fault {
  return new Fault(
    'conflict',
    `This database is sealed with the keyring ${bound}, and ${path} is not there. Put the keyring back from its backup; without it nobody can read the data.`,
  );
}

function wrong(bound: string | null, found: string, path: string): Fault {
  return new Fault(
    'conflict',
    `This database is sealed with the keyring ${bound}, but ${path} holds ${found}. Put the right keyring back; nothing was changed.`,
  );
}
