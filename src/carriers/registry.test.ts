import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors, findConnector } from './registry.ts';

test('a carrier is found by its id and by the names that shops use for it', () => {
  for (const name of [
    'dhl-unified',
    'dhl_unified',
    'DHL',
    'dhl-universal',
    'dhl_universal',
    'DHL Express',
    ' dhl_parcel_de ',
  ]) {
    assert.equal(findConnector(name)?.manifest.id, 'dhl-unified', name);
  }
});

test('UPS is found as UPS, and its services as it', () => {
  for (const name of ['ups', 'UPS', 'UPS Ground', 'united_parcel_service', ' ups_surepost ']) {
    assert.equal(findConnector(name)?.manifest.id, 'ups', name);
  }
});

test('a carrier that nobody connected is null', () => {
  assert.equal(findConnector('pigeon'), null);
  assert.equal(findConnector(''), null);
  assert.equal(findConnector('__proto__'), null);
});

test('no name leads to two carriers', () => {
  const names = connectors.flatMap(({ manifest }) => [manifest.id].concat(manifest.aliases));
  assert.equal(new Set(names).size, names.length);
});
