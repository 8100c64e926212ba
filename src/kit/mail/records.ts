import type { Lookup } from '#kit/egress';

/** `v=DKIM1; k=rsa` as a table (RFC 6376 §3.2). */
export function readTags(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(';', 30).map((tag): [string, string] => {
      const at = tag.indexOf('=');
      return [tag.slice(0, Math.max(at, 0)).trim(), tag.slice(at + 1).trim()];
    }),
  );
}

/** Those of a name's texts that are SPF (RFC 7208 §4.5). */
export function spfOf(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => /^v=spf1(?: |$)/i.test(text));
}

/** The record of the domain itself, else the one of a domain above it, which then counts (RFC 7489 §6.6.3). */
export async function dmarcOf(lookup: Pick<Lookup, 'texts'>, domain: string): Promise<readonly string[] | null> {
  const texts = await lookup.texts(`_dmarc.${domain}`);
  if (texts === null) return null;
  const found = texts.filter((text) => /^v=DMARC1\b/i.test(text));
  const above = domain.slice(domain.indexOf('.') + 1);
  return found.length > 0 || !above.includes('.') ? found : await dmarcOf(lookup, above);
}
