import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, suite, test } from 'node:test';
import { createVisitor, EgressFault, type EgressReason, type Visit } from '#kit/egress';

let asked = 0;
const server = createServer((request, response) => {
  asked += 1;
  response.setHeader('set-cookie', ['a=1', 'b=2']);
  if (request.url === '/away') response.writeHead(302, { location: 'http://other.example/' }).end();
  else response.end('x'.repeat(3_000));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
after(() => server.close());

function visitOf(url: string, more: Partial<Visit> = {}): Visit {
  const usual = { method: 'GET', url, headers: {}, address: null, caPem: null, allowPrivate: false } as const;
  return { ...usual, ports: { http: port, https: port }, timeoutMs: 1_000, answerBytesMax: 1_000, ...more };
}

const loopback = [{ address: '127.0.0.1' }];

async function reasonOf(
  visit: Visit,
  found: readonly { readonly address: string }[] = loopback,
): Promise<EgressReason> {
  try {
    await createVisitor({ resolve: async () => found }).visit(visit);
  } catch (error) {
    assert.ok(error instanceof EgressFault);
    return error.reason;
  }
  return assert.fail('it was let out');
}

test('Plain HTTP is answered where private addresses are allowed, cut at its limit, cookies apart, redirects not followed', async () => {
  const { visit } = createVisitor({ resolve: async () => loopback });
  const allowed = { allowPrivate: true };
  const page = await visit(visitOf('http://shop.example/', allowed));
  assert.deepEqual([page.status, page.bytes.length, page.cut, page.cookies], [200, 1_000, true, ['a=1', 'b=2']]);
  const away = await visit(visitOf('http://shop.example/away', allowed));
  assert.deepEqual([away.status, away.headers['location'], away.cut], [302, 'http://other.example/', false]);
  assert.equal((await visit(visitOf('http://127.0.0.1/', allowed))).status, 200);
});

suite('Without leave no private address is reached, and no other port or scheme with it', () => {
  const refused: readonly (readonly [EgressReason, Visit, (readonly { readonly address: string }[])?])[] = [
    ['refused_address', visitOf('http://shop.example/')],
    ['refused_address', visitOf('http://shop.example/'), [{ address: '8.8.8.8' }, ...loopback]],
    ['refused_address', visitOf('http://shop.example/', { address: '127.0.0.1' })],
    ['refused_address', visitOf('http://shop.example/', { address: 'localhost', allowPrivate: true })],
    ['refused_address', visitOf('http://127.0.0.1/')],
    ['refused_address', visitOf('http://0x7f.1/')],
    ['refused_address', visitOf('http://[::1]/')],
    ['refused_address', visitOf('http://8.8.8.8/')],
    ['refused_address', visitOf('http://8.8.8.8/', { allowPrivate: true, allowPublic: false })],
    ['refused_address', visitOf('http://127.0.0.1/', { allowPublic: true })],
    ['refused_address', visitOf('http://shop.example/', { allowPublic: false }), [{ address: '8.8.8.8' }]],
    ['refused_url', visitOf('http://shop.example:8080/', { allowPrivate: true })],
    ['refused_url', visitOf('ftp://shop.example/', { allowPrivate: true })],
    ['refused_url', visitOf('http://user@shop.example/', { allowPrivate: true })],
    ['refused_url', visitOf('no address', { allowPrivate: true })],
    ['name', visitOf('http://shop.example/', { allowPrivate: true }), []],
    ['tls', visitOf('https://shop.example/', { allowPrivate: true })],
  ];
  for (const [reason, visit, found] of refused) {
    test(`${visit.url} ${visit.address ?? ''} ${reason}`, async () => {
      const before = asked;
      assert.equal(await reasonOf(visit, found), reason);
      assert.equal(asked, before);
    });
  }
});
