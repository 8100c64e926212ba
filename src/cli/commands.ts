import type { Command } from './command.ts';

const shop = { shop: { type: 'string' } } as const;

/** Every command. What a command needs is loaded when it runs, so that help is there at once. */
export const commands: readonly Command[] = [
  {
    name: ['settings'],
    usage: '[--json]',
    meaning: 'every setting with its value, meaning and limit; secrets are masked',
    options: {},
    run: async (call) => (await import('./settings-command.ts')).printSettings(call),
  },
  {
    name: ['carrier', 'list'],
    usage: '[--json]',
    meaning: 'the carriers that Glasspost can ask',
    options: {},
    run: async (call) => (await import('./carrier-commands.ts')).listCarriers(call),
  },
  {
    name: ['carrier', 'read'],
    usage: 'CARRIER FILE…',
    meaning: 'what the reader makes of saved answers, one line of JSON a file',
    options: {},
    run: async (call) => (await import('./carrier-commands.ts')).readCarrierFiles(call),
  },
  {
    name: ['carrier', 'connect'],
    usage: 'CARRIER --set NAME=VALUE …',
    meaning: 'connect a shop\u2019s account; prints the address that the carrier pushes to',
    options: { ...shop, set: { type: 'string', multiple: true } },
    run: async (call) => (await import('./carrier-commands.ts')).connectCarrier(call),
  },
  {
    name: ['key', 'create'],
    usage: '--scope SCOPE … [--name NAME]',
    meaning: 'a key for the API, shown once; scopes: orders, parcels, scans, all, or orders:read …',
    options: { ...shop, scope: { type: 'string', multiple: true }, name: { type: 'string' } },
    run: async (call) => (await import('./house-commands.ts')).createKey(call),
  },
  {
    name: ['key', 'list'],
    usage: '[--json]',
    meaning: 'the keys of a shop',
    options: shop,
    run: async (call) => (await import('./house-commands.ts')).listKeys(call),
  },
  {
    name: ['key', 'revoke'],
    usage: 'ID',
    meaning: 'end a key at once',
    options: shop,
    run: async (call) => (await import('./house-commands.ts')).revokeKey(call),
  },
  {
    name: ['console', 'link'],
    usage: '[--json]',
    meaning: 'a link that lets one person into the console once',
    options: {},
    run: async (call) => (await import('./house-commands.ts')).consoleLink(call),
  },
  {
    name: ['sample', 'remove'],
    usage: '',
    meaning: 'remove the sample shop with everything in it',
    options: {},
    run: async (call) => (await import('./house-commands.ts')).removeSample(call),
  },
  {
    name: ['facts', 'parked'],
    usage: '[--json]',
    meaning: 'facts that a follower could not handle',
    options: {},
    run: async (call) => (await import('./house-commands.ts')).parkedFacts(call),
  },
  {
    name: ['facts', 'retry'],
    usage: 'FOLLOWER KEY',
    meaning: 'hand parked facts of one key to their follower again',
    options: {},
    run: async (call) => (await import('./house-commands.ts')).retryFacts(call),
  },
];
