import type { ParcelState, ReadArrival } from '#carriers';
import { formatDay, formatTime } from '#kit/words';
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** A text about a parcel: its milestones, its stages, and what each sub-status means to its customer. */
export type ParcelWord = keyof typeof en;

/** For `createWords` of `#kit/words`; folders above put their own texts beside them. */
export const parcelTexts: {
  readonly en: Readonly<Record<ParcelWord, string>>;
  readonly de: Readonly<Record<ParcelWord, string>>;
} = { en, de };

/** Says a text in the language of whoever is told. */
export type SayParcel = (key: ParcelWord, values?: Readonly<Record<string, string | number>>) => string;

/** One stage of the bar that shows how far a parcel is. */
export type Stage = {
  readonly key: 'announced' | 'in_transit' | 'out_for_delivery' | 'delivered';
  readonly state: 'done' | 'current' | 'todo' | 'problem';
  readonly label: string;
};

/** What a customer is told about a parcel. */
export type Telling = {
  readonly headline: string;
  readonly explanation: string | null;
  /** What the customer can do. */
  readonly nextStep: string | null;
};

/** Whether there is a text of this name: sub-statuses have one only where they say more than their milestone. */
function isParcelWord(key: string): key is ParcelWord {
  return Object.hasOwn(en, key);
}

/** What is known about a parcel, as far as words depend on it. */
export type ParcelTold = {
  readonly milestone: ParcelState;
  /** Such as `delivered.neighbour`; null when the newest code is one that no table knows. */
  readonly subStatus: string | null;
  readonly carrierName: string;
  readonly hasNumber: boolean;
  readonly hasScans: boolean;
};

/** Headline, explanation and what to do, in the customer's words: of the sub-status where it has some, else of the milestone. */
export function tellParcel(say: SayParcel, facts: ParcelTold): Telling {
  const tell = (part: 'headline' | 'explanation' | 'next'): string | null => {
    for (const name of namesOf(facts)) {
      const key = `tell.${name}.${part}`;
      if (isParcelWord(key)) return say(key, { carrier: facts.carrierName });
    }
    return null;
  };
  return {
    headline: tell('headline') ?? say(`milestone.${facts.milestone}`),
    explanation: tell('explanation'),
    nextStep: tell('next'),
  };
}

/** The finest name first. Where nothing is known, it matters why: no number yet, nothing reported yet, not understood. */
function namesOf(facts: ParcelTold): readonly string[] {
  if (facts.milestone === 'unknown' && !facts.hasNumber) return ['unknown.no_number'];
  if (facts.milestone === 'unknown' && !facts.hasScans) return ['unknown.no_scan'];
  return facts.subStatus === null ? [facts.milestone] : [facts.subStatus, facts.milestone];
}

/** One scan in the customer's words; a sub-status without words of its own is said by its milestone. */
export function tellScan(say: SayParcel, subStatus: string | null): string {
  if (subStatus === null) return say('scan.unknown');
  const key = `scan.${subStatus}`;
  if (isParcelWord(key)) return say(key);
  const milestone = `milestone.${subStatus.slice(0, subStatus.indexOf('.'))}`;
  return isParcelWord(milestone) ? say(milestone) : say('scan.unknown');
}

type Reached = { readonly stage: 0 | 1 | 2 | 3; readonly state: 'current' | 'problem' | 'done' };

/** How far each milestone is; null where nobody knows: then no stage is shown as reached. */
const reached: Readonly<Record<ParcelState, Reached | null>> = {
  unknown: null,
  announced: { stage: 0, state: 'current' },
  accepted: { stage: 1, state: 'current' },
  in_transit: { stage: 1, state: 'current' },
  out_for_delivery: { stage: 2, state: 'current' },
  ready_for_pickup: { stage: 2, state: 'current' },
  delivery_failed: { stage: 2, state: 'problem' },
  exception: { stage: 1, state: 'problem' },
  delivered: { stage: 3, state: 'done' },
  returning: { stage: 1, state: 'current' },
  returned: { stage: 3, state: 'done' },
  cancelled: null,
};

/** The four stages of the bar. A parcel that waits for collection or goes back has other words for its stages. */
export function stagesOf(say: SayParcel, milestone: ParcelState): readonly Stage[] {
  const back = milestone === 'returning' || milestone === 'returned';
  const pickup = milestone === 'ready_for_pickup';
  const labels: readonly (readonly [Stage['key'], string])[] = [
    ['announced', say('stage.announced')],
    ['in_transit', back ? say('milestone.returning') : say('stage.in_transit')],
    ['out_for_delivery', pickup ? say('stage.ready_for_pickup') : say('stage.out_for_delivery')],
    ['delivered', back ? say('stage.returned') : say(pickup ? 'stage.collected' : 'stage.delivered')],
  ];
  const now = reached[milestone];
  return labels
    .map(([key, label], index): Stage => ({ key, label, state: stateAt(index, now) }))
    .filter(({ key }) => !(back && key === 'out_for_delivery'));
}

function stateAt(index: number, now: Reached | null): Stage['state'] {
  if (now === null || index > now.stage) return 'todo';
  return index === now.stage ? now.state : 'done';
}

/** When it will arrive, in words: a day stays a day, a window keeps both of its ends. Null when the carrier's time cannot be read. */
export function arrivalText(language: string, { from, until }: ReadArrival): string | null {
  try {
    const [start, end] = [from, until].map((time) => sayTime(language, time));
    if (start === undefined || end === undefined) return null;
    if (start.day !== end.day) return `${start.whole} – ${end.whole}`;
    return start.clock === null || end.clock === null || from === until ? end.whole : `${start.whole}–${end.clock}`;
  } catch {
    return null;
  }
}

/** A carrier's local time, or its day; the offset behind it changes nothing about what the clock at the door says. */
function sayTime(language: string, time: string): { day: string; clock: string | null; whole: string } {
  const day = formatDay(language, Temporal.PlainDate.from(time.slice(0, 10)), { weekday: true });
  const clock = time.includes('T') ? formatTime(language, Temporal.PlainTime.from(time.slice(11, 16))) : null;
  return { day, clock, whole: clock === null ? day : `${day}, ${clock}` };
}
