import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { isCertificateName } from '#tls';

/** One setting: its variable, what it means, how it is read, and what counts when nobody sets it. */
export type Setting<T> = {
  readonly variable: string;
  readonly meaning: string;
  readonly limit: string;
  readonly shape: z.ZodType<T, string | undefined>;
  readonly shownDefault: string;
  readonly secret?: true;
};

export const setting = <T>(row: Setting<T>): Setting<T> => row;

export const folder = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((path) => resolve(path));
export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be ${min} to ${max}`);
export const optional = z.string().optional();
export const listed = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    );
export const hostNames = () =>
  listed('')
    .transform((names) => [...new Set(names.map((name) => domainToASCII(name) || name.toLowerCase()))])
    .refine((names) => names.length <= 100 && names.every(isCertificateName), 'must be host names, 100 at the most');
export const file = optional.transform((path) => (path === undefined ? null : resolve(path)));
export const urlOf = (...protocols: readonly string[]) =>
  optional.transform((text, context) => {
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
