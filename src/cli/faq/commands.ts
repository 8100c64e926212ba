import type { Command } from '../command.ts';

const text = { type: 'string' } as const;
const shop = { shop: text } as const;
const language = { ...shop, language: text } as const;

/** The answers that customers read, as docs/articles.md describes them. */
export const faqCommands: readonly Command[] = [
  {
    name: ['faq', 'list'],
    usage: '[--shop NAME] [--json]',
    meaning: 'all articles, their state, and how often they helped',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./faq-commands.ts')).listArticles(call),
  },
  {
    name: ['faq', 'show'],
    usage: 'SLUG [--language de|en] [--delivered] [--shop NAME] [--json]',
    meaning: 'the text of an article, as it is edited',
    takes: [1, 1],
    options: { ...language, delivered: { type: 'boolean' } },
    run: async (call) => (await import('./faq-commands.ts')).showArticle(call),
  },
  {
    name: ['faq', 'set'],
    usage: 'SLUG FILE.md [--language de|en] [--draft] [--shop NAME] [--json]',
    meaning: 'save a text; customers read it unless it is a draft',
    takes: [2, 2],
    options: { ...language, draft: { type: 'boolean' } },
    run: async (call) => (await import('./faq-commands.ts')).setArticle(call),
  },
  {
    name: ['faq', 'publish'],
    usage: 'SLUG [--language de|en] [--revision N] [--shop NAME] [--json]',
    meaning: 'let customers read what was saved, or an earlier text',
    takes: [1, 1],
    options: { ...language, revision: text },
    run: async (call) => (await import('./faq-commands.ts')).publishArticle(call),
  },
  {
    name: ['faq', 'withdraw'],
    usage: 'SLUG [--language de|en] [--shop NAME] [--json]',
    meaning: 'back to the delivered text, or to none; drafts stay',
    takes: [1, 1],
    options: language,
    run: async (call) => (await import('./faq-commands.ts')).withdrawArticle(call),
  },
  {
    name: ['faq', 'place'],
    usage: 'SLUG [--position N] [--hide] [--shop NAME] [--json]',
    meaning: 'where it stands; without words: as the article says',
    takes: [1, 1],
    options: { ...shop, position: text, hide: { type: 'boolean' } },
    run: async (call) => (await import('./faq-commands.ts')).placeArticle(call),
  },
  {
    name: ['faq', 'remove'],
    usage: 'SLUG [--shop NAME] [--json]',
    meaning: 'drop all that the shop wrote under this name',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./faq-commands.ts')).removeArticle(call),
  },
  {
    name: ['faq', 'search'],
    usage: 'WORD WORD… [--language de|en] [--shop NAME] [--json]',
    meaning: 'what a customer would find',
    takes: [1, 20],
    options: language,
    run: async (call) => (await import('./faq-files.ts')).searchArticles(call),
  },
  {
    name: ['faq', 'figures'],
    usage: '[--shop NAME] [--json]',
    meaning: 'searches, answers before the form, forms sent, by day',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./faq-files.ts')).showFigures(call),
  },
  {
    name: ['faq', 'export'],
    usage: '[--shop NAME] > FILE.json',
    meaning: 'all articles with their drafts, as one file',
    takes: [0, 0],
    options: shop,
    run: async (call) => (await import('./faq-files.ts')).exportArticles(call),
  },
  {
    name: ['faq', 'import'],
    usage: 'FILE.json [--shop NAME] [--json]',
    meaning: 'take such a file, all of it or nothing',
    takes: [1, 1],
    options: shop,
    run: async (call) => (await import('./faq-files.ts')).importArticles(call),
  },
];
