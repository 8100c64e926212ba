import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { assets as shellAssets, readTheme, themeName } from '#kit/html';
import { directionOf } from '#kit/words';
import type { Shop } from '#orders';
import { customerAssets } from '../assets.ts';
import type { OrderView, ShopFace } from '../view.ts';
import type { Say } from '../words.ts';
import { faceOf } from './shop-face.ts';
import { Contact, ShopHeader } from './shop-frame.tsx';

export type Scheme = 'light' | 'dark';

/** The head of a shop's page and how to reach the shop, in light or dark whatever the browser prefers; for a frame. */
export function headPreview(shop: Omit<Shop, 'shopId'>, scheme: Scheme, say: Say): string {
  const face = { ...faceOf(shop), sample: false };
  const { language } = shop;
  const root: VNode = (
    <html lang={language} dir={directionOf(language)}>
      <head>
        <meta charset="utf-8" />
        <title>{shop.name}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <style
          // oxlint-disable-next-line react/no-danger -- our own style sheets
          dangerouslySetInnerHTML={{ __html: sheetOf(shop, scheme) }}
        />
      </head>
      <body>
        <header class="top">
          <ShopHeader view={viewOf(face, language)} say={say} />
        </header>
        <main>
          <div class="sheet">
            <Contact shop={face} say={say} />
          </div>
        </main>
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(root)}`;
}

/** As much of an order as the head shows. Its links lead nowhere: a frame is not a page. */
function viewOf(shop: ShopFace, language: string): OrderView {
  return {
    shop,
    language,
    dir: directionOf(language),
    orderNumber: '',
    placedOn: '',
    parcels: [],
    liveUrl: '',
    dataUrl: '#',
    consentsUrl: '#',
    protectionUrl: '',
    now: '',
    languages: [
      { code: 'de', url: '#', label: 'Deutsch' },
      { code: 'en', url: '#', label: 'English' },
    ],
  };
}

function sheetOf({ face }: Pick<Shop, 'face'>, scheme: Scheme): string {
  const theme = readTheme(themeName(face, 'css'));
  const sheets = [...shellAssets, ...customerAssets].filter(({ name }) => name.endsWith('.css'));
  return forced(`${sheets.map(({ text }) => text).join('')}${theme?.text ?? ''}:root{color-scheme:${scheme}}`, scheme);
}

/** What a style sheet says for one of the two, said for always. */
function forced(css: string, scheme: Scheme): string {
  return css.replaceAll(/\(prefers-color-scheme: ?dark\)/g, scheme === 'dark' ? '(min-width:0)' : '(max-width:0)');
}
