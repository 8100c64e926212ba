import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { h, type VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { Fault } from '#kit/fault';
import { readAssets, type Asset } from '#kit/html';
import { answer, anyone, sentOften, type Answer, type Http, type RequestHead, type SentOften } from '#kit/http';
import { directionOf } from '#kit/words';
import { trustPathOf, type Orders, type Shop } from '#orders';
import { framers, isOwn, ownOrigins } from '#protection';
import { languageAfter, languageWish } from '../languages.ts';
import { findShop } from '../parts/open-shop.ts';
import { createRecent, type Recent } from '../rendered/recent.ts';
import { openly } from '../rendered/rendered.ts';
import type { Say } from '../words.ts';
import { ReviewsCard, TrustCard, type CardView } from './card.tsx';
import { treeOf } from './tree.ts';
import { trustPage } from './trust-page.tsx';
import { readTrust, type Trust, type TrustNeeds } from './view.ts';

export type { TrustNeeds } from './view.ts';

type DoorNeeds = TrustNeeds & { readonly orders: Pick<Orders, 'shops'> };

/** What the door knows: in which words, and in which colours. */
type Door = { readonly say: (language: string) => Say; readonly addTheme: (shop: Shop) => void };

/** Of one shop: what its cards say, and at which origins they may stand. */
type Read = { readonly trust: Trust; readonly own: readonly string[] };
type Known = Recent<Read, SentOften>;

type Card = { readonly name: string; readonly as: string; readonly of: (view: CardView) => VNode };

const fileAt = (path: string): Asset => {
  const [asset] = readAssets(import.meta.url, path);
  assert(asset !== undefined);
  return asset;
};
const cardStyle = fileAt('./card.css');
const frameStyle = fileAt('./frame.css');
const elements = fileAt('./elements.js');

const cards: Readonly<Record<string, Card['of']>> = { card: TrustCard, reviews: ReviewsCard };
const forms: ReadonlySet<string> = new Set(['html', 'json', 'frame']);

/** Seals are hidden at once when they end: nobody keeps a card for longer than a minute. */
const kept = { 'cache-control': 'public, max-age=60' };
const anywhere = { ...kept, 'cross-origin-resource-policy': 'cross-origin' };
const toAll = { ...anywhere, 'access-control-allow-origin': '*' };

const files: ReadonlyMap<string, (request: RequestHead) => Answer> = new Map([
  ['elements.js', sender(elements, elements.text, toAll)],
  ['card.css', sender(cardStyle, cardStyle.text, toAll)],
  ['frame.css', sender(frameStyle, frameStyle.text + cardStyle.text, kept)],
]);

function sender({ contentType }: Asset, text: string, headers: Answer['headers']): (request: RequestHead) => Answer {
  const sent = sentOften(contentType, text);
  return (request) => sent(request, headers);
}

/**
 * What a shop's own pages show of the house, under `/trust/<shop>`: a page of its own, and below it each card (`card`,
 * `reviews`) as a piece of HTML for the shop's server (`card.html`), as a document to be framed (`card.frame`), as a tree of
 * nodes (`card.json`) for the elements (`elements.js`), and the style (`card.css`). Nothing of a visitor is asked for or
 * kept. Whoever visits the shop comes by here, so a card is read and made once for many.
 */
export function mountTrust(http: Http, needs: DoorNeeds, door: Door): void {
  const open = { method: 'GET', audience: 'people', takes: 'nothing', admit: anyone } as const;
  const recent = createRecent<Read, SentOften>({ clock: needs.clock, read: (shownId) => readShop(needs, shownId) });
  const knownTo = async ({ params }: RequestHead): Promise<Known> => {
    const known = await recent(params['shop'] ?? '');
    if (known === null) throw new Fault('not_found', 'There is no such shop.');
    return known;
  };
  http.route({
    ...open,
    path: '/trust/:shop',
    handle: async (request) => {
      const known = await knownTo(request);
      const { shop } = known.read.trust;
      const language = languageAfter(languageWish(request), 'en');
      const view = viewOf(known, { ...needs, ...door }, language);
      door.addTheme(shop);
      const page = answer.page(trustPage(view, trustPathOf(shop), { say: view.say, assetUrl: http.assetUrl }));
      return shop.sample ? page : openly(page);
    },
  });
  http.route({
    ...open,
    path: '/trust/:shop/:file',
    limit: 'static',
    handle: async (request) => {
      const { file = '' } = request.params;
      const sent = files.get(file);
      if (sent !== undefined) return sent(request);
      const card = cardOf(file);
      return cardAnswer(await knownTo(request), card, request, { ...needs, ...door });
    },
  });
}

/** @throws Fault('not_found') */
function cardOf(file: string): Card {
  const [name = '', as = '', ...more] = file.split('.');
  const of = Object.hasOwn(cards, name) ? cards[name] : undefined;
  if (of === undefined || !forms.has(as) || more.length > 0) {
    throw new Fault('not_found', 'There is nothing at this address.');
  }
  return { name, as, of };
}

async function readShop(needs: DoorNeeds, shownId: string): Promise<(Read & { readonly told: string }) | null> {
  const shop = await findShop(needs, shownId);
  if (shop === null) return null;
  const [trust, sites] = await Promise.all([readTrust(needs, shop), needs.protection.sites(shop.shopId)]);
  const own = ownOrigins(needs.publicUrl, trust.contact.shopUrl, sites);
  return { trust, own, told: hash('sha256', JSON.stringify([trust, own]), 'base64url') };
}

type Making = Pick<DoorNeeds, 'publicUrl'> & Pick<Door, 'say'>;

function viewOf({ read, minute }: Known, { publicUrl, say }: Making, language: string): CardView {
  return { trust: read.trust, language, now: minute, publicUrl, say: say(language) };
}

function cardAnswer(known: Known, card: Card, request: RequestHead, making: Making): Answer {
  const { trust, own } = known.read;
  const language = languageFor(request, trust.shop);
  const look = card.as === 'frame' ? lookOf(request.query.get('scheme')) : '';
  const key = [card.name, card.as, language, look].join(' ');
  const sent = known.made.get(key) ?? made(card, viewOf(known, making, language), look);
  known.made.set(key, sent);
  const varies = isAsked(request) ? [] : ['accept-language'];
  if (card.as !== 'json') return sent(request, headersOf(card, own, making.publicUrl, varies));
  return sent(request, readableBy(request, own, making.publicUrl, [...varies, 'origin']));
}

function isAsked({ query }: RequestHead): boolean {
  return ['de', 'en'].includes(query.get('language') ?? '');
}

/** A shop's server that asks says no language, or `*`: then it is the shop's own. */
function languageFor(request: RequestHead, shop: Shop): string {
  const { 'accept-language': accepted = '*' } = request.headers;
  return languageAfter(languageWish(request), /^\*|^$/.test(accepted.trim()) ? shop.language : 'en');
}

function lookOf(scheme: string | null): string {
  return scheme === 'light' || scheme === 'dark' ? scheme : '';
}

function made({ as, of }: Card, view: CardView, look: string): SentOften {
  switch (as) {
    case 'json': {
      const tree = { language: view.language, style: cardStyle.text, tree: treeOf(of(view)) };
      return sentOften('application/json; charset=utf-8', JSON.stringify(tree));
    }
    case 'frame':
      return sentOften(page, framed(view, of, look));
    default: {
      const styleUrl = new URL(`${trustPathOf(view.trust.shop)}/card.css`, view.publicUrl).href;
      return sentOften(page, `<link rel="stylesheet" href="${styleUrl}">${render(of(view))}\n`);
    }
  }
}

const page = 'text/html; charset=utf-8';

/** A script of a page at one of the shop's own origins may read it; nobody's cookies come with that (Fetch, CORS). */
function readableBy(
  { headers }: RequestHead,
  own: readonly string[],
  publicUrl: string,
  varies: readonly string[],
): Answer['headers'] {
  const { origin } = headers;
  const shared = { ...anywhere, vary: varies.join(', ') };
  return origin !== undefined && isOwn(origin, own, publicUrl)
    ? { ...shared, 'access-control-allow-origin': origin }
    : shared;
}

function headersOf(
  { as }: Card,
  own: readonly string[],
  publicUrl: string,
  varies: readonly string[],
): Answer['headers'] {
  const vary = varies.length === 0 ? {} : { vary: varies.join(', ') };
  return as === 'frame' ? { ...framedBy(own, publicUrl), ...vary } : { ...kept, ...vary };
}

function framedBy(own: readonly string[], publicUrl: string): Answer['headers'] {
  return {
    ...anywhere,
    'content-security-policy': `default-src 'none'; style-src 'self'; frame-ancestors ${framers(own, publicUrl)}; base-uri 'none'; form-action 'none'`,
    // Old browsers only: whoever knows frame-ancestors looks at nothing else.
    'x-frame-options': 'SAMEORIGIN',
  };
}

function framed(view: CardView, of: Card['of'], look: string): string {
  const { language } = view;
  const scheme = look === '' ? '' : ` class="${look}"`;
  const title = view.say('trust.title', { shop: view.trust.shop.name });
  const head = render(h('title', {}, title));
  return `<!doctype html><html lang="${language}" dir="${directionOf(language)}"${scheme}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<link rel="stylesheet" href="frame.css"></head><body>${render(of(view))}</body></html>`;
}
