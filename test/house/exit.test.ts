import { test } from 'node:test';
import { onlyExit } from './checks/exit.ts';
import { finds, holds } from './law.ts';

test('What is sealed is opened by one folder, and whoever speaks with the world outside is known.', () =>
  holds(onlyExit));

test('Another opener and another way out are found; tests, the kit and methods of that name are not meant.', () => {
  finds(
    onlyExit,
    {
      'src/privacy/privacy.ts': `import { textOf } from './sealed.ts';\nexport { sealed, textOf } from './sealed.ts';\ntextOf(value);`,
      'src/privacy/disclose.ts': `textOf(value); nobodys('email', 'x');`,
      'src/carriers/host.ts': `import { nobodys } from '#privacy';`,
      'src/carriers/pigeon/ask.ts': `import { nobodys } from '#privacy';\nfunction textOf() {}`,
      'src/notices/send.ts': `await fetch('https://elsewhere.example');\nthis.fetch(); requests.fetch(1);`,
      'src/parcels/tell.ts': `import { createEgress } from '#kit/egress';\n// createSmtpTransport\nconst a = 'createVisitor';`,
      'src/kit/egress.ts': `export function createEgress() {}`,
      'src/api/push.test.ts': `await fetch(url); textOf(value);`,
      'src/house.ts': `createEgress({ log });`,
      'src/house/post.ts': `createSmtpTransport({});`,
    },
    [
      'src/privacy/privacy.ts:2 hands out textOf, which opens what is sealed',
      'src/carriers/pigeon/ask.ts:1 says nobodys, which calls a text let out',
      'src/notices/send.ts:1 says fetch, which is another way out of the house',
      'src/parcels/tell.ts:1 says createEgress, which is another way out of the house',
    ],
  );
});
