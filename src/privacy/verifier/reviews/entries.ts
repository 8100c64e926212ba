import { isRecord } from '../../ledger/tree/own-entry.ts';

/** What an entry of a ledger says of a review (docs/decisions/0032). */
export type ReviewEntry = {
  readonly index: number;
  readonly review: string;
  readonly step: 'invitation' | 'received' | 'published' | 'withheld' | 'answered' | 'withdrawn';
  readonly shop: number | null;
  readonly delivery: number | null;
  readonly digest: string | null;
  readonly reason: string | null;
};

/** How a review stands after all that a ledger says of it, in order. */
export type Standing = {
  readonly review: string;
  state: 'invited' | 'waiting' | 'published' | 'withheld' | 'withdrawn';
  isInvited: boolean;
  /** Of the step that made it stand so. */
  index: number;
  reason: string | null;
  /** By digest. */
  readonly received: Map<string, Stars>;
  newest: Stars | null;
  /** Of what is published. */
  digest: string | null;
  answer: string | null;
};

export type Stars = { readonly index: number; readonly shop: number; readonly delivery: number | null };

const steps: readonly ReviewEntry['step'][] = [
  'invitation',
  'received',
  'published',
  'withheld',
  'answered',
  'withdrawn',
];
const mark = '"kind":"review ';

/** Null for an entry about something else; total. */
export function readReviewEntry(bytes: Uint8Array, index: number): ReviewEntry | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  if (!text.includes(mark)) return null;
  const entry = parsed(text);
  if (entry === null) return null;
  const said = textOf(entry['kind'])?.replace(/^review /, '');
  const step = steps.find((one) => one === said);
  const review = textOf(entry['review']);
  if (step === undefined || review === null) return null;
  return {
    index,
    review,
    step,
    digest: textOf(entry['digest']),
    reason: textOf(entry['reason']),
    shop: starsIn(entry['shop']),
    delivery: starsIn(entry['delivery']),
  };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function starsIn(value: unknown): number | null {
  return typeof value === 'string' && /^[1-5]$/.test(value) ? Number(value) : null;
}

/** What all entries make of each review. @param entries in the order of the ledger */
export function standingsOf(entries: readonly ReviewEntry[]): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const entry of entries) {
    const before = standings.get(entry.review) ?? begun(entry);
    standings.set(entry.review, before);
    // What was withdrawn stays so, whatever is said of it afterwards.
    if (before.state !== 'withdrawn') take(before, entry);
  }
  return standings;
}

function begun({ review, index }: ReviewEntry): Standing {
  const nothing = { reason: null, newest: null, digest: null, answer: null } as const;
  return { review, index, state: 'invited', isInvited: false, received: new Map(), ...nothing };
}

function take(to: Standing, entry: ReviewEntry): void {
  switch (entry.step) {
    case 'invitation':
      to.isInvited = true;
      return;
    case 'received':
      receive(to, entry);
      return;
    case 'published':
      stand(to, 'published', entry);
      to.digest = entry.digest;
      return;
    case 'answered':
      to.answer = entry.digest;
      return;
    case 'withheld':
    case 'withdrawn':
      stand(to, entry.step, entry);
  }
}

/** What is published stays so until the new revision is; what was withheld is judged again. */
function receive(to: Standing, entry: ReviewEntry): void {
  const { index, shop, delivery, digest } = entry;
  if (shop !== null && digest !== null) {
    to.newest = { index, shop, delivery };
    to.received.set(digest, to.newest);
  }
  if (to.state !== 'published') stand(to, 'waiting', entry);
}

function stand(to: Standing, state: Standing['state'], { index, reason }: ReviewEntry): void {
  to.state = state;
  to.index = index;
  to.reason = reason;
}

/** The stars that stand for it: of what is published, else of the newest that was received. */
export function starsOf({ state, digest, received, newest }: Standing): Stars | null {
  return state === 'published' ? (received.get(digest ?? '') ?? null) : newest;
}
