import assert from 'node:assert/strict';
import { h, type VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { Fault } from '#kit/fault';
import { readAssets, type Asset } from '#kit/html';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import { showId } from '#kit/ids';
import { directionOf } from '#kit/words';
import type { Orders, Shop } from '#orders';
import { languageAfter, languageWish } from '../languages.ts';
import type { Say } from '../words.ts';
import { ReviewsCard, TrustCard, type CardView } from './card.tsx';
import { framers, isOwn, ownOrigins } from '#protection';
import { treeOf } from './tree.ts';
import { trustPage } from './trust-page.tsx';
import { readTrust, type TrustNeeds } from './view.ts';
import { shopAt } from '../parts/open-shop.ts';

export type { TrustNeeds } from './view.ts';

type DoorNeeds = TrustNeeds & { readonly orders: Pick<Orders, 'shops'> };

/** What the door knows: in which words, and in which colours. */
type Door = { readonly say: (language: string) => Say; readonly addTheme: (shop: Shop) => void };

const fileAt = (path: string): Asset => {
  const [asset] = readAssets(import.meta.url, path);
  assert(asset !== undefined);
  return asset;
};
const cardStyle = fileAt('./card.css');
const frameStyle = fileAt('./frame.css');
const elements = fileAt('./elements.js');

const cards: Readonly<Record<string, (view: CardView) => VNode>> = { card: TrustCard, reviews: ReviewsCard };

/** Seals are hidden at once when they end: nobody keeps a card for longer than a minute. */
const kept = { 'cache-control': 'public, max-age=60' };
const anywhere = { ...kept, 'cross-origin-resource-policy': 'cross-origin' };

const files: Readonly<Record<string, Answer>> = {
  'elements.js': sent(elements, elements.text, { ...anywhere, 'access-control-allow-origin': '*' }),
  'card.css': sent(cardStyle, cardStyle.text, { ...anywhere, 'access-control-allow-origin': '*' }),
  'frame.css': sent(frameStyle, frameStyle.text + cardStyle.text, kept),
};

function fileOf({ params }: RequestHead): Answer | undefined {
  const { file = '' } = params;
  return Object.hasOwn(files, file) ? files[file] : undefined;
}

function sent({ contentType }: Asset, text: string, headers: Answer['headers']): Answer {
  return answer.bytes(contentType, Buffer.from(text), { headers });
}

/**
 * What a shop's own pages show of the house, under `/trust/<shop>`: a page of its own, and below it each card (`card`,
 * `reviews`) as a piece of HTML for the shop's server (`card.html`), as a document to be framed (`card.frame`), as a tree of
 * nodes (`card.json`) for the elements (`elements.js`), and the style (`card.css`). Nothing of a visitor is asked for or kept.
 */
export function mountTrust(http: Http, needs: DoorNeeds, door: Door): void {
  const open = { method: 'GET', audience: 'people', takes: 'nothing', admit: anyone } as const;
  http.route({
    ...open,
    path: '/trust/:shop',
    handle: async (request) => {
      const view = await readView(needs, door, request);
      const { shop } = view.trust;
      door.addTheme(shop);
      const path = `/trust/${showId('shp', shop.shopId)}`;
      return answer.page(trustPage(view, path, { say: view.say, assetUrl: http.assetUrl }));
    },
  });
  http.route({
    ...open,
    path: '/trust/:shop/:file',
    limit: 'static',
    handle: async (request) => fileOf(request) ?? (await cardFile(needs, door, request)),
  });
}

async function readView(needs: DoorNeeds, door: Door, request: RequestHead): Promise<CardView> {
  const shop = await shopAt(needs, request.params['shop'] ?? '');
  const language = languageAfter(languageWish(request), 'en');
  const trust = await readTrust(needs, shop);
  return { trust, language, now: needs.clock.now(), publicUrl: needs.publicUrl, say: door.say(language) };
}

async function cardFile(needs: DoorNeeds, door: Door, request: RequestHead): Promise<Answer> {
  const { file = '' } = request.params;
  const [name = '', as = ''] = file.split('.');
  const Card = Object.hasOwn(cards, name) ? cards[name] : undefined;
  if (Card === undefined) throw new Fault('not_found', 'There is nothing at this address.');
  const view = await readView(needs, door, request);
  const { shopId } = view.trust.shop;
  const sites = await needs.protection.sites(shopId);
  const own = ownOrigins(needs.publicUrl, view.trust.contact.shopUrl, sites);
  const styleUrl = new URL(`/trust/${showId('shp', shopId)}/card.css`, needs.publicUrl).href;
  switch (as) {
    case 'html':
      return answer.page(`<link rel="stylesheet" href="${styleUrl}">${render(Card(view))}\n`, { headers: kept });
    case 'json':
      return answer.json(
        { language: view.language, style: cardStyle.text, tree: treeOf(Card(view)) },
        { headers: readableBy(request, own, needs.publicUrl) },
      );
    case 'frame':
      return answer.page(framed(view, Card, request.query.get('scheme')), { headers: framedBy(own, needs.publicUrl) });
    default:
      throw new Fault('not_found', 'There is nothing at this address.');
  }
}

/** A script of a page at one of the shop's own origins may read it; nobody's cookies come with that (Fetch, CORS). */
function readableBy({ headers }: RequestHead, own: readonly string[], publicUrl: string): Answer['headers'] {
  const { origin } = headers;
  const shared = { ...anywhere, vary: 'origin' };
  return origin !== undefined && isOwn(origin, own, publicUrl)
    ? { ...shared, 'access-control-allow-origin': origin }
    : shared;
}

function framedBy(own: readonly string[], publicUrl: string): Answer['headers'] {
  return {
    ...anywhere,
    'content-security-policy': `default-src 'none'; style-src 'self'; frame-ancestors ${framers(own, publicUrl)}; base-uri 'none'; form-action 'none'`,
    // Old browsers only: whoever knows frame-ancestors looks at nothing else.
    'x-frame-options': 'SAMEORIGIN',
  };
}

function framed(view: CardView, Card: (view: CardView) => VNode, scheme: string | null): string {
  const { language } = view;
  const look = scheme === 'light' || scheme === 'dark' ? ` class="${scheme}"` : '';
  const title = view.say('trust.title', { shop: view.trust.shop.name });
  const head = render(h('title', {}, title));
  return `<!doctype html><html lang="${language}" dir="${directionOf(language)}"${look}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}<link rel="stylesheet" href="frame.css"></head><body>${render(Card(view))}</body></html>`;
}
