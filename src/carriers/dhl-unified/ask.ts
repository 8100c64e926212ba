import type { AccountSecrets, CarrierRequest, ParcelQuestion } from '../contract.ts';
import { services } from './manifest.ts';

const address = 'https://api-eu.dhl.com/track/shipments';

/** DHL answers with up to this many shipments of one number, when no service is named. */
const shipmentsPerAnswer = '5';

/** The service as the API names it; a name that it does not know would make the question fail. */
export function serviceAsked(service: string | null): string | null {
  const name = (service ?? '').trim().toLowerCase().replaceAll('_', '-');
  return services.has(name) ? name : null;
}

function questionOf(parcel: ParcelQuestion, apiKey: string): CarrierRequest {
  const query = new URLSearchParams({ trackingNumber: parcel.number.replaceAll(/\s/g, '') });
  const service = serviceAsked(parcel.service);
  if (service !== null) query.set('service', service);
  query.set('requesterCountryCode', 'DE');
  if (parcel.recipientPostcode !== null) query.set('recipientPostalCode', parcel.recipientPostcode.trim());
  query.set('language', 'en');
  query.set('limit', shipmentsPerAnswer);
  return {
    method: 'GET',
    url: `${address}?${query.toString()}`,
    headers: { accept: 'application/json', 'DHL-API-Key': apiKey },
    body: null,
    parcelIds: [parcel.parcelId],
  };
}

/**
 * One question per parcel: the API takes one number. Without an API key nothing is asked. English, whatever the customer
 * reads, so that the sentences are always the same ones.
 */
export function ask(parcels: readonly ParcelQuestion[], secrets: AccountSecrets): readonly CarrierRequest[] {
  const apiKey = secrets['apiKey'] ?? '';
  if (apiKey === '') return [];
  return parcels.filter(({ number }) => number.trim() !== '').map((parcel) => questionOf(parcel, apiKey));
}
