import { z } from 'zod';
import { readTags } from '#kit/mail';
import type { MailSeen, SiteFinding, SiteScanned } from '#tls';

const moment = z.string().transform((text) => Temporal.Instant.from(text));

const mailFacts = z.object({
  domain: z.string(),
  spf: z.boolean(),
  signed: z.boolean(),
  dmarc: z.enum(['none', 'quarantine', 'reject']).nullable(),
  transport: z.boolean(),
});

/** What was seen of a host, as far as it is shown to people; kept with the last scans. */
export const factsShape = z.object({
  certificate: z.object({ issuer: z.string().nullable(), from: moment, until: moment }).nullable(),
  protocols: z.array(z.string()),
  groups: z.array(z.string()),
  postQuantum: z.boolean(),
  hstsSeconds: z.number().nullable(),
  thirdParties: z.array(z.string()),
  contentPolicy: z.boolean(),
  cookies: z.number(),
  mail: mailFacts.nullable(),
});

export type SiteFacts = z.output<typeof factsShape>;
/** As they are stored. */
export type StoredFacts = z.input<typeof factsShape>;

const listMax = 100;
const issuerLengthMax = 200;
const strangersCode: ReadonlySet<string> = new Set([
  'csp.missing',
  'csp.report_only',
  'csp.invalid',
  'csp.unsafe_inline',
  'csp.unsafe_eval',
  'csp.insecure_scheme',
]);

export function factsOf({ tls, web, findings, observatory }: SiteScanned): StoredFacts {
  return {
    ...noFacts,
    ...(tls === null ? {} : factsOfTls(tls)),
    ...(web === null ? {} : factsOfWeb(web)),
    // What no page was there to say is not said.
    contentPolicy: observatory !== null && !findings.some(({ code }) => strangersCode.has(code)),
  };
}

function factsOfTls({ chain, protocols, groups }: NonNullable<SiteScanned['tls']>) {
  return {
    certificate: certificateOf(chain.certificates[0]),
    protocols: [...protocols],
    groups: groups.slice(0, listMax),
    postQuantum: groups.some((name) => /MLKEM/i.test(name)),
  };
}

function factsOfWeb({ pages, hsts, cookies }: NonNullable<SiteScanned['web']>) {
  const strangers = new Set(pages.flatMap((page) => page.thirdParties));
  return {
    hstsSeconds: hsts?.seconds ?? null,
    thirdParties: [...strangers].toSorted().slice(0, listMax),
    cookies: cookies.length,
  };
}

type Leaf = NonNullable<SiteScanned['tls']>['chain']['certificates'][number];

function certificateOf(leaf: Leaf | undefined): StoredFacts['certificate'] {
  return leaf === undefined ? null : { issuer: organisationOf(leaf.issuer), from: leaf.from, until: leaf.until };
}

/** The organisation in a name such as `C=US, O=Let's Encrypt, CN=E7`, else its common name. Total. */
export function organisationOf(name: string): string | null {
  const parts = name.split(/, (?=[A-Z]+=)/);
  const valueOf = (key: string) => parts.find((part) => part.startsWith(`${key}=`))?.slice(key.length + 1);
  const found = valueOf('O') ?? valueOf('CN') ?? name;
  return found.trim() === '' ? null : found.trim().slice(0, issuerLengthMax);
}

export const noFacts: StoredFacts = {
  certificate: null,
  protocols: [],
  groups: [],
  postQuantum: false,
  hstsSeconds: null,
  thirdParties: [],
  contentPolicy: false,
  cookies: 0,
  mail: null,
};

/** What DNS says about the mails of a domain; what it did not answer is not there. */
export function mailFactsOf(domain: string, seen: MailSeen, findings: readonly SiteFinding[]): StoredFacts['mail'] {
  const { spf, keys, dmarc, stsPolicy } = seen;
  const isClean = (family: string) => !findings.some(({ code }) => code.startsWith(family));
  return {
    domain,
    spf: spf?.records === 1 && isClean('spf.'),
    signed: keys.length > 0 && keys.every(({ texts }) => texts !== null) && isClean('dkim.'),
    dmarc: policyIn(dmarc ?? []),
    transport: stsPolicy?.mode === 'enforce' && isClean('mta_sts.'),
  };
}

/** Of several records none counts. */
function policyIn([only, another]: readonly string[]): NonNullable<StoredFacts['mail']>['dmarc'] {
  if (only === undefined || another !== undefined) return null;
  const policy = mailFacts.shape.dmarc.safeParse(readTags(only).get('p')?.toLowerCase());
  return policy.success ? policy.data : null;
}
