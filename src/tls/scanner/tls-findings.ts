import type { CertificateSeen, ChainSeen, Trust } from './handshake/chain.ts';
import { longHstsSeconds, primeBitsOf } from './grade.ts';
import type { Conduct } from './handshake/probe-tls.ts';
import type { Finding, Grade, Severity } from './shapes.ts';
import type { Suite } from './handshake/suites.ts';

/** Every code that can be found in a handshake; `words` has sentences for each. */
export type TlsCode = Exclude<Trust, 'trusted'> | ChainCode | VersionCode | SuiteCode | ConductCode;
type ChainCode =
  | 'expired'
  | 'not_yet_valid'
  | 'wrong_name'
  | 'renewal_late'
  | 'renewal_overdue'
  | 'signature_sha1'
  | 'signature_md5'
  | 'key_weak'
  | 'chain_order'
  | 'chain_root'
  | 'too_few_timestamps';
type VersionCode = 'no_tls' | 'refuses_all' | 'ssl2' | 'ssl3' | 'tls10' | 'tls11' | 'no_tls12' | 'no_tls13';
type SuiteCode =
  | 'cipher_none'
  | 'cipher_anonymous'
  | 'cipher_export'
  | 'cipher_short'
  | 'cipher_rc4'
  | 'cipher_small_blocks'
  | 'no_aead'
  | 'no_forward_secrecy'
  | 'some_without_forward_secrecy'
  | 'client_chooses';
type ConductCode =
  | 'prime_weak'
  | 'group_weak'
  | 'no_post_quantum'
  | 'fallback_accepted'
  | 'compression'
  | 'renegotiation_insecure'
  | 'heartbeat'
  | 'no_http2'
  | 'hsts_short';

type Values = Finding['values'];
const nothing: Values = {};

/**
 * What is wrong with a server. A missing OCSP answer is none of it: authorities have given OCSP up. How long a
 * certificate has left counts as a part of its own life, be that six days or a year.
 * @param now by the real clock, as visitors' browsers have it
 */
export function tlsFindings(
  conduct: Conduct,
  chains: readonly ChainSeen[],
  hstsSeconds: number | null,
  now: Temporal.Instant,
): readonly Finding[] {
  if (!conduct.speaksTls) return [found('no_tls', 'alarm', 'F')];
  if (conduct.spoken.length === 0 && !conduct.ssl2) return [found('refuses_all', 'alarm', 'F')];
  return [
    // SSL 2 shows a certificate of which nothing is read.
    ...(conduct.spoken.length === 0 ? [] : chainFindings(conduct, chains, now)),
    ...versionFindings(conduct),
    ...suiteFindings(conduct),
    ...weightFindings(conduct),
    ...conductFindings(conduct),
    ...(hstsSeconds !== null && hstsSeconds < longHstsSeconds ? [found('hsts_short', 'note', 'A')] : []),
  ];
}

/** What is wrong with several chains in the same way is said once. */
function chainFindings(conduct: Conduct, chains: readonly ChainSeen[], now: Temporal.Instant): readonly Finding[] {
  const all = chains.flatMap((chain) => [
    ...trustFindings(chain),
    ...validityFindings(chain, now),
    ...certificateFindings(chain),
    ...shapeFindings(chain, conduct),
  ]);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function found(code: TlsCode, severity: Severity, cap: Grade | null, values: Values = nothing): Finding {
  return { code, severity, cap, values };
}

function when(is: boolean, ...one: Parameters<typeof found>): readonly Finding[] {
  return is ? [found(...one)] : [];
}

function trustFindings(chain: ChainSeen): readonly Finding[] {
  const { trust, matchesName } = chain;
  const [leaf] = chain.certificates;
  const issuer = calledIn(walked(chain).at(-1)?.issuer ?? '');
  return [
    ...(trust === 'trusted' ? [] : [found(trust, 'alarm', 'T', { issuer })]),
    ...when(leaf !== undefined && !matchesName, 'wrong_name', 'alarm', 'M', {
      names: leaf?.names.slice(0, 10).join(', ') ?? '',
    }),
  ];
}

/** What a certificate is called: authorities of today leave the subject empty. */
function calledOf({ subject, names }: CertificateSeen): string {
  return subject === '' ? (names[0] ?? '') : calledIn(subject);
}

/** `CN=Some authority` among the parts of a name. */
function calledIn(name: string): string {
  return /(?:^|, )CN=([^,]+)/.exec(name)?.[1] ?? name;
}

/** The certificates that a browser walks along. */
function walked({ certificates, path }: ChainSeen): readonly CertificateSeen[] {
  return path.flatMap((place) => certificates[place] ?? []);
}

function validityFindings(chain: ChainSeen, now: Temporal.Instant): readonly Finding[] {
  return walked(chain).flatMap((one) => {
    const values = { subject: calledOf(one), until: momentOf(one.until), from: momentOf(one.from) };
    if (Temporal.Instant.compare(one.until, now) <= 0) return [found('expired', 'alarm', 'T', values)];
    if (Temporal.Instant.compare(one.from, now) > 0) return [found('not_yet_valid', 'alarm', 'T', values)];
    const left = now.until(one.until).total('seconds');
    const part = left / one.from.until(one.until).total('seconds');
    // Those who sign keep their certificates to the end on purpose: their successors are served in time or not at all.
    if (one !== chain.certificates[0] || part >= 1 / 3) return [];
    const percent = Math.floor(part * 100);
    return [
      part < 1 / 6
        ? found('renewal_overdue', 'alarm', null, { ...values, percent })
        : found('renewal_late', 'warning', null, { ...values, percent }),
    ];
  });
}

/** Words show it as the reader writes times. */
function momentOf(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second' });
}

function certificateFindings(chain: ChainSeen): readonly Finding[] {
  const [leaf] = chain.certificates;
  const path = walked(chain);
  // Nobody believes an authority for its own signature.
  const signed = path.filter((one) => one === leaf || one.subject !== one.issuer);
  return [...path.flatMap(keyFindings), ...signed.flatMap(signatureFindings)];
}

const keyTypes: ReadonlySet<string> = new Set(['rsa', 'dsa', 'ec']);

function keyFindings(one: CertificateSeen): readonly Finding[] {
  const { key } = one;
  const { type, bits } = key;
  const strength = primeBitsOf(key);
  const isWeak = keyTypes.has(type) && (strength < 2_048 || (type === 'ec' && bits < 256));
  const cap = strength < 1_024 ? 'F' : 'B';
  return when(isWeak, 'key_weak', 'alarm', cap, { subject: calledOf(one), type: type.toUpperCase(), bits });
}

function signatureFindings(one: CertificateSeen): readonly Finding[] {
  const { signature } = one;
  const subject = calledOf(one);
  return [
    ...when(/md[245]/i.test(signature), 'signature_md5', 'alarm', 'F', { subject, signature }),
    ...when(/sha1(?!\d)/i.test(signature), 'signature_sha1', 'alarm', 'T', { subject, signature }),
  ];
}

const timestampsMin = 2;

function shapeFindings(chain: ChainSeen, { handshakeTimestamps }: Conduct): readonly Finding[] {
  const timestamps = Math.max(chain.timestamps, handshakeTimestamps);
  return [
    ...when(!chain.ordered, 'chain_order', 'warning', null),
    ...when(chain.servesRoot && chain.ordered, 'chain_root', 'note', null),
    ...when(chain.isPublic && timestamps < timestampsMin, 'too_few_timestamps', 'alarm', null, { timestamps }),
  ];
}

function versionFindings({ ssl2, spoken }: Conduct): readonly Finding[] {
  const has = new Map(spoken.map((one) => [one.version, one.suites]));
  const isModern = has.has('TLSv1.3') || has.has('TLSv1.2');
  const poodle = has.get('SSLv3')?.some(({ cbc }) => cbc) === true;
  return [
    ...when(ssl2, 'ssl2', 'alarm', 'F'),
    ...when(has.has('SSLv3'), 'ssl3', 'alarm', poodle ? 'C' : 'B'),
    ...when(has.has('TLSv1'), 'tls10', 'warning', 'B'),
    ...when(has.has('TLSv1.1'), 'tls11', 'warning', 'B'),
    ...when(!isModern, 'no_tls12', 'alarm', 'C'),
    ...when(isModern && !has.has('TLSv1.3'), 'no_tls13', 'warning', 'A-'),
  ];
}

function suiteFindings({ spoken }: Conduct): readonly Finding[] {
  const all = spoken.flatMap(({ suites }) => suites);
  const fromTls11 = spoken.filter(({ version }) => version !== 'SSLv3' && version !== 'TLSv1');
  const newer = fromTls11.flatMap(({ suites }) => suites);
  const such = (code: SuiteCode, severity: Severity, is: (suite: Suite) => boolean, cap: Grade | null) =>
    when(all.some(is), code, severity, cap, { suites: namesOf(all.filter(is)) });
  return [
    ...such('cipher_none', 'alarm', ({ bits }) => bits === 0, 'F'),
    ...such('cipher_anonymous', 'alarm', ({ anonymous }) => anonymous, 'F'),
    ...such('cipher_export', 'alarm', (suite) => suite.export, 'F'),
    ...such('cipher_short', 'alarm', isShort, 'F'),
    ...such('cipher_rc4', 'warning', ({ rc4 }) => rc4, newer.some(({ rc4 }) => rc4) ? 'C' : 'B'),
    ...such('cipher_small_blocks', 'warning', isSmall, newer.some(isSmall) ? 'C' : null),
  ];
}

function isShort(suite: Suite): boolean {
  return suite.bits > 0 && suite.bits < 112 && !suite.export;
}

function isSmall({ smallBlocks, bits }: Suite): boolean {
  return smallBlocks && bits >= 112;
}

/** What the better suites weigh: nothing is said of SSL 2, whose suites are all broken. */
function weightFindings({ spoken }: Conduct): readonly Finding[] {
  const all = spoken.flatMap(({ suites }) => suites);
  if (all.length === 0) return [];
  const open = all.filter(({ forwardSecret }) => !forwardSecret);
  const isLoose = spoken.some(({ order }) => order === 'client') && all.some((one) => !one.aead || !one.forwardSecret);
  return [
    ...when(!all.some(({ aead }) => aead), 'no_aead', 'warning', 'B'),
    ...(open.length === all.length
      ? [found('no_forward_secrecy', 'warning', 'B')]
      : when(open.length > 0, 'some_without_forward_secrecy', 'note', null, { suites: namesOf(open) })),
    ...when(isLoose, 'client_chooses', 'note', null),
  ];
}

function namesOf(some: readonly Suite[]): string {
  const names = [...new Set(some.map(({ name }) => name))];
  return [...names.slice(0, 6), ...(names.length > 6 ? [`+${names.length - 6}`] : [])].join(', ');
}

function conductFindings(conduct: Conduct): readonly Finding[] {
  const { primeBits, groups, legacyGroups, spoken } = conduct;
  const isOld = spoken.some(({ version }) => version !== 'TLSv1.2' && version !== 'TLSv1.3');
  const weak = [...new Set([...groups, ...legacyGroups].filter(isWeakGroup).map(({ name }) => name))];
  const hasTls13 = spoken.some(({ version }) => version === 'TLSv1.3');
  const bits = primeBits ?? 0;
  return [
    ...when(bits > 0 && bits < 2_048, 'prime_weak', 'warning', bits < 1_024 ? 'F' : 'B', { bits }),
    ...when(weak.length > 0, 'group_weak', 'warning', 'B', { groups: weak.join(', ') }),
    ...when(hasTls13 && !groups.some(({ postQuantum }) => postQuantum), 'no_post_quantum', 'note', null),
    // Nobody can be pressed down to a version that is not spoken.
    ...when(isOld && conduct.fallbackRefused === false, 'fallback_accepted', 'warning', 'A'),
    ...when(conduct.compression, 'compression', 'alarm', 'C'),
    ...when(conduct.secureRenegotiation === false, 'renegotiation_insecure', 'warning', 'A-'),
    ...when(conduct.heartbeat, 'heartbeat', 'note', null),
    ...when(spoken.length > 0 && conduct.alpn !== 'h2', 'no_http2', 'note', null),
  ];
}

function isWeakGroup({ bits, isPrime }: Conduct['groups'][number]): boolean {
  return bits < (isPrime ? 2_048 : 224);
}
