import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type ConnectionOptions, type EphemeralKeyInfo } from 'node:tls';
import { suite, test, type TestContext } from 'node:test';
import { createAuthority, type Issued } from '#kit/certificate';
import { Fault } from '#kit/fault';
import { answer, anyone, checkHttp, createHttp, readFronts } from '#kit/http';
import { createLog } from '#kit/log';

const authority = createAuthority('Test authority');

function folder(context: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'http-tls-'));
  context.after(() => rmSync(path, { recursive: true }));
  const files = { certFile: join(path, 'cert.pem'), keyFile: join(path, 'key.pem') };
  const put = (issued: Issued): void => {
    writeFileSync(files.certFile, issued.certPem);
    writeFileSync(files.keyFile, issued.keyPem);
  };
  return { path, files, put };
}

async function serve(context: TestContext, files: { readonly certFile: string; readonly keyFile: string }) {
  const lines: string[] = [];
  const http = createHttp({
    settings: {
      host: '127.0.0.1',
      port: 0,
      tls: { from: files, redirectPort: 0 },
      trustedProxies: [],
      publicUrl: 'https://shop.example:8443',
    },
    log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }),
    ready: () => Promise.resolve(true),
    limits: { certificateCheckMs: 20 },
  });
  http.route({
    method: 'GET',
    path: '/page',
    audience: 'people',
    admit: anyone,
    takes: 'nothing',
    handle: (asked) => answer.page(asked.client.scheme),
  });
  const { port, redirectPort } = await http.listen();
  context.after(() => http.close());
  return { http, port, redirectPort: redirectPort ?? 0, lines };
}

type Handshake = { readonly protocol: string | null; readonly group: string; readonly serial: string };

/** A handshake alone. */
function shake(port: number, more: ConnectionOptions = {}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', servername: 'shop.example', ca: authority.caPem, ...more };
    const socket = connect(options, () => {
      const key = socket.getEphemeralKeyInfo() as EphemeralKeyInfo & { readonly name?: string };
      resolve({
        protocol: socket.getProtocol(),
        group: key.name ?? '',
        serial: socket.getPeerCertificate().serialNumber,
      });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function ask(port: number, agent: Agent | false = false): Promise<IncomingMessage & { readonly text: string }> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', servername: 'shop.example', ca: authority.caPem, path: '/page', agent };
    const out = request(options, (incoming) => {
      let text = '';
      incoming.on('data', (part: Buffer) => (text += part.toString()));
      incoming.on('end', () => resolve(Object.assign(incoming, { text })));
    });
    out.on('error', reject);
    out.end();
  });
}

async function serialAt(port: number): Promise<string> {
  return (await shake(port)).serial;
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let waited = 0; waited < 100; waited += 1) {
    if (await holds()) return;
    await pause(20);
  }
  assert.fail('waited in vain');
}

suite('https', () => {
  test('the profile: TLS 1.3 with the hybrid group first, 1.2 with forward secrecy, nothing older', async (context) => {
    const { files, put } = folder(context);
    put(authority.issue(['shop.example']));
    const { port } = await serve(context, files);
    const best = await shake(port);
    assert.deepEqual([best.protocol, best.group], ['TLSv1.3', 'X25519MLKEM768']);
    const classic = await shake(port, { ecdhCurve: 'X25519' });
    assert.equal(classic.group, 'X25519');
    const older = await shake(port, { maxVersion: 'TLSv1.2' });
    assert.equal(older.protocol, 'TLSv1.2');
    for (const maxVersion of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      await assert.rejects(shake(port, old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    }
    const noSecrecy = {
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-GCM-SHA256:AES256-SHA:ECDHE-ECDSA-AES128-SHA',
    } as const;
    await assert.rejects(shake(port, noSecrecy), { code: /HANDSHAKE_FAILURE/ });
  });

  test('answers over TLS say so: HSTS for its first stage, upgraded content, the scheme', async (context) => {
    const { files, put } = folder(context);
    put(authority.issue(['shop.example']));
    const { port } = await serve(context, files);
    const got = await ask(port);
    assert.equal(got.text, 'https');
    assert.equal(got.headers['strict-transport-security'], 'max-age=300');
    assert.match(String(got.headers['content-security-policy']), /; upgrade-insecure-requests$/);
  });
});

suite('certificates are renewed while it runs', () => {
  test('a new certificate is taken up without a failed request, with the profile intact', async (context) => {
    const { files, put } = folder(context);
    put(authority.issue(['shop.example']));
    const { port, lines } = await serve(context, files);
    const first = await serialAt(port);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    context.after(() => agent.destroy());
    const load = new AbortController();
    let asked = 0;
    const loaded = Promise.all(
      [agent, agent, false as const, false as const].map(async (over) => {
        while (!load.signal.aborted) {
          assert.equal((await ask(port, over)).statusCode, 200);
          asked += 1;
        }
      }),
    );
    put(authority.issue(['shop.example']));
    await until(async () => (await serialAt(port)) !== first);
    const renewed = await shake(port);
    assert.equal(renewed.group, 'X25519MLKEM768');
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await assert.rejects(shake(port, old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    load.abort();
    await loaded;
    assert.ok(asked > 10, `${asked} requests`);
    assert.ok(lines.some((line) => line.includes('certificate renewed')));
  });

  test('a pair that does not fit, garbage and a missing file change nothing, and are said once', async (context) => {
    const { files, put } = folder(context);
    put(authority.issue(['shop.example']));
    const { port, lines } = await serve(context, files);
    const first = await serialAt(port);
    writeFileSync(files.certFile, authority.issue(['shop.example']).certPem);
    await until(() => lines.some((line) => line.includes('the old one stays')));
    writeFileSync(files.certFile, 'garbage');
    await pause(60);
    unlinkSync(files.certFile);
    await pause(60);
    assert.equal(await serialAt(port), first);
    assert.equal(lines.filter((line) => line.includes('the old one stays')).length, 1);
    put(authority.issue(['shop.example']));
    await until(async () => (await serialAt(port)) !== first);
  });

  test('a link that is switched over is followed', async (context) => {
    const { path, files } = folder(context);
    for (const generation of ['one', 'two']) {
      const issued = authority.issue(['shop.example']);
      writeFileSync(join(path, `${generation}.cert`), issued.certPem);
      writeFileSync(join(path, `${generation}.key`), issued.keyPem);
    }
    symlinkSync(join(path, 'one.cert'), files.certFile);
    symlinkSync(join(path, 'one.key'), files.keyFile);
    const { port } = await serve(context, files);
    const first = await serialAt(port);
    for (const [file, target] of [
      [files.certFile, 'two.cert'],
      [files.keyFile, 'two.key'],
    ] as const) {
      unlinkSync(file);
      symlinkSync(join(path, target), file);
    }
    await until(async () => (await serialAt(port)) !== first);
  });

  test('a start with files that cannot be used is refused in a sentence', async (context) => {
    const { files, put } = folder(context);
    const refused = async (text: RegExp): Promise<void> => {
      await assert.rejects(
        serve(context, files),
        (error) => error instanceof Fault && error.code === 'invalid' && text.test(error.publicText),
      );
    };
    await refused(/certificate file .* cannot be read/);
    put({ certPem: 'x', keyPem: 'y' });
    await refused(/holds no certificate/);
    const one = authority.issue(['shop.example']);
    put({ ...one, keyPem: 'y' });
    await refused(/holds no private key/);
    put({ ...one, keyPem: authority.issue(['shop.example']).keyPem });
    await refused(/does not belong to the certificate/);
  });
});

suite('the plain port', () => {
  const table: readonly [
    method: string,
    host: string | null,
    path: string,
    status: number,
    location: string | undefined,
  ][] = [
    ['GET', 'shop.example', '/t/abc?x=1', 301, 'https://shop.example:8443/t/abc?x=1'],
    ['HEAD', 'shop.example', '/', 301, 'https://shop.example:8443/'],
    ['POST', 'shop.example', '/v1/x', 308, 'https://shop.example:8443/v1/x'],
    ['PUT', 'Other.Example:80', '/', 308, 'https://other.example:8443/'],
    ['GET', 'shop.example', '//evil.example/x', 301, 'https://shop.example:8443//evil.example/x'],
    ['GET', 'a b"><', '/', 400, undefined],
    ['GET', 'evil.example/x?', '/', 400, undefined],
    ['GET', 'shop.example', 'http://evil.example/', 400, undefined],
    ['OPTIONS', 'shop.example', '*', 400, undefined],
  ];
  for (const [method, host, path, status, location] of table) {
    test(`${method} ${path} at ${host} is ${status}`, async (context) => {
      const { files, put } = folder(context);
      put(authority.issue(['shop.example']));
      const { redirectPort } = await serve(context, files);
      const got = await new Promise<IncomingMessage>((resolve, reject) => {
        const options = {
          host: '127.0.0.1',
          port: redirectPort,
          method,
          path,
          headers: { host: host ?? '' },
          agent: false,
        };
        const out = plainRequest(options, (incoming) => resolve(incoming.resume()));
        out.on('error', reject);
        out.end();
      });
      assert.equal(got.statusCode, status);
      assert.equal(got.headers.location, location);
    });
  }
});

test('files that are not for a fronted name are refused before anything is begun', async (context) => {
  const { files, put } = folder(context);
  put(authority.issue(['track.shop.example', '*.shop.example']));
  const check = (name: string) => {
    const fronts = readFronts([`${name}=http://127.0.0.1:8080`]);
    assert.ok(!('no' in fronts));
    return checkHttp({ host: '127.0.0.1', port: 0, tls: { files, redirectPort: null }, trustedProxies: [], fronts });
  };
  assert.ok((await check('www.shop.example')) > 0);
  await assert.rejects(check('shop.example'), /is not for shop\.example, which GLASSPOST_FRONT names/);
});
