import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { z } from 'zod';
import { runWords } from '../../../test/command-line.ts';
import type { CommandWorld, OpenedHouse } from '../command.ts';
import { startDnsServer } from '../../../test/dns-server.ts';
import { believed, broken, good, type Kept } from '../../../test/zoo/servers.ts';
import { listening } from '../../../test/zoo/listening.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-scan-'));
after(() => rmSync(folder, { recursive: true }));
const caFile = join(folder, 'ca.pem');
writeFileSync(caFile, believed);

const setting = { from: 'environment', meaning: '', limit: '' } as const;
const own: Partial<CommandWorld> = {
  settings: () => [{ ...setting, variable: 'GLASSPOST_PUBLIC_URL', value: 'https://localhost:4600' }],
};
const scan = (...words: readonly string[]) => runWords(['scan', ...words], own);

/** A house in which these hosts were proven to be the shop's. */
const houseOf = (hosts: readonly string[]): CommandWorld['withHouse'] => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command asks for nothing else of the house
  const house = { protection: { provenHosts: async () => hosts } } as unknown as OpenedHouse;
  return (work) => work(house);
};

function keptAs(name: string): Kept {
  return [...broken, ...good].find((one) => one.name === name) ?? assert.fail(name);
}

const shape = z.object({
  host: z.string(),
  port: z.number(),
  grade: z.string(),
  findings: z.array(z.object({ code: z.string(), severity: z.string(), said: z.object({ mend: z.string().min(1) }) })),
  observatory: z.object({ score: z.number(), grade: z.string() }),
  web: z.object({ host: z.string(), https: z.object({ end: z.literal('page') }) }),
  tls: z.object({ address: z.string() }),
  seen: z.object({ address: z.string(), protocols: z.array(z.string()), heartbleed: z.literal('not tried') }),
});

test('a good server has grade A+ and exit code 0, without a database', async () => {
  using zoo = await keptAs('an address').start();
  const { code, out, err } = await scan(`127.0.0.1:${zoo.port}`, '--allow-private', '--ca', caFile);
  assert.deepEqual([code, err], [0, '']);
  assert.match(
    out,
    /^127\.0\.0\.1:\d+\n {2}encryption {3}A\+ {2}TLS 1\.2, TLS 1\.3; keys by X25519MLKEM768\n {2}page {9}A\+ {2}130 points .*\n {2}certificate {6}until .* 90 % of its life left\n/,
  );
  assert.match(out, /Nothing to mend/);
});

test('a fault is said in words, with what to do, and the exit code is 1', async () => {
  using zoo = await keptAs('TLS 1.0 and up').start();
  const { code, out } = await scan(`127.0.0.1:${zoo.port}`, '--allow-private', '--ca', caFile);
  assert.equal(code, 1);
  assert.match(out, /encryption {3}M {3}another name; TLS 1\.0, TLS 1\.1, TLS 1\.2, TLS 1\.3;/);
  assert.match(
    out,
    /lock, .*:\n\n\* TLS 1\.0 is spoken\.\n {2}No visitor .*\n(?: {2}\w.*\n)+ {2}→ Allow TLS 1\.2 and 1\.3 only\./,
  );
  assert.ok(out.split('\n').every((line) => line.length <= 80));
});

test('--json is one document that programs can read', async () => {
  using zoo = await keptAs('expired').start();
  const { code, out } = await scan(`127.0.0.1:${zoo.port}`, '--allow-private', '--ca', caFile, '--json');
  const { grade, findings, seen } = shape.parse(JSON.parse(out));
  assert.deepEqual([code, grade, seen.address], [1, 'T', '127.0.0.1']);
  assert.deepEqual(
    findings.map((one) => one.code),
    ['wrong_name', 'expired'],
  );
});

test('Further pages, the plain port and the records of a domain are looked at when they are named', async () => {
  const dns = await startDnsServer();
  dns.four.set('shop.example', ['127.0.0.1']);
  dns.texts.set('shop.example', ['v=spf1 -all']);
  after(dns.close);
  using zoo = await keptAs('TLS 1.2 and 1.3').start();
  using plain = await listening(createPlain((_, answer) => answer.end('hello')));
  const words = [`shop.example:${zoo.port}`, '--http', `${plain.port}`, '--path', '/checkout', '--path', '/basket'];
  const mail = ['--mail', 'shop.example', '--selector', 'one', '--allow-private', '--ca', caFile];
  const { code, out } = await runWords(['scan', ...words, ...mail], {
    settings: () => [
      { ...setting, variable: 'GLASSPOST_DOMAIN', value: 'shop.example, *.shop.example' },
      { ...setting, variable: 'GLASSPOST_DNS', value: dns.address },
    ],
  });
  assert.equal(code, 0);
  assert.match(out, /encryption {3}A\+.*\n(?:.*\n)*\* http:\/\/shop\.example shows a page/);
  assert.match(out, /\* The key one that signs mails of shop\.example is not in DNS\./);
  assert.match(out, /\nGood to know .*:\n- There is no AAAA record\.\n/);
});

test('A host that was proven is asked for where no other right is at hand, and one under a wildcard is an own one', async () => {
  let asked = 0;
  const dns = await startDnsServer();
  after(dns.close);
  for (const name of ['shop.example', 'www.shop.example']) dns.four.set(name, ['127.0.0.1']);
  const world = {
    settings: () => [
      { ...setting, variable: 'GLASSPOST_DOMAIN', value: '*.shop.example' },
      { ...setting, variable: 'GLASSPOST_DNS', value: dns.address },
    ],
    withHouse: async <T>(work: (house: OpenedHouse) => Promise<T>): Promise<T> => {
      asked += 1;
      return await houseOf(['shop.example'])(work);
    },
  };
  const inside = /^On the internet only/;
  // Both are let through, and then found to lie inside.
  for (const host of ['shop.example:1', 'www.shop.example:1']) {
    const { code, err } = await runWords(['scan', host], world);
    assert.deepEqual([code, inside.test(err)], [2, true]);
  }
  assert.equal(asked, 1);
});

suite('what cannot or may not be looked at has exit code 2 and nothing on standard output', () => {
  const refusals: Readonly<Record<string, readonly string[]>> = {
    'a stranger': ['example.org'],
    'a private address without leave': ['127.0.0.1'],
    'a stranger by address, with leave for one’s own network': ['8.8.8.8', '--allow-private'],
    'an own name that leads inside': ['localhost:1'],
    'a host that is none': ['https://shop.example/a', '--allow-private'],
    'the mails of a stranger': ['localhost', '--mail', 'example.org', '--allow-private'],
    'keys of no mails': ['127.0.0.1', '--selector', 'one', '--allow-private'],
    'a plain port that is none': ['127.0.0.1', '--http', '70000', '--allow-private'],
    'a page that is none': ['127.0.0.1', '--path', 'checkout', '--allow-private'],
    'an authority that is none': ['127.0.0.1', '--allow-private', '--ca', join(folder, 'nothing.pem')],
  };
  for (const [name, words] of Object.entries(refusals)) {
    test(name, async () => {
      const { code, out, err } = await runWords(['scan', ...words], { ...own, withHouse: houseOf([]) });
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /^.+\.$/);
    });
  }

  test('nobody listens there', async () => {
    const gone = await listening(createServer());
    gone[Symbol.dispose]();
    const { code, err } = await scan(`127.0.0.1:${gone.port}`, '--allow-private');
    assert.deepEqual([code, err], [2, 'The other side cannot be reached at the moment.']);
  });
});
