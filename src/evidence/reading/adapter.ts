import { z } from 'zod';

/** How an issuer is asked and what of its answer counts: data, so that a new issuer needs no code. */
export type Adapter = z.infer<typeof adapterShape>;
export type AdapterPage = Adapter['pages'][number];
export type Source = z.infer<typeof source>;

const textMax = 200;
const urlMax = 600;
const pointer = z
  .string()
  .max(textMax)
  .regex(/^(?:\/|$)/, 'A JSON pointer begins with / (RFC 6901).');
const phrase = z.string().min(1).max(textMax);
const secretName = z.string().regex(/^[a-zA-Z]{2,30}$/);

/** Where in an answer something stands. There is no pattern in it that could run long. */
const source = z.union([
  z.strictObject({ pointer }),
  z.strictObject({ jsonLd: phrase, pointer }),
  z.strictObject({ meta: phrase }),
  z.strictObject({ after: phrase, before: phrase }),
]);

/** What is put in from the seal; nothing else is known here, least of all of customers. */
const placeholders = ['{certificate}', '{domain}', '{name}', '{id}'] as const;

const template = z
  .string()
  .min(1)
  .max(urlMax)
  .refine((text) => (text.match(/\{[^}]*\}/g) ?? []).every((one) => placeholders.some((known) => known === one)), {
    message: `Only ${placeholders.join(', ')} can be put in.`,
  });

const host = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'A host is written in lower case, like www.issuer.example.',
  );

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('header'),
    name: z.enum(['apikey', 'x-api-key', 'x-goog-api-key', 'authorization']),
    secret: secretName,
  }),
  z.strictObject({ kind: z.literal('basic'), user: secretName, password: secretName }),
  z.strictObject({
    kind: z.literal('client credentials'),
    tokenUrl: z.string().max(urlMax),
    audience: z.string().max(urlMax),
    id: secretName,
    secret: secretName,
  }),
]);

const page = z.strictObject({
  url: template,
  method: z.enum(['GET', 'POST']).default('GET'),
  format: z.enum(['html', 'json']),
  /** Which fields are asked for; what proves who asks stands in `auth`. */
  headers: z
    .partialRecord(z.enum(['accept', 'accept-language', 'x-goog-fieldmask']), z.string().max(textMax))
    .optional(),
  /** Of a list in the answer the one entry that is meant. */
  within: z.strictObject({ lists: z.array(pointer).min(1).max(3), key: pointer, is: template }).optional(),
  /** One of these must be named in the answer. */
  names: z.array(template).min(1).max(4).optional(),
  /** What must be said for it to be valid. */
  valid: z.strictObject({ at: source, is: z.array(phrase).min(1).max(6) }).optional(),
  /** Words in the visible text by which it is not valid any more. */
  ended: z.array(phrase).max(20).optional(),
  read: z
    .strictObject({
      grade: source.optional(),
      scale: z.union([z.number().min(1).max(100), source]).optional(),
      count: source.optional(),
      label: source.optional(),
      validUntil: source.optional(),
    })
    .default({}),
});

export const adapterShape = z
  .strictObject({
    hosts: z.array(host).min(1).max(6),
    auth: auth.default({ kind: 'none' }),
    pages: z.array(page).min(1).max(3),
  })
  .refine((adapter) => urlsOf(adapter).every((url) => isOnHosts(url, adapter.hosts)), {
    message: 'Every address begins with https:// and one of the hosts.',
    path: ['pages'],
  })
  .refine(({ pages }) => pages.some(({ names }) => names !== undefined), {
    message: 'At least one page has to name the shop: a seal that names nobody proves nothing.',
    path: ['pages'],
  });

function urlsOf({
  auth: proof,
  pages,
}: {
  readonly auth: z.infer<typeof auth>;
  readonly pages: readonly { readonly url: string }[];
}) {
  const own = pages.map(({ url }) => url).filter((url) => url !== '{certificate}');
  return proof.kind === 'client credentials' ? [...own, proof.tokenUrl] : own;
}

/** The host itself holds no placeholder. */
function isOnHosts(url: string, hosts: readonly string[]): boolean {
  return hosts.some((one) => url.startsWith(`https://${one}/`));
}

/** Which secrets staff have to give. */
export function secretsOf({ auth: proof }: Pick<Adapter, 'auth'>): readonly string[] {
  switch (proof.kind) {
    case 'none':
      return [];
    case 'header':
      return [proof.secret];
    case 'basic':
      return [proof.user, proof.password];
    case 'client credentials':
      return [proof.id, proof.secret];
  }
}

/** Whether staff have to say how the issuer calls the shop. */
export function asksForId({ pages }: Adapter): boolean {
  return pages.some(({ url, within }) => url.includes('{id}') || within?.is.includes('{id}') === true);
}

/** What is put in for the placeholders. */
export type Filling = {
  readonly certificate: string;
  /** The shop's own, `shop.example`. */
  readonly domain: string;
  readonly name: string;
  readonly id: string;
};

export function urlWith(text: string, filling: Filling): string {
  return text === '{certificate}' ? filling.certificate : fill(text, filling, encodeURIComponent);
}

export function textWith(text: string, filling: Filling): string {
  return fill(text, filling, (value) => value);
}

function fill(text: string, filling: Filling, as: (value: string) => string): string {
  let filled = '';
  let rest = text;
  while (rest !== '') {
    const at = rest.indexOf('{');
    const end = at < 0 ? -1 : rest.indexOf('}', at);
    if (end < 0) return filled + rest;
    filled += rest.slice(0, at) + as(valueOf(rest.slice(at, end + 1), filling));
    rest = rest.slice(end + 1);
  }
  return filled;
}

function valueOf(placeholder: string, { certificate, domain, name, id }: Filling): string {
  const values: Readonly<Record<string, string>> = {
    '{certificate}': certificate,
    '{domain}': domain,
    '{name}': name,
    '{id}': id,
  };
  return values[placeholder] ?? '';
}
