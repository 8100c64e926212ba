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
    'DHL Paket',
  ]) {
    assert.equal(findConnector(name)?.manifest.id, 'dhl-unified', name);
  }
});

test('UPS is found as UPS, and its services as it', () => {
  for (const name of ['ups', 'UPS', 'UPS Ground', 'united_parcel_service', ' ups_surepost ']) {
    assert.equal(findConnector(name)?.manifest.id, 'ups', name);
  }
});

test('the German parcel service goes by its own name, and plain DHL stays with the interface that speaks for all of DHL', () => {
  for (const name of ['dhl-parcel-de', ' dhl_parcel_de ', 'DHL Parcel DE']) {
    assert.equal(findConnector(name)?.manifest.id, 'dhl-parcel-de', name);
  }
  assert.equal(findConnector('deutsche-post')?.manifest.id, 'dhl-unified');
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
