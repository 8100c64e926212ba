import { isIP } from 'node:net';
import { Fault } from '#kit/fault';
import type { Shop } from '#orders';
import { findIssuer, issuers, type Issuer, type IssuerId } from './issuers/catalogue.ts';
import { adapterShape, asksForId, secretsOf, type Adapter } from './reading/adapter.ts';
import { sealKinds, type SealInput, type SealKind } from './shapes.ts';

/** A seal as staff gave it, checked whole. */
export type ReadSeal = {
  readonly issuer: IssuerId;
  readonly kind: SealKind;
  readonly name: string;
  readonly certificateUrl: string;
  readonly domain: string;
  readonly issuerRef: string;
  /** What staff described; null where the issuer's own way is taken. */
  readonly adapter: Adapter | null;
  /** By which it is asked. */
  readonly way: Adapter;
  readonly secrets: Readonly<Record<string, string>>;
};

const urlMax = 500;
const nameMax = 80;
const refMax = 120;
const secretMax = 2_000;

/** @throws Fault('invalid') that names the field */
export function readSeal(shop: Pick<Shop, 'face'>, input: SealInput): ReadSeal {
  const issuer = findIssuer(input.issuer);
  if (issuer === null)
    throw wrong('issuer', `There is no such issuer. There is: ${issuers.map(({ id }) => id).join(', ')}.`);
  if (!sealKinds.includes(input.kind)) throw wrong('kind', 'A kind is seal or rating.');
  const adapter = readAdapter(issuer, input.adapter);
  const way = adapter ?? issuer.adapters[input.kind];
  if (way === null) throw wrong('adapter', noWay(issuer));
  const { certificateUrl } = readCertificate(issuer, way, input.certificateUrl);
  return {
    issuer: issuer.id,
    kind: input.kind,
    adapter,
    way,
    certificateUrl,
    name: readName(issuer, input.name ?? ''),
    domain: readDomain(shop, input.domain ?? ''),
    issuerRef: readRef(issuer, way, input.issuerRef ?? ''),
    secrets: readSecrets(way, input.secrets ?? {}),
  };
}

function noWay({ id, name }: Issuer): string {
  return id === 'custom'
    ? 'Another issuer needs a description of how it is read.'
    : `${name} gives none of this kind: choose the other one, or describe how it is read.`;
}

function readAdapter(issuer: Issuer, given: unknown): Adapter | null {
  if (given === undefined || given === null || given === '') return null;
  const read = adapterShape.safeParse(given);
  if (read.success) return onItsHosts(issuer, read.data);
  const [issue] = read.error.issues;
  throw wrong(
    'adapter',
    `The description does not fit at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}`,
  );
}

/** What is shown in a known issuer's name is asked of nobody else; another one's is shown by the host it stands on. */
function onItsHosts({ sites, adapters }: Issuer, way: Adapter): Adapter {
  const own = [...sites, ...(adapters.seal?.hosts ?? []), ...(adapters.rating?.hosts ?? [])];
  if (own.length === 0 || way.hosts.every((host) => own.includes(host))) return way;
  throw wrong('adapter', `It is asked on its issuer's hosts: ${own.join(', ')}.`);
}

/** It stands with its issuer: a link of ours to anywhere else would lend the issuer's name to a stranger. */
function readCertificate({ sites }: Issuer, way: Adapter, text: string): { readonly certificateUrl: string } {
  const url = URL.parse(text.trim());
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') {
    throw wrong('certificateUrl', 'The address of the certificate begins with https://.');
  }
  const allowed = sites.length > 0 ? sites : way.hosts;
  if (!allowed.includes(url.hostname)) {
    throw wrong('certificateUrl', `The certificate stands with its issuer, on ${allowed.join(', ')}.`);
  }
  if (url.href.length > urlMax) throw wrong('certificateUrl', `The address has at most ${urlMax} characters.`);
  return { certificateUrl: url.href };
}

function readName({ id, name }: Issuer, text: string): string {
  const given = text.trim();
  // A line break or a mark that turns the reading direction would make another name of it.
  if (given.length > nameMax || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(given)) {
    throw wrong('name', `A name is one line of at most ${nameMax} characters.`);
  }
  if (given === '' && id === 'custom') throw wrong('name', 'What is it called?');
  return given === '' ? name : given;
}

function readDomain({ face }: Pick<Shop, 'face'>, text: string): string {
  const given = text.trim() === '' ? (face.contact.url ?? '') : text.trim();
  const host = URL.parse(given.includes('://') ? given : `https://${given}`)?.hostname ?? '';
  const domain = host.replace(/^www\./, '').replace(/\.$/, '');
  if (!domain.includes('.') || isIP(domain) !== 0 || domain.length > 253) {
    throw wrong('domain', 'Which host of the shop does the certificate name? It looks like shop.example.');
  }
  return domain;
}

function readRef({ idExample }: Issuer, way: Adapter, text: string): string {
  const given = text.trim();
  if (!asksForId(way)) return '';
  if (!/^[\w.:-]+$/.test(given) || given.length > refMax) {
    throw wrong(
      'issuerRef',
      `How does the issuer call the shop?${idExample === null ? '' : ` For example ${idExample}.`}`,
    );
  }
  return given;
}

function readSecrets(way: Adapter, given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const wanted = secretsOf(way);
  const read: Record<string, string> = {};
  for (const name of wanted) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined)?.trim() ?? '';
    if (value === '' || value.length > secretMax || !/^[\u0021-\u007e]+$/.test(value)) {
      throw wrong(`secrets.${name}`, `The issuer's access data are missing: ${wanted.join(', ')}.`);
    }
    read[name] = value;
  }
  return read;
}

/** The field is what a form or a caller gave it as. */
export class SealFault extends Fault {
  readonly field: string;
  constructor(field: string, text: string) {
    super('invalid', text);
    this.field = field;
  }
}

function wrong(field: string, text: string): SealFault {
  return new SealFault(field, text);
}
