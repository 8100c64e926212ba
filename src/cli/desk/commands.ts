import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;

/** What data-protection officers work with. */
export const deskCommands: readonly Command[] = [
  {
    name: ['record'],
    usage: '[--language de|en] [--shop NAME] [--json]',
    meaning: 'the record of processing (GDPR art. 30)',
    takes: [0, 0],
    options: { ...shop, language: text },
    run: async (call) => (await import('./desk-commands.ts')).printRecord(call),
  },
  {
    name: ['retention', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'how long a shop keeps what, and why',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./desk-commands.ts')).listClocks(call),
  },
  {
    name: ['retention', 'set'],
    usage: 'CLOCK DAYS|house [--shop NAME] [--json]',
    meaning: 'keep for another time, within the limits',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./desk-commands.ts')).setClock(call),
  },
  {
    name: ['retention', 'run'],
    usage: '[--dry-run] [--json]',
    meaning: 'drop what is past its clock; --dry-run: only look',
    takes: [0, 0],
    options: { 'dry-run': { type: 'boolean' } },
    run: async (call) => (await import('./desk-commands.ts')).runRetention(call),
  },
  {
    name: ['requests', 'list'],
    usage: '[--order NUMBER] [--ended] [--shop NAME] [--json]',
    meaning: 'what persons asked for, and until when',
    takes: [0, 0],
    options: { ...shop, order: text, ended: { type: 'boolean' } },
    run: async (call) => (await import('./request-commands.ts')).listRequests(call),
  },
  {
    name: ['requests', 'add'],
    usage: `KIND [--order NUMBER] [--received YYYY-MM-DD] [--evidence TEXT] [--note TEXT]
    [--shop NAME] [--json]`,
    meaning: 'enter a request that came by letter, mail or phone',
    takes: [1, 1],
    options: { ...shop, order: text, received: text, evidence: text, note: text },
    run: async (call) => (await import('./request-commands.ts')).addRequest(call),
    more: async () => (await import('./request-commands.ts')).kindsKnown(),
  },
  {
    name: ['requests', 'show'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'one request, and what was done about it',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./request-commands.ts')).showRequest(call),
  },
  {
    name: ['requests', 'note'],
    usage: 'ID TEXT [--evidence TEXT [--order NUMBER]] [--shop NAME] [--json]',
    meaning: 'write down what was done, or who was recognised how',
    takes: [2, 2],
    options: { ...shop, evidence: text, order: text },
    run: async (call) => (await import('./request-commands.ts')).noteRequest(call),
  },
  {
    name: ['requests', 'extend'],
    usage: 'ID REASON [--shop NAME] [--json]',
    meaning: 'two more months, with the reason that was told',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./request-commands.ts')).extendRequest(call),
  },
  {
    name: ['requests', 'end'],
    usage: 'ID OUTCOME [--note TEXT] [--shop NAME] [--json]',
    meaning: 'how a request ended; a reason where not done',
    takes: [2, 2],
    options: { ...shop, note: text },
    run: async (call) => (await import('./request-commands.ts')).endRequest(call),
    more: async () => (await import('./request-commands.ts')).outcomesKnown(),
  },
];
