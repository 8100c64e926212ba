/** The parts of a format, in the order in which they stand; letters in between stand for themselves. */
export type TimeFormat = 'unix' | { readonly pattern: RegExp; readonly parts: readonly Part[] };

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'half' | 'offset';

const tokens: readonly (readonly [token: string, part: Part, pattern: string])[] = [
  ['yyyy', 'year', String.raw`(\d{4})`],
  ['ZZ', 'offset', String.raw`(Z|[+-]\d\d:?\d\d)`],
  ['yy', 'year', String.raw`(\d\d)`],
  ['MM', 'month', String.raw`(\d\d)`],
  ['dd', 'day', String.raw`(\d\d)`],
  ['HH', 'hour', String.raw`(\d\d)`],
  ['hh', 'hour', String.raw`(\d\d)`],
  ['mm', 'minute', String.raw`(\d\d)`],
  ['ss', 'second', String.raw`(\d\d)(?:[.,]\d{1,9})?`],
  ['M', 'month', String.raw`(\d{1,2})`],
  ['d', 'day', String.raw`(\d{1,2})`],
  ['H', 'hour', String.raw`(\d{1,2})`],
  ['h', 'hour', String.raw`(\d{1,2})`],
  ['a', 'half', String.raw`([AaPp])\.?[Mm]\.?`],
];

const formats = new Map<string, TimeFormat | null>();

/** Null when it names no day, or has letters that mean nothing. `'T'` in quotes is a letter as it stands. */
export function readFormat(text: string): TimeFormat | null {
  const known = formats.get(text);
  if (known !== undefined) return known;
  const read = text === 'unix' ? text : compile(text);
  if (formats.size < 1_000) formats.set(text, read);
  return read;
}

function compile(text: string): TimeFormat | null {
  const parts: Part[] = [];
  let pattern = '';
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const [quoted, inside] = /^'([^']*)'/.exec(rest) ?? [];
    const token = tokens.find(([name]) => rest.startsWith(name));
    if (quoted !== undefined) {
      pattern += RegExp.escape(inside ?? '');
      at += quoted.length;
    } else if (token === undefined) {
      const letter = rest.charAt(0);
      if (/[A-SU-Za-z]/.test(letter)) return null;
      pattern += letter === ' ' ? String.raw`\s+` : RegExp.escape(letter);
      at += 1;
    } else {
      parts.push(token[1]);
      pattern += token[2];
      at += token[0].length;
    }
  }
  const isDay = (['year', 'month', 'day'] as const).every((part) => parts.filter((one) => one === part).length === 1);
  return isDay ? { pattern: new RegExp(`^${pattern}$`), parts } : null;
}

/** What files write when nobody says a format: ISO 8601 in its kinds, and the day first with points. */
const usual = [
  "yyyy-MM-dd'T'HH:mm:ss ZZ",
  "yyyy-MM-dd'T'HH:mm:ssZZ",
  "yyyy-MM-dd'T'HH:mm ZZ",
  "yyyy-MM-dd'T'HH:mmZZ",
  "yyyy-MM-dd'T'HH:mm:ss",
  "yyyy-MM-dd'T'HH:mm",
  'yyyy-MM-dd HH:mm:ss ZZ',
  'yyyy-MM-dd HH:mm:ssZZ',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'd.M.yyyy H:mm:ss',
  'd.M.yyyy H:mm',
  'd.M.yyyy, H:mm:ss',
  'd.M.yyyy, H:mm',
  'd.M.yyyy',
  'd.M.yy H:mm',
  'd.M.yy',
].flatMap((text) => readFormat(text) ?? []);

export type NoTime = 'no_time' | 'no_zone';

/** The moment that a cell means, or why that cannot be known. A day without a time is its beginning. */
export function readMoment(cell: string, format: string | null, zone: string | null): Temporal.Instant | NoTime {
  const text = cell.trim();
  for (const one of format === null ? usual : [readFormat(format) ?? 'unix']) {
    const read = one === 'unix' ? unixOf(text) : read1(text, one, zone);
    if (read !== 'no_time') return read;
  }
  return 'no_time';
}

function unixOf(text: string): Temporal.Instant | 'no_time' {
  if (!/^\d{9,13}$/.test(text)) return 'no_time';
  const number = Number(text);
  return Temporal.Instant.fromEpochMilliseconds(text.length > 11 ? number : number * 1_000);
}

function read1(
  text: string,
  { pattern, parts }: Exclude<TimeFormat, 'unix'>,
  zone: string | null,
): Temporal.Instant | NoTime {
  const found = pattern.exec(text);
  if (found === null) return 'no_time';
  const said = new Map(parts.map((part, place) => [part, found[place + 1] ?? '']));
  const local = localOf(said);
  if (local === null) return 'no_time';
  const offset = said.get('offset');
  if (offset === undefined && zone === null) return 'no_zone';
  try {
    return offset === undefined
      ? local.toZonedDateTime(zone ?? 'UTC').toInstant()
      : Temporal.Instant.from(`${local.toString({ smallestUnit: 'second' })}${offset}`);
  } catch {
    return 'no_time';
  }
}

function localOf(said: ReadonlyMap<Part, string>): Temporal.PlainDateTime | null {
  const number = (part: Part): number => Number(said.get(part) ?? '0');
  const year = said.get('year')?.length === 2 ? 2000 + number('year') : number('year');
  const half = said.get('half')?.toLowerCase();
  const hour = half === undefined ? number('hour') : (number('hour') % 12) + (half === 'p' ? 12 : 0);
  try {
    return Temporal.PlainDateTime.from(
      { year, month: number('month'), day: number('day'), hour, minute: number('minute'), second: number('second') },
      { overflow: 'reject' },
    );
  } catch {
    return null;
  }
}
