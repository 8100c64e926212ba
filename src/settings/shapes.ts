import { isIP } from 'node:net';
import { z } from 'zod';

/** Null when it is not set. */
export const urlOf = (...protocols: readonly string[]) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined) return null;
      const url = URL.parse(text);
      if (url !== null && protocols.includes(url.protocol)) return text;
      context.addIssue({
        code: 'custom',
        message: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
      });
      return z.NEVER;
    });

export function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.href === `${url.origin}/`;
}

/** An address with or without a port, as `dns.setServers` takes it. */
export function isServer(text: string): boolean {
  const [, inBrackets, plain] = /^(?:\[([^\]]+)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? [];
  return isIP(inBrackets ?? plain ?? text) !== 0;
}

/** Mail addresses, so many at the most. */
export function addressList(max: number): (list: readonly string[]) => boolean {
  return (list) => list.length <= max && list.every((address) => /^[^\s,?&@]{1,64}@[^\s,?&@]{1,253}$/.test(address));
}
