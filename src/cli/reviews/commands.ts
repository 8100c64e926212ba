import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;

/** Ratings of delivered orders. */
export const reviewCommands: readonly Command[] = [
  {
    name: ['review', 'list'],
    usage: '[--state waiting|published|withheld] [--shop NAME] [--json]',
    meaning: 'reviews, those that wait to be judged first',
    takes: [0, 0],
    options: { ...shop, state: text },
    run: async (call) => (await import('./review-commands.ts')).listReviews(call),
  },
  {
    name: ['review', 'show'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'one review, and where it stands',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./review-commands.ts')).showReview(call),
  },
  {
    name: ['review', 'publish'],
    usage: 'ID [--shop NAME] [--json]',
    meaning: 'show a review now',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./review-commands.ts')).publishReview(call),
  },
  {
    name: ['review', 'withhold'],
    usage: 'ID REASON [--note TEXT] [--shop NAME] [--json]',
    meaning: 'withhold one; its author is told the reason',
    takes: [2, 2],
    options: { ...shop, note: text },
    run: async (call) => (await import('./review-commands.ts')).withholdReview(call),
    more: async () => (await import('./review-commands.ts')).reasonsKnown(),
  },
  {
    name: ['review', 'answer'],
    usage: 'ID TEXT [--shop NAME] [--json]',
    meaning: 'the shop’s one public answer; "" takes it back',
    takes: [2, 2],
    options: shop,
    run: async (call) => (await import('./review-commands.ts')).answerReview(call),
  },
  {
    name: ['review', 'figures'],
    usage: '[--shop NAME] [--json]',
    meaning: 'asked, written, shown and not, with the reasons',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./review-commands.ts')).printFigures(call),
  },
  {
    name: ['review', 'settings'],
    usage: `[--on] [--off] [--basis consent|existing] [--told]
    [--delay DAYS] [--fallback DAYS] [--publish DAYS] [--shop NAME] [--json]`,
    meaning: 'how customers are asked; without words only shows it',
    takes: [0, 0],
    options: {
      ...shop,
      basis: text,
      told: { type: 'boolean' },
      on: { type: 'boolean' },
      off: { type: 'boolean' },
      delay: text,
      fallback: text,
      publish: text,
    },
    run: async (call) => (await import('./review-commands.ts')).changeSettings(call),
  },
];
