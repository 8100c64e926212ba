import { hash } from 'node:crypto';
import type { Answer, RequestHead } from '#kit/http';
import type { Found } from '#faq';
import { languageAfter, languageWish } from '../languages.ts';
import { createRendered, openly, type Inputs } from '../rendered/rendered.ts';
import { topicsHtml, type Pages, type Reading } from './reading.ts';
import { findShop } from '../parts/open-shop.ts';

type OpenInputs = Inputs & { readonly reading: Reading; readonly all: readonly Found[] };

const keptMax = { pagesMax: 100, bytesMax: 4 * 1024 * 1024 };

/** The page of topics that is open to everybody, as it is asked for most. Null where there is no such shop. */
export function createKept(pages: Pages): (request: RequestHead) => Promise<Answer | null> {
  const rendered = createRendered<OpenInputs, 'de' | 'en'>({
    clock: pages.clock,
    limits: keptMax,
    read: (asked) => readOpen(pages, asked),
    render: ({ reading, all }) => topicsHtml(pages, reading, { words: '', isGone: false, all }),
  });
  return async (request) => {
    // Nobody's order is behind this address: the browser says which language it is read in.
    const language = languageAfter(languageWish(request), 'en') === 'de' ? 'de' : 'en';
    const page = await rendered.page({ token: `${language}/${request.params['shop'] ?? ''}`, wish: language });
    return page === null ? null : openly(page);
  };
}

async function readOpen(pages: Pages, asked: string): Promise<OpenInputs | null> {
  const [language = '', shownId = ''] = asked.split('/');
  const shop = await findShop(pages, shownId);
  if (shop === null) return null;
  const all = await pages.faq.all(pages.database, { shopId: shop.shopId, language });
  const told = hash('sha256', JSON.stringify([shop, all]), 'base64url');
  return { about: shop.shopId, told, reading: { place: { shop, language, token: null }, situation: null }, all };
}
