import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { request } from 'node:https';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import { authority, frontsOf, serveFront, shopHost, startShop, tlsTo } from '../../../../test/front.ts';
import { hasNginx, startNginx } from '../../../../test/nginx.ts';

const to = (port: number) => frontsOf(`${shopHost}=http://127.0.0.1:${port}`);
const mebibyte = 2 ** 20;
const part = Buffer.alloc(mebibyte / 4, 'x');

/** How much goes in until nothing moves for a while. */
async function fill(stream: Writable): Promise<number> {
  let bytes = 0;
  while (bytes < 100 * mebibyte) {
    if (!stream.write(part)) {
      const went = await Promise.race([once(stream, 'drain'), pause(250)]);
      if (went === undefined) return bytes;
    }
    bytes += part.length;
  }
  return bytes;
}

test('100 MiB go up and come back as they were, and memory stays', async (context) => {
  const shop = await startShop(context, (asked, response) => asked.pipe(response));
  const { port } = await serveFront(context, to(shop.port));
  const before = process.memoryUsage().rss;
  let peak = before;
  const heard = createHash('sha256');
  const options = { port, host: '127.0.0.1', servername: shopHost, ca: authority.caPem, headers: { host: shopHost } };
  const out = request({ ...options, method: 'POST', agent: false });
  const hear = async (): Promise<void> => {
    const [incoming] = (await once(out, 'response')) as [AsyncIterable<Buffer>];
    for await (const bytes of incoming) {
      heard.update(bytes);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  };
  const answered = hear();
  const said = createHash('sha256');
  for (let at = 0; at < 400; at += 1) {
    const bytes = Buffer.alloc(mebibyte / 4, at);
    said.update(bytes);
    if (!out.write(bytes)) await once(out, 'drain');
  }
  out.end();
  await answered;
  assert.equal(heard.digest('hex'), said.digest('hex'));
  // Client and shop's server are in this process too; what is kept whole on its way would be 200 MiB.
  assert.ok(peak - before < 150 * mebibyte, `${Math.round((peak - before) / mebibyte)} MiB more`);
});

test('whoever does not read holds up whoever writes, in both directions', async (context) => {
  const answering = Promise.withResolvers<ServerResponse>();
  const shop = await startShop(context, (asked, response) => {
    if (asked.method === 'GET') answering.resolve(response);
  });
  const { port } = await serveFront(context, to(shop.port));
  const up = await tlsTo(port);
  up.write(`POST / HTTP/1.1\r\nHost: ${shopHost}\r\nContent-Length: ${1_000 * mebibyte}\r\n\r\n`);
  const down = await tlsTo(port);
  down.write(`GET / HTTP/1.1\r\nHost: ${shopHost}\r\n\r\n`);
  down.pause();
  const [sent, answered] = await Promise.all([fill(up), answering.promise.then(fill)]);
  assert.ok(sent < 40 * mebibyte && answered < 40 * mebibyte, `${sent} and ${answered} bytes went`);
  up.destroy();
  down.destroy();
});

const skip = hasNginx ? false : 'nginx is not installed';

test('nginx behind it: files, parts of them, and its own redirects, which name its port', { skip }, async (context) => {
  const nginx = await startNginx((folder, port) => {
    mkdirSync(join(folder, 'root', 'folder'), { recursive: true });
    writeFileSync(join(folder, 'root', 'file'), 'abcdef');
    return `server { listen 127.0.0.1:${port}; server_name ${shopHost}; root ${folder}/root; }`;
  });
  assert.ok(nginx !== null);
  context.after(nginx.close);
  const { ask } = await serveFront(context, to(nginx.port));
  assert.equal((await ask('/file')).text, 'abcdef');
  const some = await ask('/file', { headers: { range: 'bytes=2-3' } });
  assert.deepEqual([some.statusCode, some.text], [206, 'cd']);
  const same = await ask('/file', { headers: { 'if-none-match': some.headers.etag ?? '' } });
  assert.equal(same.statusCode, 304);
  assert.equal((await ask('/folder')).headers.location, `https://${shopHost}/folder/`);
  assert.equal((await ask('/file', { method: 'POST', body: 'a' })).statusCode, 405);
});

test('at the end a request that runs gets its answer, and its connection is closed with it', async (context) => {
  const began = Promise.withResolvers<void>();
  const shop = await startShop(context, (_asked, response) => {
    began.resolve();
    setTimeout(() => response.end('whole'), 100);
  });
  const { http, ask, agent } = await serveFront(context, to(shop.port));
  const asked = ask('/', { agent });
  await began.promise;
  const closed = http.close();
  const got = await asked;
  assert.deepEqual([got.text, got.headers.connection], ['whole', 'close']);
  await closed;
});

test('an upload that trickles is cut off, one that the shop’s server does not read is not', async (context) => {
  const shop = await startShop(context, (asked, response) => {
    if (asked.url === '/reads') asked.resume();
    else setTimeout(() => asked.pipe(response), 1_000);
  });
  const { port } = await serveFront(context, to(shop.port), { limits: { requestTimeoutMs: 400 } });
  const upload = async (path: string, bytes: number, length: number): Promise<string> => {
    const socket = await tlsTo(port);
    let got = '';
    socket.on('data', (some: Buffer) => (got += some.toString('latin1')));
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${shopHost}\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(bytes, 'x'));
    await once(socket, 'close');
    return got;
  };
  assert.match(await upload('/reads', 10, 100), /^HTTP\/1\.1 408 /);
  const whole = await upload('/waits', 8 * mebibyte, 8 * mebibyte);
  assert.match(whole, /^HTTP\/1\.1 200 /);
  assert.ok(whole.length > 8 * mebibyte);
});
