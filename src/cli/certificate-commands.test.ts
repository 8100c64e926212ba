import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tlsWithoutAuthority, unservedName as name } from '../../test/authorities/unreachable.ts';
import { openGround } from '../../test/ground.ts';
import { commands } from './commands.ts';
import type { Call, OpenedHouse } from './command.ts';

const ground = await openGround();
after(ground.close);
const { jobs } = ground;
const tls = tlsWithoutAuthority(ground, 'name');

async function run(verb: string, words: readonly string[] = [], values: Call['values'] = {}) {
  const command = commands.find((one) => one.name.join(' ') === `certificate ${verb}`);
  assert(command !== undefined);
  const out: string[] = [];
  const world = {
    ...{ out: (line: string) => out.push(line), err: () => {}, settings: () => [], routes: async () => [] },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work({ tls } as unknown as OpenedHouse),
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
  assert.match(out, /HSTS: stage 1 of 4, 300 seconds/);
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
});
