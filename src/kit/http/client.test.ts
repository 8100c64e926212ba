import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { Fault } from '#kit/fault';
import { addressBlocks, createClientReader } from './client.ts';

const proxies = ['127.0.0.1', '10.0.0.0/8', '2001:db8:1::/48'];
const read = createClientReader(proxies);

type Row = readonly [peer: string, headers: Record<string, string>, address: string, scheme: string, host: string];
const own = { host: 'Shop.Example' };
const forged = {
  ...own,
  'x-forwarded-for': '6.6.6.6',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
};

const rows: Readonly<Record<string, Row>> = {
  'a stranger is itself, whatever it says': ['203.0.113.9', forged, '203.0.113.9', 'http', 'shop.example'],
  'a stranger over IPv6 too': ['2001:db8:2::1', forged, '2001:db8:2::1', 'http', 'shop.example'],
  'a neighbour of a trusted address': ['127.0.0.2', forged, '127.0.0.2', 'http', 'shop.example'],
  'a trusted proxy is believed': ['127.0.0.1', forged, '6.6.6.6', 'https', 'evil.example'],
  'a trusted proxy seen through an IPv6 socket': ['::ffff:10.1.2.3', forged, '6.6.6.6', 'https', 'evil.example'],
  'a trusted proxy in a network of IPv6': ['2001:db8:1::9', forged, '6.6.6.6', 'https', 'evil.example'],
  'a proxy that says nothing': ['127.0.0.1', own, '127.0.0.1', 'http', 'shop.example'],
  'what the client wrote in front is not reached': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '1.1.1.1, 127.0.0.1, 203.0.113.9' },
    '203.0.113.9',
    'http',
    'shop.example',
  ],
  'a chain of trusted proxies is followed to the first stranger': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.7, 10.0.0.8' },
    '203.0.113.9',
    'http',
    'shop.example',
  ],
  'a chain of nothing but trusted ones ends at its beginning': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '10.0.0.6, 10.0.0.7' },
    '10.0.0.6',
    'http',
    'shop.example',
  ],
  'an entry that is no address stops the walk': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '1.1.1.1, unknown, 10.0.0.7' },
    '10.0.0.7',
    'http',
    'shop.example',
  ],
  'an empty entry stops the walk': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '1.1.1.1,' },
    '127.0.0.1',
    'http',
    'shop.example',
  ],
  'ports and brackets are taken off': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '[2001:db8:9::1]:443, 10.0.0.7:8080' },
    '2001:db8:9::1',
    'http',
    'shop.example',
  ],
  'a mapped address cannot pass for a stranger': [
    '127.0.0.1',
    { ...own, 'x-forwarded-for': '9.9.9.9, ::ffff:10.0.0.7' },
    '9.9.9.9',
    'http',
    'shop.example',
  ],
  'the nearest scheme and host count': [
    '127.0.0.1',
    { ...own, 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'evil.example, a.example' },
    '127.0.0.1',
    'http',
    'a.example',
  ],
  'a scheme and a host that are none are not taken': [
    '127.0.0.1',
    { ...own, 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a.example/path' },
    '127.0.0.1',
    'http',
    'shop.example',
  ],
  'a Host header that is no host is empty': ['203.0.113.9', { host: 'a b"><script>' }, '203.0.113.9', 'http', ''],
  'a missing Host header is empty': ['203.0.113.9', {}, '203.0.113.9', 'http', ''],
  'a host may have a port': ['203.0.113.9', { host: 'Shop.example:8443' }, '203.0.113.9', 'http', 'shop.example:8443'],
  'a host may be an address': ['203.0.113.9', { host: '[::1]:8443' }, '203.0.113.9', 'http', '[::1]:8443'],
};

suite('who asks', () => {
  for (const [name, [peer, headers, address, scheme, host]] of Object.entries(rows)) {
    test(name, () => {
      assert.deepEqual(read({ address: peer, scheme: 'http' }, headers), { address, scheme, host });
    });
  }

  test('without trusted proxies no header counts, from nobody', () => {
    const reader = createClientReader([]);
    assert.equal(reader({ address: '127.0.0.1', scheme: 'https' }, forged).address, '127.0.0.1');
    assert.equal(reader({ address: '127.0.0.1', scheme: 'https' }, forged).scheme, 'https');
    assert.equal(reader({ address: '127.0.0.1', scheme: 'https' }, forged).host, 'shop.example');
  });

  test('a stranger never becomes another, whatever header it sends', () => {
    const peer = { address: '203.0.113.9', scheme: 'http' } as const;
    fc.assert(
      fc.property(fc.string(), fc.string(), (forwarded, host) => {
        const client = read(peer, {
          'x-forwarded-for': forwarded,
          'x-forwarded-host': host,
          'x-forwarded-proto': 'https',
        });
        assert.deepEqual(client, { address: '203.0.113.9', scheme: 'http', host: '' });
      }),
    );
  });

  test('what a client writes before the proxy adds its own address never matters', () => {
    fc.assert(
      fc.property(fc.string(), (written) => {
        const client = read({ address: '10.0.0.1', scheme: 'http' }, { 'x-forwarded-for': `${written}, 203.0.113.9` });
        assert.equal(client.address, '203.0.113.9');
      }),
    );
  });

  test('a list that names no address, or everyone, is refused', () => {
    for (const bad of [
      '',
      'proxy.example',
      '10.0.0.0/33',
      '10.0.0.0/x',
      '10.0.0.0/',
      '0.0.0.0/0',
      '::/0',
      '10.0.0/8',
      '::1/129',
      'fe80::1%lo',
    ]) {
      assert.throws(
        () => createClientReader([bad]),
        (error) => error instanceof Fault && error.code === 'invalid',
        bad,
      );
    }
  });
});

test('limits count an IPv4 address and its /24, and the /64 and the /48 of an IPv6 address in any spelling', () => {
  assert.deepEqual(addressBlocks('203.0.113.9'), ['203.0.113.9', '203.0.113.0/24']);
  const spellings = ['2001:db8:0:7::1', '2001:DB8::7:ffff:ffff:ffff:ffff', '2001:0db8:0000:0007:1:2:3:4'];
  for (const spelled of spellings) {
    assert.deepEqual(addressBlocks(spelled), ['2001:db8:0:7::/64', '2001:db8:0::/48'], spelled);
  }
  assert.deepEqual(addressBlocks('::1'), ['0:0:0:0::/64', '0:0:0::/48']);
  const [narrow, wide] = addressBlocks('2001:db8:0:8::1');
  assert.deepEqual([narrow, wide], ['2001:db8:0:8::/64', '2001:db8:0::/48']);
  assert.deepEqual(addressBlocks('no address'), ['no address', 'no address']);
  assert.deepEqual(addressBlocks('fe80::1%eth0'), ['fe80::1%eth0', 'fe80::1%eth0'], 'a zone is no part of an address');
});

test('whatever an address is, it has two blocks', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address) => {
      assert.equal(addressBlocks(address).length, 2);
    }),
  );
});
