import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;

/** What persons may ask for, about the buyer of an order. */
export const rightsCommands: readonly Command[] = [
  {
    name: ['rights', 'export'],
    usage: 'ORDER [--format json|csv|html] [--language de|en] [--out PATH] [--shop NAME]',
    meaning: 'all that is held about the buyer of an order',
    takes: [1, 1],
    options: { ...shop, format: text, language: text, out: text },
    run: async (call) => (await import('./rights-commands.ts')).exportPerson(call),
  },
  {
    name: ['rights', 'erase'],
    usage: 'ORDER [--yes] [--shop NAME] [--json]',
    meaning: 'what would go and stay; --yes erases, prints a proof',
    takes: [1, 1],
    options: { ...shop, yes: { type: 'boolean' } },
    run: async (call) => (await import('./rights-commands.ts')).erasePerson(call),
  },
  {
    name: ['rights', 'correct'],
    usage: `ORDER [--name TEXT] [--email MAIL] [--phone TEXT | --remove-phone]
    [--street TEXT --postcode TEXT --city TEXT --country XX] [--shop NAME] [--json]`,
    meaning: 'put right what is known, or the address of an order',
    takes: [1, 1],
    options: {
      ...shop,
      'remove-phone': { type: 'boolean' },
      name: text,
      email: text,
      phone: text,
      street: text,
      postcode: text,
      city: text,
      country: text,
    },
    run: async (call) => (await import('./rights-commands.ts')).correctPerson(call),
  },
  {
    name: ['rights', 'restraints'],
    usage: 'ORDER [--shop NAME] [--json]',
    meaning: 'what is held back of the buyer, and what they allow',
    takes: [1, 1],
    options: { ...shop },
    run: async (call) => (await import('./restraint-commands.ts')).listRestraints(call),
  },
  {
    name: ['rights', 'restrict'],
    usage: 'ORDER [--lift] [--shop NAME] [--json]',
    meaning: 'keep the buyer’s data, use it for nothing (art. 18)',
    takes: [1, 1],
    options: { ...shop, lift: { type: 'boolean' } },
    run: async (call) => (await import('./restraint-commands.ts')).restrictPerson(call),
  },
  {
    name: ['rights', 'object'],
    usage: 'ORDER PURPOSE [--lift] [--shop NAME] [--json]',
    meaning: 'nothing leaves for this purpose any more (art. 21)',
    takes: [2, 2],
    options: { ...shop, lift: { type: 'boolean' } },
    more: async () => (await import('./restraint-commands.ts')).purposesKnown(),
    run: async (call) => (await import('./restraint-commands.ts')).objectForPerson(call),
  },
  {
    name: ['rights', 'withdraw'],
    usage: 'ORDER CONSENT [--shop NAME] [--json]',
    meaning: 'take back a consent of the buyer (art. 7)',
    takes: [2, 2],
    options: { ...shop },
    run: async (call) => (await import('./restraint-commands.ts')).withdrawForPerson(call),
  },
  {
    name: ['rights', 'hold'],
    usage: 'ORDER --reason tax-audit|legal-claim|bookkeeping|authority [--shop NAME] [--json]',
    meaning: 'what the law keeps of an erased order; audited',
    takes: [1, 1],
    options: { ...shop, reason: text },
    run: async (call) => (await import('./rights-commands.ts')).readHold(call),
  },
];
