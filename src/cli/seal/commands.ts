import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;
const given = {
  ...shop,
  name: text,
  domain: text,
  id: text,
  adapter: text,
  set: { type: 'string', multiple: true },
} as const;

/** Seals and ratings that others gave a shop. */
export const sealCommands: readonly Command[] = [
  {
    name: ['seal', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'seals and ratings of others: which are shown',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./seal-commands.ts')).listSeals(call),
  },
  {
    name: ['seal', 'issuers'],
    usage: '[--json]',
    meaning: 'the issuers that are known, and what each asks for',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./seal-commands.ts')).listIssuers(call),
  },
  {
    name: ['seal', 'add'],
    usage: `ISSUER KIND URL [--try] [--name TEXT] [--domain HOST] [--id ID]
    [--set NAME=VALUE …] [--adapter FILE] [--shop NAME] [--json]`,
    meaning: 'add by its certificate; --try: only read it',
    takes: [3, 3],
    options: { ...given, try: { type: 'boolean' } },
    run: async (call) => (await import('./seal-commands.ts')).addSeal(call),
  },
  {
    name: ['seal', 'show'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'one of them, with its checks',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./seal-commands.ts')).showSeal(call),
  },
  {
    name: ['seal', 'check'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'ask its issuer now; exit code 1 when it is not shown',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./seal-commands.ts')).checkSeal(call),
  },
  {
    name: ['seal', 'invite'],
    usage: 'ID HOW [--shop NAME] [--json]',
    meaning: 'on, off: invite buyers who allow it through it',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./seal-commands.ts')).inviteThrough(call),
  },
  {
    name: ['seal', 'remove'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'remove one, with everything that was kept of it',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./seal-commands.ts')).removeSeal(call),
  },
];
