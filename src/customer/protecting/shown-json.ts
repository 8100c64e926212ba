import type { Shop } from '#orders';
import type { ShownProtection } from '#protection';

/** What the page tells, for machines: times in ISO 8601, null where nothing was measured. */
export function shownJson({ name }: Pick<Shop, 'name'>, shown: ShownProtection | null): object {
  return {
    shop: name,
    what: 'measured by the shop itself, no seal',
    measured: shown === null ? null : measured(shown),
  };
}

function measured(shown: ShownProtection): object {
  const { host, grade, observatory, certificate, protocol, mail, hosts } = shown;
  return {
    host,
    measured_at: shown.measuredAt.toString(),
    grade,
    observatory,
    certificate: certificate && {
      issuer: certificate.issuer,
      from: certificate.from.toString(),
      until: certificate.until.toString(),
    },
    protocol,
    post_quantum: shown.postQuantum,
    hsts_seconds: shown.hstsSeconds,
    third_parties: shown.thirdParties,
    content_policy: shown.contentPolicy,
    cookies: shown.cookies,
    mail,
    hosts: hosts.map(({ host: name, grade: its, at }) => ({ host: name, grade: its, at: at.toString() })),
  };
}
