// What stands in answers of authorities as text: addresses, times, sentences. Total: what is not as it must be is null.

const urlCharactersMax = 2_048;
const plainCharactersMax = 500;
const waitMsMax = 30 * 86_400_000;
const linksMax = 20;

/** The absolute form of an address that may be dialled: `https:` on port 443, a host of this authority, nothing secret. */
export function authorityUrl(text: string, hosts: readonly string[], base?: string): string | null {
  const url = text.length <= urlCharactersMax ? URL.parse(text, base) : null;
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null;
  return url.username === '' && url.password === '' && hosts.includes(url.hostname) ? url.href : null;
}

/** An address for people, shown and never dialled. */
export function webUrl(text: string): string | null {
  const url = text.length <= urlCharactersMax ? URL.parse(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : null;
}

/** One line without what steers a terminal, a log or the direction of writing. */
export function plainText(text: string): string {
  const part = text.slice(0, 4 * plainCharactersMax).replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return part.trim().slice(0, plainCharactersMax).toWellFormed();
}

/** RFC 3339. */
export function instantOf(text: string): Temporal.Instant | null {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?\d*(?:[Zz]|[+-]\d\d:\d\d)$/.test(text)) return null;
  try {
    return Temporal.Instant.from(text.replace(/(\.\d{9})\d+/, '$1'));
  } catch {
    return null;
  }
}

/** RFC 9110 §10.2.3: seconds, or a date that is measured from `now`; 0 to 30 days. */
export function retryAfterMs(header: string | undefined, now: Temporal.Instant): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, waitMsMax);
  const at = text.endsWith(' GMT') && text.length <= 40 ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now.epochMilliseconds, 0), waitMsMax);
}

/** RFC 8288: the targets with this relation, absolute. */
export function linksOf(header: string | undefined, relation: string, base: string): readonly string[] {
  const links = (header ?? '').split(/,\s*(?=<)/, linksMax);
  return links.flatMap((link) => {
    const end = link.indexOf('>');
    const target = link.startsWith('<') && end > 0 ? URL.parse(link.slice(1, end), base) : null;
    const relations = /;\s*rel="?([^";]*)"?/i.exec(link.slice(end))?.[1]?.toLowerCase().split(/\s+/) ?? [];
    return target !== null && relations.includes(relation) ? [target.href] : [];
  });
}
