import { test } from 'node:test';
import { sizes } from './checks/sizes.ts';
import { finds, holds } from './law.ts';

const lines = (count: number): string => 'const a = 1;\n'.repeat(count);
const files = (count: number, folder: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${folder}/file-${at}.ts`, '']));

test('Files and folders are small enough to hold in the head.', () => holds(sizes));

test('Files that are too long are found.', () => {
  finds(
    sizes,
    {
      'ARCHITECTURE.md': lines(201),
      'src/a/README.md': lines(21),
      'src/a/a.ts': lines(401),
      'src/a/b.ts': lines(400),
      'src/a/a.test.ts': lines(401),
      'src/a/schema/001-a.sql': lines(401),
      'src/a/style.css': lines(401),
      'scripts/verify.ts': lines(401),
    },
    [
      'ARCHITECTURE.md:201 has 201 lines, 200 is the limit',
      'src/a/README.md:21 has 21 lines, 20 is the limit',
      'src/a/a.ts:401 has 401 lines, 400 is the limit',
      'src/a/a.test.ts:401 has 401 lines, 400 is the limit',
      'src/a/schema/001-a.sql:401 has 401 lines, 400 is the limit',
      'scripts/verify.ts:401 has 401 lines, 400 is the limit',
    ],
  );
});

test('Folders that are too full are found; tests, texts and migrations do not count.', () => {
  const readmes = { 'src/a/README.md': '', 'src/b/README.md': '', 'src/kit/README.md': '' };
  const uncounted = {
    'src/b/b.test.ts': '',
    'src/b/style.css': '',
    'src/b/schema/001-b.sql': '',
    'src/b/samples/a.ts': '',
  };
  finds(sizes, { ...readmes, ...uncounted, ...files(13, 'src/a'), ...files(12, 'src/b'), ...files(21, 'src/kit') }, [
    'src/a:1 holds 13 files, 12 is the limit',
    'src/kit:1 holds 21 files, 20 is the limit',
  ]);
});

test('A folder without a README is found.', () => {
  finds(sizes, { 'src/a/a.ts': '', 'src/main.ts': '' }, ['src/a:1 has no README.md']);
});
