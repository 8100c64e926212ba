import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { suite, test, type TestContext } from 'node:test';
import { answer, anyone, createHttp, type EventWriter } from '#kit/http';
import { createLog } from '#kit/log';
import { eventText } from './streams.ts';

type Needs = Partial<Parameters<typeof createHttp>[0]>;

const settings = { host: '127.0.0.1', port: 0, tls: null, trustedProxies: [], publicUrl: 'http://localhost' };

async function serve(context: TestContext, limits: NonNullable<Needs['limits']> = {}) {
  const writers: EventWriter[] = [];
  const ended: string[] = [];
  const http = createHttp({
    settings,
    log: createLog({ level: 'silent' }),
    ready: () => Promise.resolve(true),
    limits,
  });
  http.route({
    method: 'GET',
    path: '/live/:key',
    audience: 'people',
    admit: anyone,
    takes: 'nothing',
    handle: (request) => {
      const key = request.params['key'] ?? '';
      return answer.events({
        key,
        open: (writer) => {
          if (key === 'broken') throw new Error('no feed');
          writers.push(writer);
          return () => ended.push(key);
        },
      });
    },
  });
  const { port } = await http.listen();
  context.after(() => http.close());
  return { http, port, writers, ended };
}

/** An open stream as a browser holds it: what came so far, and how to hang up. */
async function listen(context: TestContext, port: number, key: string) {
  let text = '';
  let isOpen = true;
  const socket: Socket = connect(port, '127.0.0.1');
  context.after(() => socket.destroy());
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.on('error', () => {});
  socket.on('close', () => (isOpen = false));
  socket.write(`GET /live/${key} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await until(() => text.includes('retry: ') || !isOpen || /^HTTP\/1\.1 [45]/.test(text));
  return { text: () => text, isOpen: () => isOpen, hangUp: () => socket.destroy() };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 200 && !holds(); waited += 1) await pause(10);
  assert.ok(holds(), `waited in vain for ${holds.toString()}`);
}

suite('live streams', () => {
  test('a stream opens with a retry hint and strict headers, and brings what is sent', async (context) => {
    const { port, writers, ended } = await serve(context);
    const stream = await listen(context, port, 'order');
    assert.match(stream.text(), /^HTTP\/1\.1 200 OK\r\n/);
    for (const header of [
      'text/event-stream',
      'x-accel-buffering: no',
      'cache-control: no-store',
      "default-src 'none'",
    ]) {
      assert.ok(stream.text().toLowerCase().includes(header), header);
    }
    assert.match(stream.text(), /retry: [2-5]\d{3}\n\n/);
    writers[0]?.send({ name: 'changed', id: '7', text: 'a\nb' });
    await until(() => stream.text().includes('event: changed\nid: 7\ndata: a\ndata: b\n\n'));
    assert.deepEqual(ended, []);
    stream.hangUp();
    await until(() => ended.length === 1);
    writers[0]?.send({ text: 'to nobody' });
  });

  test('the server can end a stream, and a feed that cannot open ends it at once', async (context) => {
    const { port, writers, ended } = await serve(context);
    const stream = await listen(context, port, 'order');
    writers[0]?.end();
    await until(() => stream.text().endsWith('0\r\n\r\n'));
    await until(() => ended.length === 1);
    const broken = await listen(context, port, 'broken');
    await until(() => broken.text().endsWith('0\r\n\r\n'));
  });

  test('a heartbeat keeps a silent stream alive', async (context) => {
    const { port } = await serve(context, { heartbeatMs: 20 });
    const stream = await listen(context, port, 'order');
    await until(() => stream.text().split(':\n\n').length >= 4);
  });

  test('there are so many per key and in all, and a place becomes free again', async (context) => {
    const { port } = await serve(context, { streamsPerKeyMax: 2, streamsMax: 3 });
    const first = await listen(context, port, 'a');
    await listen(context, port, 'a');
    const third = await listen(context, port, 'a');
    assert.match(third.text(), /^HTTP\/1\.1 429 .*retry-after: \d+/is);
    await listen(context, port, 'b');
    assert.match((await listen(context, port, 'c')).text(), /^HTTP\/1\.1 429 /);
    first.hangUp();
    await pause(50);
    assert.match((await listen(context, port, 'a')).text(), /^HTTP\/1\.1 200 /);
  });

  test('HEAD asks for the headers alone and takes no place', async (context) => {
    const { port, writers } = await serve(context);
    const got = await fetch(`http://127.0.0.1:${port}/live/a`, { method: 'HEAD' });
    assert.equal(got.status, 200);
    assert.equal(got.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(writers.length, 0);
  });

  test('a client that does not read is cut off', async (context) => {
    const { port, writers, ended } = await serve(context, { unreadBytesMax: 100_000 });
    const socket = connect(port, '127.0.0.1');
    context.after(() => socket.destroy());
    socket.pause();
    socket.on('error', () => {});
    socket.write('GET /live/deaf HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => writers.length === 1);
    const text = 'x'.repeat(100_000);
    for (let sent = 0; sent < 500 && ended.length === 0; sent += 1) {
      writers[0]?.send({ text });
      await pause(1);
    }
    await until(() => ended.length === 1);
  });

  test('closing the server ends all streams at once and opens no more', async (context) => {
    const { http, port, ended } = await serve(context);
    const streams = await Promise.all([listen(context, port, 'a'), listen(context, port, 'b')]);
    const began = performance.now();
    await http.close();
    assert.ok(performance.now() - began < 1_000);
    await until(() => streams.every((stream) => !stream.isOpen()));
    assert.ok(streams.every((stream) => stream.text().endsWith('0\r\n\r\n')));
    assert.deepEqual(ended.toSorted(), ['a', 'b']);
  });
});

test('an event is written line by line, and its name cannot bring a line of its own', () => {
  assert.equal(eventText({ text: 'x' }), 'data: x\n\n');
  assert.equal(eventText({ text: 'a\r\nb\rc\n' }), 'data: a\ndata: b\ndata: c\ndata: \n\n');
  assert.equal(eventText({ name: 'n', id: '1', text: '' }), 'event: n\nid: 1\ndata: \n\n');
  assert.throws(() => eventText({ name: 'n\ndata: x', text: '' }));
  assert.throws(() => eventText({ id: '1\r2', text: '' }));
});
