import type { ShownProtection } from '#protection';
import { aged, isFresh, momentOf, short, worst, type Check, type Point, type Told } from './point.ts';

/** Hosts are named up to here, the rest is counted. */
const namedMax = 5;

/** Whether somebody besides the shop hears of a visit. What this page itself does is known without measuring it. */
export function othersPoint(told: Told): Point {
  const { say, shown } = told;
  const own: Check = { tone: 'good', text: say('protects.others.own') };
  const alone = { headline: say('protects.others.this'), text: say('protects.others.this.text') };
  // Where no page answered, nothing can be said of what pages do.
  const observatory = shown?.observatory ?? null;
  if (shown === null || observatory === null) {
    return { key: 'others', tone: 'good', ...alone, checks: [own], more: [], details: [] };
  }
  const found = checksOf(told, shown);
  const state = shown.thirdParties.length > 0 ? 'some' : worst(found) === 'good' ? 'none' : 'partly';
  const point: Point = {
    key: 'others',
    tone: worst(found),
    headline: say(state === 'some' ? 'protects.others.some' : 'protects.others.none'),
    text: say(`protects.others.${state}.text`, { host: shown.host }),
    checks: [own, ...found],
    more: [],
    details: detailsOf(told, shown, observatory),
  };
  if (isFresh(shown.measuredAt, told.now)) return point;
  return { ...aged({ ...point, checks: found }, told, alone), tone: 'good', checks: [own] };
}

function checksOf({ say }: Told, { host, thirdParties, cookies, contentPolicy }: ShownProtection): readonly Check[] {
  const named = thirdParties.slice(0, namedMax).map(short).join(', ');
  const left = Math.max(0, thirdParties.length - namedMax);
  return [
    thirdParties.length === 0
      ? { tone: 'good', text: say('protects.others.parties.none', { host }) }
      : { tone: 'warn', text: say('protects.others.parties', { host, named, left }) },
    { tone: cookies === 0 ? 'good' : 'quiet', text: say('protects.others.cookies', { count: cookies }) },
    contentPolicy
      ? { tone: 'good', text: say('protects.others.policy') }
      : { tone: 'warn', text: say('protects.others.policy.no') },
  ];
}

function detailsOf(
  { say, language }: Told,
  { host, thirdParties, cookies, measuredAt }: ShownProtection,
  { grade, score }: NonNullable<ShownProtection['observatory']>,
): Point['details'] {
  return [
    { label: say('protects.address'), text: host },
    { label: say('protects.observatory'), text: `${grade} (${score})` },
    { label: say('protects.parties'), text: `${thirdParties.length}` },
    { label: say('protects.cookies'), text: `${cookies}` },
    { label: say('protects.at'), text: momentOf(language, measuredAt) },
  ];
}
