import type { ShownProtection } from '#protection';
import { aged, momentOf, short, standings, tones, type Check, type Point, type Standing, type Told } from './point.ts';
import { dayOf } from '../parts/home-day.ts';

/** As `Standing`, and where nothing answered encrypted. */
type Lock = Standing | 'absent';

const lockWords = { best: 'good', well: 'good', weak: 'weak', untrusted: 'untrusted', absent: 'absent' } as const;

/** Whether what is sent on the way to these pages can be read by others. */
export function wayPoint(told: Told): Point {
  const { shown, visit } = told;
  const point = shown === null ? unmeasured(told) : measured(told, shown);
  // A lock that was measured elsewhere is none for somebody who came without it.
  return visit === 'https' ? point : { ...point, ...unlocked(told, visit) };
}

function unlocked({ say }: Told, visit: 'http' | 'trial'): Pick<Point, 'tone' | 'headline' | 'text'> {
  const tone = visit === 'trial' ? 'quiet' : 'bad';
  return { tone, headline: say(`protects.way.${visit}`), text: say(`protects.way.${visit}.text`) };
}

function unmeasured({ say }: Told): Point {
  const words = { headline: say('protects.way.unmeasured'), text: say('protects.way.unmeasured.text') };
  return { key: 'way', tone: 'quiet', ...words, checks: [], more: [], details: [] };
}

function measured(told: Told, shown: ShownProtection): Point {
  const { say } = told;
  const { host } = shown;
  const lock = lockOf(told, shown);
  const point: Point = {
    key: 'way',
    tone: lock === 'absent' ? 'bad' : tones[lock],
    headline: say(`protects.way.${lockWords[lock]}`),
    text: say(`protects.way.${lockWords[lock]}.text`, { host }),
    checks: checksOf(told, shown),
    more: [],
    details: detailsOf(told, shown),
  };
  return aged(point, told, { headline: say('protects.way.old'), text: say('protects.way.old.text', { host }) });
}

function lockOf({ now }: Told, { grade, certificate }: ShownProtection): Lock {
  if (grade === null || certificate === null) return 'absent';
  return isValid(certificate, now) ? standings[grade] : 'untrusted';
}

type Certificate = NonNullable<ShownProtection['certificate']>;

function isValid({ from, until }: Certificate, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(from, now) <= 0 && Temporal.Instant.compare(now, until) < 0;
}

function checksOf(told: Told, shown: ShownProtection): readonly Check[] {
  const { say } = told;
  const { certificate, protocol, postQuantum, hstsSeconds } = shown;
  if (shown.grade === null) return [];
  return [
    ...(certificate === null ? [] : [certificateCheck(told, shown, certificate)]),
    ...(protocol === null ? [] : [protocolCheck(told, protocol)]),
    postQuantum
      ? { tone: 'good', text: say('protects.way.quantum') }
      : { tone: 'quiet', text: say('protects.way.quantum.no') },
    hstsCheck(told, hstsSeconds),
  ];
}

function certificateCheck(told: Told, { host, grade }: ShownProtection, certificate: Certificate): Check {
  const { say, language, now } = told;
  const { from, until } = certificate;
  if (Temporal.Instant.compare(until, now) <= 0) {
    return { tone: 'bad', text: say('protects.way.certificate.over', { day: dayOf(language, until) }) };
  }
  if (Temporal.Instant.compare(from, now) > 0) {
    return { tone: 'bad', text: say('protects.way.certificate.early', { day: dayOf(language, from) }) };
  }
  if (grade === 'T' || grade === 'M') return { tone: 'bad', text: say(`protects.way.certificate.${grade}`, { host }) };
  const issuer = certificate.issuer === null ? say('protects.way.authority') : short(certificate.issuer);
  return { tone: 'good', text: say('protects.way.certificate', { issuer, host, day: dayOf(language, until) }) };
}

function protocolCheck({ say }: Told, protocol: string): Check {
  if (protocol.endsWith('1.3')) return { tone: 'good', text: say('protects.way.newest', { protocol }) };
  if (protocol.endsWith('1.2')) return { tone: 'quiet', text: say('protects.way.older', { protocol }) };
  return { tone: 'bad', text: say('protects.way.outdated', { protocol: short(protocol) }) };
}

const daySeconds = 86_400;
const yearDays = 365;
/** What SSL Labs asks of its best grade. */
const longDaysMin = 180;

function hstsCheck({ say }: Told, seconds: number | null): Check {
  if (seconds === null || seconds === 0) return { tone: 'warn', text: say('protects.way.remember.no') };
  const days = Math.floor(seconds / daySeconds);
  const years = Math.floor(days / yearDays);
  const text = years > 0 ? say('protects.way.remember.years', { years }) : say('protects.way.remember', { days });
  return { tone: days >= longDaysMin ? 'good' : 'quiet', text };
}

function detailsOf({ say, language }: Told, shown: ShownProtection): Point['details'] {
  const { certificate } = shown;
  const issuer = certificate?.issuer ?? null;
  const lines: readonly (readonly [Parameters<typeof say>[0], string | null])[] = [
    ['protects.address', shown.host],
    ['protects.grade', shown.grade],
    ['protects.issuer', issuer === null ? null : short(issuer)],
    [
      'protects.valid',
      certificate && `${momentOf(language, certificate.from)} – ${momentOf(language, certificate.until)}`,
    ],
    ['protects.protocol', shown.protocol],
    ['protects.quantum', say(shown.postQuantum ? 'protects.yes' : 'protects.no')],
    ['protects.hsts', `${shown.hstsSeconds ?? 0} s`],
    ['protects.at', momentOf(language, shown.measuredAt)],
  ];
  return lines.flatMap(([key, text]) => (text === null ? [] : [{ label: say(key), text }]));
}
