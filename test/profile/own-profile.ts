// Our own pages as the world's judges see them: the whole program at ports 80 and 443 of a network of its own, with a
// certificate that it got from an authority by itself. `npm run profile` runs it in there.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { realClock } from '#kit/clock';
import { openDatabase, type Database } from '#kit/database';
import type { Lookup } from '#kit/egress';
import { scanTls, scanWeb } from '#tls';
import { caddyfile, caddyHost } from '../authorities/caddy.ts';
import { findProgram, startProgram, type Running as Program } from '../authorities/programs.ts';
import { get, shake, until } from '../authorities/tls-node.ts';
import { assertEnded, command, newHome, start, type Home, type Running } from '../program/running.ts';
import { enter, pagesOf, type Entered } from './pages.ts';
import { apex, authorityAt, fronted, host, shopAt } from './places.ts';
import { askTestssl, judgePages, type PageToJudge, type TestsslFinding } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasspost-profile-'));
const caFile = join(folder, 'authority', 'pki', 'authorities', 'local', 'root.crt');
/** Of 145: nothing sets a cookie where customers are. The last stage is for the list; on it, every page has the first. */
const best = { preloaded: 140, asItIs: 135 };
const stages = [300, 604_800, 2_592_000, 63_072_000, 63_072_000] as const;

/** The authority issues for half a day, from a key for a week, and says nowhere what it took back. */
const ofTestAuthority = /^(?:cert_expirationStatus|cert_notAfter|cert_revocation|intermediate_cert_.* <#1>)$/;

type World = {
  readonly authority: Program;
  readonly home: Home;
  readonly running: Running;
  readonly database: Database;
  readonly caPem: string;
  readonly greeting: readonly string[];
  readonly entered: Entered;
};
let world: World;

async function openWorld(): Promise<World> {
  mkdirSync(join(folder, 'authority'));
  const config = join(folder, 'Caddyfile');
  writeFileSync(config, caddyfile(join(folder, 'authority'), authorityAt, 443));
  const authority = await startProgram(
    [findProgram('caddy') ?? 'caddy', 'run', '--config', config, '--adapter', 'caddyfile'],
    { cwd: folder, env: { HOME: folder } },
    /serving initial configuration/,
  );
  const home = newHome({
    GLASSPOST_HOST: shopAt,
    GLASSPOST_PORT: '443',
    GLASSPOST_PLAIN_PORT: '80',
    GLASSPOST_DOMAIN: host,
    GLASSPOST_ACME_DIRECTORY: `https://${caddyHost}/acme/local/directory`,
    GLASSPOST_SAMPLE: 'on',
    GLASSPOST_FRONT: `${fronted}=http://127.0.0.1:${await serveShop()}`,
    NODE_EXTRA_CA_CERTS: caFile,
  });
  const running = start(home);
  const greeting = await running.greeting();
  const caPem = readFileSync(caFile, 'utf8');
  for (const name of [host, fronted]) await until(`a certificate for ${name}`, () => reached(name, caPem));
  const note: unknown = JSON.parse(
    readFileSync(join(home.settings['GLASSPOST_DATA_DIR'] ?? '', 'running.json'), 'utf8'),
  );
  assert.ok(typeof note === 'object' && note !== null && 'databaseUrl' in note);
  return {
    ...{ authority, home, running, caPem, greeting },
    database: openDatabase({ url: String(note.databaseUrl) }),
    entered: await enter(greeting, caPem),
  };
}

/** The shop's own server: it knows no https and leads from old addresses to new ones in the clear. */
async function serveShop(): Promise<number> {
  const shop = createServer(({ url, headers }, response) => {
    if (url === '/old') response.writeHead(302, { location: `http://${fronted}/new` }).end();
    else response.end(`${String(headers['x-forwarded-proto'])} ${headers.host} ${url}`);
  });
  await once(shop.listen(0, '127.0.0.1'), 'listening');
  shop.unref();
  const address = shop.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

const reached = (name: string, caPem: string): Promise<boolean> =>
  shake(443, name, caPem, { host: shopAt }).then(
    () => true,
    () => false,
  );

const resolve: Lookup = {
  texts: async () => [],
  exchanges: async () => [],
  addresses: async (_name, family) => (family === 4 ? [shopAt] : []),
  authorities: async () => [],
};

/** Where a page has a session's cookie, the points for that replace those for the list. */
function leastOf(page: PageToJudge | undefined): number {
  return typeof page?.cookie === 'string' ? best.preloaded : best.asItIs;
}

/** What our own scanner makes of it, from outside: nothing in it may be private. */
async function scanIt(path: string) {
  const { caPem } = world;
  const outside = { host, caPem, allowPrivate: false, clock: realClock };
  const web = await scanWeb({ ...outside, start: path, paths: [], resolve });
  const hstsSeconds = web.seen.hsts?.seconds ?? 0;
  return { ...web, tls: await scanTls({ ...outside, port: 443, hstsSeconds }), hstsSeconds };
}

suite('our own profile', () => {
  before(async () => {
    world = await openWorld();
  });
  after(async () => {
    await world.database.close();
    assertEnded(world.home, await world.running.stop('SIGTERM'), 0);
    await world.authority.close();
    rmSync(folder, { recursive: true });
  });

  test('the program gets its certificate by itself and speaks TLS 1.3 with keys that stay closed to quantum computers', async () => {
    const listed = await command(world.home, ['certificate', 'list']);
    assert.equal(listed.code, 0, listed.out + listed.err);
    assert.match(listed.out, new RegExp(`${host} +${caddyHost}`));
    const socket = await shake(443, host, world.caPem, { host: shopAt });
    const key: object | null = socket.getEphemeralKeyInfo();
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    assert.ok(key !== null && 'name' in key);
    assert.equal(key.name, 'X25519MLKEM768');
  });

  test('so it does for a name of the shop’s own server, and passes requests on to that', async () => {
    const at = { host: shopAt, headers: { host: fronted } };
    const page = await get(443, fronted, world.caPem, { ...at, path: '/a' });
    assert.deepEqual([page.status, page.text], [200, `https ${fronted} /a`]);
    assert.equal(page.headers['strict-transport-security'], 'max-age=300');
    const old = await get(443, fronted, world.caPem, { ...at, path: '/old' });
    assert.equal(old.headers.location, `https://${fronted}/new`);
  });

  test('every stage of HSTS is stepped by staff, two years have A+, and the last one is agreed to', async (t) => {
    const { home, database, entered } = world;
    for (const [stage, seconds] of stages.entries()) {
      if (stage > 0) {
        // As after a week: the next stage asks for that much.
        const weekAgo = realClock.now().subtract({ hours: 7 * 24 });
        await database.rows('update tls.hsts set since = $1', [weekAgo]);
        const unasked = await command(home, ['certificate', 'stage']);
        assert.equal(unasked.code === 0, stage < 4, unasked.err);
        if (stage === 4) {
          const agreed = await command(home, ['certificate', 'stage', '--all-names']);
          assert.equal(agreed.code, 0, agreed.err);
        }
        const early = await command(home, ['certificate', 'stage']);
        assert.notEqual(early.code, 0, 'a stage can be left out');
      }
      const { seen, tls, hstsSeconds, observatory } = await scanIt(entered.customerPath);
      t.diagnostic(`stage ${stage + 1}: ${hstsSeconds} s, ${tls.grade}, Observatory ${observatory?.score}`);
      assert.equal(hstsSeconds, seconds);
      assert.equal(seen.hsts?.preloadable, stage === 4, 'what the list asks for');
      assert.equal(tls.grade, stage >= 3 ? 'A+' : 'A');
      assert.equal(observatory?.score, stage >= 3 ? best.asItIs : best.asItIs - 10);
    }
  });

  suite('at the last stage', () => {
    let rating: Promise<readonly TestsslFinding[]>;
    before(() => {
      rating = askTestssl({ host, address: shopAt, caFile }, join(folder, 'testssl.json'));
    });

    test('on the list that this stage asks for, the Observatory gives every page 140 points or more', async (t) => {
      const { out } = await command(world.home, ['console', 'link']);
      const pages = await pagesOf(world.entered, out.trim(), world.caPem);
      const { judged, wholeScore } = await judgePages({ host, apex, pages }, caFile);
      for (const { path, asItIs, preloaded } of judged) {
        t.diagnostic(`${asItIs.score} ${preloaded.score} ${path.replaceAll(/[\w-]{16,}/g, '…')}`);
      }
      for (const [at, { path, end, status, asItIs, preloaded }] of judged.entries()) {
        const why = JSON.stringify({ path, tests: asItIs.tests });
        assert.deepEqual([status, end], [200, new URL(path, `https://${host}`).pathname], why);
        const least = leastOf(pages[at]);
        assert.ok(asItIs.score >= least && preloaded.score >= best.preloaded, why);
      }
      assert.equal(judged[0]?.asItIs.score, wholeScore, 'the Observatory adds up otherwise');
      for (const [at, { path, cookie }] of pages.entries()) {
        if (cookie !== null) continue;
        const { observatory } = await scanIt(path);
        assert.equal(observatory?.score, judged[at]?.asItIs.score, `our own scanner, ${path}`);
      }
    });

    test('who comes in the clear is led to https on the same host in one hop', async () => {
      const { seen } = await scanIt(world.entered.customerPath);
      const hops = seen.http.hops.map(({ url, status, to }) => [url, status, to]);
      const way = world.entered.customerPath;
      assert.deepEqual(hops, [
        [`http://${host}${way}`, 301, `https://${host}${way}`],
        [`https://${host}${way}`, 200, null],
      ]);
    });

    test('testssl rates it A+ and finds nothing of weight but a short life and nobody to ask about it', async () => {
      const found = await rating;
      const told = new Map(found.map(({ id, finding }) => [id, finding]));
      assert.equal(told.get('overall_grade'), 'A+', JSON.stringify(found.filter(({ id }) => id.startsWith('grade'))));
      const grave = found.filter(({ severity }) => /MEDIUM|HIGH|CRITICAL|FATAL/.test(severity)).map(({ id }) => id);
      assert.deepEqual(
        grave.filter((id) => !ofTestAuthority.test(id)),
        [],
      );
    });
  });
});
