import type { ComponentChildren } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf, type Shop } from '#orders';
import { faceOf, languageLinks } from '../../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../../parts/shop-frame.tsx';
import type { PageNeeds } from '../../tracking-page.tsx';

export type Framed = {
  readonly shop: Shop;
  readonly language: string;
  readonly title: string;
  /** Of the page itself, where its languages are; null for an answer to what was sent, which has no address of its own. */
  readonly path: string | null;
  readonly scripts: readonly string[];
};

/** A page about a person's data in the shop's face; one column of sections, and how to reach people beside it. */
export function dataFrame(framed: Framed, needs: PageNeeds, children: ComponentChildren): string {
  const { say, assetUrl } = needs;
  const { shop, language, title, path } = framed;
  const face = faceOf(shop, language);
  return page(
    {
      language,
      dir: directionOf(language),
      title: `${title} · ${shop.name}`,
      assetUrl,
      styles: ['tracking.css', 'protects-you.css', 'plain-sight.css'],
      scripts: framed.scripts,
      theme: shop.face,
      skipText: say('data.skip'),
      header: (
        <ShopHeader view={{ shop: face, language, languages: path === null ? [] : languageLinks(path) }} say={say} />
      ),
      footer: <ShopFooter shop={face} protectionUrl={protectionPathOf(shop, language)} say={say} />,
    },
    <div class="sheet">
      <div class="points own">{children}</div>
      <Contact shop={face} say={say} />
    </div>,
  );
}

/** The same address in the language of the page. */
export function inLanguage(path: string, language: string): string {
  return `${path}?language=${language.slice(0, 2)}`;
}
