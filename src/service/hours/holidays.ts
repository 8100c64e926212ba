/** Whose public holidays count: a German state, what all of them share (`DE`), or a country's. ISO 3166-2 where there is a code. */
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
  'BE',
  'CH',
  'DK',
  'ES',
  'FR',
  'IT',
  'LU',
  'NL',
  'PL',
] as const;

export type HolidayRegion = (typeof holidayRegions)[number];

/**
 * Of a year: a month and a day, days from Easter Sunday, the Wednesday before 23 November (Buß- und Bettag), or 27 April,
 * which is a day earlier where that is a Sunday (Koningsdag).
 */
type Rule =
  | { readonly day: `${number}-${number}` }
  | { readonly easter: number }
  | { readonly repentance: true }
  | { readonly king: true };
type Row = readonly [rule: Rule, regions: readonly HolidayRegion[]];

const germany = holidayRegions.filter((region) => region.startsWith('DE'));
const both: readonly HolidayRegion[] = [...germany, 'AT'];

/**
 * The states' laws on Sundays and public holidays, Austria's Feiertagsruhegesetz 1957, and what is a holiday in all of each
 * other country; what only a part of it keeps is left to the shop. In Bavaria 15 August is one in Catholic communes only, in
 * Saxony and Thuringia Corpus Christi in some.
 */
const rows: readonly Row[] = [
  [{ day: '01-01' }, holidayRegions],
  [{ day: '01-06' }, ['DE-BW', 'DE-BY', 'DE-ST', 'AT', 'ES', 'IT', 'PL']],
  [{ day: '03-08' }, ['DE-BE', 'DE-MV']],
  [{ easter: -3 }, ['DK']],
  [{ easter: -2 }, [...germany, 'DK', 'ES']],
  [{ easter: 0 }, ['DE-BB', 'DK', 'IT', 'NL', 'PL']],
  [{ easter: 1 }, [...both, 'BE', 'DK', 'FR', 'IT', 'LU', 'NL', 'PL']],
  [{ day: '04-25' }, ['IT']],
  [{ king: true }, ['NL']],
  [{ day: '05-01' }, [...both, 'BE', 'ES', 'FR', 'IT', 'LU', 'PL']],
  [{ day: '05-03' }, ['PL']],
  [{ day: '05-08' }, ['FR']],
  [{ day: '05-09' }, ['LU']],
  [{ easter: 39 }, [...both, 'BE', 'CH', 'DK', 'FR', 'LU', 'NL']],
  [{ easter: 49 }, ['DE-BB', 'DK', 'NL', 'PL']],
  [{ easter: 50 }, [...both, 'BE', 'DK', 'FR', 'LU', 'NL']],
  [{ day: '06-02' }, ['IT']],
  [{ easter: 60 }, ['DE-BW', 'DE-BY', 'DE-HE', 'DE-NW', 'DE-RP', 'DE-SL', 'AT', 'PL']],
  [{ day: '06-23' }, ['LU']],
  [{ day: '07-14' }, ['FR']],
  [{ day: '07-21' }, ['BE']],
  [{ day: '08-01' }, ['CH']],
  [{ day: '08-15' }, ['DE-SL', 'AT', 'BE', 'ES', 'FR', 'IT', 'LU', 'PL']],
  [{ day: '09-20' }, ['DE-TH']],
  [{ day: '10-03' }, germany],
  [{ day: '10-04' }, ['IT']],
  [{ day: '10-12' }, ['ES']],
  [{ day: '10-26' }, ['AT']],
  [{ day: '10-31' }, ['DE-BB', 'DE-HB', 'DE-HH', 'DE-MV', 'DE-NI', 'DE-SH', 'DE-SN', 'DE-ST', 'DE-TH']],
  [{ day: '11-01' }, ['DE-BW', 'DE-BY', 'DE-NW', 'DE-RP', 'DE-SL', 'AT', 'BE', 'ES', 'FR', 'IT', 'LU', 'PL']],
  [{ day: '11-11' }, ['BE', 'FR', 'PL']],
  [{ repentance: true }, ['DE-SN']],
  [{ day: '12-06' }, ['ES']],
  [{ day: '12-08' }, ['AT', 'ES', 'IT']],
  [{ day: '12-24' }, ['PL']],
  [{ day: '12-25' }, holidayRegions],
  [{ day: '12-26' }, [...both, 'DK', 'IT', 'LU', 'NL', 'PL']],
];

export function isHoliday(region: HolidayRegion, date: Temporal.PlainDate): boolean {
  return rows.some(([rule, regions]) => regions.includes(region) && falls(rule, date));
}

function falls(rule: Rule, date: Temporal.PlainDate): boolean {
  if ('day' in rule) return date.toString().endsWith(`-${rule.day}`);
  if ('easter' in rule) return easterOf(date.year).add({ days: rule.easter }).equals(date);
  if ('king' in rule) return date.month === 4 && date.day === (isSunday(date.with({ day: 27 })) ? 26 : 27);
  return date.month === 11 && date.dayOfWeek === 3 && date.day >= 16 && date.day <= 22;
}

function isSunday(date: Temporal.PlainDate): boolean {
  return date.dayOfWeek === 7;
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
