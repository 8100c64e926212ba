import { Resolver } from 'node:dns/promises';

/** What DNS says of a name; null when nobody answered. */
export type Lookup = {
  /** Each record as one text, however many strings it came in. */
  readonly texts: (name: string) => Promise<readonly string[] | null>;
  readonly exchanges: (name: string) => Promise<readonly string[] | null>;
  readonly addresses: (name: string, family: 4 | 6) => Promise<readonly string[] | null>;
  /** CAA records of exactly this name (RFC 8659); nobody climbs here. */
  readonly authorities: (name: string) => Promise<readonly Caa[] | null>;
};

/** `tag` as it came: `issue`, `issuewild`, `iodef`, or one that nobody knows. */
export type Caa = { readonly critical: boolean; readonly tag: string; readonly value: string };

const timeoutMs = 3_000;
const tries = 2;
const recordsMax = 50;

/** Asks these servers (`192.0.2.53`, `[2001:db8::53]:5353`), or this machine's when none is named. */
export function createLookup(servers: readonly string[]): Lookup {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    texts: (name) => answered(async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    exchanges: (name) => answered(async () => (await resolver.resolveMx(name)).map(({ exchange }) => exchange)),
    addresses: (name, family) =>
      answered(async () => await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name))),
    authorities: (name) => answered(async () => (await resolver.resolveCaa(name)).flatMap(readCaa)),
  };
}

/** The resolver names the property by its tag: `{ critical: 0, issue: 'ca.example' }`. */
function readCaa({ critical, ...properties }: object & { readonly critical: number }): readonly Caa[] {
  return Object.entries(properties).flatMap(([tag, value]) =>
    typeof value === 'string' && tag !== 'type' ? [{ critical: critical !== 0, tag, value }] : [],
  );
}

async function answered<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[] | null> {
  try {
    return (await ask()).slice(0, recordsMax);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // There is no such name, or nothing of this type under it.
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : null;
  }
}
