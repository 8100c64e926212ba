/** What is known of an authority before it is asked. Its certificates are free of charge. */
export type Authority = {
  /** As staff call it, and as GLASSPOST_ACME_DIRECTORY may. */
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  /** Whether browsers' root programmes (Chrome, Mozilla, Apple, Microsoft) hold its roots: else no visitor believes it. */
  readonly inBrowsers: boolean;
  /** Where the company sits that runs it, ISO 3166-1. */
  readonly country: string;
  /** It binds accounts to ones that the shop has there already: GLASSPOST_ACME_EAB_KID and _KEY. */
  readonly needsBinding: boolean;
  /** Of what it issues to us. */
  readonly lifeDays: number;
  readonly offers: readonly ('wildcards' | 'renewal information' | 'profiles')[];
  /** Certificates for one registered domain in a week; null: none is published. */
  readonly perDomainAndWeek: number | null;
  /** What of this row stands from memory, and was not read again for this list. */
  readonly unverified: readonly ('browsers' | 'country' | 'life' | 'offers' | 'limit')[];
};

/** The day of the list. What an authority's own directory says later is what counts. */
export const authoritiesAsOf = '2026-11-29';

/**
 * Those that give anybody certificates by ACME at no charge. The first is the default: it needs no account elsewhere, is run
 * for the public benefit, names a time to renew, and offers a profile made for web servers. Buypass ended its free
 * certificates in 2025.
 */
export const authorities: readonly Authority[] = [
  {
    id: 'letsencrypt',
    name: 'Let’s Encrypt',
    directory: 'https://acme-v02.api.letsencrypt.org/directory',
    inBrowsers: true,
    country: 'US',
    needsBinding: false,
    lifeDays: 45,
    offers: ['wildcards', 'renewal information', 'profiles'],
    perDomainAndWeek: 50,
    unverified: ['browsers', 'country'],
  },
  {
    id: 'letsencrypt-staging',
    name: 'Let’s Encrypt (staging, no browser believes it)',
    directory: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    inBrowsers: false,
    country: 'US',
    needsBinding: false,
    lifeDays: 45,
    offers: ['wildcards', 'renewal information', 'profiles'],
    perDomainAndWeek: null,
    unverified: ['country', 'life', 'limit'],
  },
  {
    id: 'google',
    name: 'Google Trust Services',
    directory: 'https://dv.acme-v02.api.pki.goog/directory',
    inBrowsers: true,
    country: 'US',
    needsBinding: true,
    lifeDays: 90,
    offers: ['wildcards', 'renewal information'],
    perDomainAndWeek: null,
    unverified: ['browsers', 'country', 'limit'],
  },
  {
    id: 'zerossl',
    name: 'ZeroSSL',
    directory: 'https://acme.zerossl.com/v2/DV90',
    inBrowsers: true,
    country: 'AT',
    needsBinding: true,
    lifeDays: 90,
    offers: ['wildcards'],
    perDomainAndWeek: null,
    unverified: ['browsers', 'country', 'life', 'offers'],
  },
  {
    id: 'sslcom',
    name: 'SSL.com',
    directory: 'https://acme.ssl.com/sslcom-dv-ecc',
    inBrowsers: true,
    country: 'US',
    needsBinding: true,
    lifeDays: 90,
    offers: [],
    perDomainAndWeek: null,
    unverified: ['browsers', 'country', 'life', 'offers', 'limit'],
  },
];

/** Its name, or its host where it is none of ours. */
export function authorityName(directory: string): string {
  const known = authorities.find((one) => one.directory === directory);
  return known?.name ?? URL.parse(directory)?.hostname ?? directory;
}

/** An authority's id, or the address of a directory; null when it is neither. */
export function directoryOf(text: string): string | null {
  const known = authorities.find(({ id }) => id === text);
  if (known !== undefined) return known.directory;
  return /^https:\/\/[^/:@\s]+\/\S*$/.test(text) && URL.parse(text) !== null ? text : null;
}
