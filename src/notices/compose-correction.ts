import assert from 'node:assert/strict';
import type { Mail } from '#kit/mail';
import { formatDayTime } from '#kit/words';
import {
  attention,
  buttonOf,
  composeNotice,
  factsOf,
  paragraph,
  type Body,
  type NoticeParts,
  type Said,
} from './compose.ts';
import { homeZone, kindOf, type FactKind } from './decide.ts';
import type { DueFact } from './deciding/keep-true.ts';
import { progressOf } from './progress.ts';
import { spokenLanguage } from './words.ts';

/** The fact that was told and is not so, and when the customer was told. */
type Corrected = Pick<DueFact, 'ofKind' | 'ofSentAt'>;

/** What we told, that it was not so, what is true now and what to do. About one parcel. */
export function composeCorrection(
  parts: Omit<NoticeParts, 'kind'>,
  corrected: Corrected | undefined,
): Omit<Mail, 'messageId' | 'references' | 'sentAt'> {
  const [parcel] = parts.parcels;
  assert(parcel !== undefined);
  const now = kindOf(parcel);
  const language = spokenLanguage(parts.order.language);
  return composeNotice({ ...parts, kind: now ?? 'shipped' }, (said) => bodyOf(said, now, corrected, language));
}

function bodyOf(said: Said, now: FactKind | null, corrected: Corrected | undefined, language: string): Body {
  const { say } = said;
  const [parcel] = said.parcels;
  assert(parcel !== undefined && corrected?.ofKind !== undefined && corrected.ofKind !== null);
  const { ofKind: kind, ofSentAt } = corrected;
  assert(ofSentAt !== null, 'only what was told is corrected');
  const when = formatDayTime(language, ofSentAt.toZonedDateTimeISO(homeZone).toPlainDateTime());
  const told = say('correction.told', { when, kind, carrier: parcel.carrierName });
  const standing = [say('correction.now', { headline: parcel.headline }), parcel.explanation];
  return {
    heading: say('correction.heading', { kind }),
    preheader: told,
    blocks: [
      paragraph(said.greeting),
      paragraph(told),
      paragraph(...standing.filter((line) => line !== null)),
      attention(parcel.nextStep ?? say('correction.do', { kind })),
      ...(now === null ? [] : [progressOf(say, now, [parcel.subStatus])]),
      buttonOf(said),
      // The last report may be the one that was taken back.
      { kind: 'facts', rows: factsOf(said, { ...parcel, report: null }) },
    ],
  };
}
