const nodesMax = 20_000;
const depthMax = 12;
const jsonLdBytesMax = 256 * 1024;

/** Undefined for what is no JSON. */
export function readJson(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return read;
  } catch {
    return undefined;
  }
}

/** RFC 6901; undefined where nothing stands. Only own properties are followed. */
export function atPointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Object.entries(found).find(([name]) => name === key)?.[1];
  }
  return found;
}

/** The first object of this type in JSON-LD (schema.org), however deep it lies. */
export function findTyped(texts: readonly string[], type: string): unknown {
  let left = nodesMax;
  const look = (value: unknown, depth: number): unknown => {
    left -= 1;
    if (left < 0 || depth > depthMax || typeof value !== 'object' || value === null) return undefined;
    if (isOfType(value, type)) return value;
    for (const inner of Object.values(value)) {
      const found = look(inner, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  for (const text of texts) {
    const found = text.length > jsonLdBytesMax ? undefined : look(readJson(text.trim()), 0);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isOfType(value: object, wanted: string): boolean {
  const type: unknown = '@type' in value ? value['@type'] : null;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.some(
    (one) => one === wanted || one === `https://schema.org/${wanted}` || one === `http://schema.org/${wanted}`,
  );
}
