// Servers with one fault each, and servers with none: what a scanner must find, and must not.
import { createDiffieHellmanGroup } from 'node:crypto';
import { createServer as createPlainServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { tlsServerOptions } from '../../src/kit/http/tls.ts';
import { ecKeys, forged, lifeOf, make, rsaKeys, type Made, type Making } from './certificates.ts';
import { listening, type Zoo } from './listening.ts';
import { rawServer, type RawServer } from './raw-server.ts';
import { goodPage, strictHeaders } from './web/setups.ts';

export type Kept = {
  readonly name: string;
  readonly start: () => Promise<Zoo>;
  /** Alarms and warnings, and nothing beside them. */
  readonly found: readonly string[];
  readonly notes: readonly string[];
  /** With two years of HSTS. */
  readonly grade: string;
  /** What it is called by; `shop.example` when nothing is said. */
  readonly host?: string;
  /** sslscan can talk to it. */
  readonly comparable: boolean;
  /** A page comes back to whom its certificate does not keep away. */
  readonly hasPage: boolean;
};

const host = 'shop.example';
const names = [host];
const old = '@SECLEVEL=0';
const leafKeys = ecKeys();
const rsa = rsaKeys(2_048);
const shortRsa = rsaKeys(1_024);

export const root = make({ name: 'Zoo root', keys: ecKeys(), issuer: null, isAuthority: true });
const stranger = make({ name: 'Nobody knows', keys: ecKeys(), issuer: null, isAuthority: true });
const rsaRoot = make({ name: 'Zoo RSA root', keys: rsa, issuer: null, isAuthority: true });
export const believed = root.pem + rsaRoot.pem;
const upper = make({ name: 'Zoo upper', keys: ecKeys(), issuer: root, isAuthority: true });
const lower = make({ name: 'Zoo lower', keys: ecKeys(), issuer: upper, isAuthority: true });
export const intermediate = make({ name: 'Zoo intermediate', keys: ecKeys(), issuer: root, isAuthority: true });
const crossSigned = make({
  name: 'Zoo root',
  keys: root.keys,
  issuer: stranger,
  isAuthority: true,
  ...lifeOf(90, -0.1),
});
const noAuthority = make({ name: 'Zoo shop', keys: ecKeys(), issuer: root });
const late = { name: 'Zoo late', keys: ecKeys(), issuer: root, isAuthority: true };
const lateIntermediate = make({ ...late, ...lifeOf(90, -0.1) });

export function leaf(more: Partial<Making> = {}): Made {
  return make({ name: host, names, keys: leafKeys, issuer: intermediate, saysIssuer: true, ...more });
}

const plain = leaf();
const plainRsa = leaf({ keys: rsa });
const modern = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';
const strong = ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'];
export const profile: TlsOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [modern, ...strong].join(':'),
  ecdhCurve: 'X25519MLKEM768:X25519:prime256v1:secp384r1',
  honorCipherOrder: true,
  ALPNProtocols: ['h2', 'http/1.1'],
};

/** A page of which nothing is to be said, unless its headers are changed; an empty one is left out. */
export function pageOf(changed: Readonly<Record<string, string>> = {}): string {
  const usual = { ...strictHeaders, 'content-length': `${goodPage.length}`, connection: 'close' };
  const head = Object.entries({ ...usual, ...changed }).filter(([, value]) => value !== '');
  return `HTTP/1.1 200 OK\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${goodPage}`;
}

/** The same one, whatever is asked for. */
function showPage(socket: TLSSocket): void {
  socket.on('error', () => {});
  socket.once('data', () => socket.end(pageOf()));
}

function tlsServer(chain: readonly Made[], more: TlsOptions = {}): () => Promise<Zoo> {
  const cert = chain.map(({ pem }) => pem).join('');
  return async () => {
    const server = createServer({ ...profile, cert, key: chain[0]?.keyPem, ...more });
    server.on('tlsClientError', () => {});
    server.on('secureConnection', showPage);
    return await listening(server);
  };
}

const lateRsa = leaf({ keys: rsa, ...lifeOf(90, -0.01) });

/** What is chosen depends on what a visitor's device can check. */
function twoCertificates(other: Made, more: TlsOptions = {}): () => Promise<Zoo> {
  const both = [plain, other];
  const cert = both.map(({ pem }) => pem + intermediate.pem);
  return tlsServer([], { cert, key: both.map(({ keyPem }) => keyPem), ...more });
}

const usual = [plain, intermediate];
const usualRsa = [plainRsa, intermediate];

/** Node's library speaks it. */
function kept(
  name: string,
  start: Kept['start'],
  found: readonly string[],
  grade: string,
  more: Partial<Kept> = {},
): Kept {
  return { name, start, found, grade, notes: [], comparable: true, hasPage: true, ...more };
}

const gcm = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const cbc = 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA';

/** Node's library would not: bytes made by hand. They stop before a key is agreed on, so nothing can be compared. */
function raw(
  name: string,
  conduct: Partial<RawServer>,
  found: readonly string[],
  grade: string,
  notes: readonly string[] = [],
): Kept {
  const chain = usualRsa.map(({ der }) => der);
  const start = (): Promise<Zoo> => rawServer({ versions: ['TLSv1.2'], suites: [gcm], chain, ...conduct });
  return {
    name,
    start,
    found: [...(conduct.versions?.includes('TLSv1.2') === false ? [] : ['no_tls13']), ...found],
    grade,
    notes: ['no_http2', ...notes],
    comparable: false,
    hasPage: false,
  };
}

const open = 'some_without_forward_secrecy';

const certificates: readonly Kept[] = [
  kept('expired', tlsServer([leaf(lifeOf(90, -0.01)), intermediate]), ['expired'], 'T'),
  kept('not yet valid', tlsServer([leaf(lifeOf(90, 1.01)), intermediate]), ['not_yet_valid'], 'T'),
  kept('another name', tlsServer([leaf({ names: ['www.other.example'] }), intermediate]), ['wrong_name'], 'M'),
  kept(
    'a wildcard one level too high',
    tlsServer([leaf({ names: ['*.example'] }), intermediate]),
    ['wrong_name'],
    'M',
    {
      host: 'www.shop.example',
    },
  ),
  kept('a name in the subject alone', tlsServer([leaf({ names: [] }), intermediate]), ['wrong_name'], 'M'),
  kept('no intermediate', tlsServer([plain]), ['incomplete'], 'T'),
  kept('intermediates in wrong order', tlsServer([leaf({ issuer: lower }), upper, lower]), ['chain_order'], 'A'),
  kept('self-signed', tlsServer([leaf({ issuer: null })]), ['self_signed'], 'T'),
  kept('unknown authority', tlsServer([leaf({ issuer: stranger, saysIssuer: false })]), ['unknown_authority'], 'T'),
  kept('unknown authority, served', tlsServer([leaf({ issuer: stranger }), stranger]), ['unknown_authority'], 'T', {
    notes: ['chain_root'],
  }),
  kept('signature that does not fit', tlsServer([forged(plain), intermediate]), ['broken'], 'T'),
  kept('signed by who may not sign', tlsServer([leaf({ issuer: noAuthority }), noAuthority]), ['broken'], 'T'),
  kept('expired intermediate', tlsServer([leaf({ issuer: lateIntermediate }), lateIntermediate]), ['expired'], 'T'),
  kept(
    'RSA of 1024 bits',
    tlsServer([leaf({ keys: shortRsa }), intermediate], { ciphers: `${modern}:${strong.join(':')}:${old}` }),
    ['key_weak'],
    'B',
  ),
  kept(
    'signed with SHA-1',
    tlsServer([leaf({ issuer: rsaRoot, hash: 'sha1' })], { ciphers: `${modern}:${strong.join(':')}:${old}` }),
    ['signature_sha1'],
    'T',
  ),
  kept(
    'signed with MD5',
    tlsServer([leaf({ issuer: rsaRoot, hash: 'md5' })], { ciphers: `${modern}:${strong.join(':')}:${old}` }),
    ['signature_md5'],
    'F',
  ),
  kept('a quarter of 90 days left', tlsServer([leaf(lifeOf(90, 0.25)), intermediate]), ['renewal_late'], 'A'),
  kept('a tenth of 6 days left', tlsServer([leaf(lifeOf(6, 0.1)), intermediate]), ['renewal_overdue'], 'A'),
  kept('the root is served too', tlsServer([...usual, root]), [], 'A+', { notes: ['chain_root'] }),
  kept(
    'an expired RSA certificate beside it in TLS 1.3 alone',
    twoCertificates(lateRsa, { minVersion: 'TLSv1.3' }),
    ['expired'],
    'T',
    {
      comparable: false,
    },
  ),
  kept('an expired RSA certificate beside a good elliptic one', twoCertificates(lateRsa), ['expired'], 'T', {
    comparable: false,
  }),
  raw('RSA of 512 bits', { chain: [leaf({ keys: rsaKeys(512) }).der, intermediate.der] }, ['key_weak'], 'F'),
  raw('a certificate that is none', { chain: [Buffer.from('no certificate')] }, ['unreadable'], 'T'),
];

const versions: readonly Kept[] = [
  kept(
    'TLS 1.0 alone',
    tlsServer(usual, { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: `ALL:!aNULL:${old}` }),
    ['no_aead', 'no_tls12', 'tls10'],
    'C',
  ),
  kept('TLS 1.1 and up', tlsServer(usual, { minVersion: 'TLSv1.1', ciphers: `ALL:!aNULL:${old}` }), ['tls11'], 'B'),
  kept(
    'TLS 1.0 and up',
    tlsServer(usual, { minVersion: 'TLSv1', ciphers: `ALL:!aNULL:${old}` }),
    ['tls10', 'tls11'],
    'B',
  ),
  kept('TLS 1.2 alone', tlsServer(usual, { maxVersion: 'TLSv1.2' }), ['no_tls13'], 'A-'),
  raw('SSL 3 with blocks', { versions: ['SSLv3', 'TLSv1.2'], suites: [gcm, cbc] }, ['ssl3'], 'C'),
  raw('SSL 3 alone', { versions: ['SSLv3'], suites: [cbc] }, ['no_aead', 'no_tls12', 'ssl3'], 'C'),
  raw('SSL 2', { ssl2: true }, ['ssl2'], 'F'),
  kept(
    'SSL 2 alone',
    async () => await rawServer({ versions: [], suites: [], chain: [plainRsa.der], ssl2: true }),
    ['no_tls12', 'ssl2'],
    'F',
    { comparable: false },
  ),
  kept(
    'no certificate for anybody',
    async () => await listening(createServer(profile).on('tlsClientError', () => {})),
    ['refuses_all'],
    'F',
    { comparable: false },
  ),
  kept(
    'no TLS at all',
    async () => await listening(createPlainServer((_, answer) => answer.end('hello'))),
    ['no_tls'],
    'F',
    { comparable: false },
  ),
];

const ciphers: readonly Kept[] = [
  raw('RC4', { suites: [gcm, 'TLS_RSA_WITH_RC4_128_SHA'] }, ['cipher_rc4'], 'C', [open]),
  raw(
    'RC4 in TLS 1.0 alone',
    { versions: ['TLSv1'], suites: ['TLS_ECDHE_RSA_WITH_RC4_128_SHA'] },
    ['cipher_rc4', 'no_aead', 'no_tls12', 'tls10'],
    'C',
  ),
  raw('3DES', { suites: [gcm, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA'] }, ['cipher_small_blocks'], 'C', [open]),
  raw('DES', { suites: [gcm, 'TLS_RSA_WITH_DES_CBC_SHA'] }, ['cipher_short'], 'F', [open]),
  raw('EXPORT', { suites: [gcm, 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'] }, ['cipher_export', 'cipher_rc4'], 'F', [open]),
  raw(
    'nobody proves anything',
    { suites: ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA'] },
    ['cipher_anonymous', 'no_aead', 'no_certificate'],
    'T',
  ),
  kept(
    'NULL',
    tlsServer(usual, { maxVersion: 'TLSv1.2', ciphers: `ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-NULL-SHA:${old}` }),
    ['cipher_none', 'no_tls13'],
    'F',
  ),
  kept(
    'anonymous',
    tlsServer(usual, { maxVersion: 'TLSv1.2', ciphers: `ECDHE-ECDSA-AES128-GCM-SHA256:AECDH-AES128-SHA:${old}` }),
    ['cipher_anonymous', 'no_tls13'],
    'F',
  ),
  kept(
    'CBC alone',
    tlsServer(usual, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }),
    ['no_aead', 'no_tls13'],
    'B',
  ),
  kept(
    'no forward secrecy',
    tlsServer(usualRsa, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }),
    ['no_forward_secrecy', 'no_tls13'],
    'B',
  ),
  kept(
    'the client chooses',
    tlsServer(usual, {
      honorCipherOrder: false,
      ciphers: `${modern}:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA`,
    }),
    [],
    'A+',
    { notes: ['client_chooses'] },
  ),
];

function primeOf(group: string): string {
  const dh = createDiffieHellmanGroup(group);
  const integer = (bytes: Buffer): Buffer => {
    const signed = Buffer.concat([Buffer.of(0), bytes]);
    return Buffer.concat([Buffer.of(2, 0x82, signed.length >> 8, signed.length & 0xff), signed]);
  };
  const body = Buffer.concat([integer(dh.getPrime()), Buffer.of(2, 1, 2)]);
  const der = Buffer.concat([Buffer.of(0x30, 0x82, body.length >> 8, body.length & 0xff), body]);
  return `-----BEGIN DH PARAMETERS-----\n${der.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`;
}

const primeSuites = { maxVersion: 'TLSv1.2', ciphers: `DHE-RSA-AES128-GCM-SHA256:${old}` } as const;

const conducts: readonly Kept[] = [
  kept(
    'a prime of 1024 bits',
    tlsServer(usualRsa, { ...primeSuites, dhparam: primeOf('modp2') }),
    ['no_tls13', 'prime_weak'],
    'B',
    // Our own library agrees on no key over it.
    { hasPage: false },
  ),
  kept(
    'a curve of 192 bits',
    tlsServer(usualRsa, {
      maxVersion: 'TLSv1.2',
      ciphers: `ECDHE-RSA-AES128-GCM-SHA256:${old}`,
      ecdhCurve: 'prime192v1',
    }),
    ['group_weak', 'no_tls13'],
    'B',
    // sslscan's own library refuses such a curve, and so does ours.
    { comparable: false, hasPage: false },
  ),
  raw(
    'falls back',
    { versions: ['TLSv1', 'TLSv1.2'], suites: [gcm, cbc], acceptsFallback: true },
    ['fallback_accepted', 'tls10'],
    'B',
  ),
  raw('compresses', { compression: true }, ['compression'], 'C'),
  raw('insecure renegotiation', { insecureRenegotiation: true }, ['renegotiation_insecure'], 'A-'),
  raw('beats', { heartbeat: true }, [], 'A-', ['heartbeat']),
  kept('nothing against quantum computers', tlsServer(usual, { ecdhCurve: 'X25519:prime256v1' }), [], 'A+', {
    notes: ['no_post_quantum'],
  }),
  kept(
    'as this product serves, without HTTP/2',
    tlsServer(usual, { ...tlsServerOptions, ALPNProtocols: ['http/1.1'] }),
    [],
    'A+',
    { notes: ['no_http2'] },
  ),
];

export const broken: readonly Kept[] = [...certificates, ...versions, ...ciphers, ...conducts];

export const good: readonly Kept[] = [
  kept('TLS 1.2 and 1.3', tlsServer(usual), [], 'A+'),
  kept('TLS 1.3 alone', tlsServer(usual, { minVersion: 'TLSv1.3' }), [], 'A+'),
  kept(
    'hybrid key exchange alone',
    tlsServer(usual, { minVersion: 'TLSv1.3', ecdhCurve: 'X25519MLKEM768' }),
    [],
    'A+',
    { comparable: false },
  ),
  kept(
    'P-384 alone, ChaCha20',
    tlsServer(usual, {
      minVersion: 'TLSv1.3',
      ecdhCurve: 'SecP384r1MLKEM1024:secp384r1',
      ciphers: 'TLS_CHACHA20_POLY1305_SHA256',
    }),
    [],
    'A+',
  ),
  kept('a fresh certificate for 6 days', tlsServer([leaf(lifeOf(6, 0.9)), intermediate]), [], 'A+'),
  kept('two fifths of 47 days left', tlsServer([leaf(lifeOf(47, 0.4)), intermediate]), [], 'A+'),
  kept('RSA of 2048 bits', tlsServer(usualRsa), [], 'A+'),
  kept('straight from the root', tlsServer([leaf({ issuer: root })]), [], 'A+'),
  kept('an old certificate of the root behind the chain', tlsServer([...usual, crossSigned]), [], 'A+'),
  kept('two certificates', twoCertificates(plainRsa), [], 'A+', { comparable: false }),
  kept('two intermediates', tlsServer([leaf({ issuer: lower }), lower, upper]), [], 'A+'),
  kept('a wildcard', tlsServer([leaf({ names: ['*.shop.example'] }), intermediate]), [], 'A+', {
    host: 'track.shop.example',
  }),
  kept('an address', tlsServer([leaf({ names: ['127.0.0.1'] }), intermediate]), [], 'A+', { host: '127.0.0.1' }),
  kept(
    'behind HTTP/2',
    async () =>
      await listening(
        createSecureServer(
          { ...profile, cert: plain.pem + intermediate.pem, key: plain.keyPem, allowHTTP1: true },
          (_, answer) => answer.writeHead(200, strictHeaders).end(goodPage),
        ),
      ),
    [],
    'A+',
  ),
];
