import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;

/** What customers wrote, and answers to it. */
export const caseCommands: readonly Command[] = [
  {
    name: ['case', 'list'],
    usage: '[--list open|calls|answered|closed] [--shop NAME] [--json]',
    meaning: 'what customers wrote: who waits longest first',
    takes: [0, 0],
    options: { ...shop, list: text },
    run: async (call) => (await import('./case-commands.ts')).listCases(call),
  },
  {
    name: ['case', 'show'],
    usage: 'NUMBER [--shop NAME] [--json]',
    meaning: 'one case, and what was said in it',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./case-commands.ts')).showCase(call),
  },
  {
    name: ['case', 'answer'],
    usage: 'NUMBER TEXT [--shop NAME] [--json]',
    meaning: 'answer by mail, from the shop’s sender',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./case-commands.ts')).answerCase(call),
  },
  {
    name: ['case', 'mark'],
    usage: 'NUMBER WHAT [--shop NAME] [--json]',
    meaning: 'write down what was done elsewhere',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./case-commands.ts')).markCase(call),
    more: async () => (await import('./case-commands.ts')).marksKnown(),
  },
  {
    name: ['case', 'close'],
    usage: 'NUMBER [--shop NAME] [--json]',
    meaning: 'nobody waits any more',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./case-commands.ts')).closeCase(call),
  },
  {
    name: ['case', 'reopen'],
    usage: 'NUMBER [--shop NAME] [--json]',
    meaning: 'open a closed case again',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./case-commands.ts')).reopenCase(call),
  },
  {
    name: ['case', 'inbox'],
    usage: '[--calls NUMBER] [--shop NAME] [--json]',
    meaning: 'how long answers take; calls offered in one slot',
    takes: [0, 0],
    options: { ...shop, calls: text },
    run: async (call) => (await import('./case-commands.ts')).inbox(call),
  },
];
