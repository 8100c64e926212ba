import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { EgressFault, openProber, type ProbeTarget } from '#kit/egress';

const everything = { host: 'shop.example', port: 1, address: null, allowPrivate: true, allowPublic: true };

async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert(error instanceof EgressFault, 'nothing was refused');
  return error.reason;
}

async function standIn(context: TestContext, answer: (socket: Socket) => void): Promise<ProbeTarget> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return { ...everything, port: (server.address() as AddressInfo).port, address: '127.0.0.1' };
}

suite('a prober dials what it may reach, and nothing else', () => {
  const rows: readonly (readonly [string, string[], Partial<ProbeTarget>])[] = [
    ['a private address', ['10.0.0.1'], { allowPrivate: false }],
    ['a private address beside a public one', ['8.8.8.8', '127.0.0.1'], { allowPrivate: false }],
    ['a public address where only the own network may be', ['8.8.8.8'], { allowPublic: false }],
    ['a public address beside a private one', ['10.0.0.1', '8.8.8.8'], { allowPublic: false }],
    ['a loopback address in disguise', ['::ffff:127.0.0.1'], { allowPrivate: false }],
    ['what is no address', ['shop.example'], {}],
  ];
  for (const [name, addresses, may] of rows) {
    test(name, async () => {
      const resolve = () => Promise.resolve(addresses.map((address) => ({ address })));
      assert.equal(await reasonOf(openProber({ ...everything, ...may }, resolve)), 'refused_address');
      const [address = ''] = addresses.toReversed();
      assert.equal(await reasonOf(openProber({ ...everything, ...may, address }, resolve)), 'refused_address');
    });
  }

  test('a name that leads nowhere', async () => {
    assert.equal(await reasonOf(openProber(everything, () => Promise.resolve([]))), 'name');
    assert.equal(await reasonOf(openProber(everything, () => Promise.reject(new Error('ENOTFOUND')))), 'name');
  });

  test('a name is looked up once, however often it is probed', async (context) => {
    const target = await standIn(context, (socket) => socket.end('a'));
    const answers = [[{ address: '127.0.0.1' }], [{ address: '8.8.8.8' }]];
    let asked = 0;
    const prober = await openProber({ ...target, address: null }, () => Promise.resolve(answers[asked++] ?? []));
    for (let turn = 0; turn < 3; turn += 1) await prober.exchange(Buffer.from('x'), () => false);
    assert.deepEqual([asked, prober.address], [1, '127.0.0.1']);
  });
});

test('an exchange ends when it is whole, closed, too long or too slow, and says so', async (context) => {
  const target = await standIn(context, (socket) => {
    socket.on('data', (chunk) => {
      if (String(chunk) === 'echo') socket.write(chunk);
      if (String(chunk) === 'close') socket.end('bye');
      if (String(chunk) === 'flood') socket.write(Buffer.alloc(1024 * 1024));
    });
  });
  const prober = await openProber(target);
  const ask = (word: string) => prober.exchange(Buffer.from(word), (bytes) => bytes.length === 4);
  const [whole, closed, flood, silent] = await Promise.all(['echo', 'close', 'flood', 'nothing'].map(ask));
  assert.deepEqual(whole, { bytes: Buffer.from('echo'), end: 'whole' });
  assert.deepEqual(closed, { bytes: Buffer.from('bye'), end: 'closed' });
  assert.equal(flood?.end, 'too_large');
  assert.ok((flood?.bytes.length ?? 0) < 256 * 1024);
  assert.deepEqual(silent, { bytes: Buffer.alloc(0), end: 'timeout' });
});

test('sixteen connections at once, and every exchange gets its turn', async (context) => {
  let open = 0;
  let most = 0;
  const target = await standIn(context, (socket) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      socket.end('x');
    }, 5);
  });
  const prober = await openProber(target);
  const all = await Promise.all(Array.from({ length: 100 }, () => prober.exchange(Buffer.from('x'), () => false)));
  assert.ok(all.every(({ end }) => end === 'closed'));
  assert.ok(most > 1 && most <= 16, String(most));
});
