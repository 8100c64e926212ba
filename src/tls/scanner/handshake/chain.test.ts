import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { ecKeys, make } from '../../../../test/zoo/certificates.ts';
import { believed, intermediate, leaf, root } from '../../../../test/zoo/servers.ts';
import { readChain, rootsIn } from './chain.ts';

const host = 'shop.example';
const roots = rootsIn(believed);

test('without authorities of one’s own, those of browsers are believed, and nobody else', () => {
  const [pem = ''] = rootCertificates;
  const known = readChain([new X509Certificate(pem).raw], host, null);
  assert.deepEqual([known.trust, known.isPublic, known.matchesName], ['trusted', true, false]);
  const own = readChain([leaf().der, intermediate.der], host, null);
  assert.deepEqual([own.trust, own.isPublic], ['unknown_authority', false]);
  // With an authority of one's own, those of browsers count for nothing.
  assert.notEqual(readChain([new X509Certificate(pem).raw], host, roots).trust, 'trusted');
});

test('the shortest way to the authority is walked, past certificates that lead nowhere', () => {
  const stray = make({ name: 'Stray', keys: ecKeys(), issuer: null, isAuthority: true });
  const chain = readChain([leaf().der, stray.der, intermediate.der, root.der], host, roots);
  assert.deepEqual([chain.trust, chain.path, chain.ordered, chain.servesRoot], ['trusted', [0, 2], false, true]);
});

test('authorities that sign each other are not walked in circles', () => {
  const one = { name: 'One', keys: ecKeys(), isAuthority: true };
  const two = { name: 'Two', keys: ecKeys(), isAuthority: true };
  const first = make({ ...one, issuer: make({ ...two, issuer: null }) });
  const second = make({ ...two, issuer: make({ ...one, issuer: null }) });
  const own = make({ name: host, names: [host], keys: ecKeys(), issuer: first });
  const { trust, path } = readChain([own.der, first.der, second.der], host, roots);
  assert.notEqual(trust, 'trusted');
  assert.deepEqual(path, [0, 1, 2]);
});

test('names are matched as browsers do: one level of a wildcard, no subject, addresses as addresses', () => {
  const rows: readonly (readonly [names: readonly string[], host: string, matches: boolean])[] = [
    [['shop.example'], 'shop.example', true],
    [['shop.example'], 'SHOP.example', true],
    [['shop.example'], 'www.shop.example', false],
    [['*.shop.example'], 'track.shop.example', true],
    [['*.shop.example'], 'a.track.shop.example', false],
    [['*.shop.example'], 'shop.example', false],
    [['192.0.2.7'], '192.0.2.7', true],
    [['192.0.2.7'], '192.0.2.8', false],
    [[], 'shop.example', false],
  ];
  for (const [names, asked, matches] of rows) {
    assert.equal(readChain([leaf({ names }).der], asked, roots).matchesName, matches, `${names.join()} ${asked}`);
  }
});

test('a file may hold more than certificates; what is none is left out', () => {
  const junk = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  assert.equal(rootsIn(`# ours\n${believed}${junk}${leaf().keyPem}`).length, 2);
  assert.deepEqual(rootsIn(''), []);
});
