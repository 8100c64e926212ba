import names from './suites.json' with { type: 'json' };

/** A cipher suite of IANA's registry, as far as its name tells what it is worth. */
export type Suite = {
  readonly code: number;
  readonly name: string;
  /** How the key comes about; `any` in TLS 1.3, where the suite does not say. */
  readonly keyExchange: 'any' | 'RSA' | 'DHE' | 'ECDHE' | 'DH' | 'ECDH';
  /** Nobody proves who the server is. */
  readonly anonymous: boolean;
  readonly export: boolean;
  readonly aead: boolean;
  readonly cbc: boolean;
  readonly rc4: boolean;
  /** A key that is found out later does not open what was recorded. */
  readonly forwardSecret: boolean;
  /** What somebody must guess; 0 when nothing is enciphered. */
  readonly bits: number;
  /** Blocks of 64 bits repeat after some gigabytes (SWEET32). */
  readonly smallBlocks: boolean;
};

export const suites: ReadonlyMap<number, Suite> = new Map(
  Object.entries(names).map(([hex, name]) => [Number.parseInt(hex, 16), suiteOf(Number.parseInt(hex, 16), name)]),
);

/** Of TLS 1.3, and of all versions before it. */
export const modernSuites: readonly number[] = [...suites.keys()].filter((code) => code >> 8 === 0x13);
export const legacySuites: readonly number[] = [...suites.keys()].filter((code) => code >> 8 !== 0x13);

function suiteOf(code: number, name: string): Suite {
  const [agreed = '', cipher = agreed] = name.slice('TLS_'.length).split('_WITH_');
  const keyExchange = code >> 8 === 0x13 ? 'any' : keyExchangeOf(agreed);
  return {
    code,
    name,
    keyExchange,
    anonymous: agreed.includes('anon'),
    export: agreed.includes('EXPORT'),
    aead: /GCM|CCM|POLY1305/.test(cipher),
    cbc: cipher.includes('CBC'),
    rc4: cipher.startsWith('RC4'),
    forwardSecret: keyExchange === 'any' || keyExchange === 'DHE' || keyExchange === 'ECDHE',
    bits: bitsOf(cipher),
    smallBlocks: /^(?:3DES|DES|IDEA|RC2)/.test(cipher),
  };
}

function keyExchangeOf(agreed: string): Suite['keyExchange'] {
  const [first] = agreed.split('_');
  // An anonymous key is a fresh one each time.
  if (agreed.includes('anon')) return first === 'ECDH' ? 'ECDHE' : 'DHE';
  return first === 'DHE' || first === 'ECDHE' || first === 'DH' || first === 'ECDH' ? first : 'RSA';
}

function bitsOf(cipher: string): number {
  if (cipher.startsWith('NULL')) return 0;
  if (cipher.startsWith('3DES')) return 112;
  if (cipher.startsWith('DES_')) return 56;
  if (cipher.startsWith('CHACHA20')) return 256;
  return Number(/(?:^|_|DES)(40|56|128|256)(?:_|$)/.exec(cipher)?.[1] ?? 128);
}
