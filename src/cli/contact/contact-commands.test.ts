import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runWords } from '../../../test/command-line.ts';
import { openGround } from '../../../test/ground.ts';
import type { OpenedHouse } from '../command.ts';

const ground = await openGround();
after(ground.close);

async function run(...words: readonly string[]) {
  return await runWords(['contact', ...words], {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these commands ask for nothing else of the house
    withHouse: <T>(work: (house: OpenedHouse) => Promise<T>) => work(ground as unknown as OpenedHouse),
  });
}

test('what is missing fails the check, what is set is shown, and a complete shop passes', async () => {
  assert.match((await run('set', 'country', 'DE')).out, /^Set: Country\./);
  const lacking = await run('check');
  assert.equal(lacking.code, 1);
  assert.match(lacking.out, /^NO +Name in law +§ 5 Abs\. 1 Nr\. 1 DDG +legal-name$/m);
  const json = JSON.parse((await run('check', '--json')).out) as {
    readonly complete: boolean;
    readonly facts: readonly object[];
  };
  assert.equal(json.complete, false);
  assert.deepEqual(json.facts[1], {
    fact: 'legalName',
    law: '§ 5 Abs. 1 Nr. 1 DDG',
    standing: 'missing',
    field: 'legal_name',
  });
  const set = await run(
    ...[
      'set',
      'kind',
      'person',
      'legal-name',
      'Ada Öz',
      'street',
      'Weg 1',
      'postal-code',
      '24937',
      'city',
      'Flensburg',
    ],
    ...['phone', '+49 40 66969 120', 'dispute-stance', 'small', 'policy-url', 'https://n.example/p'],
    ...[
      'terms-url',
      'https://n.example/t',
      'withdrawal-url',
      'https://n.example/w',
      'exceptions',
      String.raw`24.12. 9-12\n31.12. closed`,
    ],
  );
  assert.equal(set.code, 0, set.err);
  assert.equal((await run('check')).code, 0);
  const shown = await run('show');
  assert.match(shown.out, /^legal-name +Name in law +Ada Öz$/m);
  assert.match(shown.out, /^exceptions +.* 24\.12\. 09:00–12:00\\n31\.12\. closed$/m);
  assert.match((await run('set', 'kind', 'person')).out, /It was so already/);
});

test('words that are wrong change nothing and say what would be right', async () => {
  const wrong = await run('set', 'sat', '10-25', 'city', 'Kiel');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /Nothing was changed\.\n {2}sat: Hours are written like/);
  assert.match((await run('set', 'town', 'Kiel')).err, /There is no field "town"/);
  assert.match((await run('set', 'sat', '10-12', 'city')).err, /Every field needs its text/);
  assert.match((await run('show')).out, /Flensburg/);
});
