import { isIP } from 'node:net';
import { EgressFault, type Prober } from '#kit/egress';
import { isAnswered, isHello2, isRecord, readAnswer, type Answer } from './answer.ts';
import { groups, type Group } from './groups.ts';
import { clientHello, clientHello2, signaturesByKind, type Offer, type Version } from './hello.ts';
import { createShare, readableSuites, readSealedFlight, shareGroups, type SealedFlight } from './sealed-flight.ts';
import { legacySuites, modernSuites, suites, type Suite } from './suites.ts';

/** A version that is spoken, and what with. */
export type SpokenVersion = {
  readonly version: Version;
  /** In the order in which the server chose them. */
  readonly suites: readonly Suite[];
  /** Null where there is nothing to choose. */
  readonly order: 'server' | 'client' | null;
};

/** What a server does, told by its answers to hellos alone: nothing is read of what this machine could speak. */
export type Conduct = {
  readonly speaksTls: boolean;
  readonly ssl2: boolean;
  /** The oldest first. */
  readonly spoken: readonly SpokenVersion[];
  /** In TLS 1.3, and in the newest version before it. */
  readonly groups: readonly Group[];
  readonly legacyGroups: readonly Group[];
  /** The shortest prime of a Diffie-Hellman exchange before TLS 1.3. */
  readonly primeBits: number | null;
  /** RFC 7507; null where there is one version only. */
  readonly fallbackRefused: boolean | null;
  readonly compression: boolean;
  /** RFC 5746, and tickets: null where only TLS 1.3 is spoken. */
  readonly secureRenegotiation: boolean | null;
  readonly tickets: boolean | null;
  readonly heartbeat: boolean;
  readonly alpn: string | null;
  /** DER, as served to today's browsers. */
  readonly certificates: readonly Buffer[];
  /** Of a server that has several, for RSA and for elliptic keys. */
  readonly otherCertificates: readonly (readonly Buffer[])[];
  readonly stapled: boolean;
  readonly handshakeTimestamps: number;
  /** Hellos that got no answer in time, so that what they offered counts as not spoken. */
  readonly unanswered: number;
};

type Ask = (offer: Omit<Offer, 'serverName'>) => Promise<Answer>;
type Found = { readonly suite: Suite; readonly answer: Answer };
type Enumerated = {
  readonly version: Version;
  readonly found: readonly Found[];
  readonly order: SpokenVersion['order'];
};

const versions: readonly Version[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** @throws EgressFault when the server cannot be reached, or never says anything */
export async function probeTls(prober: Prober, host: string): Promise<Conduct> {
  const serverName = isIP(host) === 0 ? host : null;
  const heard = { speaksTls: false, unanswered: 0, answered: 0 };
  const ask: Ask = async (offer) => {
    const { bytes, end } = await prober.exchange(clientHello({ ...offer, serverName }), isAnswered);
    heard.speaksTls ||= bytes.length > 0 && isRecord(bytes);
    if (end === 'timeout') heard.unanswered += 1;
    else heard.answered += 1;
    return readAnswer(bytes);
  };
  const [ssl2, modernGroups, ...enumerated] = await Promise.all([
    speaksSsl2(prober),
    modernGroupsOf(ask),
    ...versions.map((version) => enumerate(ask, version)),
  ]);
  if (heard.answered === 0) throw new EgressFault('timeout', host, null);
  const spoken = enumerated.filter(({ found }) => found.length > 0);
  const legacy = spoken.filter(({ version }) => version !== 'TLSv1.3');
  const [legacyGroups, compression, fallbackRefused, view, ...others] = await Promise.all([
    legacyGroupsOf(ask, legacy.at(-1)),
    compresses(ask, legacy.at(-1)),
    refusesFallback(ask, spoken, legacy),
    ...[{}, ...signaturesByKind.map((signatures) => ({ signatures }))].map((more) =>
      lookInside(prober, { serverName, ...more }, modernGroups, spoken),
    ),
  ]);
  const own = conductOf(legacy);
  const chains = distinct([...[view, ...others].flatMap((one) => (one ? [one.certificates] : [])), ...own.chains]);
  return {
    speaksTls: heard.speaksTls || ssl2,
    unanswered: heard.unanswered,
    ssl2,
    spoken: spoken.map(({ version, found, order }) => ({ version, suites: found.map(({ suite }) => suite), order })),
    groups: modernGroups,
    legacyGroups,
    compression,
    fallbackRefused,
    ...own.told,
    // What TLS 1.3 shows is what today's browsers see.
    ...view,
    certificates: chains[0] ?? [],
    otherCertificates: chains.slice(1),
  };
}

/** What the answers of older versions say by themselves, the newest version first. */
function conductOf(legacy: readonly Enumerated[]) {
  const answers = legacy.toReversed().flatMap(({ found }) => found.map(({ answer }) => answer));
  const hellos = answers.flatMap(({ hello }) => (hello === null ? [] : [hello]));
  const primes = answers.flatMap(({ primeBits }) => primeBits ?? []);
  const told = {
    primeBits: primes.length === 0 ? null : Math.min(...primes),
    secureRenegotiation: hellos.length === 0 ? null : hellos.every(({ renegotiation }) => renegotiation),
    tickets: hellos.length === 0 ? null : hellos.some(({ ticket }) => ticket),
    heartbeat: hellos.some(({ heartbeat }) => heartbeat),
    alpn: hellos[0]?.alpn ?? null,
    stapled: answers.some(({ stapled }) => stapled),
    handshakeTimestamps: Math.max(0, ...hellos.map(({ timestamps }) => timestamps)),
  };
  return { told, chains: answers.map(({ certificates }) => certificates) };
}

type Chain = readonly Buffer[];

/** Some servers make a certificate for every visit. */
const chainsMax = 4;

/** One of each that begins with the same certificate, in the order in which they came. */
function distinct(chains: readonly Chain[]): readonly Chain[] {
  const found = new Map<string, Chain>();
  for (const chain of chains) {
    const name = chain[0]?.toString('latin1') ?? '';
    if (chain.length > 0 && found.size < chainsMax && !found.has(name)) found.set(name, chain);
  }
  return [...found.values()];
}

async function speaksSsl2(prober: Prober): Promise<boolean> {
  // Whoever answers in TLS may leave the connection open behind its refusal.
  const { bytes } = await prober.exchange(clientHello2(), (some) => isHello2(some) || (some[0] ?? 0x80) < 0x80);
  return isHello2(bytes);
}

/** Offers everything, takes out what was chosen, offers the rest, until nothing is chosen any more. */
async function enumerate(ask: Ask, version: Version): Promise<Enumerated> {
  const isModern = version === 'TLSv1.3';
  let left = isModern ? modernSuites : legacySuites;
  const found: Found[] = [];
  while (left.length > 0) {
    const { hello, ...rest } = await ask({ version, suites: left });
    const suite = suites.get(hello?.suite ?? -1);
    if (hello?.version !== version || suite === undefined || !left.includes(suite.code)) break;
    found.push({ suite, answer: { hello, ...rest } });
    left = left.filter((code) => code !== suite.code);
  }
  return { version, found, order: await orderOf(ask, version, found) };
}

async function orderOf(ask: Ask, version: Version, found: readonly Found[]): Promise<SpokenVersion['order']> {
  const [first, second] = found;
  if (first === undefined || second === undefined) return null;
  const { hello } = await ask({ version, suites: found.map(({ suite }) => suite.code).toReversed() });
  // Offered the other way round, a server without a will of its own takes what it took last before.
  return hello?.suite === found.at(-1)?.suite.code ? 'client' : 'server';
}

/** Without a share of ours the server names the group it wants, be it one that we could not use. */
async function modernGroupsOf(ask: Ask): Promise<readonly Group[]> {
  return await groupsBy(async (left) => {
    const { hello } = await ask({ version: 'TLSv1.3', suites: modernSuites, groups: left });
    return hello?.isRetry === true ? (hello.keyShare?.group ?? null) : null;
  });
}

/** Curves that keys of certificates lie on: before TLS 1.3 theirs must be on offer too, whatever is agreed on. */
const certificateCurves = [0x0017, 0x0018, 0x0019];

async function legacyGroupsOf(ask: Ask, newest: Enumerated | undefined): Promise<readonly Group[]> {
  const overCurves = newest?.found.filter(({ suite }) => suite.keyExchange === 'ECDHE') ?? [];
  if (newest === undefined || newest.version === 'SSLv3' || overCurves.length === 0) return [];
  const offer = { version: newest.version, suites: overCurves.map(({ suite }) => suite.code) };
  return await groupsBy(async (left) => {
    const { curve } = await ask({ ...offer, groups: left });
    if (curve !== null) return curve;
    const taken = certificateCurves.filter((code) => !left.includes(code));
    return (await ask({ ...offer, groups: [...left, ...taken] })).curve;
  });
}

async function groupsBy(choose: (left: readonly number[]) => Promise<number | null>): Promise<readonly Group[]> {
  let left = [...groups.keys()];
  const found: Group[] = [];
  while (left.length > 0) {
    const code = await choose(left);
    const group = groups.get(code ?? -1);
    if (group === undefined || !left.includes(group.code)) break;
    found.push(group);
    left = left.filter((other) => other !== group.code);
  }
  return found;
}

async function compresses(ask: Ask, newest: Enumerated | undefined): Promise<boolean> {
  if (newest === undefined) return false;
  const { hello } = await ask({ version: newest.version, suites: codesOf(newest), compression: true });
  return hello?.compressed === true;
}

/** A client that comes with less than the server's best and says so must be turned away. */
async function refusesFallback(
  ask: Ask,
  spoken: readonly Enumerated[],
  legacy: readonly Enumerated[],
): Promise<boolean | null> {
  const lower = legacy.findLast(({ version }) => version !== spoken.at(-1)?.version);
  if (lower === undefined) return null;
  const { hello } = await ask({ version: lower.version, suites: codesOf(lower), fallback: true });
  return hello === null;
}

function codesOf({ found }: Enumerated): readonly number[] {
  return found.map(({ suite }) => suite.code);
}

/** What TLS 1.3 keeps for the two of them, by taking part in one handshake up to the server's last word. */
async function lookInside(
  prober: Prober,
  about: Pick<Offer, 'serverName' | 'signatures'>,
  offered: readonly Group[],
  spoken: readonly Enumerated[],
): Promise<SealedFlight | null> {
  const modern = spoken.find(({ version }) => version === 'TLSv1.3');
  const codes = (modern === undefined ? [] : codesOf(modern)).filter((code) => readableSuites.includes(code));
  const group = shareGroups.find((code) => offered.some((one) => one.code === code));
  if (codes.length === 0 || group === undefined) return null;
  const share = createShare(group);
  const hello = clientHello({ ...about, version: 'TLSv1.3', suites: codes, groups: [group], keyShare: share });
  const read = (bytes: Buffer): SealedFlight | null => readSealedFlight(hello.subarray(5), readAnswer(bytes), share);
  const { bytes } = await prober.exchange(hello, (some) => read(some) !== null || readAnswer(some).alert !== null);
  return read(bytes);
}
