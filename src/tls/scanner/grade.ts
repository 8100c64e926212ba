import type { CertificateSeen, ChainSeen } from './handshake/chain.ts';
import type { Conduct } from './handshake/probe-tls.ts';
import type { Finding, Grade } from './shapes.ts';

/** From best to worst; trust and the name come before everything else. */
const order: readonly Grade[] = ['A+', 'A', 'A-', 'B', 'C', 'D', 'E', 'F', 'M', 'T'];
const scores: readonly (readonly [least: number, grade: Grade])[] = [
  [80, 'A'],
  [65, 'B'],
  [50, 'C'],
  [35, 'D'],
  [20, 'E'],
];
const protocolScores = { SSLv3: 80, TLSv1: 90, 'TLSv1.1': 95, 'TLSv1.2': 100, 'TLSv1.3': 100 } as const;
/** Six months, after which SSL Labs gives A+. */
export const longHstsSeconds = 180 * 86_400;

/**
 * SSL Labs' rating guide 2009q with 2009r's TLS 1.3: three scores from 0 to 100, the letter of their weighted sum, and
 * what the findings leave of it.
 * @param hstsSeconds how long browsers are told to come enciphered; null when nobody looked
 */
export function gradeOf(
  conduct: Conduct,
  chains: readonly ChainSeen[],
  findings: readonly Finding[],
  hstsSeconds: number | null,
): Grade {
  const parts = [protocolScore(conduct), keyExchangeScore(conduct, chains), cipherScore(conduct)] as const;
  const [protocol, keyExchange, cipher] = parts;
  const score = parts.includes(0) ? 0 : protocol * 0.3 + keyExchange * 0.3 + cipher * 0.4;
  const letter = scores.find(([least]) => score >= least)?.[1] ?? 'F';
  const caps = findings.flatMap(({ cap }) => cap ?? []);
  const isSpotless = findings.every(({ severity }) => severity === 'note') && (hstsSeconds ?? 0) >= longHstsSeconds;
  return worst([letter === 'A' && isSpotless ? 'A+' : letter, ...caps]);
}

function worst(grades: readonly Grade[]): Grade {
  return order[Math.max(...grades.map((grade) => order.indexOf(grade)))] ?? 'T';
}

function protocolScore({ ssl2, spoken }: Conduct): number {
  return middleOf([...(ssl2 ? [0] : []), ...spoken.map(({ version }) => protocolScores[version])]);
}

/** The weakest of the certificates' keys and of what a key is agreed on with. */
function keyExchangeScore(conduct: Conduct, chains: readonly ChainSeen[]): number {
  const { spoken, groups, legacyGroups, primeBits } = conduct;
  const offered = spoken.flatMap(({ suites }) => suites);
  if (offered.some(({ anonymous }) => anonymous)) return 0;
  const strengths = [
    ...chains.flatMap(({ certificates: [leaf] }) => (leaf === undefined ? [] : [primeBitsOf(leaf.key)])),
    ...(primeBits === null ? [] : [primeBits]),
    ...[...groups, ...legacyGroups].map(({ bits, isPrime }) => (isPrime ? bits : primeBitsLike(bits))),
  ];
  if (offered.some((suite) => suite.export)) strengths.push(512);
  return strengths.length === 0 ? 0 : Math.min(...strengths.map(strengthScore));
}

/** How hard a key is, in the bits of an RSA key. */
export function primeBitsOf({ type, bits }: CertificateSeen['key']): number {
  return type === 'rsa' || type === 'dsa' ? bits : primeBitsLike(bits);
}

/** The prime that is as hard as a curve of these bits (NIST SP 800-57). */
function primeBitsLike(curveBits: number): number {
  if (curveBits >= 384) return 7_680;
  if (curveBits >= 256) return 3_072;
  if (curveBits >= 224) return 2_048;
  return curveBits >= 160 ? 1_024 : 512;
}

function strengthScore(bits: number): number {
  if (bits < 512) return 20;
  if (bits < 1_024) return 40;
  if (bits < 2_048) return 80;
  return bits < 4_096 ? 90 : 100;
}

function cipherScore({ spoken }: Conduct): number {
  return middleOf(spoken.flatMap(({ suites }) => suites.map(({ bits }) => bitsScore(bits))));
}

function bitsScore(bits: number): number {
  if (bits === 0) return 0;
  if (bits < 128) return 20;
  return bits < 256 ? 80 : 100;
}

/** Half way between the best and the worst that is offered. */
function middleOf(each: readonly number[]): number {
  return each.length === 0 ? 0 : (Math.max(...each) + Math.min(...each)) / 2;
}
