import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import { frontStates } from '#kit/http';
import { freePort } from '../../../../test/free-port.ts';
import {
  authority,
  frontsOf,
  houseHost,
  listening,
  serveFront,
  shopHost,
  startShop,
  tlsTo,
} from '../../../../test/front.ts';

const to = (port: number) => frontsOf(`${shopHost}=http://127.0.0.1:${port}`);

suite('what the shop’s server is told', () => {
  test('the message as it was sent, and about the client only what is known', async (context) => {
    const shop = await startShop(context, (asked, response) => {
      response.end(JSON.stringify([asked.method, asked.url, asked.headers]));
    });
    const { ask } = await serveFront(context, to(shop.port));
    const got = await ask('//a/%2e%2e/b?q=1&q=2', {
      headers: {
        cookie: 'a=1; b=2',
        'x-own': 'kept',
        connection: 'close, X-Secret, X-Forwarded-Proto',
        'x-secret': 'gone',
        te: 'trailers',
        'keep-alive': 'timeout=5',
        'proxy-authorization': 'Basic gone',
        'x-forwarded-for': '203.0.113.9',
        x_forwarded_for: '203.0.113.9',
        'x-forwarded-proto': 'http',
        'x-forwarded-ssl': 'off',
        'x-real-ip': '203.0.113.9',
        'cf-connecting-ip': '203.0.113.9',
        forwarded: 'for=203.0.113.9',
        proxy: 'http://evil.example',
        via: '1.0 fred',
      },
    });
    const [method, url, headers] = JSON.parse(got.text) as [string, string, Record<string, string>];
    assert.deepEqual([method, url], ['GET', '//a/%2e%2e/b?q=1&q=2']);
    const { connection, ...rest } = headers;
    assert.match(connection ?? '', /^(?:close|keep-alive)$/);
    assert.deepEqual(rest, {
      host: shopHost,
      cookie: 'a=1; b=2',
      'x-own': 'kept',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': shopHost,
      'x-forwarded-port': '443',
      'x-real-ip': '127.0.0.1',
      forwarded: `for=127.0.0.1;host="${shopHost}";proto=https`,
      via: '1.0 fred, 1.1 glasspost',
    });
  });

  test('a trusted proxy’s chain is believed as far as it goes, and not what stands before it', async (context) => {
    const shop = await startShop(context, (asked, response) => response.end(JSON.stringify(asked.headers)));
    const fronts = to(shop.port);
    const { port } = await serveFront(context, fronts, {
      settings: {
        host: '127.0.0.1',
        port: 0,
        tls: null,
        trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
        publicUrl: `https://${houseHost}`,
        fronts,
      },
    });
    const headers = await plainAsk(port, {
      host: 'inside.example:4600',
      'x-forwarded-for': '198.51.100.1, 2001:db8::7, 10.1.1.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': `${shopHost}:8443`,
    });
    assert.equal(headers['x-forwarded-for'], '2001:db8::7, 10.1.1.1, 127.0.0.1');
    assert.equal(headers['x-real-ip'], '2001:db8::7');
    assert.equal(headers['host'], `${shopHost}:8443`);
    assert.equal(headers['x-forwarded-port'], '8443');
    assert.match(headers['forwarded'] ?? '', /^for="\[2001:db8::7\]";host="shop\.example:8443";proto=https, /);
  });
});

async function plainAsk(port: number, headers: Record<string, string>): Promise<Record<string, string>> {
  const out = plainRequest({ port, host: '127.0.0.1', headers, agent: false }).end();
  const [incoming] = (await once(out, 'response')) as [IncomingMessage];
  return (await json(incoming)) as Record<string, string>;
}

suite('what customers’ browsers are told', () => {
  test('the shop’s own headers, with HSTS at our stage and one more policy', async (context) => {
    const shop = await startShop(context, (_asked, response) => {
      response.setHeader('content-security-policy', ["img-src 'self'", "script-src 'self'"]);
      response.writeHead(200, {
        'strict-transport-security': 'max-age=63072000; preload',
        'set-cookie': ['a=1; Path=/', 'b=2'],
        server: 'Shop/1',
        'x-hop': 'gone',
        connection: 'keep-alive, x-hop',
      });
      response.end('page');
    });
    const { ask } = await serveFront(context, to(shop.port), {
      hsts: (front) => (front === shopHost ? 'max-age=604800' : 'max-age=300'),
    });
    const got = await ask('/');
    assert.equal(got.text, 'page');
    assert.equal(got.headers['strict-transport-security'], 'max-age=604800');
    const policies = got.rawHeaders.filter((_, at, all) => /^content-security-policy$/i.test(all[at - 1] ?? ''));
    assert.deepEqual(policies, ["img-src 'self', script-src 'self'", 'upgrade-insecure-requests']);
    assert.deepEqual(got.headers['set-cookie'], ['a=1; Path=/', 'b=2']);
    assert.deepEqual(
      [got.headers['server'], got.headers['x-hop'], got.headers['via']],
      ['Shop/1', undefined, '1.1 glasspost'],
    );
  });

  test('redirects to a name of ours lead to https at once, others where they led', async (context) => {
    const shop = await startShop(context, (asked, response) => {
      response.writeHead(302, { location: decodeURIComponent(asked.url?.slice(2) ?? '') }).end();
    });
    const { ask } = await serveFront(
      context,
      frontsOf(`${shopHost}=http://127.0.0.1:${shop.port}`, `www.shop.example=http://127.0.0.1:${shop.port}`),
    );
    const table: Readonly<Record<string, string>> = {
      'http://shop.example/a?b#c': 'https://shop.example/a?b#c',
      'http://www.shop.example:80/': 'https://www.shop.example/',
      [`http://shop.example:${shop.port}/a/`]: 'https://shop.example/a/',
      'http://shop.example:9999/': 'http://shop.example:9999/',
      'http://pay.example/': 'http://pay.example/',
      'https://shop.example/': 'https://shop.example/',
      '/a': '/a',
    };
    for (const [said, heard] of Object.entries(table)) {
      assert.equal((await ask(`/?${encodeURIComponent(said)}`)).headers.location, heard, said);
    }
  });

  test('plain HTTP leads to the same host in one hop, and shows authorities their proofs', async (context) => {
    const { redirectPort } = await serveFront(context, to(await freePort()));
    const plain = async (path: string): Promise<IncomingMessage> => {
      const out = plainRequest({ port: redirectPort, host: '127.0.0.1', path, headers: { host: shopHost } }).end();
      return ((await once(out, 'response')) as [IncomingMessage])[0];
    };
    const led = await plain('/a?b');
    led.resume();
    assert.deepEqual([led.statusCode, led.headers.location], [301, `https://${shopHost}/a?b`]);
    assert.equal(await text(await plain('/.well-known/acme-challenge/abc')), 'proof');
  });
});

suite('bodies', () => {
  test('lengths, parts, heads and chunks arrive as they were meant', async (context) => {
    const shop = await startShop(context, (asked, response) => {
      if (asked.url === '/none') response.writeHead(204).end();
      else if (asked.url === '/same') response.writeHead(304, { etag: '"a"' }).end();
      else if (asked.headers.range !== undefined) {
        response.writeHead(206, { 'content-range': 'bytes 0-1/4', 'content-length': 2 }).end('ab');
      } else if (asked.url === '/length') response.writeHead(200, { 'content-length': 4 }).end('abcd');
      else asked.pipe(response);
    });
    const { ask, raw } = await serveFront(context, to(shop.port));
    assert.deepEqual([(await ask('/none')).statusCode, (await ask('/same')).statusCode], [204, 304]);
    const part = await ask('/length', { headers: { range: 'bytes=0-1' } });
    assert.deepEqual([part.statusCode, part.text, part.headers['content-range']], [206, 'ab', 'bytes 0-1/4']);
    const head = await ask('/length', { method: 'HEAD' });
    assert.deepEqual([head.headers['content-length'], head.text], ['4', '']);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']) {
      const whole = await ask('/echo', { method, headers: { 'content-length': '3' }, body: 'ü1' });
      assert.equal(whole.text, 'ü1', method);
      const chunked = await ask('/echo', { method, headers: { 'transfer-encoding': 'chunked' }, body: 'ü1' });
      assert.equal(chunked.text, 'ü1', method);
    }
    assert.match(await raw(`GET /length HTTP/1.0\r\nHost: ${shopHost}\r\n\r\n`), /connection: close[^]*\r\n\r\nabcd$/i);
  });

  test('events are passed on as they come, and the shop’s server hears when nobody listens any more', async (context) => {
    let gone: Promise<unknown> = Promise.resolve();
    const shop = await startShop(context, (_asked, response) => {
      gone = once(response, 'close');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
    });
    const { port } = await serveFront(context, to(shop.port));
    const socket = await tlsTo(port);
    socket.write(`GET / HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`);
    let got = '';
    while (!got.includes('data: 1')) got += String((await once(socket, 'data'))[0]);
    socket.destroy();
    await gone;
  });

  test('who asks before sending waits for the server’s word, and hears its no', async (context) => {
    const shop = await startShop(context, (_asked, response) => response.end());
    shop.on('checkContinue', (asked: IncomingMessage, response) => {
      if (asked.url === '/no') response.writeHead(413).end('too large');
      else {
        response.writeContinue();
        asked.pipe(response);
      }
    });
    const { raw } = await serveFront(context, to(shop.port));
    const head = (path: string, host: string): string =>
      `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`;
    assert.match(await raw(head('/no', shopHost)), /^HTTP\/1\.1 413[^]*connection: close[^]*too large/i);
    assert.match(await raw(head('/yes', shopHost)), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    assert.match(await raw(`${head('/yes', shopHost)}abcd`), /^HTTP\/1\.1 100 [^]*HTTP\/1\.1 200[^]*abcd/);
    assert.match(await raw(`${head('/own', houseHost)}abcd`, houseHost), /^HTTP\/1\.1 100 [^]*own 4/);
  });

  test('an answer that breaks off is seen to break off', async (context) => {
    const shop = await startShop(context, (asked, response) => {
      if (asked.url === '/length') response.writeHead(200, { 'content-length': 1_000 });
      response.write('abc', () => setTimeout(() => response.destroy(), 20));
    });
    const { ask } = await serveFront(context, to(shop.port));
    await assert.rejects(ask('/length'), { code: 'ECONNRESET' });
    await assert.rejects(ask('/chunks'), { code: 'ECONNRESET' });
  });

  test('who leaves in the middle of an upload ends it at the shop’s server too', async (context) => {
    const began = Promise.withResolvers<IncomingMessage>();
    const shop = await startShop(context, (asked) => began.resolve(asked.on('error', () => {})));
    const { port } = await serveFront(context, to(shop.port));
    const socket = await tlsTo(port);
    socket.write(`POST / HTTP/1.1\r\nHost: ${shopHost}\r\nContent-Length: 1000000\r\n\r\nabc`);
    const asked = await began.promise;
    const closed = new Promise((resolve) => asked.once('close', resolve));
    asked.resume();
    socket.destroy();
    await closed;
    assert.equal(asked.complete, false);
  });
});

suite('when the shop’s server does not answer', () => {
  const limits = { connectTimeoutMs: 300, answerTimeoutMs: 150, idleTimeoutMs: 150, lingerMs: 300 };

  test('people read a page in their language, machines a problem; the log says host, status and why', async (context) => {
    const { ask, lines } = await serveFront(context, to(await freePort()));
    const page = await ask('/secret', { headers: { accept: 'text/html', 'accept-language': 'de-DE,de' } });
    assert.deepEqual([page.statusCode, page.headers['retry-after']], [502, '10']);
    assert.match(page.text, /lang="de"[^]*nicht erreichbar[^]*Bitte versuchen Sie es/);
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; style-src 'sha256-/);
    assert.equal(page.headers['strict-transport-security'], 'max-age=300');
    assert.match((await ask('/', { headers: { accept: 'text/html' } })).text, /not available right now/);
    const problem = await ask('/', { method: 'POST', body: 'x'.repeat(100_000) });
    assert.equal(problem.headers['content-type'], 'application/problem+json');
    assert.equal((JSON.parse(problem.text) as { code: string }).code, 'refused');
    assert.equal((await ask('/', { method: 'HEAD' })).text, '');
    const line = lines.find((one) => one.includes('"front"')) ?? '{}';
    const { time, ms, ...rest } = JSON.parse(line) as Record<string, unknown>;
    assert.ok(time !== undefined && ms !== undefined);
    assert.deepEqual(rest, { level: 'warn', event: 'front', host: shopHost, status: 502, why: 'refused' });
  });

  test('one that says nothing, stops in the middle or breaks off is given up, never waited for', async (context) => {
    const shop = await startShop(context, (asked, response) => {
      if (asked.url === '/broken') asked.socket.destroy();
      if (asked.url === '/stops') response.write('abc');
    });
    const { ask } = await serveFront(context, to(shop.port), { front: { limits } });
    assert.equal((await ask('/silent')).statusCode, 504);
    assert.equal((await ask('/broken')).statusCode, 502);
    assert.equal((await ask('/broken', { method: 'POST', body: 'a' })).statusCode, 502);
    await assert.rejects(ask('/stops'), { code: 'ECONNRESET' });
  });

  test('beyond what may be under way, requests are answered at once, and later again', async (context) => {
    const shop = await startShop(context, (_asked, response) => setTimeout(() => response.end(), 100));
    const { ask } = await serveFront(context, to(shop.port), { front: { limits: { underWayMax: 2 } } });
    const got = await Promise.all([ask('/'), ask('/'), ask('/'), ask('/')]);
    assert.deepEqual(
      got.map(({ statusCode }) => statusCode ?? 0).toSorted((a, b) => a - b),
      [200, 200, 503, 503],
    );
    assert.equal((await ask('/')).statusCode, 200);
  });

  test('a connection that the server has just closed costs no request', async (context) => {
    const seen: string[] = [];
    // Answers one request on each connection, and resets it when it hears the next.
    const server = createNetServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (part) => {
        seen.push(part.toString().split(' ', 1)[0] ?? '');
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        socket.once('data', () => socket.resetAndDestroy());
      });
    });
    const port = await listening(server);
    context.after(() => server.close());
    const { ask } = await serveFront(context, to(port));
    for (const method of ['GET', 'GET', 'POST', 'GET', 'POST']) {
      assert.equal((await ask('/', { method })).text, 'ok', method);
    }
    assert.deepEqual(seen, ['GET', 'GET', 'POST', 'GET', 'POST']);
  });

  test('a request that has been here before is told so', async (context) => {
    const { ask } = await serveFront(context, to(await freePort()));
    assert.equal((await ask('/', { headers: { via: '1.1 other, 1.1 glasspost' } })).statusCode, 508);
  });

  test('an https server is believed by its certificate alone, and every server’s state is told', async (context) => {
    const { certPem: cert, keyPem: key } = authority.issue([shopHost]);
    const server = createSecureServer({ cert, key }, (_asked, response) => response.end('secret'));
    const port = await listening(server);
    context.after(() => server.close());
    const fronts = frontsOf(`${shopHost}=https://127.0.0.1:${port}`);
    const known = await serveFront(context, fronts, { front: { caPem: authority.caPem } });
    assert.equal((await known.ask('/')).text, 'secret');
    const unknown = await serveFront(context, fronts);
    assert.equal((await unknown.ask('/')).statusCode, 502);
    const shop = await startShop(context, (_asked, response) => response.writeHead(404).end());
    const states = await frontStates([...fronts, ...frontsOf(`a.example=http://127.0.0.1:${shop.port}`)]);
    assert.deepEqual(
      states.map(({ name, answers, why }) => [name, answers?.status, why]),
      [
        [shopHost, undefined, 'refused'],
        ['a.example', 404, null],
      ],
    );
  });
});

test('what could be read in two ways is passed on in none', async (context) => {
  const host = `Host: ${shopHost}\r\n`;
  const hidden = `GET /hidden HTTP/1.1\r\n${host}\r\n`;
  const post = (headers: string, body: string): string => `POST /p HTTP/1.1\r\n${host}${headers}\r\n\r\n${body}`;
  const table: Readonly<Record<string, readonly [bytes: string, status: number]>> = {
    'a length and chunks': [post('Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`), 400],
    'two lengths': [post('Content-Length: 4\r\nContent-Length: 5', 'abcde'), 400],
    'a coding beside chunks': [post('Transfer-Encoding: gzip, chunked', `0\r\n\r\n${hidden}`), 501],
    'chunks twice': [post('Transfer-Encoding: chunked, chunked', `0\r\n\r\n${hidden}`), 400],
    'another coding': [post('Transfer-Encoding: xchunked', `0\r\n\r\n${hidden}`), 501],
    'chunks in HTTP/1.0': [`POST /p HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`, 400],
    'a folded header': [`GET / HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, 400],
    'two hosts': [`GET / HTTP/1.1\r\n${host}Host: ${houseHost}\r\n\r\n`, 400],
    'the address of another host': [`GET http://evil.example/ HTTP/1.1\r\n${host}\r\n`, 400],
    'a star': [`OPTIONS * HTTP/1.1\r\n${host}\r\n`, 400],
    'a length taken away by name': [post('Connection: content-length\r\nContent-Length: 4', 'abcd'), 200],
  };
  const seen: (string | undefined)[] = [];
  const shop = await startShop(context, (asked, response) => {
    seen.push(asked.url);
    asked.pipe(response);
  });
  const { raw } = await serveFront(context, to(shop.port));
  await Promise.all(
    Object.entries(table).map(async ([name, [bytes, status]]) => {
      assert.equal(/^HTTP\/1\.1 (\d{3})/.exec(await raw(bytes))?.[1], String(status), name);
    }),
  );
  assert.deepEqual(seen, ['/p'], 'the last one alone is plain');
});

test('every other name is the house’s, as before', async (context) => {
  const shop = await startShop(context, (_asked, response) => response.end('shop'));
  const { ask } = await serveFront(context, to(shop.port));
  assert.equal((await ask('/own', { host: houseHost })).text, 'own');
  assert.equal((await ask('/own', { headers: { host: 'unknown.example' } })).text, 'own');
  assert.equal((await ask('/', { headers: { host: `${shopHost.toUpperCase()}:8443` } })).text, 'shop');
});

test('a thousand requests at once, and a new certificate in the middle: none fails', async (context) => {
  const shop = await startShop(context, (asked, response) => {
    setTimeout(() => asked.pipe(response), 5);
  });
  const { ask, agent, swap } = await serveFront(context, to(shop.port));
  const asked = Array.from({ length: 1_000 }, async (_, at) => {
    if (at === 500) swap();
    const body = `${at}`.repeat(50);
    const got = await ask(`/${at}`, {
      method: at % 2 === 0 ? 'POST' : 'GET',
      headers: { 'content-length': `${body.length}` },
      body,
      agent,
    });
    return got.statusCode === 200 && got.text === body;
  });
  assert.equal((await Promise.all(asked)).filter((isRight) => !isRight).length, 0);
});
