import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf, type Shop } from '#orders';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';

type LeavingView = {
  readonly language: string;
  readonly shop: Shop;
  readonly path: string;
  readonly isSubscribed: boolean;
  /** Whether something was just changed here. */
  readonly done: boolean;
};

/** What a person gets by mail and what not, with one button; it names nobody. */
export function leavingPage(view: LeavingView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, shop, path, isSubscribed } = view;
  const state = isSubscribed ? 'on' : 'off';
  const act = isSubscribed ? 'leave' : 'return';
  const face = faceOf(shop, language);
  const languages = languageLinks(path);
  return page(
    {
      language,
      dir: directionOf(language),
      title: say('leaving.title', { shop: shop.name }),
      assetUrl,
      styles: ['tracking.css', 'leaving.css'],
      scripts: ['once.js'],
      theme: shop.face,
      skipText: say('page.skip'),
      header: <ShopHeader view={{ shop: face, language, languages }} say={say} />,
      footer: <ShopFooter shop={face} protectionUrl={protectionPathOf(shop, language)} say={say} />,
    },
    <div class="plain leaving">
      <h1>{say(`leaving.${state}.headline`)}</h1>
      {view.done ? <output class="said">{say(`leaving.${state}.done`)}</output> : null}
      <p>{say(`leaving.${state}.text`, { shop: shop.name })}</p>
      <p>{say('leaving.needed')}</p>
      <form method="post" action={`${path}?language=${language}`}>
        <input type="hidden" name="act" value={act} />
        <button type="submit">{say(`leaving.${act}`)}</button>
      </form>
      <Contact shop={face} say={say} />
    </div>,
  );
}
