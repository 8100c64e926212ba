import type { VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf } from '#orders';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import { ReviewsCard, TrustCard, type CardView } from './card.tsx';

/** Both cards on a page of this house: what a shop's own pages lead to where they show none. */
export function trustPage(view: CardView, path: string, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, trust } = view;
  const { trustUrl: _, ...shop } = faceOf(trust.shop, language);
  const title = say('trust.title', { shop: shop.name });
  return page(
    {
      language,
      dir: directionOf(language),
      title,
      assetUrl,
      styles: ['tracking.css', 'protects-you.css', 'card.css', 'trust-page.css'],
      scripts: ['once.js'],
      theme: trust.shop.face,
      skipText: say('trust.page.skip'),
      header: <ShopHeader view={{ shop, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={protectionPathOf(trust.shop, language)} say={say} />,
    },
    <div class="sheet">
      <div class="points trusting">
        <div class="intro">
          <h1>{title}</h1>
          <p>{say('trust.page.intro', { shop: shop.name })}</p>
        </div>
        <TrustCard {...view} />
        <Said {...view} />
      </div>
    </div>,
  );
}

function Said(view: CardView): VNode | null {
  if (view.trust.said.length === 0) return null;
  return (
    <>
      <h2>{view.say('trust.reviews.title', { shop: view.trust.shop.name })}</h2>
      <ReviewsCard {...view} withoutAverage />
    </>
  );
}
