import type { Sha256 } from './merkle.ts';

/**
 * SHA-256 (FIPS 180-4 §6.2) for where there is no other that answers at once: browsers have one that is waited for, and a
 * Merkle tree is climbed hash by hash. For the few hashes of a proof; Node's own is many times as fast.
 */
export const portableSha256: Sha256 = (bytes) => {
  const padded = padOf(bytes);
  const view = new DataView(padded.buffer);
  const state = Uint32Array.from(beginning);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < padded.length; at += blockBytes) {
    for (let step = 0; step < 16; step += 1) schedule[step] = view.getUint32(at + step * 4);
    for (let step = 16; step < 64; step += 1) {
      schedule[step] =
        word(schedule, step - 16) +
        smallSigma(word(schedule, step - 15), 7, 18, 3) +
        word(schedule, step - 7) +
        smallSigma(word(schedule, step - 2), 17, 19, 10);
    }
    compress(state, schedule);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((value, at) => digest.setUint32(at * 4, value));
  return new Uint8Array(digest.buffer);
};

const blockBytes = 64;

/** The first 32 bits of the fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const primes = [2, ...Array.from({ length: 155 }, (_, at) => at * 2 + 3).filter(isPrime)].slice(0, 64);
const beginning = primes.slice(0, 8).map((prime) => fractionOf(Math.sqrt(prime)));
const constants = Uint32Array.from(primes, (prime) => fractionOf(Math.cbrt(prime)));

function isPrime(number: number): boolean {
  for (let by = 3; by * by <= number; by += 2) if (number % by === 0) return false;
  return true;
}

function fractionOf(number: number): number {
  return Math.floor((number % 1) * 2 ** 32);
}

/** The message, a one bit, zeros, and its length in bits in the last eight bytes. */
function padOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / blockBytes) * blockBytes);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  const now = Uint32Array.from(state);
  for (let step = 0; step < 64; step += 1) {
    const [a, e] = [word(now, 0), word(now, 4)];
    const choice = (e & word(now, 5)) ^ (~e & word(now, 6));
    const majority = (a & word(now, 1)) ^ (a & word(now, 2)) ^ (word(now, 1) & word(now, 2));
    const one = word(now, 7) + bigSigma(e, 6, 11, 25) + choice + word(constants, step) + word(schedule, step);
    now.copyWithin(1, 0, 7);
    now[4] = word(now, 4) + one;
    now[0] = one + bigSigma(a, 2, 13, 22) + majority;
  }
  for (const [at, value] of now.entries()) state[at] = word(state, at) + value;
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

function turned(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

function bigSigma(value: number, one: number, two: number, three: number): number {
  return turned(value, one) ^ turned(value, two) ^ turned(value, three);
}

function smallSigma(value: number, one: number, two: number, shift: number): number {
  return turned(value, one) ^ turned(value, two) ^ (value >>> shift);
}
