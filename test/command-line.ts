import assert from 'node:assert/strict';
import { runCommand, type CommandWorld } from '../src/cli/cli.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs a command as the terminal would, and keeps what it says; without `withHouse` it may not open the data. */
export async function runWords(words: readonly string[], more: Partial<CommandWorld> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(words, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    settings: () => [],
    routes: () => Promise.resolve([]),
    examine: () => assert.fail('the installation was examined'),
    restore: () => assert.fail('a backup was restored'),
    withHouse: () => assert.fail('the data was opened'),
    ...more,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
