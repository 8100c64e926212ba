import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { suite, test, type TestContext } from 'node:test';
import { Fault } from '#kit/fault';
import { answer, anyone, createHttp, type HttpSettings } from '#kit/http';
import { createLog } from '#kit/log';

type Needs = Partial<Parameters<typeof createHttp>[0]>;

const settings: HttpSettings = {
  host: '127.0.0.1',
  port: 0,
  tls: null,
  trustedProxies: [],
  publicUrl: 'http://localhost',
};
const log = createLog({ level: 'silent' });

function make(own: Partial<HttpSettings>, needs: Needs = {}) {
  return createHttp({ settings: { ...settings, ...own }, log, ready: () => Promise.resolve(true), ...needs });
}

async function serve(context: TestContext, limits: NonNullable<Needs['limits']>, handle: () => Promise<string>) {
  const http = make({}, { limits });
  http.route({
    method: 'POST',
    path: '/x',
    audience: 'machines',
    admit: anyone,
    takes: 'bytes',
    handle: async () => answer.text(await handle()),
  });
  const { port } = await http.listen();
  context.after(() => http.close());
  return { http, port };
}

/** Sends each part after its pause, and gives back all that came until the server closed, and after how long. */
async function talk(port: number, ...parts: readonly [text: string, afterMs: number][]) {
  const began = performance.now();
  let text = '';
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const [part, afterMs] of parts) {
    await pause(afterMs);
    if (socket.writable) socket.write(part);
  }
  await closed;
  return { text, ms: performance.now() - began };
}

suite('where it may listen', () => {
  const tls = { from: { certFile: '/c', keyFile: '/k' }, redirectPort: null };
  const table: Readonly<Record<string, readonly [own: Partial<HttpSettings>, allowed: boolean]>> = {
    'loopback, IPv4': [{ host: '127.0.0.1' }, true],
    'loopback, IPv6': [{ host: '::1' }, true],
    'localhost by name': [{ host: 'localhost' }, true],
    'every address': [{ host: '0.0.0.0' }, false],
    'every address, IPv6': [{ host: '::' }, false],
    'no address': [{ host: '' }, false],
    'an address of the network': [{ host: '192.168.1.5' }, false],
    'a name that only looks like loopback': [{ host: '127.0.0.1.evil.example' }, false],
    'every address with TLS': [{ host: '0.0.0.0', tls }, true],
    'every address behind a proxy': [{ host: '0.0.0.0', trustedProxies: ['10.0.0.1'] }, true],
  };
  for (const [name, [own, allowed]] of Object.entries(table)) {
    test(`${name} is ${allowed ? 'allowed' : 'refused'}`, () => {
      if (allowed) {
        make(own);
        return;
      }
      assert.throws(
        () => make(own),
        (error) => {
          assert(error instanceof Fault && error.code === 'invalid');
          for (const word of ['GLASSPOST_TLS_CERT', 'GLASSPOST_TLS_KEY', 'GLASSPOST_TRUSTED_PROXIES']) {
            assert.ok(error.publicText.includes(word));
          }
          return true;
        },
      );
    });
  }

  test('a port that is taken is said in a sentence', async (context) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    context.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const http = make({ port });
    await assert.rejects(http.listen(), (error) => {
      assert(error instanceof Fault);
      return error.publicText === `Port ${port} on 127.0.0.1 is already taken by another program.`;
    });
    await http.close();
  });

  test('localhost is 127.0.0.1, and an address of another machine is said in a sentence', async (context) => {
    const http = make({ host: 'localhost' });
    const { port } = await http.listen();
    context.after(() => http.close());
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
    const elsewhere = make({ host: '203.0.113.1', trustedProxies: ['10.0.0.1'] });
    await assert.rejects(elsewhere.listen(), /is not on an address of this machine/);
    await elsewhere.close();
  });
});

suite('slow and broken clients', () => {
  const limits = { headersTimeoutMs: 150, requestTimeoutMs: 300, keepAliveTimeoutMs: 100 };
  const head = 'POST /x HTTP/1.1\r\nHost: x\r\n';

  test('headers that drip are cut off', async (context) => {
    const { port } = await serve(context, limits, () => Promise.resolve('ok'));
    const drips = Array.from({ length: 10 }, (_none, at): [string, number] => [`X-${at}: y\r\n`, 60]);
    const { text, ms } = await talk(port, [head, 0], ...drips);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(ms < 900, `${ms} ms`);
  });

  test('a body that drips is cut off', async (context) => {
    const { port } = await serve(context, limits, () => Promise.resolve('ok'));
    const drips = Array.from({ length: 20 }, (): [string, number] => ['x', 40]);
    const { text, ms } = await talk(port, [`${head}Content-Length: 1000\r\n\r\n`, 0], ...drips);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(ms < 1_200, `${ms} ms`);
  });

  test('a connection that waits for nothing is closed, a second request on it is answered', async (context) => {
    const { port } = await serve(context, limits, () => Promise.resolve('ok'));
    const whole = `${head}Content-Length: 0\r\n\r\n`;
    const { text } = await talk(port, [whole, 0], [whole, 50]);
    assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
  });

  const garbage: readonly [name: string, bytes: string, status: string][] = [
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['headers that are too large', `${head}X: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
    ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, '400'],
    ['a length and chunks', `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, '400'],
    ['a bare line feed in a header', `${head}X: a\nY: b\r\n\r\n`, '400'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', '400'],
    ['a method nobody knows', 'BREW /x HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
  ];
  for (const [name, bytes, status] of garbage) {
    test(`${name}: ${status} and the door`, async (context) => {
      const { port } = await serve(context, limits, () => Promise.resolve('ok'));
      const { text } = await talk(port, [bytes, 0]);
      assert.ok(text.startsWith(`HTTP/1.1 ${status} `), text);
      assert.ok(!/server:|fastify/i.test(text));
    });
  }

  test('a client that hangs up in its body harms nobody', async (context) => {
    const { port } = await serve(context, limits, () => Promise.resolve('ok'));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`${head}Content-Length: 100\r\n\r\nhalf`);
    await pause(30);
    socket.resetAndDestroy();
    await pause(30);
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  });
});

suite('the end', () => {
  test('a running request is answered, new connections are refused, readyz says no', async (context) => {
    const { promise: held, resolve: release } = Promise.withResolvers<string>();
    const reached = Promise.withResolvers<null>();
    const { http, port } = await serve(context, {}, () => {
      reached.resolve(null);
      return held;
    });
    const idle = talk(port, ['GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n', 0]);
    const running = talk(port, ['POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 0]);
    await reached.promise;
    const closing = http.close();
    await assert.rejects(fetch(`http://127.0.0.1:${port}/readyz`));
    release('done');
    const { text } = await running;
    assert.match(text, /^HTTP\/1\.1 200 .*connection: close.*done$/is);
    await closing;
    await idle;
    await http.close();
  });

  test('a request that does not end is cut off after the time that is left to it', async (context) => {
    const reached = Promise.withResolvers<null>();
    const { http, port } = await serve(context, { closeTimeoutMs: 200 }, () => {
      reached.resolve(null);
      return new Promise(() => {});
    });
    const running = talk(port, ['POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', 0]);
    await reached.promise;
    const began = performance.now();
    await http.close();
    const took = performance.now() - began;
    assert.ok(took >= 190 && took < 1_000, `${took} ms`);
    assert.equal((await running).text, '');
  });

  test('it may be closed before it was opened', async () => {
    await make({}).close();
  });
});
