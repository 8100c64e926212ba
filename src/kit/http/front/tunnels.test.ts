import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { suite, test } from 'node:test';
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

suite('tunnels', () => {
  const upgrade = (host: string, more = ''): string =>
    `GET /live HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-For: 1.1.1.1\r\n${more}\r\n`;

  test('a WebSocket is opened and carries both ways until one side ends', async (context) => {
    const asked: IncomingMessage[] = [];
    const shop = await startShop(context, (request, response) => {
      asked.push(request);
      response.end(request.headers.upgrade ?? 'ordinary');
    });
    shop.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
      asked.push(request);
      if (request.url === '/live')
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.write(head);
      socket.pipe(socket);
    });
    const { port, raw } = await serveFront(context, to(shop.port));
    const socket = await tlsTo(port);
    let got = '';
    socket.on('data', (part: Buffer) => (got += part.toString()));
    socket.write(`${upgrade(shopHost)}first`);
    while (!got.endsWith('first')) await once(socket, 'data');
    assert.match(got, /^HTTP\/1\.1 101 /);
    socket.write('more');
    while (!got.endsWith('more')) await once(socket, 'data');
    const [first] = asked;
    assert.deepEqual([first?.headers['x-forwarded-for'], first?.headers['x-forwarded-proto']], ['127.0.0.1', 'https']);
    socket.end();
    await once(socket, 'close');
    assert.match(await raw(upgrade(houseHost), houseHost), /^HTTP\/1\.1 404/, 'the house opens none');
    const other = upgrade(shopHost, 'Content-Length: 3\r\n') + 'abc';
    assert.match(await raw(other), /^HTTP\/1\.1 200[^]*ordinary/, 'nothing is hidden in the body of one');
    assert.match(await raw(upgrade(shopHost).replace('websocket', 'h2c')), /ordinary/);
  });

  test('one that cannot be opened says why, one on which nothing moves is closed, and so are all at the end', async (context) => {
    const down = await serveFront(context, to(await freePort()));
    assert.match(await down.raw(upgrade(shopHost)), /^HTTP\/1\.1 502 /);
    assert.match(await down.raw(upgrade(shopHost, 'Via: 1.1 glasspost\r\n')), /^HTTP\/1\.1 508 /);
    const shop = await startShop(context, (_request, response) => response.end());
    shop.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      context.after(() => socket.destroy());
    });
    const idle = await serveFront(context, to(shop.port), { front: { limits: { idleTimeoutMs: 100 } } });
    const socket = await tlsTo(idle.port);
    socket.write(upgrade(shopHost));
    socket.resume();
    await once(socket, 'close');
    const ended = await serveFront(context, to(shop.port));
    const last = await tlsTo(ended.port);
    last.write(upgrade(shopHost));
    await once(last, 'data');
    last.resume();
    const closing = ended.http.close();
    await once(last, 'close');
    await closing;
  });

  test('a server that answers instead of opening is heard', async (context) => {
    const shop = await startShop(context, (_request, response) => response.writeHead(401).end('who are you'));
    const { raw } = await serveFront(context, to(shop.port));
    const got = await raw(upgrade(shopHost));
    assert.match(got, /^HTTP\/1\.1 401 [^]*who are you/);
    assert.match(got, /strict-transport-security: max-age=300/i);
  });

  test('an https server opens them too, and one that never greets is given up', async (context) => {
    const { certPem: cert, keyPem: key } = authority.issue([shopHost]);
    const server = createSecureServer({ cert, key }).on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
    });
    const mute = createNetServer(() => {});
    const [port, mutePort] = [await listening(server), await listening(mute)];
    context.after(() => void [server.close(), mute.close()]);
    const fronts = frontsOf(`${shopHost}=https://127.0.0.1:${port}`, `mute.example=https://127.0.0.1:${mutePort}`);
    const front = { caPem: authority.caPem, limits: { connectTimeoutMs: 300 } };
    const { ask, raw } = await serveFront(context, fronts, { front });
    assert.match(await raw(upgrade(shopHost)), /^HTTP\/1\.1 101 [^]*hello$/);
    assert.equal((await ask('/', { host: 'mute.example' })).statusCode, 504);
  });
});
