import { randomBytes } from 'node:crypto';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import { languageAfter, languageWish } from '../languages.ts';
import { articlePage } from './article-page.tsx';
import { createKept } from './kept.ts';
import { openly } from '../rendered/rendered.ts';
import { articleAddressOf } from './places.ts';
import {
  findArticle,
  findReading,
  topicsHtml,
  wordsOf,
  type HelpDoor,
  type HelpNeeds,
  type Pages,
  type Reading,
} from './reading.ts';
import { findShop } from '../parts/open-shop.ts';

export type { HelpDoor, HelpNeeds };

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
  const showTopics: ComeIn = async (request, act) =>
    (request.query.has('q') ? null : await kept(request)) ?? (await comeInOpenly(request, act));
  mountAt(http, pages, { path: '/help/:shop', showTopics, comeIn: comeInOpenly });
  mountAt(http, pages, { path: '/t/:token/help', showTopics: comeInByLink, comeIn: comeInByLink });
}

function mountAt(
  http: Http,
  pages: Pages,
  { path, showTopics, comeIn }: { readonly path: string; readonly showTopics: ComeIn; readonly comeIn: ComeIn },
): void {
  const rest = { audience: 'people', admit: anyone } as const;
  http.route({
    ...rest,
    method: 'GET',
    path,
    takes: 'nothing',
    handle: (request) => showTopics(request, (reading) => topicsAnswer(pages, request, reading)),
  });
  http.route({
    ...rest,
    method: 'GET',
    path: `${path}/:slug`,
    takes: 'nothing',
    handle: (request) => comeIn(request, (reading) => articleAnswer(pages, request, reading)),
  });
  http.route({
    ...rest,
    method: 'POST',
    path: `${path}/:slug`,
    takes: 'form',
    bodyBytesMax: formBytesMax,
    handle: (request) => comeIn(request, (reading) => countAnswer(http, pages, request, reading)),
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
  const said = saidIn(request.query, 'said');
  const { slug, language } = article;
  if (said === null) await pages.faq.viewed(pages.database, { shopId: place.shop.shopId, slug, language });
  pages.door.addTheme(place.shop);
  const view = { place, article, said, viewId: randomBytes(viewBytes).toString('base64url') };
  return answer.page(articlePage(view, { say: pages.door.say(place.language), assetUrl: pages.assetUrl }));
}

const viewBytes = 16;
const viewShape = /^[\w-]{22}$/u;

function saidIn(fields: URLSearchParams, name: string): 'yes' | 'no' | null {
  const said = fields.get(name);
  return said === 'yes' || said === 'no' ? said : null;
}

/** A reading can be invented: who says more than people do is thanked, and counts no more. */
function isHeard(http: Http, request: RequestHead): boolean {
  try {
    http.limit.admit('opinion', request.client.address);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === 'limit') return false;
    throw error;
  }
}

/** Whether it helped: counted once for a page that was read, and nothing of who said it. */
async function countAnswer(http: Http, pages: Pages, request: HttpRequest, reading: Reading): Promise<Answer> {
  const { place } = reading;
  const form = request.form();
  const [said, view] = [saidIn(form, 'helped'), form.get('view') ?? ''];
  const article = await findArticle(pages, reading, request.params['slug'] ?? '');
  if (article === null) return goneAnswer(pages, reading);
  const back = articleAddressOf(place, article.slug);
  if (said === null || !viewShape.test(view)) return answer.redirect(back);
  const { slug, language } = article;
  const { shopId } = place.shop;
  if (isHeard(http, request)) {
    await pages.database.tx((tx) => pages.faq.helped(tx, { shopId, slug, language, helped: said === 'yes', view }));
  }
  return answer.redirect(`${back}&said=${said}#helped`);
}
