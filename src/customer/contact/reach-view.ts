import { mailUrl, phoneUrl } from '#kit/html';
import { formatDay, formatTime } from '#kit/words';
import { sayWait, type AnswerTime, type Opened } from '#service';
import type { Say } from '../words.ts';
import type { ContactTold } from './contact-view.ts';

export type Tile = {
  readonly drawing: 'phone' | 'form' | 'mail' | 'call';
  readonly label: string;
  readonly text: string;
  readonly url: string;
};

/** Whether somebody is there, the ways to reach them, and how long that takes. */
export type ReachView = {
  readonly tone: 'good' | 'quiet';
  readonly drawing: 'clock' | 'talk';
  readonly headline: string;
  readonly text: string;
  readonly tiles: readonly Tile[];
  readonly notes: readonly string[];
};

export function reachView(told: ContactTold, say: Say): ReachView {
  const { contact, language } = told;
  return {
    ...headOf(told, say),
    tiles: tilesOf(told, say),
    notes: [
      contact.hoursText,
      answerOf(contact.answerTime, language, say),
      languagesOf(contact.languages, language, say),
    ].filter((note) => note !== null),
  };
}

type Head = Pick<ReachView, 'tone' | 'drawing' | 'headline' | 'text'>;

function headOf(told: ContactTold, say: Say): Head {
  const state = stateOf(told, told.contact.openNow(told.now), say);
  const shop = told.shop.name;
  if (state === null) {
    return { tone: 'quiet', drawing: 'talk', headline: say('contact.ways', { shop }), text: say('contact.ways.text') };
  }
  const { isOpen, headline } = state;
  const later = isOpen ? '' : ` ${say('contact.closed.write')}`;
  return { tone: isOpen ? 'good' : 'quiet', drawing: 'clock', headline, text: `${state.text}${later}` };
}

function tilesOf(told: ContactTold, say: Say): readonly Tile[] {
  const { writeUrl, orderUrl, call } = told;
  const { phone, email } = told.contact;
  const copy = say(orderUrl === null ? 'contact.form.text' : 'contact.form.order');
  const ways = [
    { drawing: 'phone', label: say('contact.phone'), text: phone ?? '', url: phoneUrl(phone) },
    { drawing: 'call', label: say('contact.call'), text: nextCall(told, say), url: call?.url ?? null },
    { drawing: 'form', label: say('contact.form'), text: copy, url: writeUrl },
    { drawing: 'mail', label: say('contact.email'), text: email ?? '', url: mailUrl(email) },
  ] as const;
  return ways.filter((way): way is (typeof ways)[number] & Tile => way.url !== null);
}

/** The next time in which somebody can be called. */
function nextCall({ call, language, now }: ContactTold, say: Say): string {
  if (call === null) return '';
  const { zone, next } = call;
  const [start, end] = [next.startsAt.toZonedDateTimeISO(zone), next.endsAt.toZonedDateTimeISO(zone)];
  const date = start.toPlainDate();
  const isToday = date.equals(now.toZonedDateTimeISO(zone).toPlainDate());
  return say(isToday ? 'contact.call.today' : 'contact.call.day', {
    day: formatDay(language, date, { weekday: true }),
    from: formatTime(language, start.toPlainTime()),
    until: formatTime(language, end.toPlainTime()),
  });
}

type State = { readonly isOpen: boolean; readonly headline: string; readonly text: string };

function stateOf({ contact, language, now }: ContactTold, opened: Opened | null, say: Say): State | null {
  const { hours } = contact;
  if (hours === null || opened === null) return null;
  const today = now.toZonedDateTimeISO(hours.zone).toPlainDate();
  if (opened.open)
    return { isOpen: true, headline: say('contact.open'), text: untilText(opened.until, { today, language, say }) };
  return { isOpen: false, headline: say('contact.closed'), text: againText(opened.opensAt, { today, language, say }) };
}

type Spoken = { readonly today: Temporal.PlainDate; readonly language: string; readonly say: Say };

function untilText(until: Temporal.ZonedDateTime | null, { today, language, say }: Spoken): string {
  if (until === null) return say('contact.open.always');
  const time = formatTime(language, until.toPlainTime());
  const date = until.toPlainDate();
  // Midnight is the end of today, not the beginning of tomorrow.
  if (date.equals(today)) return say('contact.open.until', { time });
  if (date.equals(today.add({ days: 1 })) && until.hour === 0 && until.minute === 0) {
    return say('contact.open.until', { time: '24:00' });
  }
  return say('contact.open.until.day', { day: formatDay(language, date, { weekday: true }), time });
}

function againText(opensAt: Temporal.ZonedDateTime | null, { today, language, say }: Spoken): string {
  if (opensAt === null) return say('contact.closed.unknown');
  const time = formatTime(language, opensAt.toPlainTime());
  const date = opensAt.toPlainDate();
  if (date.equals(today)) return say('contact.closed.today', { time });
  if (date.equals(today.add({ days: 1 }))) return say('contact.closed.tomorrow', { time });
  return say('contact.closed.day', { day: formatDay(language, date, { weekday: true }), time });
}

function answerOf(time: AnswerTime | null, language: string, say: Say): string {
  if (time === null) return say('contact.answer.few');
  const { medianMinutes, p90Minutes, answered: count, days } = time;
  const [median, p90] = [sayWait(language, medianMinutes), sayWait(language, p90Minutes)];
  return say('contact.answer', { median, p90, count, days });
}

function languagesOf(codes: readonly string[], language: string, say: Say): string | null {
  if (codes.length === 0) return null;
  const names = new Intl.DisplayNames([language, 'en'], { type: 'language' });
  const list = new Intl.ListFormat(language === 'en' ? 'en-GB' : [language, 'en-GB'], { type: 'conjunction' });
  return say('contact.languages', { languages: list.format(codes.map((code) => names.of(code) ?? code)) });
}
