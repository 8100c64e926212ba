import assert from 'node:assert/strict';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { test, type TestContext } from 'node:test';
import { Fault } from '#kit/fault';
import { answer, anyone, createHttp, type Answer, type Route } from '#kit/http';
import { createLog } from '#kit/log';
import { limitReached } from './problem.ts';

type Needs = Partial<Parameters<typeof createHttp>[0]>;
type Asked = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
type More = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
};

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
  const http = createHttp({ settings, log, ready: () => Promise.resolve(true), ...needs });
  for (const route of routes) http.route(route);
  const { port } = await http.listen();
  context.after(() => http.close());
  return { lines, ask: (path: string, more: More = {}) => ask(port, path, more) };
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

function json(asked: Asked): Record<string, unknown> {
  return JSON.parse(asked.text) as Record<string, unknown>;
}

function broken(): Promise<Answer> {
  return Promise.reject(new Fault('not_found', 'No <such> link.'));
}

const faults: readonly [thrown: unknown, status: number, code: string, detail: RegExp, header?: [string, string]][] = [
  [new Fault('invalid', 'Not so.'), 400, 'invalid', /^Not so\.$/],
  [
    new Fault('invalid', 'One field.', { errors: [{ pointer: '/a', code: 'missing', message: 'Is missing.' }] }),
    422,
    'invalid',
    /One field/,
  ],
  [new Fault('unauthorized', 'A key.'), 401, 'unauthorized', /A key/, ['www-authenticate', 'Bearer']],
  [new Fault('not_found', 'No such.'), 404, 'not_found', /No such/],
  [new Fault('conflict', 'Exists.'), 409, 'conflict', /Exists/],
  [new Fault('limit', 'Slow.'), 429, 'limit', /Slow/, ['retry-after', '60']],
  [limitReached(7), 429, 'limit', /7 s/, ['retry-after', '7']],
  [new Fault('unavailable', 'Later.', { internal: 'secret' }), 503, 'unavailable', /Later/, ['retry-after', '5']],
  [new Error('secret'), 500, 'internal', /broke on our side/],
  [Object.assign(new Error('secret'), { statusCode: 418, code: 'X' }), 500, 'internal', /broke/],
  ['secret', 500, 'internal', /broke/],
  [undefined, 500, 'internal', /broke/],
];
for (const [thrown, status, code, detail, header] of faults) {
  test(`${thrown instanceof Fault ? thrown.code : String(thrown)} is ${status}`, async (context) => {
    const { ask: go, lines } = await serve(context, [post('/v1/x', 'nothing', () => Promise.reject(thrown))]);
    const got = await go('/v1/x', { method: 'POST' });
    const problem = json(got);
    assert.equal(got.status, status);
    assert.match(String(got.headers['content-type']), /^application\/problem\+json/);
    assert.equal(problem['code'], code);
    assert.equal(problem['status'], status);
    assert.match(String(problem['detail']), detail);
    if (header !== undefined) assert.equal(got.headers[header[0]], header[1]);
    if (status === 422)
      assert.deepEqual(problem['errors'], [{ pointer: '/a', code: 'missing', message: 'Is missing.' }]);
    assert.ok(!JSON.stringify([got.text, got.headers]).includes('secret'));
    assert.equal(
      lines.some((line) => line.includes('request failed')),
      status >= 500,
    );
    if (status === 500) {
      assert.match(String(problem['instance']), /^urn:uuid:[0-9a-f-]{36}$/);
      assert.ok(lines.some((line) => line.includes(String(problem['instance']))));
      assert.ok(!lines.join('').includes('secret'));
    }
  });
}

const requests: readonly [name: string, path: string, more: More, status: number][] = [
  ['malformed JSON', '/v1/json', { body: '{"a":' }, 400],
  ['no body', '/v1/json', {}, 400],
  ['bytes that are not UTF-8', '/v1/json', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400],
  ['__proto__', '/v1/json', { body: '{"a":[{"__proto__":{"x":1}}]}' }, 400],
  ['__proto__ in escapes', '/v1/json', { body: '{"__\\u0070roto__":1}' }, 400],
  ['__proto__ as a value', '/v1/json', { body: '{"a":"__proto__"}' }, 200],
  ['a very deep body', '/v1/json', { body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 200],
  ['another content type', '/v1/json', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
  ['no content type', '/v1/json', { body: '{}', headers: {} }, 415],
  ['a broken content type', '/v1/json', { body: '{}', headers: { 'content-type': 'json' } }, 415],
  ['another charset', '/v1/json', { body: '{}', headers: { 'content-type': 'application/json; charset=latin1' } }, 415],
  [
    'a compressed body',
    '/v1/json',
    { body: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    415,
  ],
  [
    'a form where JSON is needed',
    '/v1/json',
    { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
  ],
  ['JSON where a form is needed', '/v1/form', { body: '{}' }, 415],
  ['a body at the limit', '/v1/small', { body: `"${'x'.repeat(98)}"` }, 200],
  ['a body over the limit', '/v1/small', { body: `"${'x'.repeat(99)}"` }, 413],
  ['a body over the usual limit', '/v1/json', { body: `"${'x'.repeat(256 * 1024 - 1)}"` }, 413],
  [
    'a body over the limit without a length',
    '/v1/small',
    { body: `"${'x'.repeat(99)}"`, headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
    413,
  ],
  ['an unknown path', '/v1/none', { body: '{}' }, 404],
  ['a path that cannot be decoded', '/v1/%zz', { body: '{}' }, 400],
  ['a parameter that is too long', `/v1/thing/${'x'.repeat(513)}`, { method: 'GET' }, 414],
  ['another method', '/v1/json', { method: 'PUT', body: '{}' }, 405],
  ['GET where there is only POST', '/v1/json', { method: 'GET' }, 405],
  ['HEAD where there is only POST', '/v1/json', { method: 'HEAD' }, 405],
  ['OPTIONS', '/v1/json', { method: 'OPTIONS' }, 405],
  ['TRACE', '/v1/json', { method: 'TRACE' }, 405],
];
for (const [name, path, more, status] of requests) {
  test(`${name}: ${status}`, async (context) => {
    const small = {
      ...post('/v1/small', 'json', (request) => answer.json(typeof request.json())),
      bodyBytesMax: 100,
    };
    const { ask: go } = await serve(context, [
      post('/v1/json', 'json', (request) => answer.json(typeof request.json())),
      post('/v1/form', 'form', (request) => answer.json([...request.form()])),
      small,
      page('/v1/thing/:id', () => answer.nothing()),
    ]);
    const got = await go(path, { method: 'POST', headers: { 'content-type': 'application/json' }, ...more });
    assert.equal(got.status, status, got.text);
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    if (status === 405) assert.equal(got.headers.allow, 'POST');
    if (status >= 400 && more.method !== 'HEAD') assert.equal(json(got)['status'], status);
  });
}

test('people see a page, machines a problem, whatever they say they accept', async (context) => {
  const routes = [page('/t/:token', broken), post('/v1/x', 'nothing', broken)];
  const { ask: go } = await serve(context, routes, {
    errorPage: (problem, head) => `own ${problem.status} ${head.path}`,
  });
  const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const seen = async (path: string, more: More = {}) => (await go(path, more)).text;
  assert.equal(await seen('/t/abc', { headers: html }), 'own 404 /t/abc');
  assert.equal(await seen('/nowhere', { headers: html }), 'own 404 /nowhere');
  assert.match(await seen('/t/abc'), /"code":"not_found"/);
  assert.match(await seen('/v1/x', { method: 'POST', headers: html }), /"code":"not_found"/);
  assert.match(await seen('/v1/none', { headers: html }), /"code":"not_found"/);
  assert.equal(await seen('/t/abc', { method: 'DELETE', headers: html }), 'own 405 /t/abc');

  const plain = await serve(context, routes, { errorPage: () => assert.fail('no page') });
  const fallback = await plain.ask('/t/abc', { headers: html });
  assert.match(fallback.text, /^<!doctype html>.*No &lt;such&gt; link\./s);
  assert.equal(fallback.status, 404);
  assert.ok(plain.lines.some((line) => line.includes('the error page failed')));
});
