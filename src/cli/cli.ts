import { parseArgs } from 'node:util';
import { Fault } from '#kit/fault';
import type { Command, CommandWorld } from './command.ts';
import { commands } from './commands.ts';

export type { CommandWorld, OpenedHouse, ShownSetting } from './command.ts';

/**
 * The one command line. Answers go to standard output, troubles to standard error.
 * @returns the exit code: 0 when the work was done, 1 when it was not, 2 when the words were not understood
 */
export async function runCommand(words: readonly string[], world: CommandWorld): Promise<number> {
  if (words.length === 0 || words[0] === 'help' || words.includes('--help')) {
    world.out(help(words.filter((word) => word !== 'help' && !word.startsWith('-'))));
    return 0;
  }
  const command = commands.find((one) => one.name.every((word, index) => words[index] === word));
  if (command === undefined) {
    world.err(`There is no command "${words.slice(0, 2).join(' ')}". \`glasspost help\` lists them.`);
    return 2;
  }
  try {
    const { values, positionals } = parseArgs({
      args: words.slice(command.name.length),
      options: { ...command.options, json: { type: 'boolean' } },
      allowPositionals: true,
    });
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
    world.err(`${error.message}\nUsage: glasspost ${usage(command)}`);
    return 2;
  }
  throw error;
}

function usage(command: Command): string {
  return `${command.name.join(' ')}${command.usage === '' ? '' : ` ${command.usage}`}`;
}

function help(about: readonly string[]): string {
  const shown = commands.filter((command) => about.every((word, index) => command.name[index] === word));
  const width = Math.max(...shown.map((command) => usage(command).length));
  const lines = shown.map((command) => `  ${usage(command).padEnd(width)}  ${command.meaning}`);
  return [
    'Glasspost: npm run -s glasspost -- COMMAND',
    '',
    ...lines,
    '',
    'npm start serves. --shop NAME where there are several shops; --json prints what programs can read.',
  ].join('\n');
}
