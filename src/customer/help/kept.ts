import { hash } from 'node:crypto';
import type { Answer, RequestHead } from '#kit/http';
import { languageAfter, languageWish } from '../languages.ts';
import { createRendered, type Inputs } from '../rendered/rendered.ts';
import type { Found, ShownArticle } from './answers.ts';
import { articlePage } from './article-page.tsx';
import { findArticle, findShop, topicsHtml, type Pages, type Reading } from './reading.ts';

/** What an open page is made from: the topics, or one answer. */
type OpenInputs = Inputs & { readonly reading: Reading } & (
    | { readonly all: readonly Found[]; readonly article: null }
    | { readonly article: ShownArticle }
  );

const keptMax = { pagesMax: 400, bytesMax: 8 * 1024 * 1024 };

/**
 * Pages that are open to everybody, as they are asked for most: without a search, and before anything was said. Null for
 * every other request, and where there is no such page.
 */
export function createKept(pages: Pages): (request: RequestHead) => Promise<Answer | null> {
  const rendered = createRendered<OpenInputs, 'de' | 'en'>({
    clock: pages.clock,
    limits: keptMax,
    read: (asked) => readOpen(pages, asked),
    render: async (inputs) => {
      const { reading, article } = inputs;
      if (article === null) return await topicsHtml(pages, reading, { words: '', isGone: false, all: inputs.all });
      const { door, assetUrl } = pages;
      const { place } = reading;
      door.addTheme(place.shop);
      return articlePage({ place, article, said: null }, { say: door.say(place.language), assetUrl });
    },
  });
  return async (request) => {
    if (request.query.has('q') || request.query.has('said')) return null;
    // Nobody's order is behind this address: the browser says which language it is read in.
    const language = languageAfter(languageWish(request), 'en') === 'de' ? 'de' : 'en';
    const { shop = '', slug = '' } = request.params;
    const page = await rendered.page({ token: `${language}/${shop}/${slug}`, wish: language });
    return page === null ? null : openly(page);
  };
}

/** What is open to everybody may be found by search engines; an invented shop says on its pages that it may not. */
export function openly(page: Answer): Answer {
  return { ...page, headers: { ...page.headers, 'x-robots-tag': 'all' } };
}

async function readOpen(pages: Pages, asked: string): Promise<OpenInputs | null> {
  const [language = '', shownId = '', slug = ''] = asked.split('/');
  const shop = await findShop(pages, shownId);
  if (shop === null) return null;
  const reading: Reading = { place: { shop, language, token: null }, situation: null };
  const { shopId } = shop;
  if (slug === '') {
    const all = await pages.faq.all(pages.database, { shopId, language });
    return { about: shopId, told: digestOf([shop, all]), reading, all, article: null };
  }
  const article = await findArticle(pages, reading, slug);
  return article === null ? null : { about: shopId, told: digestOf([shop, article]), reading, article };
}

function digestOf(told: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(told), 'base64url');
}
