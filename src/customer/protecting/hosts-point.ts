import type { ShownProtection } from '#protection';
import { isFresh, momentOf, standings, tones, worst, type Check, type Point, type Told } from './point.ts';

type Host = ShownProtection['hosts'][number];

/** So many stand open; the rest is one click away. */
const openMax = 6;

const headlines = {
  good: 'protects.hosts.good',
  quiet: 'protects.hosts',
  warn: 'protects.hosts.some',
  bad: 'protects.hosts.some',
} as const;

/** The shop's other addresses; null when there are none. */
export function hostsPoint(told: Told): Point | null {
  const { say, shown } = told;
  const hosts = shown?.hosts.filter(({ host }) => host !== shown.host) ?? [];
  if (hosts.length === 0) return null;
  const checks = hosts.map((host) => checkOf(told, host));
  const tone = worst(checks);
  return {
    key: 'hosts',
    tone,
    headline: say(headlines[tone]),
    text: say('protects.hosts.text'),
    checks: checks.slice(0, openMax),
    more: checks.slice(openMax),
    details: [],
  };
}

function checkOf({ say, language, now }: Told, { host, grade, at }: Host): Check {
  const time = momentOf(language, at);
  const standing = grade === null ? 'ungraded' : standings[grade];
  const text = say(`protects.host.${standing}`, { host, grade: grade ?? '' });
  if (!isFresh(at, now)) return { tone: 'quiet', text, note: say('protects.host.old', { time }) };
  return { tone: standing === 'ungraded' ? 'quiet' : tones[standing], text, note: say('protects.host.at', { time }) };
}
