import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { Fault } from '#kit/fault';
import { answer, anyone, createHttp, type Http, type HttpRequest, type Route } from '#kit/http';
import { createLog } from '#kit/log';

type Asked = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
type More = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
};
type Needs = Partial<Parameters<typeof createHttp>[0]>;

const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://localhost' };

function page(path: string, handle: Route<null>['handle']): Route<null> {
  return { method: 'GET', path, audience: 'people', admit: anyone, takes: 'nothing', handle };
}

function post(path: string, takes: Route<null>['takes'], handle: Route<null>['handle']): Route<null> {
  return { method: 'POST', path, audience: 'machines', admit: anyone, takes, handle };
}

async function serve(context: TestContext, routes: readonly Route<null>[], needs: Needs = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const http: Http = createHttp({ settings, log, ready: () => Promise.resolve(true), ...needs });
  for (const route of routes) http.route(route);
  const { port } = await http.listen();
  context.after(() => http.close());
  return { http, port, lines, ask: (path: string, more: More = {}) => ask(port, path, more) };
}

function ask(port: number, path: string, more: More = {}): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const out = httpRequest(
      { host: '127.0.0.1', port, path, method: more.method ?? 'GET', headers: more.headers ?? {}, agent: false },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(parts).toString(),
          });
        });
      },
    );
    out.on('error', reject);
    out.end(more.body);
  });
}

/** What comes back to these bytes, while the request is still open. */
function firstAnswer(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', reject);
    socket.once('data', (part: Buffer) => {
      socket.destroy();
      resolve(part.toString());
    });
  });
}

function json(asked: Asked): Record<string, unknown> {
  return JSON.parse(asked.text) as Record<string, unknown>;
}

suite('what a route gets and gives', () => {
  test('parameters, query, headers and client come in; the answer goes out as it is', async (context) => {
    const seen: HttpRequest[] = [];
    const { ask: go } = await serve(context, [
      page('/orders/:number', (request) => {
        seen.push(request);
        return answer.page('<p>ü', { status: 201, headers: { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] } });
      }),
    ]);
    const got = await go('/orders/A%2F7?q=1&q=2', { headers: { Host: 'Shop.example:8080', 'X-Key': 'k' } });
    assert.equal(got.status, 201);
    assert.equal(got.text, '<p>ü');
    assert.equal(got.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(got.headers['content-length'], '5');
    assert.equal(got.headers['x-own'], 'yes');
    assert.deepEqual(got.headers['set-cookie'], ['a=1', 'b=2']);
    const [request] = seen;
    assert(request !== undefined);
    assert.deepEqual(request.params, { number: 'A/7' });
    assert.deepEqual(request.query.getAll('q'), ['1', '2']);
    assert.equal(request.path, '/orders/A%2F7');
    assert.equal(request.headers['x-key'], 'k');
    assert.deepEqual(request.client, { address: '127.0.0.1', scheme: 'http', host: 'shop.example:8080' });
    assert.equal(request.bytes.length, 0);
  });

  test('JSON, forms and bytes come in whole, and the bytes are those that were sent', async (context) => {
    const body = ' {"name":"Zoë","n":[1]}\n';
    const { ask: go } = await serve(context, [
      post('/json', 'json', (request) => answer.json([request.json(), Buffer.from(request.bytes).toString()])),
      post('/form', 'form', (request) => answer.json([...request.form()])),
      post('/bytes', 'bytes', (request) => answer.bytes('application/octet-stream', request.bytes)),
      post('/nothing', 'nothing', () => answer.nothing()),
    ]);
    const jsonType = { 'content-type': 'application/json; charset=UTF-8' };
    assert.deepEqual(json(await go('/json', { method: 'POST', headers: jsonType, body })), [
      { name: 'Zoë', n: [1] },
      body,
    ]);
    const suffix = { 'content-type': 'application/cloudevents+json' };
    assert.equal((await go('/json', { method: 'POST', headers: suffix, body })).status, 200);
    const formType = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = await go('/form', { method: 'POST', headers: formType, body: 'a=1&b=%C3%BC+x' });
    assert.equal(form.text, '[["a","1"],["b","ü x"]]');
    assert.equal((await go('/bytes', { method: 'POST', body: 'x\u0000y' })).text, 'x\u0000y');
    assert.equal((await go('/bytes', { method: 'POST' })).text, '');
    assert.equal((await go('/nothing', { method: 'POST', headers: formType })).status, 204);
    assert.equal((await go('/nothing', { method: 'POST', headers: jsonType, body: '{' })).status, 204);
  });

  test('a redirect keeps to this house or to https, HEAD has no body, an empty answer no length of one', async (context) => {
    const { ask: go } = await serve(context, [
      page('/go', () => answer.redirect('/there?x=1')),
      page('/page', () => answer.page('12345')),
    ]);
    const redirected = await go('/go');
    assert.deepEqual([redirected.status, redirected.headers.location, redirected.text], [303, '/there?x=1', '']);
    const head = await go('/page', { method: 'HEAD' });
    assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', '5']);
    for (const bad of [
      '//evil.example',
      '/\\evil.example',
      'http://evil.example',
      'javascript:x',
      '',
      '/a\r\nx: y',
      'x',
    ]) {
      assert.throws(() => answer.redirect(bad), bad);
    }
  });

  test('who is not admitted is turned away before the body is read', async (context) => {
    const guarded: Route<{ readonly name: string }> = {
      method: 'PUT',
      path: '/v1/thing',
      audience: 'machines',
      admit: async (head) => {
        await Promise.resolve();
        if (head.headers['authorization'] !== 'Bearer key') throw new Fault('unauthorized', 'A key is needed.');
        return { name: 'mina' };
      },
      takes: 'json',
      handle: (request, who) => answer.json([who.name, request.json()]),
    };
    const http = createHttp({ settings, log: createLog({ level: 'silent' }), ready: () => Promise.resolve(true) });
    http.route(guarded);
    const { port } = await http.listen();
    context.after(() => http.close());
    const good = { authorization: 'Bearer key', 'content-type': 'application/json' };
    assert.equal((await ask(port, '/v1/thing', { method: 'PUT', headers: good, body: '1' })).text, '["mina",1]');
    const promised = 'PUT /v1/thing HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
    assert.match(await firstAnswer(port, promised), /^HTTP\/1\.1 401 .*www-authenticate: Bearer/is);
  });
});

suite('headers, log, health', () => {
  test('every answer carries the strict headers, and nothing says what runs here', async (context) => {
    const { ask: go } = await serve(context, [
      page('/page', () => answer.page('x')),
      post('/v1/x', 'json', () => answer.nothing()),
    ]);
    for (const path of ['/page', '/none', '/v1/none', '/v1/x', '/healthz', '/readyz', '/%zz', '/assets/none.css']) {
      const { headers } = await go(path);
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'",
        path,
      );
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.match(String(headers['permissions-policy']), /geolocation=\(\)/);
      assert.equal(headers['x-robots-tag'], 'noindex, nofollow');
      assert.equal(headers['cache-control'], 'no-store');
      for (const name of ['server', 'x-powered-by', 'set-cookie', 'strict-transport-security']) {
        assert.equal(headers[name], undefined, name);
      }
    }
  });

  test('an answer may replace a header', async (context) => {
    const own = { 'content-security-policy': 'sandbox', 'cache-control': 'no-cache' };
    const { ask: go } = await serve(context, [page('/mail', () => answer.page('x', { headers: own }))]);
    const { headers } = await go('/mail');
    assert.equal(headers['content-security-policy'], 'sandbox');
    assert.equal(headers['cache-control'], 'no-cache');
  });

  test('the log has method, route pattern, status and time, never a path, a query, an address or a header', async (context) => {
    const { ask: go, lines } = await serve(context, [page('/t/:token', () => answer.page('x'))]);
    await go('/t/secret-token?q=secret-query', { headers: { 'user-agent': 'secret-agent', cookie: 'secret-cookie' } });
    await go('/secret-path');
    await go('/secret%zz');
    await go('/healthz');
    await go('/readyz');
    const text = lines.join('');
    assert.ok(!/secret|127\.0\.0\.1/.test(text), text);
    const requests = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['event'] === 'request');
    assert.deepEqual(
      requests.map(({ method, route, status }) => [method, route, status]),
      [
        ['GET', '/t/:token', 200],
        ['GET', 'none', 404],
        ['GET', 'none', 400],
      ],
    );
    assert.equal(typeof requests[0]?.['ms'], 'number');
  });

  test('healthz answers while the process runs, readyz only when all is ready', async (context) => {
    const states: (() => Promise<boolean>)[] = [
      () => Promise.resolve(true),
      () => Promise.resolve(false),
      () => Promise.reject(new Error('database away')),
      () => new Promise(() => {}),
    ];
    let at = 0;
    const { ask: go } = await serve(context, [], {
      ready: () => states[at++]?.() ?? Promise.resolve(false),
      limits: { readyTimeoutMs: 50 },
    });
    const answers = [];
    while (at < states.length) answers.push((await go('/readyz')).status);
    assert.deepEqual(answers, [200, 503, 503, 503]);
    assert.deepEqual([(await go('/healthz')).status, (await go('/healthz')).text], [200, 'ok\n']);
  });

  test('the routes can be listed', async (context) => {
    const { http } = await serve(context, [
      page('/a', () => answer.nothing()),
      post('/a', 'form', () => answer.nothing()),
    ]);
    const listed = http.routes().map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(listed, ['GET /healthz', 'GET /readyz', 'GET /assets/:name', 'GET /a', 'POST /a']);
  });
});
