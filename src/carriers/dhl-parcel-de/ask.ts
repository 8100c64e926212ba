import type { AccountSecrets, CarrierRequest, ParcelQuestion } from '../contract.ts';
import { manifest } from './manifest.ts';

const address = 'https://api-eu.dhl.com/parcel/de/tracking/v0/shipments';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function quoted(value: string): string {
  const plain = value.replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
  return `"${plain.replaceAll(/[\t\r\n]/g, (space) => `&#${space.charCodeAt(0)};`)}"`;
}

/** A `;` parts the numbers of one question, so none may stand in a number. */
function numberOf({ number }: ParcelQuestion): string {
  return number.replaceAll(/[\s;]/g, '');
}

function headersOf(secrets: AccountSecrets): Readonly<Record<string, string>> {
  const { apiKey = '', apiSecret = '' } = secrets;
  const basic = Buffer.from(`${apiKey}:${apiSecret}`).toString('base64');
  return {
    accept: 'application/xml, text/xml',
    'dhl-api-key': apiKey,
    ...(apiSecret === '' ? {} : { authorization: `Basic ${basic}` }),
  };
}

function requestOf(parcels: readonly ParcelQuestion[], secrets: AccountSecrets): CarrierRequest {
  const postcode = parcels.length === 1 ? (parcels[0]?.recipientPostcode?.trim() ?? '') : '';
  const attributes = [
    ['appname', secrets['user'] ?? ''],
    // English, whatever the customer reads, so that the sentences are always the same ones.
    ['language-code', 'en'],
    ['password', secrets['password'] ?? ''],
    ['piece-code', [...new Set(parcels.map(numberOf))].join(';')],
    ['request', 'd-get-piece-detail'],
    ...(postcode === '' ? [] : [['zip-code', postcode]]),
  ];
  const written = attributes.map(([name = '', value = '']) => `${name}=${quoted(value)}`).join(' ');
  const xml = `<?xml version="1.0" encoding="UTF-8" standalone="no"?><data ${written}/>`;
  return {
    method: 'GET',
    // The user's password is part of the question: this address is made here, sent, and written down nowhere.
    url: `${address}?${new URLSearchParams({ xml }).toString()}`,
    headers: headersOf(secrets),
    body: null,
    parcelIds: parcels.map(({ parcelId }) => parcelId),
  };
}

/**
 * Up to twenty numbers in one question; a parcel whose postcode goes along is asked about alone, because the interface takes
 * a postcode for one number only. Without key, user and password nothing is asked.
 */
export function ask(parcels: readonly ParcelQuestion[], secrets: AccountSecrets): readonly CarrierRequest[] {
  if (['apiKey', 'user', 'password'].some((name) => (secrets[name] ?? '') === '')) return [];
  const asked = parcels.filter((parcel) => numberOf(parcel) !== '');
  const alone = asked.filter(({ recipientPostcode }) => recipientPostcode !== null);
  const together = asked.filter(({ recipientPostcode }) => recipientPostcode === null);
  const batches = alone.map((parcel) => [parcel]);
  for (let start = 0; start < together.length; start += manifest.parcelsPerCall) {
    batches.push(together.slice(start, start + manifest.parcelsPerCall));
  }
  return batches.map((batch) => requestOf(batch, secrets));
}
