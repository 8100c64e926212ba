import { test } from 'node:test';
import { settings } from './checks/settings.ts';
import { words } from './checks/words.ts';
import { finds, holds } from './law.ts';

test('The product says the same things in every language.', () => holds(words));

test('Missing, empty, broken and differing messages are found.', () => {
  const english = {
    hello: 'Hello {name}',
    count: '{n, plural, one {# parcel} other {# parcels}}',
    who: '{who, select, shop {the shop} other {someone}}',
    link: 'Read <a>more</a>',
    page: { title: 'Title', lead: 'Lead', gone: 'Gone' },
    broken: 'fine',
  };
  const german = {
    hello: 'Hallo {vorname}',
    count: '{n, plural, one {# Paket} few {# Pakete} other {# Pakete}}',
    who: '{who, select, shop {der Shop} person {jemand} other {jemand}}',
    link: 'Mehr lesen',
    page: { title: '', lead: 'Einleitung', extra: 'Neu' },
    broken: '{name',
  };
  finds(words, { 'src/a/words/en.json': JSON.stringify(english), 'src/a/words/de.json': JSON.stringify(german) }, [
    'src/a/words/de.json:1 hello takes vorname, in English name',
    'src/a/words/de.json:1 who takes who(other|person|shop), in English who(other|shop)',
    'src/a/words/de.json:1 link takes nothing, in English <a>',
    'src/a/words/de.json:1 page.title is empty',
    'src/a/words/de.json:1 page.gone is missing',
    'src/a/words/de.json:1 broken is no ICU message',
    'src/a/words/en.json:1 page.extra is missing',
  ]);
  finds(words, { 'src/a/b/words/en.json': '{}' }, ['src/a/b/words/de.json:1 is missing']);
});

test('Every setting is written down, and nothing is written down that is not read.', () => holds(settings));

test('Silent settings and settings that only the page knows are found.', () => {
  const source = `const port = read('GLASSPOST_PORT');\nconst url = env.GLASSPOST_URL; // GLASSPOST_COMMENT\nconst data = env['GLASSPOST_DATA'];\nname.startsWith('GLASSPOST_TEST_');`;
  finds(
    settings,
    {
      'src/settings.ts': source,
      'README.md': 'Set `GLASSPOST_PORT`.',
      'docs/settings.md': '\n| GLASSPOST_DATA |\n| GLASSPOST_OLD |',
    },
    [
      'src/settings.ts:2 GLASSPOST_URL stands neither in README.md nor in docs/settings.md',
      'docs/settings.md:3 GLASSPOST_OLD is not read by src/settings.ts',
    ],
  );
  finds(settings, { 'README.md': '' }, ['src/settings.ts:1 is missing']);
  finds(settings, { 'src/settings.ts': '' }, ['src/settings.ts:1 reads no GLASSPOST_ variable']);
});
