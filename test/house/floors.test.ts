import { test } from 'node:test';
import { floors } from './checks/floors.ts';
import { finds, holds } from './law.ts';

const drawing = '# House\n\n```floors\nmain\nhouse\nsettings\nnotices\nwatch parcels\nkit\n```\n';

/** A small sound house with one file changed or added. */
function house(changed: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    'ARCHITECTURE.md': drawing,
    'src/main.ts': `import { build } from './house.ts'; import { readSettings } from './settings.ts'; import '#notices';`,
    'src/house.ts': `import { createNotices } from '#notices';\nimport type { Clock } from '#kit/clock';`,
    'src/settings.ts': `import { readFileSync } from 'node:fs';`,
    'src/notices/notices.ts': `export * from './word.tsx'; import { createParcels } from '#parcels'; import pg from 'pg';`,
    'src/notices/word.tsx': `import codes from './codes/codes.json' with { type: 'json' };\nexport const a = <p>from "up"</p>;`,
    'src/parcels/parcels.ts': `import { Fault } from '#kit/fault';`,
    'src/parcels/parcels.test.ts': `import { openTestDatabase } from '../../test/database.ts'; import './parcels.ts';`,
    'src/watch/watch.ts': `export type Time = typeof import('#kit/clock');`,
    'src/kit/clock.ts': '',
    'src/kit/facts.ts': `import { append } from './facts/append.ts';`,
    'src/kit/facts.test.ts': `import { append } from './facts/append.ts';`,
    'src/kit/facts/append.ts': `import { clock } from '../clock.ts'; import type { F } from '../facts.ts'; import '#kit/ids';`,
    ...changed,
  };
}

test('Imports look only down, and only through front doors.', () => holds(floors));

test('A sound house passes.', () => finds(floors, house({}), []));

for (const text of [
  `import { tell } from '#notices';`,
  `import type { Notice } from '#notices';`,
  `import {\n  type A,\n  type B as C,\n} from '#notices';`,
  `export { tell } from '#notices';`,
  `export * as notices from '#notices';`,
  `import '#notices';`,
  `const later = () => import('#notices');`,
  'const later = () => import(`#notices`);',
  `export type Later = import('#notices').Notices;`,
  `const late = require('#notices');`,
]) {
  test(`An import from a higher floor is found: ${text.replaceAll('\n', ' ')}`, () => {
    const line = text.split('\n').length;
    finds(floors, house({ 'src/parcels/intake.ts': text }), [
      `src/parcels/intake.ts:${line} imports #notices, which lies above parcels`,
    ]);
  });
}

test('What stands in comments, strings and texts is no import.', () => {
  const text = `// import '#notices'\nconst a = "import '#notices'"; const b = \`import "#notices"\`; const c = /import '#notices'/;`;
  finds(floors, house({ 'src/parcels/intake.ts': text }), []);
});

test('Every way past a front door is found.', () => {
  const wrong: readonly (readonly [path: string, text: string, says: string])[] = [
    ['src/watch/a.ts', `import '#parcels';`, 'imports #parcels, its neighbour on the floor of watch'],
    ['src/notices/a.ts', `import '#parcels/store';`, 'imports #parcels/store, which is not a front door'],
    ['src/notices/a.ts', `import '#kit/facts/append';`, 'imports #kit/facts/append, which is not a front door'],
    ['src/notices/a.ts', `import '../parcels/store.ts';`, 'imports ../parcels/store.ts past the front door of parcels'],
    ['src/notices/a/b.ts', `import '../../kit/clock.ts';`, 'imports ../../kit/clock.ts past the front door of kit'],
    ['src/notices/a.ts', `import '../settings.ts';`, 'imports ../settings.ts, which lies above notices'],
    ['src/notices/a.ts', `import '#settings';`, 'imports #settings, which lies above notices'],
    ['src/notices/a.ts', `import '../../test/database.ts';`, 'imports ../../test/database.ts, which lies outside src'],
    ['src/settings.ts', `import './house.ts';`, 'imports ./house.ts, which lies above settings'],
    ['src/house.ts', `import './attic.ts';`, 'imports ./attic.ts, which stands on no floor'],
    ['src/kit/clock.ts', `import './facts/append.ts';`, 'imports ./facts/append.ts past the front door kit/facts'],
    ['src/kit/jobs/a.ts', `import '../facts/append.ts';`, 'imports ../facts/append.ts past the front door kit/facts'],
    ['src/kit/clock.ts', `import '#parcels';`, 'imports #parcels, which lies above kit'],
    ['src/notices/a.ts', `import '#orders';`, 'imports #orders, which stands on no floor'],
    ['src/notices/a.ts', `import '/opt/a.ts';`, 'imports /opt/a.ts by its place on a machine'],
    ['src/notices/a.ts', `await import(where);`, 'imports from a computed place'],
    [
      'src/notices/a.test.ts',
      `import '../parcels/store.ts';`,
      'imports ../parcels/store.ts past the front door of parcels',
    ],
  ];
  for (const [path, text, says] of wrong) finds(floors, house({ [path]: text }), [`${path}:1 ${says}`]);
});

test('A folder without a door, a folder on no floor and a house without a drawing are found.', () => {
  finds(floors, house({ 'src/watch/watch.ts': '', 'src/attic/attic.ts': `import '#parcels';` }), [
    'src/attic:1 stands on no floor of ARCHITECTURE.md',
  ]);
  const { 'src/parcels/parcels.ts': _, ...doorless } = house({});
  finds(floors, doorless, ['src/parcels:1 has no front door parcels.ts']);
  finds(floors, house({ 'ARCHITECTURE.md': '# House' }), ['ARCHITECTURE.md:1 has no ```floors drawing']);
  finds(floors, { 'ARCHITECTURE.md': drawing }, ['src:1 holds no source']);
});
