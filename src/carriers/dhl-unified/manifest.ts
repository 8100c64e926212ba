import type { Manifest } from '../contract.ts';

/**
 * DHL "Shipment Tracking - Unified" (1.5): one API for the parcels of all DHL companies. Quota and retention as DHL gives
 * them to a new account; a bigger quota comes on request.
 */
export const manifest: Manifest = {
  id: 'dhl-unified',
  aliases: [
    'dhl',
    'dhl-universal',
    'dhl-express',
    'dhl-ecommerce',
    'dhl-paket',
    'dhl-parcel',
    'dhl-germany',
    'deutsche-post',
    'deutsche-post-dhl',
  ],
  name: 'DHL',
  hosts: ['api-eu.dhl.com'],
  credentials: [
    { name: 'apiKey', label: 'API key of the app on developer.dhl.com', secret: true },
    {
      name: 'pushToken',
      label: 'Token that DHL sends with every push (any long random text; empty: no push)',
      secret: true,
    },
  ],
  quota: { callsPerDay: 250, callsPerSecond: 1, resetZone: 'UTC' },
  parcelsPerCall: 1,
  retentionDays: 90,
  // Some DHL companies send the newest events only.
  snapshot: 'partial',
  retracts: true,
  publicPage: 'https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}',
};

/** DHL companies as the API names them. */
export const services: ReadonlySet<string> = new Set([
  'dgf',
  'dsc',
  'ecommerce',
  'ecommerce-apac',
  'ecommerce-europe',
  'ecommerce-iberia',
  'ecommerce-ppl',
  'express',
  'freight',
  'parcel-de',
  'parcel-nl',
  'parcel-pl',
  'parcel-uk',
  'post-de',
  'post-international',
  'sameday',
  'svb',
]);

/** Zone of a service that works in one country only; the others tell it by the place of the scan. */
export const homeZones: ReadonlyMap<string, string> = new Map([
  ['ecommerce-ppl', 'Europe/Prague'],
  ['ecommerce-iberia', 'Europe/Madrid'],
  ['parcel-de', 'Europe/Berlin'],
  ['parcel-nl', 'Europe/Amsterdam'],
  ['parcel-pl', 'Europe/Warsaw'],
  ['parcel-uk', 'Europe/London'],
  ['post-de', 'Europe/Berlin'],
  ['post-international', 'Europe/Berlin'],
  ['svb', 'Europe/Berlin'],
]);
