/**
 * In the browser of a person who looks at their own data: checks what they are shown against the ledger that everybody is
 * shown, and says so in the page's words (`#verify-own`, see `customer/verifying`). It asks this house alone.
 */
import { fromHex, toHex, utf8 } from '../ledger/tree/bytes.ts';
import { portableSha256 } from '../ledger/tree/sha256.ts';
import type { LogSource } from '../ledger/tree/verify-log.ts';
import { checkByWebCrypto } from '../ledger/tree/web-crypto.ts';
import { readOwnRecord, type OwnRecord } from './own-record.ts';
import { verifyOwn, type OwnVerdict, type SeenLast } from './verify-own.ts';

const part = document.getElementById('verify-own');
if (part !== null) {
  run(part).catch(() => say(part, 'later', 'warn'));
}

async function run(place: HTMLElement): Promise<void> {
  say(place, 'running', '');
  const { entries = '', ledger = '' } = place.dataset;
  const answer = await fetch(entries, { cache: 'no-store' });
  const record = answer.ok ? readOwnRecord(await answer.text()) : null;
  if (record === null) say(place, 'later', 'warn');
  else await checkRecord(place, new URL(ledger, location.href), record);
}

async function checkRecord(place: HTMLElement, base: URL, record: OwnRecord): Promise<void> {
  const name = nameOf(base, record);
  const seen = name === null ? null : readSeen(name);
  const source = sourceAt(base);
  const verdict = await verifyOwn({ record, seen, source, sha256: portableSha256, check: checkByWebCrypto });
  // A ledger that has no entry has no checkpoint either.
  if (verdict === null && record.count === 0) return say(place, 'none', 'good', { size: 0 });
  if (verdict === null) return say(place, 'later', 'warn');
  show(place, verdict, seen);
  if (name !== null && verdict.wrong === null) offerMemory(place, name, verdict);
}

function sourceAt(base: URL): LogSource {
  return async (path) => {
    const answer = await fetch(new URL(path, base), { cache: path.startsWith('tile/') ? 'default' : 'no-store' });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(String(answer.status));
    return new Uint8Array(await answer.arrayBuffer());
  };
}

function show(place: HTMLElement, verdict: OwnVerdict, seen: SeenLast | null): void {
  const { wrong, checked, count, size, waiting, gone, signatures } = verdict;
  const values = { checked, count, size, waiting, gone, when: signedAt(signatures), before: seen?.size ?? 0 };
  if (wrong === null) say(place, wordsOf(verdict, seen), 'good', values);
  else say(place, `wrong-${wrong.what}`, 'bad', { ...values, number: 'number' in wrong ? wrong.number : 0 });
}

function signedAt(signatures: OwnVerdict['signatures']): string {
  const at = signatures.find((one) => one.verdict === 'good' && one.at !== null)?.at ?? null;
  return at === null ? '' : new Date(at * 1_000).toLocaleString(document.documentElement.lang);
}

function wordsOf({ count, waiting, gone, signatures }: OwnVerdict, seen: SeenLast | null): string {
  const words: readonly (readonly [word: string, isSaid: boolean])[] = [
    ['none', count === 0],
    ['good', count > 0],
    ['waiting', waiting > 0],
    ['gone', gone > 0],
    ['signed-one', signatures.some(({ verdict }) => verdict !== 'good')],
    ['compared', seen !== null],
  ];
  return words
    .filter(([, isSaid]) => isSaid)
    .map(([word]) => word)
    .join(' ');
}

/** What the page has for these words, one sentence after the other. */
function say(
  place: HTMLElement,
  words: string,
  tone: 'good' | 'bad' | 'warn' | '',
  values: Readonly<Record<string, string | number>> = {},
): void {
  const output = place.querySelector('output');
  if (output === null) return;
  const sentences = words.split(' ').map((word) => place.getAttribute(`data-say-${word}`) ?? '');
  output.textContent = sentences
    .join(' ')
    .replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  output.className = tone;
  place.dataset['state'] = tone === '' ? 'running' : tone;
}

/** Of this person in this ledger; the first entry about them tells them from others, and says nothing of them. */
function nameOf(base: URL, { entries: [first] }: OwnRecord): string | null {
  if (first === undefined || first.text === '') return null;
  const mark = toHex(portableSha256(utf8(`${first.nonce}\n${first.text}`))).slice(0, 16);
  return `glasspost-ledger ${base.pathname} ${mark}`;
}

function readSeen(name: string): SeenLast | null {
  try {
    const [size = '', count = '', root = ''] = (localStorage.getItem(name) ?? '').split(' ');
    if (!/^\d{1,15}$/.test(size) || !/^\d{1,15}$/.test(count) || !/^[0-9a-f]{64}$/.test(root)) return null;
    return { size: Number(size), count: Number(count), root: fromHex(root) };
  } catch {
    return null;
  }
}

/** Nothing is kept on a device before its owner says so; what was kept is brought up to date. */
function offerMemory(place: HTMLElement, name: string, { size, count, root }: OwnVerdict): void {
  const [remember, forget] = ['remember', 'forget'].map((way) => place.querySelector(`button[value="${way}"]`));
  if (!(remember instanceof HTMLElement) || !(forget instanceof HTMLElement)) return;
  const keep = (): void => localStorage.setItem(name, `${size} ${count} ${toHex(root)}`);
  const turn = (isKept: boolean): void => {
    remember.hidden = isKept;
    forget.hidden = !isKept;
  };
  try {
    const isKept = localStorage.getItem(name) !== null;
    if (isKept) keep();
    turn(isKept);
    remember.addEventListener('click', () => {
      keep();
      turn(true);
      forget.focus();
    });
    forget.addEventListener('click', () => {
      localStorage.removeItem(name);
      turn(false);
      remember.focus();
    });
    const about = place.querySelector('.memory');
    if (about instanceof HTMLElement) about.hidden = false;
  } catch {
    // A browser that keeps nothing is asked nothing.
    return;
  }
}
