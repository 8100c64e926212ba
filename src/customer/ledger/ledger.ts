import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type RequestHead } from '#kit/http';
import type { Orders, Shop } from '#orders';
import { ledgerPathOf, type Ledger, type LedgerStatus } from '#privacy';
import { languageAfter, languageWish, type LanguageWish } from '../languages.ts';
import { createRendered, type Inputs } from '../rendered/rendered.ts';
import type { Say } from '../words.ts';
import { ledgerPage } from './ledger-page.tsx';
import { findShop, shopAt } from '../parts/open-shop.ts';

export type LedgerDoorNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops'>;
  readonly privacy: {
    readonly ledger: Pick<Ledger, 'fileOf' | 'policyOf' | 'statusOf' | 'originOf' | 'urlOf' | 'witnessesOf'>;
  };
};

/** What the door knows: in which words, and in which colours. */
export type LedgerDoor = {
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
};

type Read = Inputs & {
  readonly shop: Shop;
  readonly status: LedgerStatus;
  readonly origin: string;
  readonly witnesses: readonly string[];
};

const keptMax = { pagesMax: 200, bytesMax: 4 * 1024 * 1024 };

/**
 * A shop's ledger for everybody who asks: a page for people, and the files that strangers check it by, at the addresses of
 * C2SP tlog-tiles. 404 where there is no such shop or no such file.
 */
export function mountLedger(http: Http, needs: LedgerDoorNeeds, door: LedgerDoor): void {
  const pages = createRendered({
    clock: needs.clock,
    limits: keptMax,
    read: (shownId) => readLedger(needs, shownId),
    render: async ({ shop, status, origin, witnesses }, { wish }: { readonly wish: LanguageWish }, now) => {
      // Nobody's order is behind this address: the browser says which language it is read in.
      const language = languageAfter(wish, 'en');
      door.addTheme(shop);
      const path = ledgerPathOf(shop.shopId);
      const url = needs.privacy.ledger.urlOf(shop.shopId);
      const view = { language, shop, status, origin, witnesses, path, url, now };
      return ledgerPage(view, { say: door.say(language), assetUrl: http.assetUrl });
    },
  });
  const open = { method: 'GET', takes: 'nothing', admit: anyone } as const;
  http.route({
    ...open,
    path: '/ledger/:shop/',
    audience: 'people',
    handle: async (request) => {
      const page = await pages.page({ token: request.params['shop'] ?? '', wish: languageWish(request) });
      if (page === null) throw new Fault('not_found', 'There is no such shop.');
      return page;
    },
  });
  http.route({
    ...open,
    path: '/ledger/:shop',
    audience: 'people',
    handle: async ({ params, query }) => {
      const { shopId } = await shopAt(needs, params['shop'] ?? '');
      const language = query.get('language');
      const path = ledgerPathOf(shopId);
      return answer.redirect(language === 'de' || language === 'en' ? `${path}?language=${language}` : path);
    },
  });
  http.route({
    ...open,
    path: '/ledger/:shop/*',
    audience: 'machines',
    limit: 'file',
    handle: async (request) => await fileAnswer(needs, request),
  });
}

async function readLedger(needs: LedgerDoorNeeds, shownId: string): Promise<Read | null> {
  const { database, privacy } = needs;
  const shop = await findShop(needs, shownId);
  if (shop === null) return null;
  const [status, origin, witnesses] = await Promise.all([
    privacy.ledger.statusOf(database, shop.shopId),
    privacy.ledger.originOf(shop.shopId),
    privacy.ledger.witnessesOf(database, shop.shopId),
  ]);
  const told = hash('sha256', JSON.stringify([shop, status, origin, witnesses]), 'base64url');
  return { about: shop.shopId, told, shop, status, origin, witnesses };
}

/** Anybody's page may read what anybody may: there is nothing in it that a visitor brings along. */
const forAnybody = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } as const;
const fresh = { ...forAnybody, 'cache-control': 'no-cache' } as const;
const forGood = { ...forAnybody, 'cache-control': 'public, max-age=31536000, immutable' } as const;

const gzipped = promisify(gzip);

async function fileAnswer(needs: LedgerDoorNeeds, { params, headers }: RequestHead): Promise<Answer> {
  const { ledger } = needs.privacy;
  const { shopId } = await shopAt(needs, params['shop'] ?? '');
  const path = params['*'] ?? '';
  if (path === 'keys') return answer.text(await ledger.policyOf(shopId), { headers: fresh });
  const file = await ledger.fileOf(needs.database, shopId, path);
  if (file === null) throw new Fault('not_found', 'The ledger has no such file.');
  const { kind, bytes } = file;
  if (kind === 'checkpoint') return answer.bytes('text/plain; charset=utf-8', bytes, { headers: fresh });
  const type = 'application/octet-stream';
  if (kind === 'hashes') return answer.bytes(type, bytes, { headers: forGood });
  const varied = { ...forGood, vary: 'accept-encoding' };
  if (!takesGzip(headers['accept-encoding'])) return answer.bytes(type, bytes, { headers: varied });
  return answer.bytes(type, await gzipped(bytes), { headers: { ...varied, 'content-encoding': 'gzip' } });
}

function takesGzip(accepted = ''): boolean {
  return /(?:^|,)\s*gzip\s*(?:,|;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|$)/.test(accepted.toLowerCase());
}
