/** What is known of an authority before it is asked. */
export type Authority = {
  /** As staff call it, and as GLASSPOST_ACME_DIRECTORY may. */
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  /** It binds accounts to ones that the shop has there already: GLASSPOST_ACME_EAB_KID and _KEY. */
  readonly needsBinding: boolean;
  /** Free of charge. */
  readonly offers: readonly ('wildcards' | 'renewal information' | 'profiles')[];
};

/**
 * As of 29 November 2026, from what these authorities publish. Their directory says more, and is what counts. Buypass ended
 * its free certificates in 2025.
 */
export const authorities: readonly Authority[] = [
  {
    id: 'letsencrypt',
    name: 'Let’s Encrypt',
    directory: 'https://acme-v02.api.letsencrypt.org/directory',
    needsBinding: false,
    offers: ['wildcards', 'renewal information', 'profiles'],
  },
  {
    id: 'letsencrypt-staging',
    name: 'Let’s Encrypt (staging, no browser believes it)',
    directory: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    needsBinding: false,
    offers: ['wildcards', 'renewal information', 'profiles'],
  },
  {
    id: 'google',
    name: 'Google Trust Services',
    directory: 'https://dv.acme-v02.api.pki.goog/directory',
    needsBinding: true,
    offers: ['wildcards', 'renewal information'],
  },
  {
    id: 'zerossl',
    name: 'ZeroSSL',
    directory: 'https://acme.zerossl.com/v2/DV90',
    needsBinding: true,
    offers: ['wildcards'],
  },
  {
    id: 'sslcom',
    name: 'SSL.com',
    directory: 'https://acme.ssl.com/sslcom-dv-ecc',
    needsBinding: true,
    offers: [],
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
