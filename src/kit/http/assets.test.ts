import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { suite, test, type TestContext } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createHttp } from '#kit/http';
import { createLog } from '#kit/log';

const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://localhost' };
const css = {
  name: 'base.css',
  text: `body{color:#123}/*${'ü'.repeat(2_000)}*/`,
  contentType: 'text/css; charset=utf-8',
};

async function serve(context: TestContext) {
  const http = createHttp({ settings, log: createLog({ level: 'silent' }), ready: () => Promise.resolve(true) });
  const { port } = await http.listen();
  context.after(() => http.close());
  return { http, ask: (path: string, headers: Record<string, string> = {}) => ask(port, path, headers) };
}

function ask(port: number, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
    const out = request({ host: '127.0.0.1', port, path, headers, agent: false }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: Buffer.concat(parts) });
      });
    });
    out.on('error', reject);
    out.end();
  });
}

suite('assets', () => {
  test('an address holds the hash of what is there, and may be kept for ever', async (context) => {
    const { http, ask: go } = await serve(context);
    http.addAssets([css]);
    const { url, integrity } = http.assetUrl('base.css');
    assert.match(url, /^\/assets\/base\.[0-9a-f]{12}\.css$/);
    const got = await go(url);
    assert.equal(got.status, 200);
    assert.equal(got.bytes.toString(), css.text);
    assert.equal(integrity, `sha384-${hash('sha384', got.bytes, 'base64')}`);
    assert.equal(got.headers['content-type'], 'text/css; charset=utf-8');
    assert.equal(got.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(got.headers.vary, 'accept-encoding');
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    assert.equal(got.headers['content-encoding'], undefined);
  });

  test('the smallest form that the client takes is sent', async (context) => {
    const { http, ask: go } = await serve(context);
    http.addAssets([css]);
    const { url } = http.assetUrl('base.css');
    const table: readonly [accepts: string, coding: string | undefined][] = [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['br;q=0.0, gzip;q=0', undefined],
      ['deflate', undefined],
      ['BR', 'br'],
    ];
    const decode = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accepts, coding] of table) {
      const got = await go(url, { 'accept-encoding': accepts });
      assert.equal(got.headers['content-encoding'], coding, accepts);
      const plain = coding === 'br' || coding === 'gzip' ? decode[coding](got.bytes) : got.bytes;
      assert.equal(plain.toString(), css.text);
      if (coding !== undefined) assert.ok(got.bytes.length < 200);
    }
  });

  test('a known tag is answered 304, each coding by its own', async (context) => {
    const { http, ask: go } = await serve(context);
    http.addAssets([css]);
    const { url } = http.assetUrl('base.css');
    const plain = (await go(url)).headers.etag ?? '';
    const small = (await go(url, { 'accept-encoding': 'br' })).headers.etag ?? '';
    assert.notEqual(plain, small);
    const again = await go(url, { 'if-none-match': `"other", W/${plain}` });
    assert.deepEqual([again.status, again.bytes.length, again.headers.etag], [304, 0, plain]);
    assert.equal((await go(url, { 'if-none-match': small })).status, 200);
    assert.equal((await go(url, { 'if-none-match': small, 'accept-encoding': 'br' })).status, 304);
  });

  test('nothing else is served: no bare name, no other hash, no path', async (context) => {
    const { http, ask: go } = await serve(context);
    http.addAssets([css]);
    for (const path of [
      'base.css',
      'base.000000000000.css',
      '..%2f..%2fetc%2fpasswd',
      '',
      'constructor',
      '__proto__',
    ]) {
      assert.equal((await go(`/assets/${path}`)).status, 404, path);
    }
  });

  test('the same may be added again, another of its name may not, and a page cannot name what is not there', async (context) => {
    const { http } = await serve(context);
    http.addAssets([css]);
    http.addAssets([css, { ...css, name: 'theme-1a2b3c.css' }]);
    assert.throws(() => http.addAssets([{ ...css, text: 'other' }]), /two assets base\.css/);
    assert.throws(() => http.addAssets([{ ...css, name: '../x.css' }]));
    assert.throws(() => http.assetUrl('none.css'), /no asset none\.css/);
  });
});
