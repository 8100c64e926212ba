/** Whose public holidays count: a German state, what all of them share (`DE`), or Austria. ISO 3166-2 where there is a code. */
export const holidayRegions = [
  'DE',
  'DE-BB',
  'DE-BE',
  'DE-BW',
  'DE-BY',
  'DE-HB',
  'DE-HE',
  'DE-HH',
  'DE-MV',
  'DE-NI',
  'DE-NW',
  'DE-RP',
  'DE-SH',
  'DE-SL',
  'DE-SN',
  'DE-ST',
  'DE-TH',
  'AT',
] as const;

export type HolidayRegion = (typeof holidayRegions)[number];

/** Of a year: a month and a day, days from Easter Sunday, or the Wednesday before 23 November (Buß- und Bettag). */
type Rule = { readonly day: `${number}-${number}` } | { readonly easter: number } | { readonly repentance: true };
type Row = readonly [rule: Rule, regions: readonly HolidayRegion[]];

const germany = holidayRegions.filter((region) => region !== 'AT');
const everywhere = holidayRegions;

/**
 * The states' laws on Sundays and public holidays, Austria's Feiertagsruhegesetz 1957. In Bavaria 15 August is one in
 * Catholic communes only, in Saxony and Thuringia Corpus Christi in some: such days are left to the shop.
 */
const rows: readonly Row[] = [
  [{ day: '01-01' }, everywhere],
  [{ day: '01-06' }, ['DE-BW', 'DE-BY', 'DE-ST', 'AT']],
  [{ day: '03-08' }, ['DE-BE', 'DE-MV']],
  [{ easter: -2 }, germany],
  [{ easter: 0 }, ['DE-BB']],
  [{ easter: 1 }, everywhere],
  [{ day: '05-01' }, everywhere],
  [{ easter: 39 }, everywhere],
  [{ easter: 49 }, ['DE-BB']],
  [{ easter: 50 }, everywhere],
  [{ easter: 60 }, ['DE-BW', 'DE-BY', 'DE-HE', 'DE-NW', 'DE-RP', 'DE-SL', 'AT']],
  [{ day: '08-15' }, ['DE-SL', 'AT']],
  [{ day: '09-20' }, ['DE-TH']],
  [{ day: '10-03' }, germany],
  [{ day: '10-26' }, ['AT']],
  [{ day: '10-31' }, ['DE-BB', 'DE-HB', 'DE-HH', 'DE-MV', 'DE-NI', 'DE-SH', 'DE-SN', 'DE-ST', 'DE-TH']],
  [{ day: '11-01' }, ['DE-BW', 'DE-BY', 'DE-NW', 'DE-RP', 'DE-SL', 'AT']],
  [{ repentance: true }, ['DE-SN']],
  [{ day: '12-08' }, ['AT']],
  [{ day: '12-25' }, everywhere],
  [{ day: '12-26' }, everywhere],
];

export function isHoliday(region: HolidayRegion, date: Temporal.PlainDate): boolean {
  return rows.some(([rule, regions]) => regions.includes(region) && falls(rule, date));
}

function falls(rule: Rule, date: Temporal.PlainDate): boolean {
  if ('day' in rule) return date.toString().endsWith(`-${rule.day}`);
  if ('easter' in rule) return easterOf(date.year).add({ days: rule.easter }).equals(date);
  return date.month === 11 && date.dayOfWeek === 3 && date.day >= 16 && date.day <= 22;
}

/** Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876, as Meeus gives it). */
export function easterOf(year: number): Temporal.PlainDate {
  const a = year % 19;
  const century = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((century + 8) / 25);
  const g = Math.floor((century - f + 1) / 3);
  const h = (19 * a + century - Math.floor(century / 4) - g + 15) % 30;
  const l = (32 + 2 * (century % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const days = h + l - 7 * m + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(days / 31), day: (days % 31) + 1 });
}
