/** `Strict-Transport-Security` as a browser reads it (RFC 6797 §6.1); null seconds: it says nothing that counts. */
export type Hsts = {
  readonly seconds: number | null;
  readonly includeSubDomains: boolean;
  readonly preload: boolean;
};

/** With how far the shop has gone (0 to 4), and whether the preload list of browsers would take it. */
export type HstsSeen = Hsts & { readonly stage: number; readonly preloadable: boolean };

/** Five minutes, a week, a month, two years: how far a shop has gone, each only after the one before did no harm. */
export const hstsStages = [300, 604_800, 2_592_000, 63_072_000] as const;

/** What SSL Labs and the Observatory call half a year. */
export const hstsLongEnough = 15_552_000;

/** What the preload list asks for by either reading of its rules. */
export const preloadSeconds = 63_072_000;

/** Null where there is none. */
export function seeHsts(header: string | null): HstsSeen | null {
  if (header === null) return null;
  const { seconds, includeSubDomains, preload } = readHsts(header);
  const preloadable = preload && includeSubDomains && (seconds ?? 0) >= preloadSeconds;
  return { seconds, includeSubDomains, preload, stage: stageOf(seconds ?? 0), preloadable };
}

/** Of several headers the first counts. */
export function readHsts(header: string): Hsts {
  const parts = (header.slice(0, 1_024).split(',')[0] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const names = parts.map((part) => part.split('=')[0]?.trim()).filter((name) => name !== '');
  const age = parts
    .map((part) => /^max-age\s*=\s*"?(\d{1,12})"?$/.exec(part)?.[1])
    .find((found) => found !== undefined);
  const isValid = age !== undefined && new Set(names).size === names.length;
  return {
    seconds: isValid ? Number(age) : null,
    includeSubDomains: parts.includes('includesubdomains'),
    preload: parts.includes('preload'),
  };
}

function stageOf(seconds: number): number {
  return hstsStages.filter((stage) => seconds >= stage).length;
}
