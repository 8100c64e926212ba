import { parseArgs } from 'node:util';
import { Fault } from '#kit/fault';
import { columns, type Command, type CommandWorld } from './command.ts';
import { commands } from './commands.ts';

export type { CommandWorld, OpenedHouse, ShownSetting } from './command.ts';

const isFlag = (word: string): boolean => word.startsWith('-');
const asksForHelp = (word: string): boolean => word === '--help' || word === '-h';

/**
 * The one command line. Answers go to standard output; troubles, and remarks that a program would not read, to standard error.
 * @returns the exit code: 0 when the work was done, 1 when it was not, 2 when the words were not understood
 */
export async function runCommand(words: readonly string[], world: CommandWorld): Promise<number> {
  if (words.length === 0 || words[0] === 'help' || words.some(asksForHelp)) {
    return await help(
      words.slice(words[0] === 'help' ? 1 : 0).filter((word) => !isFlag(word)),
      world,
    );
  }
  const command = commands.find((one) => one.name.every((word, index) => words[index] === word));
  if (command === undefined) return unknown(words, world);
  try {
    const { values, positionals } = parseArgs({
      args: words.slice(command.name.length),
      options: { ...command.options, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [min, max] = command.takes;
    if (positionals.length < min || positionals.length > max) return misunderstood(command, null, world);
    return await command.run({ world, values, positionals, json: values['json'] === true });
  } catch (error) {
    return explain(error, command, world);
  }
}

function explain(error: unknown, command: Command, world: CommandWorld): number {
  if (error instanceof Fault) {
    world.err(error.publicText);
    for (const { pointer, message } of error.errors) world.err(`  ${pointer}: ${message}`);
    return 1;
  }
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
    // What follows the first sentence is advice on dashes that hides what is wrong.
    return misunderstood(command, `${error.message.split('. ')[0]}.`, world);
  }
  throw error;
}

function misunderstood(command: Command, why: string | null, world: CommandWorld): number {
  if (why !== null) world.err(why);
  world.err(`Usage: glasspost ${usageOf(command)}`);
  return 2;
}

function unknown(words: readonly string[], world: CommandWorld): number {
  const said = words.filter((word) => !isFlag(word)).slice(0, 2);
  const near = commands.filter((command) => command.name[0] === said[0]);
  world.err(
    `There is no command "${said.join(' ')}". ${near.length === 0 ? '`glasspost help` lists them.' : 'There is:'}`,
  );
  if (near.length > 0) world.err(listed(near));
  return 2;
}

function usageOf(command: Command): string {
  return [...command.name, command.usage].join(' ').trim();
}

function listed(some: readonly Command[]): string {
  return columns(some.map((command) => [`  ${command.name.join(' ')}`, command.meaning]));
}

/** All commands, or how those are used that these words are the beginning of. */
async function help(about: readonly string[], world: CommandWorld): Promise<number> {
  const shown = commands.filter((command) => command.name.every((word, index) => (about[index] ?? word) === word));
  if (shown.length === 0) return unknown(about, world);
  const how = about.length === 0 ? overview() : await Promise.all(shown.map((command) => helpOf(command, about)));
  world.out(how.join('\n'));
  return 0;
}

async function helpOf(command: Command, about: readonly string[]): Promise<string> {
  const more = (await command.more?.(about.slice(command.name.length))) ?? '';
  return [`glasspost ${usageOf(command)}`, `    ${command.meaning}`, ...(more === '' ? [] : [more])].join('\n');
}

function overview(): readonly string[] {
  return [
    'Glasspost: npm run -s glasspost -- COMMAND',
    '',
    listed(commands),
    '',
    '`help COMMAND` shows how one is used. --json prints what programs can read;',
    '--shop NAME says which shop, where there are several.',
    'Exit codes: 0 done, 1 not done, 2 not understood. `npm start` runs the product.',
  ];
}
