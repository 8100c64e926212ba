import type { SignatureVerdict } from '../ledger/tree/checkpoint.ts';
import type { SignatureType } from '../ledger/tree/note.ts';
import type { ResumedEntry } from '../ledger/tree/own-entry.ts';
import type { WrongLog } from '../ledger/tree/verify-log.ts';
import type { KnownKeys, Witnessed } from './known-keys.ts';
import type { PlaceVerdict, WrongPlace } from './verify-place.ts';
import type { ProofVerdict } from './verify-proof.ts';

const algorithms: Readonly<Record<SignatureType, string>> = {
  ed25519: 'Ed25519',
  'ed25519 cosignature': 'Ed25519',
  'ml-dsa-44 cosignature': 'ML-DSA-44',
};
const verdicts: Readonly<Record<SignatureVerdict['verdict'], string>> = {
  good: 'good',
  bad: 'NOT GOOD',
  missing: 'not there',
  unknown: 'not checked, this Node does not know it',
};
const sources: Readonly<Record<KnownKeys['from'], string>> = {
  given: 'given by you',
  kept: 'those of the first look',
  served: 'as the ledger says: compare them with whoever keeps it',
};
const lineCharactersMax = 2_000;

/** For whoever asks the command, or the file `verify.mjs`, what it is. */
export const verifyHelp = [
  '    PLACE is an address (https://shop.example/ledger/shp_…/), a folder with its',
  '    files, or a proof (FILE.tlog-proof). Reads the whole ledger by its public',
  '    files alone: entries, hashes, signatures.',
  '    --save DIR remembers it: the next time reads what is new, and says when what',
  '    was seen before is another (forked) or gone (rolled back). --all reads all again.',
  '    --keys: a file in the format of C2SP tlog-policy, or one key; else the keys of',
  '    DIR, else those that the ledger serves. A .tlog-proof needs keys, and nobody else.',
  '    --entry: what was entered, where the proof does not say it itself.',
  '    Exit codes: 0 all holds, 1 something is wrong, 2 could not be looked at.',
].join('\n');

/** @param more what was found besides, and whether all of that holds */
export function placeLines(verdict: PlaceVerdict, more: readonly string[], isMoreWrong: boolean): readonly string[] {
  const { origin, size, root, checked, before, signatures, witnessed, keys, wrong, against } = verdict;
  return [
    row('Ledger', origin),
    row('Entries', `${checked} checked now, ${size} in all`),
    row('Since', before === null ? 'nothing was kept of an earlier look' : `goes on from ${before} entries`),
    row('Root', root),
    ...signatures.map((one) => row('Signed', signatureSaid(one))),
    row('Keys', `${sources[keys.from]} (${keys.fingerprint})`),
    ...witnessed.filter(isThere).map((one) => row('Witness', witnessSaid(one))),
    ...more,
    '',
    wrong === null ? (isMoreWrong ? 'The ledger itself holds.' : 'All holds.') : sayWrong(wrong),
    ...(against === null ? [] : [`What it signed against that is kept: ${against}`]),
  ].map(visible);
}

/** What a ledger says of itself; whoever saw the longer one is told of the fork besides. */
export function resumedLines(resumed: ReadonlyMap<number, ResumedEntry>): readonly string[] {
  return [...resumed].map(([index, { from, signed, root }]) =>
    row('Resumed', `entry ${index} says: goes on from ${from}, where ${signed} entries had been signed (${root})`),
  );
}

export function proofLines(verdict: ProofVerdict): readonly string[] {
  const { origin, size, index, entry, own, signatures, witnessed, keys, wrong } = verdict;
  return [
    row('Ledger', origin),
    row('Entry', `${index} of ${size}: ${entry}`),
    ...(own === null ? [] : ownRows(own)),
    ...signatures.filter(isThere).map((one) => row('Signed', signatureSaid(one))),
    row('Keys', `${sources[keys.from]} (${keys.fingerprint})`),
    ...witnessed.filter(isThere).map((one) => row('Witness', witnessSaid(one))),
    '',
    wrong === null ? `This was entered by ${origin}.` : proofWrongs[wrong],
  ].map(visible);
}

function ownRows({ number, details }: NonNullable<ProofVerdict['own']>): readonly string[] {
  return [row('Number', `${number} of this person`), row('Details', JSON.stringify(details))];
}

const proofWrongs: Readonly<Record<NonNullable<ProofVerdict['wrong']>, string>> = {
  entry: 'WRONG: the proof is not one of this entry.',
  signature: 'WRONG: the ledger has not signed this.',
  keys: 'WRONG: none of the keys is of this ledger.',
  witness: 'WRONG: a witness has not signed this.',
  quorum: 'WRONG: not as many witnesses have signed as the keys ask for.',
};

/** In one sentence. */
export function sayWrong(wrong: WrongPlace): string {
  if (!isAboutKeys(wrong)) return sayWrongLog(wrong);
  switch (wrong.what) {
    case 'origin':
      return `WRONG: what is kept there is of another ledger: ${wrong.kept}.`;
    case 'keys':
      return 'WRONG: none of the keys is of this ledger.';
    case 'witness':
      return `WRONG: the signature of the witness ${wrong.name} is not good.`;
    case 'quorum':
      return 'WRONG: not as many witnesses have signed as the keys ask for.';
  }
}

function isAboutKeys(wrong: WrongPlace): wrong is Exclude<WrongPlace, WrongLog> {
  return /^(?:origin|keys|witness|quorum)$/.test(wrong.what);
}

function sayWrongLog(wrong: WrongLog): string {
  switch (wrong.what) {
    case 'entry':
      return `WRONG: entry ${wrong.index} is not the one that was signed for (${wrong.of}).`;
    case 'hash':
      return `WRONG: from entry ${wrong.index} on, a hash is not that of the entries (${wrong.of}).`;
    case 'missing':
      return `WRONG: from entry ${wrong.index} on, something is missing (${wrong.of}).`;
    case 'root':
      return 'WRONG: the entries do not make the root that was signed.';
    case 'signature':
      return `WRONG: the checkpoint is not signed by ${wrong.key} as its keys want it.`;
    case 'size':
      return `The ledger has ${wrong.size} entries, more than this reads.`;
    case 'before':
      return forked(wrong);
    case 'shorter':
      return `WRONG: rolled back: there were ${wrong.size} entries already, and now there are fewer.`;
  }
}

function forked({ size, index }: Extract<WrongLog, { readonly what: 'before' }>): string {
  const first = index === null ? '' : `; the first that is another is ${index}`;
  return `WRONG: forked: it does not begin with the ${size} entries that were seen before${first}.`;
}

function isThere({ verdict }: SignatureVerdict): boolean {
  return verdict !== 'missing';
}

function signatureSaid({ key, verdict, at }: SignatureVerdict): string {
  return `${algorithms[key.type]} ${verdicts[verdict]}${at === null ? '' : `, ${moment(at)}`}`;
}

function witnessSaid(one: Witnessed): string {
  return `${one.key.name}: ${signatureSaid(one)}, ${one.size} entries`;
}

/** Seconds since 1970, of which a stranger may have written any number. */
function moment(seconds: number): string {
  return seconds > 253_402_300_799 ? 'at no time' : new Date(seconds * 1_000).toISOString().replace('.000', '');
}

export function signatureJson({ key, verdict, at }: SignatureVerdict): object {
  return { name: key.name, algorithm: algorithms[key.type], verdict, at: at === null ? null : moment(at) };
}

function row(label: string, text: string): string {
  return `${label.padEnd(9)}${text}`;
}

/** What a ledger says is a stranger's text: it must not take hold of a terminal. */
export function visible(line: string): string {
  return line.replaceAll(/\p{C}/gu, '·').slice(0, lineCharactersMax);
}
