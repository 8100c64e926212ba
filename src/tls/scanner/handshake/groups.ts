/** A group that two sides agree on a key in (RFC 8422, RFC 7919, RFC 8446, hybrids with ML-KEM). */
export type Group = {
  readonly code: number;
  readonly name: string;
  /** The length of an elliptic key, or of a prime when `isPrime`; 0 where nobody should use it. */
  readonly bits: number;
  readonly isPrime: boolean;
  readonly postQuantum: boolean;
};

const curves: readonly (readonly [code: number, name: string, bits: number])[] = [
  [0x001d, 'x25519', 256],
  [0x0017, 'secp256r1', 256],
  [0x001e, 'x448', 448],
  [0x0018, 'secp384r1', 384],
  [0x0019, 'secp521r1', 521],
  [0x001f, 'brainpoolP256r1tls13', 256],
  [0x0020, 'brainpoolP384r1tls13', 384],
  [0x0021, 'brainpoolP512r1tls13', 512],
  [0x001a, 'brainpoolP256r1', 256],
  [0x001b, 'brainpoolP384r1', 384],
  [0x001c, 'brainpoolP512r1', 512],
  [0x0016, 'secp256k1', 256],
  [0x0015, 'secp224r1', 224],
  [0x0014, 'secp224k1', 224],
  [0x0013, 'secp192r1', 192],
  [0x0012, 'secp192k1', 192],
  [0x0011, 'secp160r2', 160],
  [0x0010, 'secp160r1', 160],
  [0x000f, 'secp160k1', 160],
  [0x000e, 'sect571r1', 571],
  [0x000d, 'sect571k1', 571],
  [0x000c, 'sect409r1', 409],
  [0x000b, 'sect409k1', 409],
  [0x000a, 'sect283r1', 283],
  [0x0009, 'sect283k1', 283],
  [0x0008, 'sect239k1', 239],
  [0x0007, 'sect233r1', 233],
  [0x0006, 'sect233k1', 233],
  [0x0005, 'sect193r2', 193],
  [0x0004, 'sect193r1', 193],
  [0x0003, 'sect163r2', 163],
  [0x0002, 'sect163r1', 163],
  [0x0001, 'sect163k1', 163],
];
const primes = [2048, 3072, 4096, 6144, 8192];
const hybrids = ['SecP256r1MLKEM768', 'X25519MLKEM768', 'SecP384r1MLKEM1024'];

export const groups: ReadonlyMap<number, Group> = new Map(
  [
    ...hybrids.map((name, at) => ({ code: 0x11eb + at, name, bits: 256, isPrime: false, postQuantum: true })),
    ...curves.map(([code, name, bits]) => ({ code, name, bits, isPrime: false, postQuantum: false })),
    ...primes.map((bits, at) => ({
      code: 0x0100 + at,
      name: `ffdhe${bits}`,
      bits,
      isPrime: true,
      postQuantum: false,
    })),
  ].map((group) => [group.code, group]),
);
