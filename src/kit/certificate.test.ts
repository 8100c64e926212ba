import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls';
import { suite, test, type TestContext } from 'node:test';
import { createAuthority, type Issued } from '#kit/certificate';
import { realClock } from '#kit/clock';
import { Fault } from '#kit/fault';

/** A real handshake with a real server on loopback; answers how it ended. */
async function shake(context: TestContext, issued: Issued, caPem: string, servername: string): Promise<string> {
  const server = createServer({ cert: issued.certPem, key: issued.keyPem }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  return new Promise((resolve) => {
    const socket: TLSSocket = connect({ port: address.port, host: '127.0.0.1', ca: caPem, servername }, () => {
      const peer: PeerCertificate = socket.getPeerCertificate();
      resolve(`trusted, ${socket.getProtocol()}, ${String(peer.subject.CN)}`);
      socket.destroy();
    });
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

suite('certificates for loopback', () => {
  const authority = createAuthority('Test authority');
  const ca = new X509Certificate(authority.caPem);

  test('the authority signs itself and may sign servers, nothing else', () => {
    assert.equal(ca.ca, true);
    assert.equal(ca.subject, 'CN=Test authority');
    assert.equal(ca.issuer, ca.subject);
    assert.equal(ca.verify(ca.publicKey), true);
    assert.equal(ca.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  });

  test('an issued certificate names every host and address, belongs to its key and hangs on the authority', () => {
    const hosts = ['api.carrier.example', '*.shop.example', '127.0.0.1', '2001:db8::7', '::1'];
    const issued = authority.issue(hosts);
    const leaf = new X509Certificate(issued.certPem);
    assert.equal(leaf.ca, false);
    assert.equal(leaf.checkIssued(ca), true);
    assert.equal(leaf.verify(ca.publicKey), true);
    assert.equal(leaf.checkHost('api.carrier.example'), 'api.carrier.example');
    assert.equal(leaf.checkHost('track.shop.example'), '*.shop.example');
    assert.equal(leaf.checkHost('other.example'), undefined);
    for (const address of ['127.0.0.1', '2001:db8::7', '::1']) assert.equal(leaf.checkIP(address), address);
    assert.equal(leaf.checkIP('127.0.0.2'), undefined);
    assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
    assert.equal(days, 366);
  });

  test('serial numbers differ and are positive', () => {
    const serials = Array.from({ length: 40 }, () => new X509Certificate(authority.issue(['a.example']).certPem));
    assert.equal(new Set(serials.map((leaf) => leaf.serialNumber)).size, 40);
    assert.ok(serials.every((leaf) => !leaf.serialNumber.startsWith('-')));
  });

  test('a validity beyond 2049 is written with four-digit years', () => {
    const from = Temporal.Instant.from('2049-12-31T23:59:59Z');
    const until = Temporal.Instant.from('2050-01-01T00:00:00Z');
    const leaf = new X509Certificate(authority.issue(['late.example'], { from, until }).certPem);
    assert.equal(leaf.validFrom, 'Dec 31 23:59:59 2049 GMT');
    assert.equal(leaf.validTo, 'Jan  1 00:00:00 2050 GMT');
  });

  test('a client that trusts the authority shakes hands', async (context) => {
    const issued = authority.issue(['api.carrier.example']);
    assert.equal(
      await shake(context, issued, authority.caPem, 'api.carrier.example'),
      'trusted, TLSv1.3, api.carrier.example',
    );
  });

  test('a client refuses another name, another authority and a certificate out of its time', async (context) => {
    const issued = authority.issue(['api.carrier.example']);
    assert.equal(await shake(context, issued, authority.caPem, 'other.example'), 'ERR_TLS_CERT_ALTNAME_INVALID');
    const stranger = createAuthority('Test authority');
    assert.match(
      await shake(context, issued, stranger.caPem, 'api.carrier.example'),
      /SIGNATURE|UNABLE_TO_(?:GET|VERIFY)/,
    );
    const now = realClock.now();
    const past = authority.issue(['a.example'], {
      from: now.subtract({ hours: 48 }),
      until: now.subtract({ hours: 1 }),
    });
    assert.equal(await shake(context, past, authority.caPem, 'a.example'), 'CERT_HAS_EXPIRED');
    const future = authority.issue(['a.example'], { from: now.add({ hours: 1 }), until: now.add({ hours: 2 }) });
    assert.equal(await shake(context, future, authority.caPem, 'a.example'), 'CERT_NOT_YET_VALID');
  });

  test('names that are no host names are refused', () => {
    for (const name of [
      '',
      'UPPER.example',
      'a b.example',
      'a..example',
      '-a.example',
      'x\u0000.example',
      'fe80::1%lo',
      '*.*.a',
    ]) {
      assert.throws(
        () => authority.issue([name]),
        (error) => error instanceof Fault && error.code === 'invalid',
        name,
      );
    }
    assert.throws(() => authority.issue([]), Fault);
    assert.throws(() => createAuthority('x'.repeat(65)), Fault);
  });
});
