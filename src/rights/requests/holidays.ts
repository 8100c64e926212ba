/** The same day each year, in all of Germany: New Year, Labour Day, German Unity, both days of Christmas. */
const fixed: ReadonlySet<string> = new Set(['01-01', '05-01', '10-03', '12-25', '12-26']);

/** By the days after Easter Sunday: Good Friday, Easter Monday, Ascension, Whit Monday. */
const byEaster: ReadonlySet<number> = new Set([-2, 1, 39, 50]);

/**
 * Whether a day is a public holiday in every German state. Those of single states (Corpus Christi, Reformation Day …) are
 * left out: a period would end later by them, and whoever counts too short is in time everywhere.
 */
export function isPublicHoliday(day: Temporal.PlainDate): boolean {
  if (fixed.has(day.toString().slice(-5))) return true;
  return byEaster.has(easterOf(day.year).until(day, { largestUnit: 'day' }).days);
}

/** Easter Sunday of the Gregorian calendar (Anonymous algorithm: Meeus, Astronomical Algorithms, chapter 8). */
export function easterOf(year: number): Temporal.PlainDate {
  const [century, ofCentury] = [Math.floor(year / 100), year % 100];
  const golden = year % 19;
  const corrected = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - corrected + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const days = epact + weekday - 7 * late + 114;
  return Temporal.PlainDate.from({ year, month: Math.floor(days / 31), day: (days % 31) + 1 });
}
