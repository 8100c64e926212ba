import { createHash } from 'node:crypto';
import { Fault } from '#kit/fault';
import { judgeSignatures, type Checkpoint, type SignatureVerdict } from '../ledger/tree/checkpoint.ts';
import type { Sha256 } from '../ledger/tree/merkle.ts';
import { readVerifierKey, writeVerifierKey, type VerifierKey } from '../ledger/tree/note.ts';
import { hasQuorum, readPolicy, type Policy } from '../ledger/tree/policy.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** Whose signatures are believed, and why: given by hand, kept from the first look, or as the ledger itself says. */
export type KnownKeys = { readonly policy: Policy; readonly text: string; readonly from: 'given' | 'kept' | 'served' };

/** @param text a policy (C2SP tlog-policy), or one key. @throws Fault('invalid') that names the line */
export function readKnownKeys(text: string, from: KnownKeys['from']): KnownKeys {
  const trimmed = text.trim();
  const key = readVerifierKey(sha256, trimmed);
  const whole = key === null ? text : `log ${trimmed}\nquorum none\n`;
  const policy = readPolicy(sha256, whole);
  if ('line' in policy)
    throw new Fault('invalid', `These are no keys of a ledger: line ${policy.line} cannot be read.`);
  return { policy, text: whole, from };
}

/** The keys that have to have signed. */
export function keysOf({ policy }: KnownKeys, origin: string): readonly VerifierKey[] {
  return policy.logs.map(({ key }) => key).filter(({ name }) => name === origin);
}

/** To be compared over another way: the first 16 bytes of a SHA-256 over the keys, one a line, in order. */
export function fingerprintOf(keys: readonly VerifierKey[]): string {
  const text = keys.map((key) => `${writeVerifierKey(key)}\n`).toSorted();
  const digits = createHash('sha256').update(text.join('')).digest('hex').slice(0, 32);
  return digits.replaceAll(/(.{4})(?!$)/g, '$1 ');
}

/** What somebody who watches says: under which name the policy has it, and how far it has seen the ledger. */
export type Witnessed = SignatureVerdict & { readonly name: string; readonly size: number };

export async function judgeWitnesses({ policy }: KnownKeys, checkpoint: Checkpoint): Promise<readonly Witnessed[]> {
  const judged = policy.witnesses.map(async ({ name, key }) => ({
    ...(await judgeSignatures(checkpoint, key, checkByWebCrypto)),
    name,
    size: checkpoint.size,
  }));
  return await Promise.all(judged);
}

/** Whether those who have signed are enough. */
export function areEnough({ policy }: KnownKeys, witnessed: readonly Witnessed[]): boolean {
  return hasQuorum(policy, new Set(witnessed.filter(({ verdict }) => verdict === 'good').map(({ name }) => name)));
}
