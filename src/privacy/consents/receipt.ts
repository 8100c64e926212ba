import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Keyring } from '#keys';
import { showId } from '#kit/ids';
import type { ConsentRecord } from './records.ts';

/** Who decides why data is used: the shop, as its customers know it. */
export type Controller = {
  readonly name: string;
  readonly email: string | null;
  readonly url: string | null;
  /** Where the keys of its receipts stand, without `/jwks.json`. */
  readonly issuer: string | null;
};

/** RFC 7517, for one Ed25519 key (RFC 8037). */
export type Jwk = {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
};
export type Jwks = { readonly keys: readonly Jwk[] };

export type ReceiptKey = {
  readonly jwks: Jwks;
  /** The record as a compact JWS (RFC 7515, EdDSA of RFC 8037): the same for the same record. */
  readonly receipt: (record: Omit<ConsentRecord, 'receipt'>, personId: string, controller: Controller) => string;
};

/** What stands before the 32 bytes of a seed in PKCS #8: RFC 8410 §7. */
const beforeSeed = Buffer.from('302e020100300506032b657004220420', 'hex');
const type = 'consent-receipt+jwt';
const schemaVersion = 'ISO/IEC TS 27560:2023';

/** The key of each shop, made once. */
export function createReceiptKeys(keyring: Pick<Keyring, 'derive'>): (shopId: string) => ReceiptKey {
  const keys = new Map<string, ReceiptKey>();
  return (shopId) => {
    const key = keys.get(shopId) ?? receiptKey(keyring, shopId);
    keys.set(shopId, key);
    return key;
  };
}

/** From the keyring alone: whoever has only the database cannot sign that somebody consented. */
function receiptKey(keyring: Pick<Keyring, 'derive'>, shopId: string): ReceiptKey {
  const seed = keyring.derive(`shop/${shopId}/consent receipts/1`);
  const key = createPrivateKey({ key: Buffer.concat([beforeSeed, seed]), format: 'der', type: 'pkcs8' });
  const jwk = jwkOf(createPublicKey(key));
  return {
    jwks: { keys: [jwk] },
    receipt: (record, personId, controller) => {
      const head = { alg: 'EdDSA', kid: jwk.kid, typ: type };
      const said = `${encoded(head)}.${encoded(claims(record, personId, controller))}`;
      return `${said}.${sign(null, Buffer.from(said), key).toString('base64url')}`;
    },
  };
}

function jwkOf(publicKey: KeyObject): Jwk {
  const { x } = publicKey.export({ format: 'jwk' });
  if (x === undefined) throw new Error('an Ed25519 key has no x');
  // RFC 7638 §3: the members that make up the key, in the order of their names.
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }));
  return { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint.digest('base64url'), use: 'sig', alg: 'EdDSA' };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** What the receipt says: ids, kinds of data and the words that were shown; no name, no address, no value of any kind. */
function claims(record: Omit<ConsentRecord, 'receipt'>, personId: string, controller: Controller): object {
  const latest = record.withdrawnAt ?? record.givenAt;
  return {
    iss: controller.issuer ?? controller.name,
    sub: showId('per', personId),
    jti: showId('cns', record.consentId),
    iat: Math.floor(latest.epochMilliseconds / 1_000),
    consent_record: {
      schema_version: schemaVersion,
      record_id: showId('cns', record.consentId),
      pii_principal_id: showId('per', personId),
      pii_processing: {
        privacy_notice: record.policyUrl,
        language: record.language,
        shown: {
          text: record.words,
          text_sha256: record.wordsHash,
          text_version: record.version,
          box: { preset: record.preset, recipients: 1 },
        },
        purposes: [purposeOf(record, controller)],
      },
      party_identification: [
        {
          party_name: controller.name,
          party_role: 'controller',
          party_email: controller.email,
          party_url: controller.url,
        },
        { party_name: record.recipient, party_role: 'recipient' },
      ],
      event: [
        eventOf(record.givenAt, 'consent given', record),
        ...(record.withdrawnAt === null ? [] : [eventOf(record.withdrawnAt, 'consent withdrawn', record)]),
      ],
    },
  };
}

function purposeOf(record: Omit<ConsentRecord, 'receipt'>, controller: Controller): object {
  return {
    purpose: record.purpose,
    lawful_basis: 'GDPR, art. 6(1)(a)',
    pii_information: record.fields.map((field) => ({ pii_type: field })),
    pii_controllers: [controller.name],
    recipient_third_parties: [record.recipient],
    collection_method: record.channel === 'page' ? 'on the page of the order' : 'with the order',
    retention_period: record.holdsUntil === null ? 'until withdrawn' : `until ${record.holdsUntil.toString()}`,
    jurisdictions: record.jurisdiction === null ? [] : [record.jurisdiction],
    withdrawal_method: 'one button on the page of the order, at any time; what left before stays lawful',
  };
}

function eventOf(at: Temporal.Instant, state: string, { holdsUntil, consentId }: Omit<ConsentRecord, 'receipt'>) {
  return {
    event_time: at.toString(),
    event_type: 'explicit',
    event_state: state,
    validity_duration: holdsUntil?.toString() ?? null,
    entity_id: showId('cns', consentId),
  };
}

/** Longer than any receipt: words have at most 4,000 characters. */
const receiptBytesMax = 64 * 1024;
const base64url = z.string().regex(/^[\w-]+$/);
const headShape = z.looseObject({ alg: z.literal('EdDSA'), kid: z.string(), typ: z.literal(type) });
const eventShape = z.looseObject({ event_time: z.string(), event_state: z.string() });
const claimsShape = z.looseObject({
  iss: z.string(),
  sub: z.string(),
  jti: z.string(),
  iat: z.int(),
  consent_record: z.looseObject({
    schema_version: z.literal(schemaVersion),
    pii_processing: z.looseObject({
      shown: z.looseObject({ text: z.string(), text_sha256: z.string(), box: z.looseObject({}) }),
      purposes: z
        .array(
          z.looseObject({
            purpose: z.string(),
            pii_information: z.array(z.looseObject({ pii_type: z.string() })),
            recipient_third_parties: z.array(z.string()).length(1),
          }),
        )
        .length(1),
    }),
    event: z.array(eventShape).min(1).max(2),
  }),
});
const jwksShape = z.looseObject({
  keys: z
    .array(z.looseObject({ kty: z.string(), crv: z.string().optional(), x: base64url.optional(), kid: z.string() }))
    .max(100),
});

type ReceiptClaims = z.infer<typeof claimsShape>;

/** `good`: signed by one of these keys, and whole. Everything else says what is wrong. */
export type ReadReceipt =
  | { readonly verdict: 'good'; readonly claims: ReceiptClaims }
  | { readonly verdict: 'no receipt' | 'unknown key' | 'wrong signature' | 'wrong words' };

type Parts = {
  readonly kid: string;
  readonly claims: ReceiptClaims;
  readonly signed: Buffer;
  readonly signature: Buffer;
};

/** Reads a receipt and checks it against published keys: total over its input, and it asks nobody. */
export function readReceipt(text: string, jwks: unknown): ReadReceipt {
  const parts = text.length > receiptBytesMax ? null : partsOf(text);
  if (parts === null) return { verdict: 'no receipt' };
  const key = keyIn(jwks, parts.kid);
  if (key === null) return { verdict: 'unknown key' };
  if (!verify(null, parts.signed, key, parts.signature)) return { verdict: 'wrong signature' };
  const { shown } = parts.claims.consent_record.pii_processing;
  const digest = createHash('sha256').update(shown.text).digest('hex');
  return digest === shown.text_sha256 ? { verdict: 'good', claims: parts.claims } : { verdict: 'wrong words' };
}

function partsOf(text: string): Parts | null {
  const [head = '', body = '', signature = '', ...more] = text.trim().split('.');
  if (more.length > 0 || !base64url.safeParse(signature).success) return null;
  const header = headShape.safeParse(decoded(head));
  const said = claimsShape.safeParse(decoded(body));
  if (!header.success || !said.success) return null;
  const signed = Buffer.from(`${head}.${body}`);
  return { kid: header.data.kid, claims: said.data, signed, signature: Buffer.from(signature, 'base64url') };
}

function decoded(part: string): unknown {
  if (!base64url.safeParse(part).success) return null;
  try {
    const json: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return json;
  } catch {
    return null;
  }
}

function keyIn(jwks: unknown, kid: string): KeyObject | null {
  const read = jwksShape.safeParse(jwks);
  const jwk = read.success ? read.data.keys.find((one) => one.kid === kid) : undefined;
  if (jwk?.x === undefined || jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519') return null;
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x }, format: 'jwk' });
  } catch {
    return null;
  }
}
