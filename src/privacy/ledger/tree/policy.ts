import { same } from './bytes.ts';
import type { Sha256 } from './merkle.ts';
import { readVerifierKey, type VerifierKey } from './note.ts';

/** Whose signatures make a checkpoint worth believing (C2SP tlog-policy). */
export type Policy = {
  readonly logs: readonly Known[];
  readonly witnesses: readonly (Known & { readonly name: string })[];
  readonly groups: readonly Group[];
  /** A witness or a group; null: none is asked for. */
  readonly quorum: string | null;
};

type Known = { readonly key: VerifierKey; readonly url: string | null };
type Group = { readonly name: string; readonly least: number; readonly members: readonly string[] };
type Draft = {
  logs: Known[];
  witnesses: (Known & { name: string })[];
  groups: Group[];
  quorum: string | null | undefined;
};

const linesMax = 1_000;
const definedMax = 64;
const charactersMax = 300_000;

export type PolicyMistake = { readonly line: number };

/** A mistake names its line, from 1; that of a missing quorum is the last. */
export function readPolicy(sha256: Sha256, text: string): Policy | PolicyMistake {
  const lines = text.split('\n');
  if (lines.length > linesMax || text.length > charactersMax) return { line: 1 };
  const draft: Draft = { logs: [], witnesses: [], groups: [], quorum: undefined };
  for (const [at, line] of lines.entries()) {
    const [kind, ...words] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (kind === undefined || kind.startsWith('#')) continue;
    const define = definitions[kind];
    if (define === undefined || !define(draft, words, sha256) || hasControl(line)) return { line: at + 1 };
  }
  const { quorum, ...rest } = draft;
  return quorum === undefined ? { line: lines.length } : { ...rest, quorum };
}

/** Tabs and what can be seen. */
function hasControl(line: string): boolean {
  return /\p{Cc}/u.test(line.replaceAll(/[\t\u0080-\u009f]/gu, ''));
}

/** False when the line cannot be taken. */
type Define = (draft: Draft, words: readonly string[], sha256: Sha256) => boolean;

const definitions: Readonly<Record<string, Define>> = {
  log: (draft, words, sha256) => {
    const known = readKnown(draft.logs, words, sha256);
    if (known !== null) draft.logs.push(known);
    return known !== null;
  },
  witness: (draft, [name = '', ...words], sha256) => {
    const known = readKnown(draft.witnesses, words, sha256);
    const fits = known !== null && known.key.type !== 'ed25519' && isFree(draft, name);
    if (fits) draft.witnesses.push({ ...known, name });
    return fits;
  },
  group: (draft, [name = '', least = '', ...members]) => {
    const count = leastOf(least, members.length);
    const fits = isFree(draft, name) && areFree(draft, members) && draft.groups.length < definedMax;
    if (!fits || count < 1 || count > members.length) return false;
    draft.groups.push({ name, least: count, members });
    return true;
  },
  quorum: (draft, [name = '', ...more]) => {
    const fits = draft.quorum === undefined && more.length === 0 && (name === 'none' || isDefined(draft, name));
    if (fits) draft.quorum = name === 'none' ? null : name;
    return fits;
  },
};

/** Null for no key, and for one that is there already. */
function readKnown(
  there: readonly Known[],
  [text = '', url, ...more]: readonly string[],
  sha256: Sha256,
): Known | null {
  const key = readVerifierKey(sha256, text);
  if (key === null || more.length > 0 || there.length >= definedMax) return null;
  return there.some((one) => same(one.key.publicKey, key.publicKey)) ? null : { key, url: url ?? null };
}

function leastOf(text: string, members: number): number {
  if (text === 'any') return 1;
  if (text === 'all') return members;
  return /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
}

/** Each can count in one way only. */
function areFree(draft: Draft, members: readonly string[]): boolean {
  const used = new Set(draft.groups.flatMap((group) => group.members));
  return members.every((member, at) => isDefined(draft, member) && !used.has(member) && members.indexOf(member) === at);
}

function isDefined({ witnesses, groups }: Draft, name: string): boolean {
  return [...witnesses, ...groups].some((one) => one.name === name);
}

function isFree(draft: Draft, name: string): boolean {
  return name !== '' && name !== 'none' && !isDefined(draft, name);
}

/** Whether enough of the witnesses have signed, given the names of those that have. */
export function hasQuorum({ groups, quorum }: Policy, signed: ReadonlySet<string>): boolean {
  if (quorum === null) return true;
  const witnessed = new Set(signed);
  // A group names only what stands before it.
  for (const { name, least, members } of groups) {
    if (members.filter((member) => witnessed.has(member)).length >= least) witnessed.add(name);
    else witnessed.delete(name);
  }
  return witnessed.has(quorum);
}
