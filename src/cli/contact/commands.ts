import { contactFields } from '#service';
import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;

/** Who is behind a shop, and how it is reached. */
export const contactCommands: readonly Command[] = [
  {
    name: ['contact', 'show'],
    usage: '[--shop NAME] [--json]',
    meaning: 'who is behind a shop, and how it is reached',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./contact-commands.ts')).showContact(call),
  },
  {
    name: ['contact', 'set'],
    usage: 'FIELD TEXT [FIELD TEXT …] [--shop NAME] [--json]',
    meaning: 'say some of it; an empty text takes it away',
    takes: [2, 2 * contactFields.length],
    options: shop,
    run: async (call) => (await import('./contact-commands.ts')).setContactFacts(call),
    more: async () => (await import('./contact-commands.ts')).fieldsKnown(),
  },
  {
    name: ['contact', 'check'],
    usage: '[--shop NAME] [--json]',
    meaning: 'what does the law miss? exit code 1 if anything',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./contact-commands.ts')).checkContact(call),
  },
];
