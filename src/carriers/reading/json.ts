/** More than any tracking answer; what is longer is not read at all. */
const bytesMax = 4 * 1024 * 1024;

const decoder = new TextDecoder();

/** A field with a whole number too long for a double, such as a 20-digit parcel number that was sent without quotes. */
const longNumber = /("\w+"\s*:\s*)(\d{16,})(?=\s*[,}])/g;

/**
 * The value in the bytes, or undefined when they are not JSON. Long whole numbers come out as text, because a double would
 * silently change the last digits of a parcel number.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength > bytesMax) return undefined;
  const text = decoder.decode(bytes);
  return parsed(text.replaceAll(longNumber, '$1"$2"')) ?? parsed(text);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own field of a record, or undefined when there is no such record or field. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The field at the end of a path through records. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = field(found, name);
  return found;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text or a number as trimmed text; null for everything else, so that `{}`, `null` and `""` all mean "not sent". */
export function textOf(value: unknown, lengthMax: number): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return null;
  const text = value.slice(0, lengthMax).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? null : text;
}
