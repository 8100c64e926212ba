import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EgressFault } from '#kit/egress';
import { realClock } from '#kit/clock';
import { findingCodes, sayFinding, scanWeb } from '#tls';
import { broken } from './broken.ts';
import { lookupIn, openHost, shop, type Reply, type Setup } from './host.ts';
import { good, goodPage, goodRecords, redirectTo, withCaa, withHttps, withPage } from './setups.ts';

const host = await openHost();
after(host.close);

async function codesOf(setup: Setup): Promise<readonly string[]> {
  const { findings, ...scanned } = await host.scan(setup);
  // What is stored and handed to machines is JSON.
  assert.deepEqual(JSON.parse(JSON.stringify(scanned)), scanned);
  for (const one of findings) {
    const texts = ['de', 'en'].map((language) => sayFinding(language, one));
    for (const text of texts) assert.ok(text !== null && !/[{}]/.test(Object.values(text).join('')), one.code);
    assert.notDeepEqual(texts[0], texts[1]);
  }
  return [...new Set(findings.map(({ code }) => code))].toSorted();
}

suite('What is broken is found, and nothing else is said of it', () => {
  for (const [name, setup, codes] of broken) {
    test(name, async () => assert.deepEqual(await codesOf(setup), codes));
  }
});

const www = `www.${shop}`;
const sound: Readonly<Record<string, Setup>> = {
  'all there is': good,
  'first https, then the name with www': withHttps(({ host: asked, path }) => {
    const hsts = { 'strict-transport-security': 'max-age=63072000' };
    if (asked === www) return good.https({ host: asked, path, method: 'GET', origin: '' }, '');
    return { status: 301, headers: { location: `https://${www}${path}`, ...hsts } };
  }),
  'own scripts, fonts and pictures of a sub-domain': withPage(
    `${goodPage}<script src=/a.js></script><img srcset="https://img.${shop}/a,b.png 1x, /c.png 2x"><!-- <img src=http://x.example> -->`,
    { 'set-cookie': '__Host-session=1; Secure; HttpOnly; SameSite=Lax; Path=/' },
  ),
  'what only looks broken': withPage(
    `${goodPage}<p title="<img src=http://x.example>"><script>'<img src=http://x.example>'</script><a href=http://other.example>`,
  ),
  'no mail, any authority of one name': {
    ...withCaa(['issue', 'ca.example'], ['issue', 'other.example'], ['iodef', 'mailto:a@b.example']),
    scan: {},
  },
  'the records of a domain above': {
    ...good,
    http: ({ path }) => redirectTo(`https://${www}${path}`, 301),
    scan: { ...good.scan, host: www },
    records: { ...goodRecords, four: ['127.0.0.1'] },
  },
};

suite('What is sound raises no alarm, no warning and no note', () => {
  for (const [name, setup] of Object.entries(sound)) {
    test(name, async () => {
      const { findings, grade, observatory } = await host.scan(setup);
      assert.deepEqual(findings, []);
      assert.deepEqual([grade, observatory?.grade], ['A+', 'A+']);
    });
  }
});

test('Without leave no private address is asked, neither the host nor what it leads to', async () => {
  let asked = 0;
  const count = (): Reply => {
    asked += 1;
    return {};
  };
  const counting: Setup = { ...good, https: count, http: count };
  const refused = host.scan({ ...counting, scan: { ...good.scan, allowPrivate: false } });
  await assert.rejects(refused, (error) => error instanceof EgressFault && error.reason === 'refused_address');
  assert.equal(asked, 0);
});

test('A name that leads nowhere is out of reach as a whole, and the look at the web says why.', async () => {
  const records = { ...goodRecords, four: [], six: [] };
  const refused = host.scan({ ...good, records });
  await assert.rejects(refused, (error) => error instanceof EgressFault && error.reason === 'name');
  const of = { host: shop, paths: [], allowPrivate: true, allowPublic: false, clock: realClock };
  const { findings } = await scanWeb({ ...of, resolve: lookupIn(records), ports: host.ports });
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['dns.no_address', 'https.unreachable'],
  );
});

test('Every code that can be found is found in one of them.', () => {
  const found = new Set(broken.flatMap(([, , codes]) => codes));
  const ofWeb = findingCodes.filter((code) => code.includes('.'));
  // A server without a page stands in `test/zoo`, one without https in the scanner's tests, a name without an address above.
  assert.deepEqual(
    ofWeb.filter((code) => !found.has(code)),
    ['https.unreachable', 'https.no_page', 'dns.no_address'],
  );
  assert.deepEqual(
    [...found].filter((code) => !findingCodes.includes(code)),
    [],
  );
});
