/** The text as an address that a page may link to, or null: only http and https, whoever wrote it. Total. */
export function webUrl(text: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
}

/** `mailto:` for one plain address, or null. A question mark would let the address bring a subject and a body along. */
export function mailUrl(address: string | null): string | null {
  return address !== null && /^[^\s?&#@:/]+@[^\s?&#@:/]+$/.test(address) ? `mailto:${address}` : null;
}

/** `tel:` with digits and a leading plus only, or null when too few digits are left. */
export function phoneUrl(phone: string | null): string | null {
  if (phone === null) return null;
  const digits = phone.replace(/\(0\)/, '').replaceAll(/[^\d+]/g, '');
  return /^\+?\d{3,15}$/.test(digits) ? `tel:${digits}` : null;
}
