import type { Adapter } from '../reading/adapter.ts';

/** Whoever gives seals or collects ratings, and how what they say is read. */
export type Issuer = {
  readonly id: IssuerId;
  /** What it is called where nothing else is said: the seal, or where ratings are collected. */
  readonly name: string;
  /** Who gives it, where that is another name. */
  readonly by: string;
  /** Hosts that a certificate or a profile of theirs stands on; none: whichever the adapter names. */
  readonly sites: readonly string[];
  /** Null where they give none, or where staff describe the way themselves. */
  readonly adapters: { readonly seal: Adapter | null; readonly rating: Adapter | null };
  /** How they call the shop, where they do: an example. */
  readonly idExample: string | null;
};

const issuerIds = [
  'trusted-shops',
  'trustpilot',
  'google',
  'provenexpert',
  'tuv-safer-shopping',
  'ehi',
  'kaeufersiegel',
  'idealo',
  'custom',
] as const;
export type IssuerId = (typeof issuerIds)[number];

const endedWords = [
  'ist abgelaufen',
  'nicht mehr gültig',
  'ist ungültig',
  'wurde entzogen',
  'ist nicht gültig',
  'abgelaufen am',
  'wurde gesperrt',
  'nicht mehr aktiv',
  'nicht mehr zertifiziert',
  'has expired',
  'no longer valid',
  'is not valid',
  'has been withdrawn',
  'has been revoked',
  'expired on',
  'no longer active',
  'no longer certified',
];

/** A page that names the shop as its holder, as long as it is valid. */
function certificateOn(...hosts: readonly [string, ...string[]]): Adapter {
  return {
    hosts: [...hosts],
    auth: { kind: 'none' },
    pages: [
      { url: '{certificate}', method: 'GET', format: 'html', names: ['{domain}'], ended: [...endedWords], read: {} },
    ],
  };
}

/** A public profile with an AggregateRating of schema.org in it. */
function profileOn(...hosts: readonly [string, ...string[]]): Adapter {
  return {
    hosts: [...hosts],
    auth: { kind: 'none' },
    pages: [
      {
        url: '{certificate}',
        method: 'GET',
        format: 'html',
        names: ['{domain}'],
        read: {
          grade: { jsonLd: 'AggregateRating', pointer: '/ratingValue' },
          scale: { jsonLd: 'AggregateRating', pointer: '/bestRating' },
          count: { jsonLd: 'AggregateRating', pointer: '/reviewCount' },
        },
      },
    ],
  };
}

/**
 * The issuers that are known. Wire formats come from what runs against these interfaces in public repositories; the
 * issuers themselves were out of reach when this was written, which docs/decisions/0034 says of each.
 */
export const issuers: readonly Issuer[] = [
  {
    id: 'trusted-shops',
    name: 'Trusted Shops',
    by: 'Trusted Shops',
    sites: ['www.trustedshops.de', 'www.trustedshops.com', 'www.trustedshops.at', 'www.trustedshops.co.uk'],
    idExample: 'X0123456789ABCDEF0123456789ABCDEF, chl-00112233-4455-6677-8899-aabbccddeeff',
    adapters: {
      // Of the Trustbadge: what the issuer's own apps ask for, by the id that stands in the certificate.
      seal: {
        hosts: ['cdn1.api.trustedshops.com'],
        auth: { kind: 'none' },
        pages: [
          {
            url: 'https://cdn1.api.trustedshops.com/shops/{id}/mobiles/v1/sdks/ios/trustmarks.json',
            method: 'GET',
            format: 'json',
            names: ['{domain}'],
            valid: { at: { pointer: '/response/data/shop/trustMark/status' }, is: ['VALID'] },
            read: { validUntil: { pointer: '/response/data/shop/trustMark/validTo' } },
          },
        ],
      },
      // eTrusted: the channel has to be the shop's before its grade is.
      rating: {
        hosts: ['login.etrusted.com', 'api.etrusted.com'],
        auth: {
          kind: 'client credentials',
          tokenUrl: 'https://login.etrusted.com/oauth/token',
          audience: 'https://api.etrusted.com',
          id: 'clientId',
          secret: 'clientSecret',
        },
        pages: [
          {
            url: 'https://api.etrusted.com/channels',
            method: 'GET',
            format: 'json',
            within: { lists: ['', '/items'], key: '/id', is: '{id}' },
            names: ['{domain}'],
            read: {},
          },
          {
            url: 'https://api.etrusted.com/channels/{id}/service-reviews/aggregate-rating',
            method: 'GET',
            format: 'json',
            read: {
              grade: { pointer: '/365days/rating' },
              scale: 5,
              count: { pointer: '/365days/count' },
            },
          },
        ],
      },
    },
  },
  {
    id: 'trustpilot',
    name: 'Trustpilot',
    by: 'Trustpilot',
    sites: ['www.trustpilot.com', 'de.trustpilot.com', 'at.trustpilot.com', 'ch.trustpilot.com', 'uk.trustpilot.com'],
    idExample: null,
    adapters: {
      seal: null,
      rating: {
        hosts: ['api.trustpilot.com'],
        auth: { kind: 'header', name: 'apikey', secret: 'apiKey' },
        pages: [
          {
            url: 'https://api.trustpilot.com/v1/business-units/find?name={domain}',
            method: 'GET',
            format: 'json',
            names: ['{domain}'],
            read: {
              grade: { pointer: '/score/trustScore' },
              scale: 5,
              count: { pointer: '/numberOfReviews/total' },
            },
          },
        ],
      },
    },
  },
  {
    id: 'google',
    name: 'Google',
    by: 'Google',
    sites: ['www.google.com', 'maps.google.com', 'maps.app.goo.gl', 'g.page'],
    idExample: 'ChIJ0123456789abcdefghijklm',
    adapters: {
      seal: null,
      rating: {
        hosts: ['places.googleapis.com'],
        auth: { kind: 'header', name: 'x-goog-api-key', secret: 'apiKey' },
        pages: [
          {
            url: 'https://places.googleapis.com/v1/places/{id}',
            method: 'GET',
            format: 'json',
            headers: { 'x-goog-fieldmask': 'rating,userRatingCount,websiteUri' },
            names: ['{domain}'],
            read: { grade: { pointer: '/rating' }, scale: 5, count: { pointer: '/userRatingCount' } },
          },
        ],
      },
    },
  },
  {
    id: 'provenexpert',
    name: 'ProvenExpert',
    by: 'ProvenExpert',
    sites: ['www.provenexpert.com'],
    idExample: null,
    adapters: { seal: null, rating: profileOn('www.provenexpert.com') },
  },
  {
    id: 'tuv-safer-shopping',
    name: 'TÜV SÜD s@fer-shopping',
    by: 'TÜV SÜD',
    sites: ['www.safer-shopping.de', 'www.tuvsud.com'],
    idExample: null,
    adapters: { seal: certificateOn('www.safer-shopping.de', 'www.tuvsud.com'), rating: null },
  },
  {
    id: 'ehi',
    name: 'EHI Geprüfter Online-Shop',
    by: 'EHI Retail Institute',
    sites: ['ehi-siegel.de', 'www.ehi-siegel.de', 'zertifikat.ehi-siegel.de'],
    idExample: null,
    adapters: { seal: certificateOn('ehi-siegel.de', 'www.ehi-siegel.de', 'zertifikat.ehi-siegel.de'), rating: null },
  },
  {
    id: 'kaeufersiegel',
    name: 'Händlerbund Käufersiegel',
    by: 'Händlerbund',
    sites: ['www.kaeufersiegel.de', 'www.haendlerbund.de'],
    idExample: null,
    adapters: {
      seal: certificateOn('www.kaeufersiegel.de', 'www.haendlerbund.de'),
      rating: profileOn('www.kaeufersiegel.de'),
    },
  },
  {
    id: 'idealo',
    name: 'idealo',
    by: 'idealo',
    sites: ['www.idealo.de', 'www.idealo.at', 'www.idealo.co.uk'],
    idExample: null,
    adapters: { seal: null, rating: profileOn('www.idealo.de', 'www.idealo.at', 'www.idealo.co.uk') },
  },
  {
    id: 'custom',
    name: 'Another issuer',
    by: 'Another issuer',
    sites: [],
    idExample: null,
    adapters: { seal: null, rating: null },
  },
];

export function findIssuer(id: string): Issuer | null {
  return issuers.find((one) => one.id === id) ?? null;
}
