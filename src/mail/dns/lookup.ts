import { Resolver } from 'node:dns/promises';

/** What DNS says of a name; null when nobody answered. */
export type Lookup = {
  /** Each record as one text, however many strings it came in. */
  readonly texts: (name: string) => Promise<readonly string[] | null>;
  readonly exchanges: (name: string) => Promise<readonly string[] | null>;
};

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
  };
}

async function answered(ask: () => Promise<readonly string[]>): Promise<readonly string[] | null> {
  try {
    return (await ask()).slice(0, recordsMax);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    // There is no such name, or nothing of this type under it.
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : null;
  }
}
