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
 * @param ask gives the passphrase; asked once
 */
export function passphraseProvider(ask: () => Promise<string>): KeyProvider {
  let asked: Promise<string> | null = null;
  const passphrase = (): Promise<string> => (asked ??= ask());
  const wrap = async (key: Uint8Array): Promise<string> => {
    const words = await passphrase();
    if (words.length < wordsMin) {
      throw new Fault('invalid', `The passphrase of the keyring must have at least ${wordsMin} characters.`);
    }
    const salt = randomBytes(saltBytes);
    const sealed = sealBytes(await stretched(words, salt, strength), key, bound);
    const { memory, passes, parallelism } = strength;
    return `argon2id$m=${memory},t=${passes},p=${parallelism}$${salt.toString('base64')}$${sealed.toString('base64')}`;
  };
  const unwrap = async (wrapped: string): Promise<Buffer> => {
    const { salt, sealed, ...how } = readWrapped(wrapped);
    const key = await stretched(await passphrase(), salt, how);
    try {
      return openBytes(key, sealed, bound);
    } catch (cause) {
      throw new Fault('conflict', 'This passphrase does not open the keyring; nothing was changed.', { cause });
    }
  };
  return {
    kind: 'passphrase',
    wrap,
    unwrap,
    rewrap: async (wrapped) => await wrap(await unwrap(wrapped)),
    health: () => Promise.resolve({ state: 'well', key: 'argon2id' }),
  };
}

type Strength = { readonly memory: number; readonly passes: number; readonly parallelism: number };

function readWrapped(wrapped: string): Strength & { readonly salt: Buffer; readonly sealed: Buffer } {
  const read = /^argon2id\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([\w+/]{22}==)\$([\w+/=]{1,200})$/.exec(wrapped);
  const [memory = 0, passes = 0, parallelism = 0] = (read ?? []).slice(1, 4).map(Number);
  const fits = memory >= 8 * parallelism && memory <= memoryMax && passes >= 1 && passes <= passesMax;
  if (read === null || !fits || parallelism < 1 || parallelism > lanesMax) {
    throw new Fault('conflict', 'The keyring says of its passphrase what cannot be read. Put it back from its backup.');
  }
  const [salt, sealed] = [Buffer.from(read[4] ?? '', 'base64'), Buffer.from(read[5] ?? '', 'base64')];
  return { memory, passes, parallelism, salt, sealed };
}

/** Composed first (NFC): the same passphrase from another keyboard is the same. */
async function stretched(words: string, nonce: Buffer, how: Strength): Promise<Buffer> {
  return await derive('argon2id', { ...how, message: Buffer.from(words.normalize('NFC')), nonce, tagLength: keyBytes });
}
