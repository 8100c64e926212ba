import { argon2, randomBytes, type Argon2Parameters } from 'node:crypto';
import { promisify } from 'node:util';
import { Fault } from '#kit/fault';
import { keyBytes, openBytes, sealBytes } from '../sealing.ts';
import type { KeyProvider } from './provider.ts';

/** RFC 9106 §4, the second recommended choice: 64 MiB, 3 passes, 4 lanes. A tenth of a second a start. */
const strength = { memory: 65_536, passes: 3, parallelism: 4 };
/** What a keyring may ask for when it is opened: one that was planted must not stop the machine. */
const memoryMax = 1_048_576;
const passesMax = 20;
const lanesMax = 16;
const saltBytes = 16;
const bound = 'keyring|passphrase';
const wordsMin = 12;

const derive: (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer> = promisify(argon2);

/**
 * Argon2id makes the key; what it wrapped says with which strength and salt: `argon2id$m=65536,t=3,p=4$salt$sealed`.
 * @param ask gives the passphrase; asked once, and again after one that was not given or does not open
 * @param askAgain where somebody types it: asked before a key is closed by it, for what was mistyped opens nothing any more
 */
export function passphraseProvider(
  ask: () => Promise<string>,
  askAgain: (() => Promise<string>) | null = null,
): KeyProvider {
  let asked: Promise<string> | null = null;
  const forget = (): void => {
    asked = null;
  };
  const passphrase = async (): Promise<string> => {
    asked ??= ask();
    asked.catch(forget);
    return await asked;
  };
  const wrap = async (key: Uint8Array): Promise<string> => {
    const words = await passphrase();
    if (words.length < wordsMin) {
      throw new Fault('invalid', `The passphrase of the keyring must have at least ${wordsMin} characters.`);
    }
    if (askAgain !== null && (await askAgain()) !== words) {
      throw new Fault('invalid', 'The two passphrases are not the same. Nothing was changed.');
    }
    return await closedWith(words, key);
  };
  const unwrap = async (wrapped: string): Promise<Buffer> => {
    const { salt, sealed, ...how } = readWrapped(wrapped);
    const key = await stretched(await passphrase(), salt, how);
    try {
      return openBytes(key, sealed, bound);
    } catch (cause) {
      forget();
      throw new Fault('conflict', 'This passphrase does not open the keyring; nothing was changed.', { cause });
    }
  };
  return {
    kind: 'passphrase',
    wrap,
    unwrap,
    rewrap: async (wrapped) => await closedWith(await passphrase(), await unwrap(wrapped)),
    health: () => Promise.resolve({ state: 'well', key: 'argon2id' }),
  };
}

async function closedWith(words: string, key: Uint8Array): Promise<string> {
  const salt = randomBytes(saltBytes);
  const sealed = sealBytes(await stretched(words, salt, strength), key, bound);
  const { memory, passes, parallelism } = strength;
  return `argon2id$m=${memory},t=${passes},p=${parallelism}$${salt.toString('base64')}$${sealed.toString('base64')}`;
}

type Strength = { readonly memory: number; readonly passes: number; readonly parallelism: number };

const wrappedShape = /^argon2id\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]{22}==)\$([\w+/=]{1,200})$/;

function readWrapped(wrapped: string): Strength & { readonly salt: Buffer; readonly sealed: Buffer } {
  const [, memory, passes, parallelism, salt = '', sealed = ''] = wrappedShape.exec(wrapped) ?? [];
  const how = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (salt !== '' && isBearable(how)) {
    return { ...how, salt: Buffer.from(salt, 'base64'), sealed: Buffer.from(sealed, 'base64') };
  }
  throw new Fault('conflict', 'The keyring says of its passphrase what cannot be read. Put it back from its backup.');
}

function isWithin(count: number, max: number): boolean {
  return count >= 1 && count <= max;
}

function isBearable({ memory, passes, parallelism }: Strength): boolean {
  const fits = memory >= 8 * parallelism;
  return fits && isWithin(memory, memoryMax) && isWithin(passes, passesMax) && isWithin(parallelism, lanesMax);
}

/** Composed first (NFC): the same passphrase from another keyboard is the same. */
async function stretched(words: string, nonce: Buffer, how: Strength): Promise<Buffer> {
  return await derive('argon2id', { ...how, message: Buffer.from(words.normalize('NFC')), nonce, tagLength: keyBytes });
}
