import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { EgressAnswer } from '#kit/egress';
import { AcmeFault, kindOfProblem, ownProblem } from './problem.ts';
import type {
  AcmeAccount,
  AcmeAuthorization,
  AcmeChallenge,
  AcmeDirectory,
  AcmeOrder,
  AcmeProblem,
  AcmeRenewalInfo,
} from './shapes.ts';
import { authorityUrl, instantOf, plainText, retryAfterMs, webUrl } from './text.ts';

/**
 * Reads what an authority sends. Everything is bounded, every address that will be dialled is `https:` on one of its
 * hosts; what is anything else is an AcmeFault `unreadable`. Reading a problem never fails.
 */
export type AcmeReader = {
  readonly directory: (answer: EgressAnswer) => AcmeDirectory;
  /** Takes its address from the header `Location`. */
  readonly account: (answer: EgressAnswer) => AcmeAccount;
  /** @param url null: it stands in `Location` */
  readonly order: (answer: EgressAnswer, url: string | null) => AcmeOrder;
  readonly authorization: (answer: EgressAnswer, url: string) => AcmeAuthorization;
  readonly renewalInfo: (answer: EgressAnswer, now: Temporal.Instant) => AcmeRenewalInfo;
};

const namesMax = 100;
const challengesMax = 20;
const profilesMax = 50;
const caaIdentitiesMax = 20;
const subproblemsMax = 100;
const chainMax = 10;
const nameCharactersMax = 253;
const askAgainMs = { min: 60_000, usual: 6 * 3_600_000, max: 86_400_000 };

export function createAcmeReader(hosts: readonly string[]): AcmeReader {
  const url = z.string().transform((text, context) => orIssue(authorityUrl(text, hosts), context));
  const shapes = shapesWith(url);
  const located = (answer: EgressAnswer): string =>
    readable(url.safeParse(answer.headers['location']), answer, 'Location');

  return {
    directory: (answer) => {
      const { meta, ...urls } = parsed(shapes.directory, answer, 'directory');
      return { ...urls, ...meta };
    },
    account: (answer) => ({ url: located(answer), ...parsed(accountShape, answer, 'account') }),
    order: (answer, known) => {
      const { identifiers, expires, error, ...order } = parsed(shapes.order, answer, 'order');
      return {
        ...order,
        url: known ?? located(answer),
        names: identifiers.map(({ value }) => value),
        expiresAt: expires,
        problem: nested(error),
      };
    },
    authorization: (answer, at) => {
      const { identifier, challenges, ...authorization } = parsed(authorizationShape, answer, 'authorization');
      const known = challenges.map((one) => shapes.challenge.safeParse(one)).flatMap(({ data = null }) => data ?? []);
      return { ...authorization, url: at, name: identifier.value, challenges: known.map(challengeOf) };
    },
    renewalInfo: (answer, now) => {
      const { suggestedWindow: window, explanationURL } = parsed(renewalShape, answer, 'renewalInfo');
      const ms = retryAfterMs(answer.headers['retry-after'], now) ?? askAgainMs.usual;
      const within = Math.min(Math.max(ms, askAgainMs.min), askAgainMs.max);
      return { window, explanationUrl: explanationURL, askAgainAt: now.add({ milliseconds: within }) };
    },
  };
}

function orIssue<T>(value: T | null, context: z.core.$RefinementCtx): T {
  if (value !== null) return value;
  context.issues.push({ code: 'custom', message: 'is not as needed', input: null });
  return z.NEVER;
}

const nullWhenAbsent = <T extends z.ZodType>(shape: T) => shape.nullish().transform((value) => value ?? null);
const instant = z.string().transform((text, context) => orIssue(instantOf(text), context));
const page = z
  .string()
  .transform(webUrl)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const line = z.string().transform(plainText);
const identifier = z.object({ type: z.literal('dns'), value: z.string().min(1).max(nameCharactersMax).toLowerCase() });
const challengeStatus = z.enum(['pending', 'processing', 'valid', 'invalid']);
const challengeKind = z.enum(['http-01', 'tls-alpn-01', 'dns-01']);

const metaShape = z
  .object({
    termsOfService: page,
    caaIdentities: z.array(line).max(caaIdentitiesMax).catch([]),
    externalAccountRequired: z.boolean().catch(false),
    profiles: z
      .record(z.string().regex(/^[\w.-]{1,64}$/), line)
      .refine((profiles) => Object.keys(profiles).length <= profilesMax)
      .catch({}),
  })
  .catch({ termsOfService: null, caaIdentities: [], externalAccountRequired: false, profiles: {} });

const accountShape = z.object({ status: z.enum(['valid', 'deactivated', 'revoked']) });

const authorizationShape = z.object({
  identifier,
  wildcard: z.boolean().default(false),
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  challenges: z.array(z.unknown()).max(challengesMax),
});

const renewalShape = z.object({
  suggestedWindow: z
    .object({ start: instant, end: instant })
    .refine(({ start, end }) => Temporal.Instant.compare(start, end) < 0),
  explanationURL: page,
});

/** The shapes that hold addresses of the authority. */
function shapesWith(url: z.ZodType<string>) {
  const optional = nullWhenAbsent(url);
  return {
    directory: z.object({
      newNonce: url,
      newAccount: url,
      newOrder: url,
      revokeCert: optional,
      keyChange: optional,
      renewalInfo: optional,
      meta: metaShape,
    }),
    order: z.object({
      status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
      expires: nullWhenAbsent(instant),
      identifiers: z.array(identifier).min(1).max(namesMax),
      authorizations: z.array(url).max(namesMax),
      finalize: url,
      certificate: optional,
      error: z.unknown().optional(),
    }),
    challenge: z.object({
      type: challengeKind,
      url,
      status: challengeStatus,
      // It becomes part of a path and of a proof: nothing but base64url.
      token: z.string().regex(/^[\w-]{16,256}$/),
      error: z.unknown().optional(),
    }),
  };
}

function challengeOf(read: z.output<ReturnType<typeof shapesWith>['challenge']>): AcmeChallenge {
  const { type, error, ...challenge } = read;
  return { ...challenge, kind: type, problem: nested(error) };
}

function parsed<T>(shape: z.ZodType<T>, answer: EgressAnswer, what: string): T {
  return readable(shape.safeParse(jsonOf(answer.bytes)), answer, what);
}

function readable<T>(result: z.ZodSafeParseResult<T>, answer: EgressAnswer, what: string): T {
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const where = [what, ...(first?.path ?? [])].join('/');
  throw new AcmeFault(ownProblem('unreadable', plainText(`Not as RFC 8555 has it: ${where}`), answer.status));
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

const problemShape = z.object({
  type: z.string().catch(''),
  detail: line.catch(''),
  identifier: z.object({ value: line }).nullable().catch(null),
  subproblems: z.array(z.unknown()).catch([]),
});

/** RFC 7807 with the members of RFC 8555 §6.7, whatever came. */
export function readProblem(answer: EgressAnswer, now: Temporal.Instant): AcmeProblem {
  const waitMs = retryAfterMs(answer.headers['retry-after'], now);
  return problemIn(jsonOf(answer.bytes), answer.status, waitMs === null ? null : now.add({ milliseconds: waitMs }));
}

function nested(value: unknown): AcmeProblem | null {
  return value === undefined || value === null ? null : problemIn(value, 0, null);
}

function problemIn(value: unknown, status: number, retryAt: Temporal.Instant | null, isSub = false): AcmeProblem {
  const read = problemShape.safeParse(value).data;
  if (read === undefined) return { ...ownProblem(kindOfProblem('', status), '', status), retryAt };
  const { type, detail, identifier: about, subproblems } = read;
  return {
    kind: kindOfProblem(type, status),
    status,
    detail,
    name: about?.value ?? null,
    retryAt,
    subproblems: isSub ? [] : subproblems.slice(0, subproblemsMax).map((one) => problemIn(one, 0, null, true)),
  };
}

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,30000}-----END CERTIFICATE-----/g;

/**
 * Certificates in PEM, the leaf first, each signed by the next; nothing else may stand between them (RFC 8555 §11.4).
 * @throws AcmeFault unreadable
 */
export function readChain(answer: EgressAnswer): readonly [X509Certificate, ...X509Certificate[]] {
  const text = Buffer.from(answer.bytes).toString('latin1');
  const blocks = text.match(block) ?? [];
  const [leaf, ...more] = blocks.length <= chainMax ? blocks.map(certificateOf) : [];
  const rest = more.filter((one) => one !== null);
  const isWhole = text.replaceAll(block, '').trim() === '' && rest.length === more.length;
  if (leaf === undefined || leaf === null || !isWhole || !isChain([leaf, ...rest])) {
    throw new AcmeFault(ownProblem('unreadable', 'The certificate is no chain in PEM.', answer.status));
  }
  return [leaf, ...rest];
}

function certificateOf(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

function isChain(certificates: readonly X509Certificate[]): boolean {
  return certificates.every((one, at) => {
    const signer = certificates[at + 1];
    return signer === undefined || (one.checkIssued(signer) && one.verify(signer.publicKey));
  });
}
