import type { ComponentChildren, VNode } from 'preact';
import type { Found } from '#faq';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf } from '#orders';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { addressOf, articleAddressOf, helpBaseOf, openAddressOf, tagOf, type Place } from './places.ts';

export type Framed = {
  readonly place: Place;
  readonly title: string;
  /** Null on the page of topics. */
  readonly slug: string | null;
  /** What the page tells machines besides; only on pages that are open to everybody. */
  readonly head?: VNode;
  readonly scripts: readonly string[];
};

/** A page of answers in the shop's face, with the ways to people of the shop beside it. */
export function helpFrame(framed: Framed, needs: PageNeeds, children: ComponentChildren): string {
  const { say, assetUrl } = needs;
  const { place, title, slug } = framed;
  const { shop, language } = place;
  const face = {
    ...faceOf(shop, language),
    contactUrl: addressOf(place, 'contact'),
    helpUrl: addressOf(place, 'help'),
  };
  const path = `${helpBaseOf(place)}${slug === null ? '' : `/${slug}`}`;
  return page(
    {
      language,
      dir: directionOf(language),
      title,
      assetUrl,
      styles: ['tracking.css', 'help.css'],
      scripts: framed.scripts,
      theme: shop.face,
      skipText: say('help.skip'),
      header: <ShopHeader view={{ shop: face, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={face} protectionUrl={protectionPathOf(shop, language)} say={say} />,
      head: <ForMachines {...framed} />,
    },
    <div class="sheet">
      <div class="help">{children}</div>
      <Contact shop={face} say={say}>
        <AskPeople place={place} say={say} />
      </Contact>
    </div>,
  );
}

/** Which address is the one to know, and what the page says. */
function ForMachines({ place, slug, head }: Framed): VNode {
  const languages = ['de', 'en'] as const;
  return (
    <>
      <link rel="canonical" href={openAddressOf(place, slug)} />
      {place.shop.sample ? <meta name="robots" content="noindex" /> : null}
      {place.token !== null
        ? null
        : languages.map((language) => (
            <link
              key={language}
              rel="alternate"
              hreflang={language}
              href={openAddressOf({ ...place, language }, slug)}
            />
          ))}
      {place.token === null ? head : null}
    </>
  );
}

/** Titles that lead to their answers; with a sentence below each where there is room. */
export function ArticleLinks(props: {
  readonly found: readonly Found[];
  readonly place: Place;
  readonly withSummary?: boolean;
}): VNode {
  const { found, place, withSummary = false } = props;
  return (
    <ul class="answers">
      {found.map(({ slug, title, summary, language }) => (
        <li key={slug} {...(language === tagOf(place.language) ? {} : { lang: language })}>
          <a href={articleAddressOf(place, slug)}>{title}</a>
          {withSummary ? <p>{summary}</p> : null}
        </li>
      ))}
    </ul>
  );
}

/** An answer that is missing or did not help is not the end: there are people. */
function AskPeople({ place, say }: { readonly place: Place; readonly say: Say }): VNode {
  const shop = place.shop.name;
  return (
    <>
      <p>{say(place.token === null ? 'help.ask.open' : 'help.ask.text')}</p>
      <p>
        <a class="button" href={addressOf(place, 'write')}>
          {say('help.ask.write', { shop })}
        </a>
      </p>
    </>
  );
}
