import assert from 'node:assert/strict';
import { createServer as createPlain } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { suite, test } from 'node:test';
import { createServer, type TLSSocket } from 'node:tls';
import { EgressFault, type Lookup } from '#kit/egress';
import { sayFinding, visibleFrom, type SiteScan, type SiteScanned } from '#tls';
import { lifeOf, now } from '../../../test/zoo/certificates.ts';
import { listening } from '../../../test/zoo/listening.ts';
import { scanKept } from '../../../test/zoo/scan-kept.ts';
import { broken, good, intermediate, leaf, pageOf, profile, type Kept } from '../../../test/zoo/servers.ts';
import { lookupIn } from '../../../test/zoo/web/host.ts';
import { goodRecords } from '../../../test/zoo/web/setups.ts';
import { canReach } from './web/dns/addresses.ts';

const [sound = assert.fail('the zoo is empty')] = good;
const hour = 3_600_000;

function codesOf({ findings }: SiteScanned): readonly string[] {
  return findings.map(({ code }) => code);
}

/** A host with a sound certificate that does as it is told once TLS is spoken. */
function hostThat(does: (socket: TLSSocket) => void, own = leaf()): Kept {
  const server = createServer({ ...profile, cert: own.pem + intermediate.pem, key: own.keyPem });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket) => does(socket.on('error', () => {})));
  return { ...sound, start: async () => await listening(server) };
}

/** Nobody listens at its port. */
async function deserted(): Promise<number> {
  using zoo = await listening(createTcp());
  return zoo.port;
}

suite('what both halves find is said once, and what only one can know counts in the other', () => {
  test('without HSTS no more than A is left, and one finding says so', async () => {
    const scanned = await scanKept(hostThat((socket) => socket.end(pageOf({ 'strict-transport-security': '' }))));
    assert.equal(scanned.grade, 'A');
    const [found, ...others] = scanned.findings.filter(({ code }) => code.startsWith('hsts'));
    assert.deepEqual([found?.code, found?.cap, found?.part, others], ['hsts.missing', 'A', 'web', []]);
  });

  test('alarms come first, notes last', async () => {
    const kept = broken.find(({ name }) => name === 'TLS 1.0 and up') ?? assert.fail('it is gone');
    const { findings } = await scanKept(kept, { host: 'www.shop.example' });
    assert.deepEqual([...new Set(findings.map(({ severity }) => severity))], ['alarm', 'warning', 'note']);
    assert.equal(findings[0]?.code, 'wrong_name');
  });
});

suite('where no page comes, nothing is said of pages', () => {
  const words: Readonly<Record<string, (socket: TLSSocket) => void>> = {
    'a mail server': (socket) => socket.write('220 mail.example ESMTP\r\n'),
    'one that ends at once': (socket) => socket.end(),
  };
  for (const [name, does] of Object.entries(words)) {
    test(name, async () => {
      const scanned = await scanKept(hostThat(does));
      assert.deepEqual(codesOf(scanned), ['dns.no_ipv6', 'https.no_page']);
      assert.deepEqual([scanned.grade, scanned.observatory], ['A', null]);
    });
  }

  test('nobody at the port of https, but somebody at the other one', async () => {
    using zoo = await listening(createPlain((_, answer) => answer.end('hello')));
    const more = { port: await deserted(), plainPort: zoo.port };
    const scanned = await scanKept(sound, more);
    assert.deepEqual([scanned.grade, scanned.tls], [null, null]);
    assert.deepEqual(codesOf(scanned).slice(0, 2), ['redirect.missing', 'https.unreachable']);
  });

  test('nobody at all', async () => {
    const port = await deserted();
    for (const plainPort of [null, port]) {
      const scanned = scanKept(sound, { port, plainPort });
      await assert.rejects(scanned, (error) => error instanceof EgressFault && error.reason === 'connect');
    }
  });
});

test('a redirect to https at the port that was named is the one that is wanted', async () => {
  using zoo = await sound.start();
  const location = `https://shop.example:${zoo.port}/`;
  using plain = await listening(createPlain((_, answer) => answer.writeHead(308, { location }).end()));
  const scanned = await scanKept(sound, { port: zoo.port, plainPort: plain.port });
  assert.deepEqual(codesOf(scanned), ['dns.no_ipv6']);
  assert.deepEqual([scanned.web?.http.hops.length, scanned.grade], [2, 'A+']);
});

test('an address where nobody answers hides none where somebody does', async () => {
  const scanned = await scanKept(sound, {
    resolve: lookupIn({ ...goodRecords, four: ['127.0.0.9', '127.0.0.1'], six: [] }),
  });
  assert.deepEqual(codesOf(scanned), ['dns.dead_address', 'dns.no_ipv6']);
  assert.deepEqual([scanned.grade, scanned.tls?.address], ['A+', '127.0.0.1']);
});

test('whether anybody answers over IPv6 is asked only from a machine that has it', () => {
  const far = '2606:4700::1111';
  assert.deepEqual(
    [[], ['192.0.2.1'], ['fe80::1', '::1', 'fd00::1'], ['2620:fe::fe']].map((own) => canReach(far, own)),
    [false, false, false, true],
  );
  assert.equal(canReach('::1', []), true);
});

test('of localhost, a name without a point and an address no records are asked for', async () => {
  const never = async (): Promise<never> => assert.fail('DNS was asked');
  const resolve: Lookup = { texts: never, exchanges: never, addresses: never, authorities: never };
  const mail = { domain: 'localhost', selectors: ['one'] };
  for (const host of ['localhost', '127.0.0.1']) {
    const scanned = await scanKept(sound, { host, resolve, mail });
    assert.deepEqual(codesOf(scanned), ['wrong_name']);
    assert.deepEqual([scanned.web?.addresses, scanned.web?.caa, scanned.web?.mail], [null, null, null]);
  }
});

suite('staff can know from when on customers will see something', () => {
  const atLeast = now.add({ seconds: -5 });

  test('a certificate that is not renewed', async () => {
    const { until } = lifeOf(6, 0.1);
    const { findings, tls } = await scanKept(hostThat((socket) => socket.end(pageOf()), leaf(lifeOf(6, 0.1))));
    const [found = assert.fail('nothing was found')] = findings;
    assert.equal(found.code, 'renewal_overdue');
    const from = visibleFrom(found, tls) ?? assert.fail('nobody will see it');
    assert.ok(Math.abs(from.since(until).total('milliseconds')) < hour && Temporal.Instant.compare(from, atLeast) > 0);
    const day = from.toZonedDateTimeISO('UTC').day;
    const time = from.toString().slice(11, 16);
    assert.match(sayFinding('en', found)?.why ?? '', new RegExp(`From ${day} \\S+ \\d{4}, ${time} UTC on, Chrome `));
    assert.match(
      sayFinding('de', found)?.why ?? '',
      new RegExp(`Ab ${day}\\. \\S+ \\d{4}, ${time} UTC zeigen Chrome `),
    );
  });

  test('one that nobody may follow up, and one that has run out', async () => {
    const issuer: SiteScan['issuer'] = { caaNames: ['other.example'], accountUri: null, method: null };
    const { findings, tls } = await scanKept(sound, { issuer });
    const [found = assert.fail('nothing was found')] = findings;
    assert.equal(found.code, 'caa.forbids');
    assert.equal(visibleFrom(found, tls)?.toString(), tls?.chain.certificates[0]?.until);
    const late = broken.find(({ name }) => name === 'expired') ?? assert.fail('it is gone');
    const expired = await scanKept(late, { issuer });
    assert.deepEqual(
      expired.findings.map((one) => visibleFrom(one, expired.tls)),
      expired.findings.map(() => null),
    );
  });
});
