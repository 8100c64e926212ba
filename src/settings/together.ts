import { frontFaults } from '#kit/http';
import type { Settings } from '../settings.ts';

export type Wrong = readonly [variable: string, text: string];

/** What is right alone and wrong together. */
export function together(settings: Settings): readonly Wrong[] {
  const faults: Wrong[] = [];
  const { tlsCert, tlsKey, dataDir, keysDir, databaseUrl, smtpUrl } = settings;
  if ((tlsCert === null) !== (tlsKey === null)) {
    faults.push([tlsCert === null ? 'GLASSPOST_TLS_CERT' : 'GLASSPOST_TLS_KEY', 'is missing; both belong together']);
  }
  faults.push(...aboutCertificates(settings));
  for (const fault of frontFaults(settings)) faults.push(['GLASSPOST_FRONT', fault]);
  if (settings.role !== 'all') {
    const why = 'is needed when GLASSPOST_ROLE is not all: a database or a mailbox inside belongs to one process';
    if (databaseUrl === null) faults.push(['DATABASE_URL', why]);
    if (smtpUrl === null) faults.push(['GLASSPOST_SMTP_URL', why]);
  }
  if (keysDir === dataDir || keysDir.startsWith(`${dataDir}/`)) {
    faults.push(['GLASSPOST_KEYS_DIR', 'must lie outside GLASSPOST_DATA_DIR, or one theft takes both']);
  }
  return faults;
}

/** What could not be read is not there, and is said already. */
function aboutCertificates(settings: Partial<Settings>): readonly Wrong[] {
  const { domain = [], tlsCert, plainPort, acmeDnsHook } = settings;
  const variable = 'GLASSPOST_DOMAIN';
  const hasWildcard = domain.some((name) => name.startsWith('*.'));
  const faults: readonly (readonly [isWrong: boolean, ...Wrong])[] = [
    [
      plainPort !== null && tlsCert === null && settings.domain?.length === 0,
      'GLASSPOST_PLAIN_PORT',
      'needs GLASSPOST_TLS_CERT or GLASSPOST_DOMAIN',
    ],
    [domain.length > 0 && tlsCert !== null, variable, 'and GLASSPOST_TLS_CERT exclude each other'],
    [hasWildcard && acmeDnsHook === null, variable, wildcardNeedsHook],
    [domain[0]?.startsWith('*.') === true, variable, 'must begin with a name that is no wildcard: the own address'],
  ];
  return [
    ...faults.filter(([isWrong]) => isWrong).map(([, ...fault]): Wrong => fault),
    ...aboutDelivery(settings),
    ...aboutBinding(settings),
  ];
}

function aboutDelivery(settings: Partial<Settings>): readonly Wrong[] {
  const { domain = [], certificateHosts: hosts = [], certificateDir = null, certificateReload = null } = settings;
  const twice = hosts.find((name) => domain.includes(name));
  const hasWildcard = hosts.some((name) => name.startsWith('*.'));
  const isNested = [settings.dataDir, settings.keysDir].some((one) => areNested(certificateDir, one ?? null));
  const [named, dir, reload] = [
    'GLASSPOST_CERTIFICATE_HOSTS',
    'GLASSPOST_CERTIFICATE_DIR',
    'GLASSPOST_CERTIFICATE_RELOAD',
  ];
  const faults: readonly (readonly [isWrong: boolean, ...Wrong])[] = [
    [twice !== undefined, named, `and GLASSPOST_DOMAIN both name ${twice}`],
    [hasWildcard && settings.acmeDnsHook === null, named, wildcardNeedsHook],
    [certificateDir !== null && settings.certificateHosts?.length === 0, dir, `needs ${named}`],
    [certificateReload !== null && settings.certificateDir === null, reload, `needs ${dir}`],
    [isNested, dir, 'must lie apart from GLASSPOST_DATA_DIR and GLASSPOST_KEYS_DIR: others read it'],
  ];
  return faults.filter(([isWrong]) => isWrong).map(([, ...fault]) => fault);
}

const wildcardNeedsHook = 'has a wildcard, which needs GLASSPOST_ACME_DNS_HOOK';

function areNested(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && (`${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`));
}

function aboutBinding({ acmeKeyId, acmeKey }: Partial<Settings>): readonly Wrong[] {
  if ((acmeKeyId === undefined) === (acmeKey === undefined)) return [];
  return [
    [acmeKeyId === undefined ? 'GLASSPOST_ACME_EAB_KID' : 'GLASSPOST_ACME_EAB_KEY', 'is missing; both belong together'],
  ];
}
