import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

export const ledgerCommands: readonly Command[] = [
  {
    name: ['ledger', 'resume'],
    usage: '[--confirm SIGNED] [--shop NAME] [--json]',
    meaning: 'after an older backup was put back: go on from it',
    takes: [0, 0],
    options: { confirm: text, shop: text },
    run: async (call) => (await import('./state-commands.ts')).resumeLedger(call),
    more: async () => (await import('./state-commands.ts')).resumeHelp,
  },
  {
    name: ['ledger', 'verify'],
    usage: 'PLACE [--save DIR] [--keys FILE|KEY] [--entry FILE] [--all] [--json]',
    meaning: 'check a ledger by its address or copy, or one proof',
    takes: [1, 1],
    options: { save: text, keys: text, entry: text, all: flag },
    run: async (call) => (await import('./verify-command.ts')).verifyCommand(call),
    more: async () => (await import('./verify-command.ts')).verifyHelp,
  },
  {
    name: ['ledger', 'witness', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'who signs what they see of the ledger; alarms',
    takes: [0, 0],
    options: { shop: text },
    run: async (call) => (await import('./witness-commands.ts')).listWitnesses(call),
  },
  {
    name: ['ledger', 'witness', 'add'],
    usage: 'URL [--shop NAME] [--json]',
    meaning: 'have the house of that ledger sign ours, and sign it',
    takes: [1, 1],
    options: { shop: text },
    run: async (call) => (await import('./witness-commands.ts')).addWitness(call),
  },
  {
    name: ['ledger', 'witness', 'remove'],
    usage: 'HOST [--shop NAME] [--json]',
    meaning: 'ask it no longer, and sign its ledger no longer',
    takes: [1, 1],
    options: { shop: text },
    run: async (call) => (await import('./witness-commands.ts')).removeWitness(call),
  },
];
