import type { Command } from '../command.ts';

const shop = { shop: { type: 'string' } } as const;
const text = { type: 'string' } as const;

/** The breach desk and its canaries. */
export const breachCommands: readonly Command[] = [
  {
    name: ['breach', 'list'],
    usage: '[--json]',
    meaning: 'what may have been taken, and the clock of 72 hours',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./breach-commands.ts')).listBreaches(call),
  },
  {
    name: ['breach', 'open'],
    usage: `SUSPECT FOUND [--since TIME] [--until TIME] [--aware TIME] [--keyring safe|taken|unknown]
    [--key ID] [--table NAME …] [--shop NAME | --all-shops] [--json]`,
    meaning: 'open a case: database, backup, "api key" … and why',
    takes: [2, 2],
    options: {
      ...shop,
      since: text,
      until: text,
      aware: text,
      keyring: text,
      key: text,
      table: { type: 'string', multiple: true },
      'all-shops': { type: 'boolean' },
    },
    run: async (call) => (await import('./breach-commands.ts')).openBreach(call),
  },
  {
    name: ['breach', 'show'],
    usage: 'ID [--json]',
    meaning: 'who and what is affected, what to do, what was done',
    takes: [1, 1],
    options: {},
    run: async (call) => (await import('./breach-commands.ts')).showBreach(call),
  },
  {
    name: ['breach', 'step'],
    usage: 'ID STEP WORDS',
    meaning: 'log what was done: note, contained, authority_told …',
    takes: [3, 3],
    options: {},
    run: async (call) => (await import('./breach-commands.ts')).stepBreach(call),
  },
  {
    name: ['breach', 'persons'],
    usage: 'ID',
    meaning: 'who may be affected, as CSV, to be told',
    takes: [1, 1],
    options: {},
    run: async (call) => (await import('./breach-commands.ts')).listPersons(call),
  },
  {
    name: ['breach', 'draft'],
    usage: 'ID TO [--language de|en] [--html]',
    meaning: 'a letter to the authority or to customers, to fill in',
    takes: [2, 2],
    options: { language: text, html: { type: 'boolean' } },
    run: async (call) => (await import('./breach-commands.ts')).draftLetter(call),
  },
  {
    name: ['breach', 'tell'],
    usage: 'ID [--de FILE] [--en FILE] [--confirm COUNT] [--shop NAME] [--json]',
    meaning: 'mail a finished letter to whoever may be affected',
    takes: [1, 1],
    options: { ...shop, de: text, en: text, confirm: text },
    run: async (call) => (await import('./letter-commands.ts')).tellCustomers(call),
  },
  {
    name: ['canary', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'what nobody has reason to use, and who used it when',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./canary-commands.ts')).listCanaries(call),
  },
  {
    name: ['canary', 'plant'],
    usage: 'KIND [--email MAIL] [--shop NAME] [--json]',
    meaning: 'plant a person or a key that nobody has reason to use',
    takes: [1, 1],
    options: { ...shop, email: text },
    run: async (call) => (await import('./canary-commands.ts')).plantCanary(call),
  },
  {
    name: ['canary', 'end'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'take one off the list; its key is revoked',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./canary-commands.ts')).endCanary(call),
  },
];
