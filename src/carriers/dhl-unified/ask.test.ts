import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nobodys } from '#privacy';
import { ask } from './ask.ts';

const parcel = {
  parcelId: 'p1',
  number: nobodys('tracking_number', '0034 0000 0000 0000 0017'),
  service: 'parcel-de',
  recipientPostcode: null,
};
const secrets = { apiKey: 'example-key' };

test('one parcel is one question, with the key in a header and nothing about the recipient', () => {
  const [request, ...others] = ask([parcel], secrets);
  assert.equal(others.length, 0);
  assert.equal(
    request?.url,
    'https://api-eu.dhl.com/track/shipments?trackingNumber=00340000000000000017&service=parcel-de&requesterCountryCode=DE&language=en&limit=5',
  );
  assert.equal(request.headers['DHL-API-Key'], 'example-key');
  assert.deepEqual([request.method, request.body, request.parcelIds], ['GET', null, ['p1']]);
});

test('the postcode goes along only when it was given', () => {
  const [request] = ask([{ ...parcel, recipientPostcode: nobodys('postcode', '12345') }], secrets);
  assert.equal(new URL(request?.url ?? '').searchParams.get('recipientPostalCode'), '12345');
});

test('a service that the API does not know is left out instead of spoiling the question', () => {
  const services = ['V01PAK', null, 'PARCEL_DE'].map((service) =>
    new URL(ask([{ ...parcel, service }], secrets)[0]?.url ?? '').searchParams.get('service'),
  );
  assert.deepEqual(services, [null, null, 'parcel-de']);
});

test('signs in a number cannot change the question', () => {
  const [request] = ask([{ ...parcel, number: nobodys('tracking_number', 'A1&service=express#x') }], secrets);
  assert.equal(new URL(request?.url ?? '').searchParams.get('trackingNumber'), 'A1&service=express#x');
});

test('without a key, or without a number, nothing is asked', () => {
  assert.deepEqual(ask([parcel], {}), []);
  assert.deepEqual(ask([{ ...parcel, number: nobodys('tracking_number', ' ') }], secrets), []);
});
