import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import { languageAfter, languageWish } from '../languages.ts';
import { articlePage } from './article-page.tsx';
import { createKept, openly } from './kept.ts';
import { articleAddressOf } from './places.ts';
import {
  findArticle,
  findReading,
  findShop,
  topicsHtml,
  wordsOf,
  type HelpDoor,
  type HelpNeeds,
  type Pages,
  type Reading,
} from './reading.ts';

export type { HelpNeeds };

type Act = (reading: Reading) => Promise<Answer>;
type ComeIn = (request: RequestHead, act: Act) => Promise<Answer>;

const formBytesMax = 1024;

/**
 * Answers to what is often asked: open to everybody under `/help/<shop>`, and behind the link of an order, where they know
 * the parcel and nothing about whose it is.
 */
export function mountHelp(http: Http, needs: HelpNeeds, door: HelpDoor): void {
  const pages: Pages = { ...needs, door, assetUrl: http.assetUrl };
  const kept = createKept(pages);
  const comeInOpenly: ComeIn = async (request, act) => {
    const shop = await findShop(needs, request.params['shop'] ?? '');
    if (shop === null) throw new Fault('not_found', 'There is no such shop.');
    const language = languageAfter(languageWish(request), 'en');
    return openly(await act({ place: { shop, language, token: null }, situation: null }));
  };
  const comeInByLink: ComeIn = async (request, act) => {
    const proof = request.params['token'] ?? '';
    const reading = await http.limit.lookUp('link', { address: request.client.address, proof }, () =>
      findReading(pages, request, proof),
    );
    return reading === null ? door.unknownLink(request, http.assetUrl) : await act(reading);
  };
  const keptOr: ComeIn = async (request, act) => (await kept(request)) ?? (await comeInOpenly(request, act));
  mountAt(http, pages, { path: '/help/:shop', show: keptOr, comeIn: comeInOpenly });
  mountAt(http, pages, { path: '/t/:token/help', show: comeInByLink, comeIn: comeInByLink });
}

function mountAt(
  http: Http,
  pages: Pages,
  { path, show, comeIn }: { readonly path: string; readonly show: ComeIn; readonly comeIn: ComeIn },
): void {
  const rest = { audience: 'people', admit: anyone } as const;
  http.route({
    ...rest,
    method: 'GET',
    path,
    takes: 'nothing',
    handle: (request) => show(request, (reading) => topicsAnswer(pages, request, reading)),
  });
  http.route({
    ...rest,
    method: 'GET',
    path: `${path}/:slug`,
    takes: 'nothing',
    handle: (request) => show(request, (reading) => articleAnswer(pages, request, reading)),
  });
  http.route({
    ...rest,
    method: 'POST',
    path: `${path}/:slug`,
    takes: 'form',
    bodyBytesMax: formBytesMax,
    handle: (request) => comeIn(request, (reading) => countAnswer(pages, request, reading)),
  });
}

async function topicsAnswer(pages: Pages, request: RequestHead, reading: Reading): Promise<Answer> {
  return answer.page(await topicsHtml(pages, reading, { words: wordsOf(request), isGone: false }));
}

/** An answer that was taken away leaves the others. */
async function goneAnswer(pages: Pages, reading: Reading): Promise<Answer> {
  return answer.page(await topicsHtml(pages, reading, { words: '', isGone: true }), { status: 404 });
}

async function articleAnswer(pages: Pages, request: RequestHead, reading: Reading): Promise<Answer> {
  const { place } = reading;
  const article = await findArticle(pages, reading, request.params['slug'] ?? '');
  if (article === null) return goneAnswer(pages, reading);
  pages.door.addTheme(place.shop);
  const view = { place, article, said: saidIn(request.query) };
  return answer.page(articlePage(view, { say: pages.door.say(place.language), assetUrl: pages.assetUrl }));
}

function saidIn(query: URLSearchParams, name = 'said'): 'yes' | 'no' | null {
  const said = query.get(name);
  return said === 'yes' || said === 'no' ? said : null;
}

/** Whether it helped: counted, and nothing of who said it. */
async function countAnswer(pages: Pages, request: HttpRequest, reading: Reading): Promise<Answer> {
  const { place } = reading;
  const said = saidIn(request.form(), 'helped');
  const article = await findArticle(pages, reading, request.params['slug'] ?? '');
  if (article === null) return goneAnswer(pages, reading);
  const back = articleAddressOf(place, article.slug);
  if (said === null) return answer.redirect(back);
  const { slug, language } = article;
  await pages.database.tx((tx) =>
    pages.faq.helped(tx, { shopId: place.shop.shopId, slug, language, helped: said === 'yes' }),
  );
  return answer.redirect(`${back}&said=${said}#helped`);
}
