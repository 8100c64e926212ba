import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createAuthority, type Issued } from '#kit/certificate';
import { realClock } from '#kit/clock';
import { createEgress, EgressFault, type EgressRequest, type EgressRoute } from '#kit/egress';
import { createLog } from '#kit/log';

const host = 'api.carrier.example';
const authority = createAuthority('Simulator');
const issued = authority.issue([host]);

function quiet() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }) };
}

function ask(url: string, more: Partial<EgressRequest> = {}): EgressRequest {
  return { method: 'GET', url, headers: {}, body: null, hosts: [host], ...more };
}

async function portOf(context: TestContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function routeTo(port: number, caPem = authority.caPem): EgressRoute {
  return { hosts: { [host]: { address: '127.0.0.1', port } }, caPem };
}

/** A real TLS server on loopback that stands in for the host. */
async function standIn(
  context: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  certificate: Issued = issued,
): Promise<EgressRoute> {
  const server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, answer);
  server.on('tlsClientError', () => {});
  context.after(() => server.closeAllConnections());
  return routeTo(await portOf(context, server));
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

const egress = createEgress({
  log: createLog({ level: 'silent' }),
  resolve: () => Promise.reject(new Error('the name was looked up')),
});

test('the stand-in is asked as the real host would be, and answers whole', async (context) => {
  const route = await standIn(context, (request, response) => {
    const socket = request.socket as Socket & { readonly servername?: string };
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.writeHead(201, { 'X-Seen': 'yes', 'Set-Cookie': ['a=1', 'b=2'] });
      response.end(
        JSON.stringify({
          method: request.method,
          url: request.url,
          host: request.headers.host,
          sni: socket.servername,
          key: request.headers['dhl-api-key'],
          length: request.headers['content-length'],
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
  });
  const request = ask(`https://${host}/track?number=1&b=%20`, {
    method: 'POST',
    headers: { 'DHL-API-Key': 'k' },
    body: 'grüße',
  });
  const answer = await egress.send(request, route);
  assert.equal(answer.status, 201);
  assert.equal(answer.headers['x-seen'], 'yes');
  assert.equal(answer.headers['set-cookie'], 'a=1, b=2');
  assert.deepEqual(JSON.parse(Buffer.from(answer.bytes).toString()), {
    method: 'POST',
    url: '/track?number=1&b=%20',
    host,
    sni: host,
    key: 'k',
    length: '7',
    body: 'grüße',
  });
});

test('a redirect is given back and not followed', async (context) => {
  let asked = 0;
  const route = await standIn(context, (_request, response) => {
    asked += 1;
    response.writeHead(302, { location: 'https://169.254.169.254/latest' }).end();
  });
  const answer = await egress.send(ask(`https://${host}/`), route);
  assert.equal(answer.status, 302);
  assert.equal(answer.headers['location'], 'https://169.254.169.254/latest');
  assert.equal(asked, 1);
});

test('an answer over the limit is cut off, with and without a length; one at the limit comes through', async (context) => {
  const route = await standIn(context, (request, response) => {
    const size = Number(request.url?.slice(1));
    if (size % 2 === 0) response.setHeader('content-length', size);
    response.write(Buffer.alloc(size));
    response.end();
  });
  for (const size of [1_001, 1_002, 300_000]) {
    const request = ask(`https://${host}/${size}`, { answerBytesMax: 1_000 });
    assert.equal(await reasonOf(egress.send(request, route)), 'too_large');
  }
  const whole = await egress.send(ask(`https://${host}/1000`, { answerBytesMax: 1_000 }), route);
  assert.equal(whole.bytes.length, 1_000);
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/${2 * 1024 * 1024 + 1}`), route)), 'too_large');
});

test('an answer that is slow as a whole is cut off with its connection, even when every byte comes soon', async (context) => {
  const hungUp = new Set<unknown>();
  const route = await standIn(context, (_request, response) => {
    const drip = setInterval(() => response.write('x'), 20);
    response.on('close', () => {
      clearInterval(drip);
      hungUp.add(drip);
    });
  });
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`, { timeoutMs: 250 }), route)), 'timeout');
  const silent = await standIn(context, (_request, response) => response.on('close', () => hungUp.add(response)));
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`, { timeoutMs: 150 }), silent)), 'timeout');
  const deaf = createTcpServer((socket) => {
    socket.on('close', () => hungUp.add(socket));
    socket.resume();
  });
  const toDeaf = routeTo(await portOf(context, deaf));
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`, { timeoutMs: 150 }), toDeaf)), 'timeout');
  for (let waited = 0; waited < 50 && hungUp.size < 3; waited += 1) await pause(10);
  assert.equal(hungUp.size, 3);
});

test('an answer that ends in the middle is broken, not short', async (context) => {
  const short = await standIn(context, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), short)), 'broken');
  const garbage = await standIn(context, (request) => request.socket.end('SSH-2.0-nothing\r\n'));
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), garbage)), 'broken');
  const upgrade = await standIn(context, (request) =>
    request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  );
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`, { timeoutMs: 2_000 }), upgrade)), 'broken');
});

test('nobody there, no TLS, another name, another authority, an expired certificate', async (context) => {
  const closed = createTcpServer();
  const port = await portOf(context, closed);
  closed.close();
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), routeTo(port))), 'connect');

  const plain = routeTo(
    await portOf(
      context,
      createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
    ),
  );
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), plain)), 'tls');

  let reached = 0;
  const count = (_request: IncomingMessage, response: ServerResponse): void => {
    reached += 1;
    response.end();
  };
  const otherName = await standIn(context, count, authority.issue(['other.example']));
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), otherName)), 'tls');

  const ours = await standIn(context, count);
  const stranger = { ...ours, caPem: createAuthority('Simulator').caPem };
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), stranger)), 'tls');

  const past = realClock.now().subtract({ hours: 1 });
  const expired = await standIn(
    context,
    count,
    authority.issue([host], { from: past.subtract({ hours: 1 }), until: past }),
  );
  assert.equal(await reasonOf(egress.send(ask(`https://${host}/`), expired)), 'tls');
  assert.equal(reached, 0);
});

test('more than a hundred at once wait for nobody', async (context) => {
  const waiting: ServerResponse[] = [];
  const route = await standIn(context, (_request, response) => waiting.push(response));
  const sent = Array.from({ length: 101 }, () =>
    egress.send(ask(`https://${host}/`), route).then(
      () => 'sent',
      (error: EgressFault) => error.reason,
    ),
  );
  assert.equal(await Promise.race(sent), 'busy');
  while (waiting.length < 100) await pause(10);
  for (const response of waiting) response.end();
  assert.equal((await Promise.all(sent)).filter((result) => result === 'sent').length, 100);
});

test('the log and the Fault hold host, status and reason, never the url, a header or a body', async (context) => {
  const { lines, log } = quiet();
  const logged = createEgress({ log });
  const route = await standIn(context, (_request, response) => response.writeHead(503).end('secret-answer'));
  const request = ask(`https://${host}/secret-path?key=secret-query`, {
    method: 'POST',
    headers: { 'x-key': 'secret-header' },
    body: 'secret-body',
  });
  await logged.send(request, route);
  const failed = await logged.send({ ...request, answerBytesMax: 1 }, route).catch((error: unknown) => error);
  assert(failed instanceof EgressFault);
  assert.ok(!`${lines.join('')}${failed.message}${failed.publicText}${String(failed.cause)}`.includes('secret'));
  const [answered, refused] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual([answered?.['host'], answered?.['status'], answered?.['event']], [host, 503, 'egress answered']);
  assert.deepEqual([refused?.['host'], refused?.['reason'], refused?.['event']], [host, 'too_large', 'egress failed']);
});

test('a proxy in the environment and a switched-off verification change nothing', async (context) => {
  let proxied = 0;
  const proxy = createTcpServer((socket) => {
    proxied += 1;
    socket.destroy();
  });
  const proxyUrl = `http://127.0.0.1:${await portOf(context, proxy)}`;
  const route = await standIn(context, (_request, response) => response.end('direct'));
  const stranger = { ...route, caPem: createAuthority('Simulator').caPem };
  const program = `
      import { createEgress } from '#kit/egress';
      const egress = createEgress({ log: { info() {}, warn() {}, error() {} } });
      const request = { method: 'GET', url: 'https://${host}/', headers: {}, body: null, hosts: ['${host}'] };
      const answer = await egress.send(request, ${JSON.stringify(route)});
      const refused = await egress.send(request, ${JSON.stringify(stranger)}).catch((error) => error.reason);
      console.log(Buffer.from(answer.bytes).toString(), refused);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      ...process.env,
      NODE_USE_ENV_PROXY: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_NO_WARNINGS: '1',
      HTTPS_PROXY: proxyUrl,
      HTTP_PROXY: proxyUrl,
      ALL_PROXY: proxyUrl,
      https_proxy: proxyUrl,
      NO_PROXY: '',
      no_proxy: '',
    },
  });
  let out = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (out += part.toString()));
  await once(child, 'close');
  assert.equal(out.trim(), 'direct tls');
  assert.equal(proxied, 0);
});
