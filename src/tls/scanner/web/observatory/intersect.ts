type Source = { readonly source: string; readonly index: number; keep: boolean };

const { compare } = new Intl.Collator('en');

/**
 * The sources that are left of several policies, by the Observatory's own way of joining them, faults included, so that
 * its scores come out. Null when an address in one of them cannot be read.
 */
export function intersect(
  policies: readonly ReadonlyMap<string, readonly string[]>[],
): ReadonlyMap<string, Set<string>> | null {
  const joined = new Map<string, Source[]>();
  for (const [index, policy] of policies.entries()) {
    for (const [directive, values] of policy) {
      const own = valuesOf(directive, values).map((source): Source => ({ source, index, keep: index === 0 }));
      const all = (index === 0 ? own : [...(joined.get(directive) ?? []), ...own]).toSorted((a, b) =>
        compare(a.source, b.source),
      );
      if (!weigh(all)) return null;
      const kept = all.filter(({ keep }) => keep);
      joined.set(directive, kept);
      if (index === 0 && policies.length > 1) for (const one of kept) one.keep = false;
    }
  }
  return new Map(
    [...joined].map(([directive, kept]) => [
      directive,
      new Set(kept.length === 0 ? ["'none'"] : kept.map(({ source }) => source)),
    ]),
  );
}

/** A list of sources that is empty lets nothing in. */
function valuesOf(directive: string, values: readonly string[]): readonly string[] {
  return values.length === 0 && directive.endsWith('-src') ? ["'none'"] : values;
}

/** Drops what a shorter one of the same policy covers, and keeps what another policy has too. */
function weigh(sorted: readonly Source[]): boolean {
  for (const [at, one] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before === undefined) continue;
    if (one.index === before.index) {
      if (one.source.startsWith(before.source)) one.keep = false;
    } else {
      const covers = matchesPath(before.source, one.source);
      if (covers === null) return false;
      if (covers) one.keep = true;
    }
  }
  return true;
}

function matchesPath(pattern: string, path: string): boolean | null {
  if (pattern === '') return true;
  const isExact = !pattern.endsWith('/');
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length > given.length || (isExact && wanted.length !== given.length)) return false;
  if (!isExact) wanted.pop();
  try {
    return wanted.every((piece, at) => decodeURIComponent(piece) === decodeURIComponent(given[at] ?? ''));
  } catch {
    return null;
  }
}
