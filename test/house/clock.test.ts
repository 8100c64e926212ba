import { test } from 'node:test';
import { clock, sqlClock } from './checks/clock.ts';
import { environment } from './checks/environment.ts';
import { finds, holds } from './law.ts';

test('Product time comes from the clock that was handed in.', () => holds(clock));

test('Every way to the system’s clock is found.', () => {
  const reads = {
    'Date.now()': 'Date.now',
    'list.map(Date.now)': 'Date.now',
    'new Date()': 'new Date()',
    'new Date': 'new Date',
    'Date()': 'Date()',
    'Temporal.Now.instant()': 'Temporal.Now',
    'const { Now } = Temporal': 'Now of Temporal',
    'mock.timers.setSystemTime(0)': 'setSystemTime',
  };
  for (const [text, says] of Object.entries(reads)) {
    finds(clock, { 'src/a/a.ts': `const before = 1;\n${text};` }, [`src/a/a.ts:2 reads the system's clock by ${says}`]);
  }
});

test('Converting a time, measuring a duration and speaking of time are no reading of it.', () => {
  const text = `new Date(instant.epochMilliseconds); performance.now(); clock.now(); // Date.now()\nconst a = 'new Date()'; type D = Date;`;
  finds(clock, { 'src/a/a.ts': text, 'src/kit/clock.ts': 'Temporal.Now.instant();' }, []);
});

test('SQL gets its time as a parameter.', () => holds(sqlClock));

test('Clocks in SQL are found, in migrations and in stores.', () => {
  finds(
    sqlClock,
    {
      'src/a/schema/001-a.sql': `create table a.b (\n  at timestamptz default now()\n);`,
      'src/a/store.ts': [
        'const one = `select id\n from a.b\n where at < current_timestamp`;',
        `const two = "update a.b set at = 'now'::timestamptz where id = $1";`,
        'const three = `insert into a.b (at) values (clock_timestamp())`;',
        `const four = "select timestamptz 'today' as at";`,
      ].join('\n'),
      'src/kit/jobs/store.ts': 'const one = `select now() as at`;',
    },
    [
      'src/a/schema/001-a.sql:2 SQL reads the clock by now',
      'src/a/store.ts:3 SQL reads the clock by current_timestamp',
      'src/a/store.ts:4 SQL reads the clock by now',
      'src/a/store.ts:5 SQL reads the clock by clock_timestamp',
      'src/a/store.ts:6 SQL reads the clock by today',
    ],
  );
});

test('SQL that only speaks of time passes.', () => {
  const text =
    'const one = `select $1::timestamptz as now, \'now\' as word, local_time as "localTime" from a.b where now < $2 -- now()`;';
  finds(sqlClock, { 'src/a/store.ts': `${text}\nconst sentence = 'Your parcel is here now (at the shop).';` }, []);
});

test('Only settings.ts reads the environment.', () => holds(environment));

test('Every other reading of the environment is found.', () => {
  const reads = [
    `process.env['HOME']`,
    `process?.env.HOME`,
    `process['env']`,
    `globalThis.process.env`,
    `import { env } from 'node:process'`,
    `import { argv, env } from 'process'`,
    `const { env } = process`,
    `process.loadEnvFile()`,
  ];
  const says = ['src/a/a.ts:1 reads the environment, which only src/settings.ts does'];
  for (const text of reads) finds(environment, { 'src/a/a.ts': `${text};` }, says);
  const elsewhere = {
    'src/settings.ts': 'process.env;',
    'scripts/a.ts': 'process.env;',
    'src/a/a.test.ts': 'process.env;',
  };
  finds(
    environment,
    { ...elsewhere, 'src/a/b.ts': `spawn(a, { env: process.versions }); const env = 'env'; // process.env` },
    [],
  );
});
