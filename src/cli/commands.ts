import type { Command } from './command.ts';

const shop = { shop: { type: 'string' } } as const;
const text = { type: 'string' } as const;
const shopOptions = {
  name: text,
  language: text,
  brand: text,
  'on-brand': text,
  logo: text,
  'sender-name': text,
  'sender-address': text,
  'contact-email': text,
  'contact-phone': text,
  'contact-hours': text,
  'contact-url': text,
} as const;
const filesMax = 10_000;

/** Every command. What a command needs is loaded when it runs, so that help is there at once. */
export const commands: readonly Command[] = [
  {
    name: ['settings'],
    usage: '[--json]',
    meaning: 'every setting: its value, meaning and limit; secrets masked',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./settings-command.ts')).printSettings(call),
  },
  {
    name: ['carrier', 'list'],
    usage: '[--json]',
    meaning: 'the carriers, and what an account with each needs',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./carrier-commands.ts')).listCarriers(call),
  },
  {
    name: ['carrier', 'read'],
    usage: 'CARRIER FILE…',
    meaning: 'what the reader makes of saved answers, a line of JSON each',
    takes: [2, filesMax],
    options: {},
    run: async (call) => (await import('./carrier-commands.ts')).readCarrierFiles(call),
  },
  {
    name: ['carrier', 'connect'],
    usage: 'CARRIER --set NAME=VALUE … [--shop NAME] [--json]',
    meaning: 'connect an account; prints where the carrier pushes to',
    takes: [1, 1],
    options: { ...shop, set: { type: 'string', multiple: true } },
    run: async (call) => (await import('./carrier-commands.ts')).connectCarrier(call),
  },
  {
    name: ['shop', 'set'],
    usage: `[--shop NAME] [--name TEXT] [--language de|en] [--brand #RRGGBB] [--on-brand #RRGGBB] [--logo FILE|none]
    [--sender-name TEXT] [--sender-address MAIL] [--contact-email MAIL] [--contact-phone TEXT] [--contact-hours TEXT]
    [--contact-url URL] [--json]`,
    meaning: 'what a shop is called and looks like; "" takes a contact away',
    takes: [0, 0],
    options: { ...shop, ...shopOptions },
    run: async (call) => (await import('./shop-commands.ts')).setShop(call),
  },
  {
    name: ['shop', 'show'],
    usage: '[--shop NAME] [--json]',
    meaning: 'how a shop is set, and how well its colours can be read',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./shop-commands.ts')).showShop(call),
  },
  {
    name: ['shop', 'add'],
    usage: 'NAME [--json]',
    meaning: 'a further shop in this house',
    takes: [1, 1],
    options: {},
    run: async (call) => (await import('./shop-commands.ts')).addShop(call),
  },
  {
    name: ['key', 'create'],
    usage: '--scope orders|parcels|scans|all … [--name NAME] [--shop NAME] [--json]',
    meaning: 'a key for the API, shown once',
    takes: [0, 0],
    options: { ...shop, scope: { type: 'string', multiple: true }, name: { type: 'string' } },
    run: async (call) => (await import('./house-commands.ts')).createKey(call),
  },
  {
    name: ['key', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'the keys of a shop, without their secrets',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./house-commands.ts')).listKeys(call),
  },
  {
    name: ['key', 'revoke'],
    usage: 'ID [--shop NAME]',
    meaning: 'end a key at once; `key list` shows the ids',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./house-commands.ts')).revokeKey(call),
  },
  {
    name: ['console', 'link'],
    usage: '[--json]',
    meaning: 'a link that lets one person into the console once',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./house-commands.ts')).consoleLink(call),
  },
  {
    name: ['sample', 'remove'],
    usage: '',
    meaning: 'remove the sample shop with everything in it',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./house-commands.ts')).removeSample(call),
  },
  {
    name: ['facts', 'parked'],
    usage: '[--json]',
    meaning: 'what went wrong inside and waits for a retry',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./house-commands.ts')).parkedFacts(call),
  },
  {
    name: ['facts', 'retry'],
    usage: 'FOLLOWER KEY',
    meaning: 'try again what `facts parked` lists in one line',
    takes: [2, 2],
    options: {},
    run: async (call) => (await import('./house-commands.ts')).retryFacts(call),
  },
];
