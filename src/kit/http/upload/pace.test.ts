import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { createAuthority } from '#kit/certificate';
import { Fault } from '#kit/fault';
import { answer, createHttp } from '#kit/http';
import { createLog } from '#kit/log';

const limits = { headersTimeoutMs: 150, requestTimeoutMs: 400, uploadBytesMin: 200, uploadTimeoutMs: 20_000 };

const authority = createAuthority('Test authority');

function certificateFiles(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'http-pace-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const { certPem, keyPem } = authority.issue(['shop.example']);
  writeFileSync(files.certFile, certPem);
  writeFileSync(files.keyFile, keyPem);
  return { from: files, redirectPort: null };
}

type Sent = { readonly text: string; readonly ms: number };
type Sender = (path: string, pieceBytes: number, pieces: number) => Promise<Sent>;

/** `/file` reads a file as it comes, `/unread` never asks for it, `/refused` lets nobody in. Answers what ended readings. */
async function serve(context: TestContext, more: Partial<typeof limits> = {}, isSecure = false) {
  const tls = isSecure ? certificateFiles(context) : null;
  const settings = { host: '127.0.0.1', port: 0, tls, trustedProxies: [], publicUrl: 'https://shop.example' };
  const log = createLog({ level: 'silent' });
  const http = createHttp({ settings, log, ready: () => Promise.resolve(true), limits: { ...limits, ...more } });
  const ends: unknown[] = [];
  const usual = { method: 'POST', audience: 'machines', takes: 'file', bodyBytesMax: 1024 * 1024 } as const;
  http.route({
    ...usual,
    path: '/file',
    admit: () => null,
    handle: async (request) => {
      let count = 0;
      try {
        for await (const piece of (await request.file())?.bytes ?? []) count += piece.length;
      } catch (error) {
        ends.push(error instanceof Fault ? error.code : error);
        throw error;
      }
      return answer.text(`${count} bytes`);
    },
  });
  http.route({ ...usual, path: '/unread', admit: () => null, handle: () => answer.text('unread') });
  http.route({
    ...usual,
    path: '/refused',
    admit: () => {
      throw new Fault('unauthorized', 'Nobody.');
    },
    handle: () => answer.text('never'),
  });
  const { port } = await http.listen();
  context.after(() => http.close());
  const open = (): Socket =>
    isSecure
      ? connectSecurely({ port, host: '127.0.0.1', servername: 'shop.example', ca: authority.caPem })
      : connect(port, '127.0.0.1');
  const send: Sender = (path, pieceBytes, pieces) => sendSlowly(open(), path, pieceBytes, pieces);
  return { send, ends };
}

/** Sends a form with a file, a piece every 40 ms; answers all that came back until the server closed or had answered. */
async function sendSlowly(socket: Socket, path: string, pieceBytes: number, pieces: number): Promise<Sent> {
  const began = performance.now();
  const head = '--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n';
  const tail = '\r\n--b--\r\n';
  const length = head.length + tail.length + pieceBytes * pieces;
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const type = 'Content-Type: multipart/form-data; boundary=b';
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${type}\r\nContent-Length: ${length}\r\n\r\n${head}`,
  );
  for (let sent = 0; sent < pieces && socket.writable; sent += 1) {
    socket.write('x'.repeat(pieceBytes));
    await pause(40);
  }
  if (socket.writable) socket.write(tail);
  await closed;
  return { text, ms: performance.now() - began };
}

/** Whoever reads it hears of the end in a turn of their own. */
async function heard(ends: readonly unknown[]): Promise<readonly unknown[]> {
  for (let turns = 0; ends.length === 0 && turns < 100; turns += 1) await pause(20);
  return ends;
}

suite('a file that comes slowly', () => {
  for (const isSecure of [false, true]) {
    const way = isSecure ? 'over TLS' : 'in the clear';
    test(`arrives whole, though it takes several times as long as any other request may, ${way}`, async (context) => {
      const { send } = await serve(context, {}, isSecure);
      const { text, ms } = await send('/file', 100, 60);
      assert.match(text, /^HTTP\/1\.1 200 .*6000 bytes$/s);
      assert.ok(ms > 4 * limits.requestTimeoutMs, `${ms} ms`);
    });
  }

  test('is cut off when it only drips, and whoever reads it hears that it is not whole', async (context) => {
    const { send, ends } = await serve(context);
    const { text, ms } = await send('/file', 2, 500);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(ms < 3_000, `${ms} ms`);
    assert.deepEqual(await heard(ends), ['invalid']);
  });

  test('is cut off when it stops in the middle', async (context) => {
    const { send } = await serve(context);
    const stopped = Promise.race([send('/file', 0, 300), pause(10_000, null)]);
    assert.match((await stopped)?.text ?? '', /^HTTP\/1\.1 408 /);
  });

  test('is cut off at the end of its time, however much came', async (context) => {
    const { send, ends } = await serve(context, { uploadTimeoutMs: 1_200 });
    const { text, ms } = await send('/file', 100, 500);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(ms >= 1_150 && ms < 5_000, `${ms} ms`);
    assert.deepEqual(await heard(ends), ['invalid']);
  });

  for (const path of ['/unread', '/refused']) {
    test(`has the time of any other request where nobody reads it: ${path}`, async (context) => {
      const { send } = await serve(context);
      const { ms } = await send(path, 100, 500);
      assert.ok(ms < 3_000, `${ms} ms`);
    });
  }
});
