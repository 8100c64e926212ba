import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf, type Shop } from '#orders';
import type { ShownSeal } from '#evidence';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import { SealList } from './seal-list.tsx';

export type OthersSayView = {
  readonly shop: Shop;
  readonly language: string;
  /** Of this page, without a query. */
  readonly path: string;
  readonly seals: readonly ShownSeal[];
};

/** What others say of a shop, as the shop asked them itself: whole without JavaScript. */
export function othersSayPage(view: OthersSayView, { say, assetUrl }: PageNeeds): string {
  const { language, path, seals } = view;
  const shop = faceOf(view.shop, language);
  const title = say('seals.title', { shop: shop.name });
  return page(
    {
      language,
      dir: directionOf(language),
      title,
      assetUrl,
      styles: ['tracking.css', 'seals.css'],
      scripts: ['once.js'],
      theme: view.shop.face,
      skipText: say('page.skip'),
      header: <ShopHeader view={{ shop, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={protectionPathOf(view.shop, language)} say={say} />,
    },
    <div class="plain">
      <h1>{title}</h1>
      <p>{say('seals.text', { shop: shop.name })}</p>
      {seals.length === 0 ? <p>{say('seals.none', { shop: shop.name })}</p> : null}
      <SealList seals={seals} language={language} say={say} heading="h2" />
      <p class="small soft">{say('seals.how')}</p>
      <Contact shop={shop} say={say} />
    </div>,
  );
}
