import type { Manifest } from '../contract.ts';

/**
 * DHL "Parcel DE Tracking (Post & Parcel Germany)" v0: the business customers' own interface, finer than the unified one.
 * It answers with parcels of the customer's own contract. Quota as DHL gives it to a new app (a thousand calls a day, three
 * a second); up to twenty numbers in one call, as its documentation says.
 */
export const manifest: Manifest = {
  id: 'dhl-parcel-de',
  aliases: ['dhl-paket-de', 'dhl-parcel-germany'],
  // As DHL calls it to customers; the unified interface is plain DHL.
  name: 'DHL Paket',
  hosts: ['api-eu.dhl.com'],
  credentials: [
    { name: 'apiKey', label: 'API key of the app on developer.dhl.com', secret: true },
    { name: 'apiSecret', label: 'API secret of the same app', secret: true },
    { name: 'user', label: 'Tracking user (appname) from the DHL business customer portal', secret: false },
    { name: 'password', label: 'Password of that user', secret: true },
  ],
  quota: { callsPerDay: 1_000, callsPerSecond: 3, resetZone: 'UTC' },
  parcelsPerCall: 20,
  retentionDays: 90,
  snapshot: 'complete',
  retracts: true,
  publicPage: 'https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}',
};

/** The clock that DHL's German parcel service writes its times by. */
export const homeZone = 'Europe/Berlin';
