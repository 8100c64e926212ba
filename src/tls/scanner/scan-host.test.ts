import assert from 'node:assert/strict';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { suite, test } from 'node:test';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { realClock } from '#kit/clock';
import { EgressFault } from '#kit/egress';
import { scanTls, type TlsScanned } from '#tls';
import { listening, type Zoo } from '../../../test/zoo/listening.ts';
import { believed, intermediate, leaf, profile } from '../../../test/zoo/servers.ts';

async function scan({ port }: Zoo): Promise<TlsScanned> {
  const where = { host: 'shop.example', port, address: '127.0.0.1', allowPrivate: true };
  return await scanTls({ ...where, caPem: believed, clock: realClock });
}

function serverWith(own: ReturnType<typeof leaf>, more: TlsOptions = {}): Server {
  const server = createServer({ ...profile, cert: own.pem + intermediate.pem, key: own.keyPem, ...more });
  return server.on('tlsClientError', () => {});
}

async function scanWith(answer: (socket: Socket) => void): Promise<TlsScanned> {
  using zoo = await listening(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      answer(socket);
    }),
  );
  return await scan(zoo);
}

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a stapled answer and proofs of logs are seen in ${maxVersion}, and none where there are none`, async () => {
    const server = serverWith(leaf({ timestamps: 3 }), { maxVersion });
    server.on('OCSPRequest', (_certificate, _issuer, done) => done(null, Buffer.from('an answer')));
    using zoo = await listening(server);
    const { seen } = await scan(zoo);
    assert.deepEqual([seen.ocspStapled, seen.timestamps, seen.protocols.at(-1)], [true, 3, maxVersion]);
    using bare = await listening(serverWith(leaf(), { maxVersion }));
    const without = (await scan(bare)).seen;
    assert.deepEqual([without.ocspStapled, without.timestamps], [false, 0]);
  });
}

test('what was seen is JSON as it stands', async () => {
  using zoo = await listening(serverWith(leaf()));
  const scanned = await scan(zoo);
  assert.deepEqual(JSON.parse(JSON.stringify(scanned)), scanned);
  assert.equal(scanned.seen.chain.certificates[0]?.lifeLeft.toFixed(2), '0.90');
});

test('no connection is ever finished, so that nothing can be asked of a server by a scan', async () => {
  const server = serverWith(leaf(), { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  let connections = 0;
  let finished = 0;
  server.on('connection', () => (connections += 1));
  server.on('secureConnection', () => (finished += 1));
  using zoo = await listening(server);
  await scan(zoo);
  assert.equal(finished, 0);
  assert.ok(connections > 40 && connections < 400, String(connections));
});

suite('a server that means ill costs no more than a moment', () => {
  test('one that never says anything is out of reach, not without TLS', async () => {
    const scanned = scanWith(() => {});
    await assert.rejects(scanned, (error) => error instanceof EgressFault && error.reason === 'timeout');
  });

  test('one that floods', async () => {
    const record = Buffer.concat([Buffer.of(22, 3, 3, 0x40, 0), Buffer.alloc(0x4000, 2)]);
    const { findings } = await scanWith((socket) => socket.write(Buffer.concat(Array(60).fill(record))));
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['refuses_all'],
    );
  });

  test('one that speaks of something else', async () => {
    const { findings, grade } = await scanWith((socket) => socket.end('220 mail.example ESMTP\r\n'));
    assert.deepEqual([findings.map(({ code }) => code), grade], [['no_tls'], 'F']);
  });
});
