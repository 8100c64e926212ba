import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { serveOwnPage } from '../../test/authorities/own-page.ts';
import { tlsWithoutAuthority, unservedName as name } from '../../test/authorities/unreachable.ts';
import { openGround } from '../../test/ground.ts';
import { commands } from './commands.ts';
import type { Call, OpenedHouse } from './command.ts';

const ground = await openGround();
const { ownPage, close } = await serveOwnPage(name, () => 300);
after(() => Promise.all([ground.close(), close()]));
const { jobs } = ground;
const tls = tlsWithoutAuthority(ground, 'name', { ownPage });

let fronts: OpenedHouse['fronts'] = () => Promise.resolve([]);

async function run(verb: string, words: readonly string[] = [], values: Call['values'] = {}, noun = 'certificate') {
  const command = commands.find((one) => one.name.join(' ') === `${noun} ${verb}`);
  assert(command !== undefined);
  const out: string[] = [];
  const world = {
    ...{ out: (line: string) => out.push(line), err: () => {}, settings: () => [], routes: async () => [] },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work({ tls, fronts } as unknown as OpenedHouse),
    examine: () => assert.fail('the installation was examined'),
    restore: () => assert.fail('nothing is restored here'),
  };
  const code = await command.run({ world, values, positionals: words, json: values['json'] === true });
  return { code, out: out.join('\n') };
}

test('list says for each name until when, what is next, and what went wrong; it ends with 1 while one has none', async () => {
  assert.equal((await run('renew', [name])).code, 0);
  await jobs.runDue();
  const { code, out } = await run('list');
  assert.equal(code, 1);
  assert.match(out, /NAME +FROM +UNTIL +LEFT +NEXT\ntrack\.shop\.example +- +- +- +2026-11-20T08:02:00Z/);
  assert.match(out, /failed so far: 1, the last with ca\.example/);
  assert.match(out, /cannot be reached from this machine/);
  assert.match(out, /HSTS: stage 1 of 5, 300 seconds/);
  const json = JSON.parse((await run('list', [], { json: true })).out) as {
    readonly certificates: readonly { readonly failure: { readonly failures: number } }[];
  };
  assert.equal(json.certificates[0]?.failure.failures, 1);
});

test('authorities says who issues, as of when, and why the default is one; deliver needs a name of another server', async () => {
  const { out } = await run('authorities');
  assert.match(out, /letsencrypt +Let’s Encrypt +US\* +nothing +45 +wildcards, renewal information, profiles/);
  assert.match(out, /As of 2026-11-29/);
  assert.equal(
    (JSON.parse((await run('authorities', [], { json: true })).out) as { as_of: string }).as_of,
    '2026-11-29',
  );
  await assert.rejects(run('deliver', [name]), { code: 'conflict' });
});

test('renew and revoke know the names of this house alone', async () => {
  for (const verb of ['renew', 'revoke']) {
    await assert.rejects(run(verb, ['other.example']), { code: 'not_found' });
  }
  await assert.rejects(run('revoke', [name]), /no certificate for this name/);
});

test('stage goes one step, and says why not', async () => {
  await assert.rejects(run('stage', [], { down: true }), /first stage/);
  assert.match((await run('stage')).out, /for 604800 seconds/);
  await assert.rejects(run('stage'), /looked at until 2026-11-27T08:00:00Z before the next/);
  assert.match(
    (await run('stage', [], { front: 'www.shop.example' })).out,
    /for 604800 seconds/,
    'a fronted name has a stage of its own',
  );
  await assert.rejects(run('stage', [], { front: 'other.example' }), { code: 'not_found' });
});

test('front list says for each name where it leads and whether that answers, and ends with 1 where one does not', async () => {
  assert.match((await run('list', [], {}, 'front')).out, /GLASSPOST_FRONT is not set/);
  const up = { name: 'shop.example', upstream: 'http://127.0.0.1:8080', answers: { status: 200, ms: 3 }, why: null };
  fronts = () => Promise.resolve([up, { ...up, name: 'www.shop.example', answers: null, why: 'slow' }]);
  const { code, out } = await run('list', [], {}, 'front');
  assert.equal(code, 1);
  assert.match(
    out,
    /shop\.example +http:\/\/127\.0\.0\.1:8080 +200 in 3 ms +stage 1 of 5\nwww\.shop\.example +\S+ +no: slow +stage 2/,
  );
  const json = JSON.parse((await run('list', [], { json: true }, 'front')).out) as {
    readonly fronts: readonly { readonly name: string; readonly hsts: { readonly stage: number } }[];
  };
  assert.deepEqual(
    json.fronts.map(({ name: front, hsts }) => [front, hsts.stage]),
    [
      ['shop.example', 1],
      ['www.shop.example', 2],
    ],
  );
});

test('what a stage is worth beside the last is measured at our own page, and where nobody is told it, it says so', async () => {
  const measured = await run('list', [], { measure: true });
  assert.match(
    measured.out,
    /HSTS: stage 2 of 5, 604800 seconds\.\nThe next stage can follow from 2026-11-27T08:00:00Z on\./,
  );
  const worth =
    /Measured: A for TLS, 120 points of the Observatory at this stage; A\+ for TLS, 135 points .* once the domain is on the list\./;
  assert.match(measured.out, worth);
  assert.match(measured.out, /Browsers are told 300 seconds there\./);
  const stepped = await run('stage', [], { measure: true, down: true, json: true });
  assert.deepEqual(JSON.parse(stepped.out), {
    ...{ stage: 1, stages: 5, seconds: 300, all_names: false, up_at: '2026-11-20T08:05:00Z' },
    measured: {
      served_seconds: 300,
      at_this_stage: { grade: 'A', observatory: 120 },
      on_the_list: { grade: 'A+', observatory: 135 },
    },
  });
});

test('a page that cannot be reached is worth nothing that could be said', async () => {
  await close();
  assert.match(
    (await run('list', [], { measure: true })).out,
    /cannot be reached from this machine: nothing was measured/,
  );
});
