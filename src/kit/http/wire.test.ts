import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, suite, test } from 'node:test';
import { createLog } from '#kit/log';
import { answer, anyone, createHttp, type Http } from '../http.ts';

const open: Http[] = [];
after(() => Promise.all(open.map((http) => http.close())));

async function serve(trustedProxies: readonly string[] = []): Promise<number> {
  const http = createHttp({
    settings: { host: '127.0.0.1', port: 0, tls: null, trustedProxies, publicUrl: 'http://shop.example' },
    log: createLog({ level: 'silent' }),
    ready: () => Promise.resolve(true),
    limits: { connectionsPerAddressMax: 5 },
  });
  open.push(http);
  const route = { audience: 'machines', admit: anyone } as const;
  http.route({ ...route, method: 'GET', path: '/t/:token', takes: 'nothing', handle: () => answer.text('here\n') });
  http.route({
    ...route,
    method: 'POST',
    path: '/p',
    takes: 'bytes',
    handle: ({ bytes }) => answer.text(`${bytes.length}\n`),
  });
  return (await http.listen()).port;
}

/** The status lines of what came back until the server closed, or nothing more came. */
async function statuses(port: number, text: string): Promise<readonly string[]> {
  let got = '';
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    socket.on('data', (part) => (got += part.toString('latin1')));
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
    socket.setTimeout(300, () => socket.destroy());
  });
  return [...got.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status = '']) => status);
}

const host = 'Host: shop.example\r\n';
const hidden = `GET /t/hidden HTTP/1.1\r\n${host}\r\n`;
const post = (headers: string, body: string): string => `POST /p HTTP/1.1\r\n${host}${headers}\r\n\r\n${body}`;
const get = (target: string, headers = host): string => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;

suite(
  'a message that a proxy in front of us could read otherwise is refused, and nothing behind it is answered',
  async () => {
    const port = await serve();
    const ambiguous: Readonly<Record<string, string>> = {
      'a length and chunks': post('Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${hidden}`),
      'two lengths': post('Content-Length: 4\r\nContent-Length: 5', 'abcde'),
      'a list of lengths': post('Content-Length: 4, 4', `abcd${hidden}`),
      'a length with a sign': post('Content-Length: +4', `abcd${hidden}`),
      'another coding': post('Transfer-Encoding: xchunked', `0\r\n\r\n${hidden}`),
      'chunks that are not the last coding': post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${hidden}`),
      'a negative chunk': post('Transfer-Encoding: chunked', `-1\r\nx\r\n0\r\n\r\n${hidden}`),
      'chunks that end in LF': post('Transfer-Encoding: chunked', `1\nx\n0\n\n${hidden}`),
      'a folded header': get('/t/x', `${host}X: a\r\n b\r\n`),
      'a space before the colon': get('/t/x', 'Host : shop.example\r\n'),
      'lines that end in LF': 'GET /t/x HTTP/1.1\nHost: a\n\n',
      'a NUL in a header': get('/t/x', `${host}X: a\0b\r\n`),
      'no host': get('/t/x', ''),
      'two hosts': get('/t/x', `${host}Host: evil.example\r\n`),
      'the address of another host': get('http://evil.example/t/x'),
      'a fragment': get('/t/x#y'),
      'half a percent sign': get('/t/%zz'),
    };
    for (const [name, text] of Object.entries(ambiguous)) {
      test(name, async () => assert.deepEqual((await statuses(port, text))[0], '400'));
    }

    test('what is plain is answered, one after the other', async () => {
      assert.deepEqual(await statuses(port, get('/t/x').repeat(3)), ['200', '200', '200']);
      assert.deepEqual(await statuses(port, post('Transfer-Encoding: chunked', `4\r\nabcd\r\n0\r\n\r\n${hidden}`)), [
        '200',
        '200',
      ]);
    });
  },
);

suite('connections', () => {
  const hold = (port: number) =>
    new Promise<{ readonly isHeld: boolean; readonly end: () => void }>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      const held = setTimeout(() => resolve({ isHeld: true, end: () => void socket.destroy() }), 150);
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(held);
        resolve({ isHeld: false, end: () => {} });
      });
    });

  test('one address holds only so many at a time, and gets new ones when old ones end', async () => {
    const port = await serve();
    const held = await Promise.all(Array.from({ length: 12 }, () => hold(port)));
    assert.equal(held.filter(({ isHeld }) => isHeld).length, 5);
    for (const { end } of held) end();
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
    assert.deepEqual(await statuses(port, get('/t/x')), ['200']);
  });

  test('a trusted proxy holds as many as its clients need', async () => {
    const port = await serve(['127.0.0.1']);
    const held = await Promise.all(Array.from({ length: 12 }, () => hold(port)));
    assert.equal(held.filter(({ isHeld }) => isHeld).length, 12);
    for (const { end } of held) end();
  });
});
