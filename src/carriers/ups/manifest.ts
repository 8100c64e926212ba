import type { Manifest } from '../contract.ts';

export const host = 'onlinetools.ups.com';

/**
 * UPS Track API (v1) and Track Alert (v2), as on developer.ups.com. UPS forgets a parcel after 120 days. It publishes no
 * number of calls and answers 429 when there were too many: the quota is our own ceiling, below what public clients report
 * to work. One call takes one number, and brings the other packages of its shipment along.
 */
export const manifest: Manifest = {
  id: 'ups',
  aliases: [
    'united-parcel-service',
    'ups-express',
    'ups-standard',
    'ups-ground',
    'ups-surepost',
    'ups-mail-innovations',
  ],
  name: 'UPS',
  hosts: [host],
  credentials: [
    { name: 'clientId', label: 'Client ID of the app on developer.ups.com', secret: false },
    { name: 'clientSecret', label: 'Client secret of the app on developer.ups.com', secret: true },
    {
      name: 'pushToken',
      label:
        'Client secret with which UPS fetches the token for its pushes here (any long random text; empty: no push)',
      secret: true,
    },
  ],
  quota: { callsPerDay: 10_000, callsPerSecond: 5, resetZone: 'UTC' },
  parcelsPerCall: 1,
  retentionDays: 120,
  // Activities roll off, and a shipment of many packages is sent in parts.
  snapshot: 'partial',
  retracts: false,
  publicPage: 'https://www.ups.com/track?tracknum={number}',
};
