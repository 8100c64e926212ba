import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLookup } from '#kit/egress';
import { startDnsServer } from '../../../test/dns-server.ts';

test('Addresses of both families, CAA, texts and mail servers come from the servers that are named', async (context) => {
  const dns = await startDnsServer();
  context.after(dns.close);
  const name = 'shop.example';
  dns.four.set(name, ['192.0.2.1', '192.0.2.2']);
  dns.six.set(name, ['2001:db8::1']);
  dns.texts.set(name, ['v=spf1 -all']);
  dns.exchanges.set(name, ['mail.example']);
  dns.authorities.set(name, ['0 issue ca.example', '128 tbs unknown', '0 iodef mailto:a@b.example']);
  const lookup = createLookup([dns.address]);
  assert.deepEqual([...((await lookup.addresses(name, 4)) ?? [])].toSorted(), ['192.0.2.1', '192.0.2.2']);
  assert.deepEqual(await lookup.addresses(name, 6), ['2001:db8::1']);
  assert.deepEqual(await lookup.texts(name), ['v=spf1 -all']);
  assert.deepEqual(await lookup.exchanges(name), ['mail.example']);
  const authorities = (await lookup.authorities(name)) ?? [];
  assert.deepEqual(authorities, [
    { critical: false, tag: 'issue', value: 'ca.example' },
    { critical: true, tag: 'tbs', value: 'unknown' },
    { critical: false, tag: 'iodef', value: 'mailto:a@b.example' },
  ]);
  assert.deepEqual(await lookup.authorities('other.example'), []);
});
