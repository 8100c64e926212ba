const headerBytesMax = 64 * 1024;
const named = /^(?:to|cc|bcc|delivered-to|x-original-to|envelope-to|x-envelope-to|resent-to):(.*)$/gimu;
const address = /[^\s<>,;:"()@]{1,64}@[^\s<>,;:"()@]{1,189}/gu;

/** Everybody to whom a raw mail (RFC 5322) says it is, in small letters. Total: bytes of any kind may come in. */
export function recipientsOf(raw: Uint8Array): ReadonlySet<string> {
  const head = Buffer.from(raw.subarray(0, headerBytesMax)).toString('latin1');
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length;
  // A header that goes on in the next line begins that line with a blank (§2.2.3).
  const lines = head
    .slice(0, end)
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .replaceAll('\r', '');
  const found = new Set<string>();
  for (const [, value = ''] of lines.matchAll(named)) {
    for (const [one] of value.matchAll(address)) found.add(one.toLowerCase());
  }
  return found;
}
