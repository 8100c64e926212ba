import { createVisitor, type Lookup } from '#kit/egress';
import type { SiteFinding } from '../../site-shapes.ts';
import { resolverBy } from '../names.ts';
import { findingsOfMail, seeMail, type MailDomain, type MailSeen } from './mail-records.ts';

export type MailScan = MailDomain & {
  readonly resolve: Lookup;
  /** The only authorities that are believed for the policy of MTA-STS; without it the usual ones. */
  readonly caPem?: string;
  readonly allowPrivate: boolean;
};

const scanMsMax = 60_000;

/** What DNS says about a domain's mails, without a look at any page. It never throws for what a domain says. */
export async function scanMail(
  scan: MailScan,
): Promise<{ readonly seen: MailSeen; readonly findings: readonly SiteFinding[] }> {
  const { domain, resolve, caPem = null, allowPrivate } = scan;
  const until = performance.now() + scanMsMax;
  const visitor = createVisitor({ resolve: resolverBy(resolve) });
  const ports = { http: 80, https: 443 };
  const reach = { visitor, ports, caPem, allowPrivate, allowPublic: true, until };
  const seen = await seeMail(resolve, reach, scan);
  return { seen, findings: findingsOfMail(seen, domain).map((one) => Object.assign({ part: 'web' as const }, one)) };
}
