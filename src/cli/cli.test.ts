import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Fault } from '#kit/fault';
import { runWords, type Ran } from '../../test/command-line.ts';
import type { CommandWorld, ShownSetting } from './cli.ts';
import { commands } from './commands.ts';

const settings: readonly ShownSetting[] = [
  {
    variable: 'DATABASE_URL',
    value: 'postgres://••••@db',
    from: 'environment',
    meaning: 'PostgreSQL',
    limit: '15 or later',
  },
  { variable: 'GLASSPOST_PORT', value: '4600', from: 'default', meaning: 'Port', limit: '0 to 65535' },
];

const run = (words: string, more: Partial<CommandWorld> = {}): Promise<Ran> =>
  runWords(
    words.split(' ').filter((word) => word !== ''),
    { settings: () => settings, ...more },
  );

suite('help', () => {
  for (const words of ['', 'help', '--help', '-h']) {
    test(`"${words}" lists every command on lines of 80 characters`, async () => {
      const { code, out, err } = await run(words);
      assert.deepEqual([code, err], [0, '']);
      for (const command of commands) {
        assert.ok(out.includes(`\n  ${command.name.join(' ')} `), command.name.join(' '));
        assert.ok(out.includes(command.meaning));
      }
      assert.ok(out.split('\n').every((line) => line.length <= 80));
    });
  }

  test('shows how a command is used, asked in any order of words', async () => {
    const expected = 'glasspost carrier read CARRIER FILE…\n    what the reader makes of saved answers, as JSON lines';
    for (const words of [
      'help carrier read',
      'carrier read --help',
      'carrier read -h',
      'carrier read dhl x.json --help',
    ]) {
      assert.deepEqual(await run(words), { code: 0, out: expected, err: '' });
    }
    assert.equal((await run('help key')).out.match(/^glasspost key/gm)?.length, 3);
  });

  test('every command has a meaning of its own, and a usage that names what it takes', () => {
    assert.equal(new Set(commands.map((command) => command.meaning)).size, commands.length);
    for (const { usage, takes, options, name } of commands) {
      const named = usage.split(/--|\[/)[0]?.match(/[A-Z]+/g)?.length ?? 0;
      assert.equal(named, takes[1] > 10 ? 2 : takes[1], name.join(' '));
      for (const option of Object.keys(options))
        assert.ok(usage.includes(`--${option}`), `${name.join(' ')} --${option}`);
    }
  });
});

suite('words that are not understood end with 2 and say what would be', () => {
  const rows: readonly (readonly [words: string, err: RegExp])[] = [
    ['nonsense', /^There is no command "nonsense"\. `glasspost help` lists them\.$/],
    ['help nonsense', /^There is no command "nonsense"/],
    ['nonsense --json', /^There is no command "nonsense"/],
    ['carrier', /^There is no command "carrier"\. There is:\n {2}carrier list/],
    ['key delete', /There is:\n {2}key create .*\n {2}key list/],
    ['carrier read', /^Usage: glasspost carrier read CARRIER FILE…$/],
    ['carrier read dhl', /^Usage: glasspost carrier read/],
    ['key revoke', /^Usage: glasspost key revoke ID/],
    ['facts retry notices', /^Usage: glasspost facts retry FOLLOWER KEY$/],
    ['settings GLASSPOST_PORT', /^Usage: glasspost settings/],
    ['settings --nope', /^Unknown option '--nope'\.\nUsage: glasspost settings \[--json\]$/],
    ['key create --scope', /argument missing.*\nUsage: glasspost key create --scope orders/],
    ['key list --json=1', /does not take an argument\.\nUsage/],
  ];
  for (const [words, expected] of rows) {
    test(words, async () => {
      const { code, out, err } = await run(words);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.match(err, expected);
    });
  }
});

suite('work that cannot be done ends with 1, before any data is opened', () => {
  const rows: readonly (readonly [words: string, err: RegExp])[] = [
    ['carrier read pigeon x.json', /^"pigeon" is no carrier here\. There is: dhl-unified, dhl-parcel-de/],
    ['carrier connect pigeon', /^"pigeon" is no carrier here/],
    ['carrier connect dhl', /^An account with DHL needs.*\n {2}--set apiKey=… {5}API key.*\n {2}--set pushToken=…/],
    ['carrier connect dhl --set apiKey=', /^An account with DHL needs/],
    ['carrier connect dhl --set apiKey=a --set user=b', /^An account with DHL needs/],
    ['carrier connect dhl --set geheim', /^--set takes NAME=VALUE\.$/],
    ['key create', /^Say what the key may do: --scope orders/],
    ['key create --scope ,', /^Say what the key may do/],
    ['facts retry notices 1', /^The key is the id in the second column/],
  ];
  for (const [words, expected] of rows) {
    test(words, async () => {
      const { code, out, err } = await run(words);
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, expected);
      assert.ok(!err.includes('geheim'));
    });
  }

  test('a fault is told with its fields, a bug is not swallowed', async () => {
    const errors = [{ pointer: '/a', code: 'invalid', message: 'Is wrong.' }];
    const fault = await run('key list', {
      withHouse: () => Promise.reject(new Fault('conflict', 'Not so.', { errors })),
    });
    assert.deepEqual(fault, { code: 1, out: '', err: 'Not so.\n  /a: Is wrong.' });
    await assert.rejects(run('key list', { withHouse: () => Promise.reject(new Error('bug')) }), /bug/);
  });
});

suite('settings', () => {
  test('as JSON they are what the world says, masked and with where they come from', async () => {
    const routes = [{ host: 'api-eu.dhl.com', to: '127.0.0.1:4601' }];
    const { code, out } = await run('settings --json', { routes: () => Promise.resolve(routes) });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { settings, sample_routes: routes });
  });

  test('for people they mark what was set and explain each', async () => {
    const { out } = await run('settings');
    assert.match(out, /^2 settings, 1 of them set in the environment \(\*\)\./);
    assert.match(out, /^\* {2}DATABASE_URL {4}postgres:\/\/••••@db$/m);
    assert.match(out, /^ {3}GLASSPOST_PORT {2}4600$/m);
    assert.match(out, /^GLASSPOST_PORT\n {4}Port\.\n {4}Limit: 0 to 65535\.$/m);
    assert.match(out, /Carriers are reached at their own addresses/);
  });

  test('are shown also when one of them is wrong, and the wrong one is named', async () => {
    const wrong = new Fault('invalid', 'GLASSPOST_PORT must be a whole number');
    for (const words of ['settings', 'settings --json']) {
      const { code, out, err } = await run(words, { routes: () => Promise.reject(wrong) });
      assert.equal(code, 1);
      assert.match(out, /GLASSPOST_PORT/);
      assert.equal(err, 'GLASSPOST_PORT must be a whole number');
    }
  });
});
