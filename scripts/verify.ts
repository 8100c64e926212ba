// `npm run verify`: everything that can be known without running the product, at once. One line a check; the output of
// those that failed stands below.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

type Check = { readonly name: string; readonly program: string; readonly args: readonly string[] };
type Outcome = { readonly check: Check; readonly ok: boolean; readonly seconds: number; readonly output: string };

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = join(root, 'node_modules', '.bin');
const checkTimeoutMs = 120_000;

const checks: readonly Check[] = [
  { name: 'format', program: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', program: 'oxlint', args: ['--type-aware', '--deny-warnings', '.'] },
  { name: 'types', program: 'tsc', args: ['--noEmit'] },
  { name: 'unused', program: 'knip', args: ['--no-progress'] },
  { name: 'house', program: 'node', args: houseTests() },
];

/** The laws of the house; named one by one, so that none at all is an error of ours and not a quiet success. */
function houseTests(): readonly string[] {
  const files = readdirSync(join(root, 'test', 'house')).filter((name) => name.endsWith('.test.ts'));
  if (files.length === 0) throw new Error('test/house holds no tests.');
  return [
    '--disable-warning=ExperimentalWarning',
    // The data map is read from all rooms, whose pages are in JSX.
    '--import=./scripts/tsx.ts',
    '--test',
    '--test-isolation=none',
    '--test-reporter=./test/reporter.ts',
    ...files.map((name) => join('test', 'house', name)),
  ];
}

/** The tools find each other and the right Node by PATH, which only npm sets. */
function environment(): NodeJS.ProcessEnv {
  const path = [programs, dirname(process.execPath), process.env['PATH'] ?? '/usr/bin:/bin'];
  return { ...process.env, PATH: path.join(delimiter), NO_COLOR: '1' };
}

function run(check: Check): Promise<Outcome> {
  const began = performance.now();
  const program = check.program === 'node' ? process.execPath : join(programs, check.program);
  return new Promise((resolve) => {
    const child = spawn(program, check.args, { cwd: root, env: environment(), timeout: checkTimeoutMs });
    let output = '';
    const add = (text: string): void => {
      output += text;
    };
    const end = (ok: boolean): void => {
      resolve({ check, ok, output, seconds: (performance.now() - began) / 1000 });
    };
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.on('error', (error) => {
      add(`${check.program} did not start: ${error.message}\n`);
      end(false);
    });
    child.on('close', (code, signal) => {
      if (signal !== null) add(`${check.program} was ended by ${signal}; the limit is ${checkTimeoutMs / 1000} s.\n`);
      end(code === 0);
    });
  });
}

const outcomes = await Promise.all(
  checks.map(async (check) => {
    const outcome = await run(check);
    process.stdout.write(`${outcome.ok ? 'ok    ' : 'FAILED'} ${check.name} ${outcome.seconds.toFixed(1)}\n`);
    return outcome;
  }),
);
const failed = outcomes.filter((outcome) => !outcome.ok);
for (const { check, output } of failed) process.stdout.write(`\n${check.name}\n${output.trimEnd()}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
