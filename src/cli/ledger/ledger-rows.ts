import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

export const ledgerCommands: readonly Command[] = [
  {
    name: ['ledger', 'verify'],
    usage: 'PLACE [--save DIR] [--keys FILE|KEY] [--entry FILE] [--all] [--json]',
    meaning: 'check a ledger by its address or copy, or one proof',
    takes: [1, 1],
    options: { save: text, keys: text, entry: text, all: flag },
    run: async (call) => (await import('./verify-command.ts')).verifyCommand(call),
    more: async () => (await import('./verify-command.ts')).verifyHelp,
  },
];
