import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { suite, test } from 'node:test';
import { createEgress, EgressFault, type EgressReason, type EgressRequest, type EgressRoute } from '#kit/egress';
import { createLog } from '#kit/log';

const host = 'api.carrier.example';
const log = createLog({ level: 'silent' });
const somewhere: EgressRoute = { hosts: { [host]: { address: '127.0.0.1', port: 1 } }, caPem: '' };

/** Every address that any socket of this process tried to reach. */
const attempts: string[] = [];
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (address: string) => attempts.push(address));
});

function ask(url = `https://${host}/`, more: Partial<EgressRequest> = {}): EgressRequest {
  return { method: 'GET', url, headers: {}, body: null, hosts: [host], ...more };
}

function neverAsked(): Promise<never> {
  return Promise.reject(new Error('the name was looked up'));
}

async function reasonOf(sent: Promise<unknown>): Promise<string> {
  const error = await sent.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert(error instanceof EgressFault, 'it was sent');
  assert.equal(error.code, 'unavailable');
  return error.reason;
}

/** The same, and nothing was dialled. */
async function refusalOf(sent: Promise<unknown>): Promise<string> {
  const before = attempts.length;
  const reason = await reasonOf(sent);
  assert.deepEqual(attempts.slice(before), []);
  return reason;
}

const literals = `127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. ①②⑦.0.0.1 127。0。0。1
  %31%32%37.0.0.1 0 10.0.0.1 192.168.1.1 169.254.169.254 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
  [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fd00:ec2::254] 8.8.8.8 [2606:4700::1111]`;

suite('egress refuses a literal address, even when it is on the list', () => {
  for (const literal of literals.split(/\s+/)) {
    test(literal, async () => {
      const url = `https://${literal}/`;
      const hosts = [new URL(url).hostname, host];
      const egress = createEgress({ log, resolve: neverAsked });
      assert.equal(await refusalOf(egress.send(ask(url, { hosts }), null)), 'refused_address');
      assert.equal(await refusalOf(egress.send(ask(url, { hosts }), somewhere)), 'refused_address');
    });
  }
});

const privateAddresses = `0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
  172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.251
  239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8
  ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1
  2002:7f00:1::1 2002:a00:1::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1
  2606:4700::1%1 localhost 127.1 8.8.8.8.8`;

suite('egress refuses a name that leads to a private address, alone or beside public ones', () => {
  for (const address of ['', ...privateAddresses.split(/\s+/)]) {
    test(address === '' ? 'no address at all' : address, async () => {
      const before = { address: '8.8.8.8' };
      const after = { address: '2606:4700::1111' };
      for (const found of [[{ address }], [before, { address }], [{ address }, after]]) {
        const egress = createEgress({ log, resolve: () => Promise.resolve(found) });
        assert.equal(await refusalOf(egress.send(ask(), null)), 'refused_address');
      }
    });
  }
});

const urls: Readonly<Record<string, EgressReason>> = {
  [`http://${host}/`]: 'refused_url',
  [`ftp://${host}/`]: 'refused_url',
  'file:///etc/passwd': 'refused_url',
  'data:text/plain,x': 'refused_url',
  'not a url': 'refused_url',
  [`https://${host}:8443/`]: 'refused_url',
  [`https://user@${host}/`]: 'refused_url',
  [`https://user:word@${host}/`]: 'refused_url',
  [`https://${host}@evil.example/`]: 'refused_url',
  [`https://${host}./`]: 'refused_host',
  [`https://evil.example/${host}`]: 'refused_host',
  [`https://${host}.evil.example/`]: 'refused_host',
  [`https://x.${host}/`]: 'refused_host',
  [`https://evil.example\\@${host}/`]: 'refused_host',
  [`https://evil.example#@${host}/`]: 'refused_host',
  'https://localhost/': 'refused_host',
  'https://constructor/': 'refused_host',
};

suite('egress refuses an address that is not https, port 443, on the list', () => {
  for (const [url, reason] of Object.entries(urls)) {
    test(url, async () => {
      const egress = createEgress({ log, resolve: neverAsked });
      assert.equal(await refusalOf(egress.send(ask(url), null)), reason);
      assert.equal(await refusalOf(egress.send(ask(url), somewhere)), reason);
    });
  }
});

suite('egress with a route never comes to the real host', () => {
  const egress = createEgress({ log, resolve: neverAsked });

  test('hosts outside its table are refused, listed or not', async () => {
    for (const other of ['real.example', 'constructor', '__proto__', 'tostring']) {
      const request = ask(`https://${other}/`, { hosts: [host, other] });
      assert.equal(await refusalOf(egress.send(request, somewhere)), 'refused_host', other);
    }
    assert.equal(await refusalOf(egress.send(ask(undefined, { hosts: [] }), somewhere)), 'refused_host');
  });

  test('a table that leaves loopback is refused', async () => {
    const outward = { hosts: { [host]: { address: '10.0.0.1', port: 443 } }, caPem: '' } as unknown as EgressRoute;
    assert.equal(await refusalOf(egress.send(ask(), outward)), 'refused_host');
  });
});

test('headers that would steer the connection or split the request are refused', async () => {
  const egress = createEgress({ log, resolve: () => Promise.resolve([{ address: '2606:4700::1111' }]) });
  const steering = ['Host', 'connection', 'Transfer-Encoding', 'content-length', 'Proxy-Authorization', 'upgrade'];
  const splitting = { 'x-key': 'a\r\nx: y', 'x-kex': 'a\n', 'x key': 'a', 'x-kez': 'Schlüssel✓' };
  for (const [name, value] of [...steering.map((header) => [header, 'x'] as const), ...Object.entries(splitting)]) {
    const request = ask(undefined, { headers: { [name]: value } });
    assert.equal(await refusalOf(egress.send(request, null)), 'refused_header', name);
  }
});

test('a name that is not found, an empty answer and a resolver that hangs', async () => {
  const notFound = createEgress({ log, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
  assert.equal(await refusalOf(notFound.send(ask(), null)), 'name');
  const empty = createEgress({ log, resolve: () => Promise.resolve([]) });
  assert.equal(await refusalOf(empty.send(ask(), null)), 'name');
  const held = setTimeout(() => {}, 5_000);
  const hangs = createEgress({ log, resolve: () => new Promise(() => {}) });
  assert.equal(await refusalOf(hangs.send(ask(undefined, { timeoutMs: 50 }), null)), 'timeout');
  clearTimeout(held);
});

test('a name that changes its answer gains nothing: what was checked is what is dialled', async () => {
  // An address of the public range that nobody was ever given: it is dialled and nothing is there.
  const answers = [[{ address: '2000::7' }], [{ address: '127.0.0.1' }], [{ address: '127.0.0.1' }]];
  let asked = 0;
  const egress = createEgress({ log, resolve: () => Promise.resolve(answers[asked++] ?? []) });
  const before = attempts.length;
  const reason = await reasonOf(egress.send(ask(undefined, { timeoutMs: 200 }), null));
  assert.ok(['connect', 'timeout'].includes(reason), reason);
  assert.equal(asked, 1);
  assert.deepEqual(attempts.slice(before), ['2000::7']);
  assert.equal(await refusalOf(egress.send(ask(), null)), 'refused_address');
});
