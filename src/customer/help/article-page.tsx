import type { VNode } from 'preact';
import type { Shown, ShownBlock } from '#faq';
import { LinkedData } from '#kit/html';
import { directionOf } from '#kit/words';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { ArticleLinks, helpFrame } from './help-frame.tsx';
import { addressOf, articleAddressOf, tagOf, type Place } from './places.ts';

export type ArticleView = {
  readonly place: Place;
  readonly article: Shown;
  /** What was just said about whether it helped. */
  readonly said: 'yes' | 'no' | null;
  /** Of this one reading, so that it is counted once; 22 characters. */
  readonly viewId: string;
};

/** One answer: what it says for this parcel, whether it helped, and where to go from there. */
export function articlePage(view: ArticleView, needs: PageNeeds): string {
  const { say } = needs;
  const { place, article } = view;
  const { title, blocks } = article;
  const linked = new Set(blocks.flatMap((block) => (block.kind === 'link' ? [block.to] : [])));
  const related = article.related.filter(({ slug }) => !linked.has(`article ${slug}`));
  const isForeign = tagOf(article.language) !== tagOf(place.language);
  const foreign = isForeign ? { lang: article.language, dir: directionOf(article.language) } : {};
  return helpFrame(
    { place, title: `${title} · ${place.shop.name}`, slug: article.slug, head: faqPage(article), scripts: ['once.js'] },
    needs,
    <>
      <Crumbs place={place} title={title} say={say} />
      <article {...foreign}>
        <h1>{title}</h1>
        {isForeign ? <p lang={place.language}>{say('help.other')}</p> : null}
        {blocks.map((block, index) => (
          // Blocks have no name of their own, and stand where they stand.
          // oxlint-disable-next-line react/no-array-index-key
          <Block key={index} block={block} />
        ))}
        <Ways place={place} blocks={blocks} say={say} />
      </article>
      <Helped view={view} say={say} />
      {related.length === 0 ? null : (
        <section aria-labelledby="related">
          <h2 id="related">{say('help.related')}</h2>
          <ArticleLinks found={related} place={place} />
        </section>
      )}
    </>,
  );
}

function Crumbs(props: { readonly place: Place; readonly title: string; readonly say: Say }): VNode {
  const { place, title, say } = props;
  const parcel = addressOf(place, 'parcel');
  return (
    <nav class="crumbs" aria-label={say('help.crumbs')}>
      <ol>
        {parcel === null ? null : (
          <li>
            <a href={parcel}>{say('help.back')}</a>
          </li>
        )}
        <li>
          <a href={addressOf(place, 'help')}>{say('help.link')}</a>
        </li>
        <li aria-current="page">{title}</li>
      </ol>
    </nav>
  );
}

function Block({ block }: { readonly block: ShownBlock }): VNode | null {
  switch (block.kind) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return <p>{block.text}</p>;
    case 'note':
      return <p class="note">{block.text}</p>;
    case 'steps':
      return <ol>{itemsOf(block.items)}</ol>;
    case 'list':
      return <ul>{itemsOf(block.items)}</ul>;
    case 'link':
      return null;
  }
}

function itemsOf(items: readonly string[]): readonly VNode[] {
  return items.map((item) => <li key={item}>{item}</li>);
}

/** All links of an article, at its end: what it says is read in one go. */
function Ways(props: {
  readonly place: Place;
  readonly blocks: readonly ShownBlock[];
  readonly say: Say;
}): VNode | null {
  const { place, blocks, say } = props;
  const links = blocks.flatMap((block) => {
    const url = block.kind === 'link' ? addressOf(place, block.to) : null;
    return block.kind !== 'link' || url === null ? [] : [{ url, text: block.text }];
  });
  if (links.length === 0) return null;
  return (
    <nav aria-label={say('help.here')}>
      <ul class="answers">
        {links.map(({ url, text }) => (
          <li key={url}>
            <a href={url}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Helped({ view, say }: { readonly view: ArticleView; readonly say: Say }): VNode {
  const { place, article, said } = view;
  if (said !== null) {
    return (
      <section class="helped" id="helped">
        <output>{say(`help.thanks.${said}`)}</output>
        {said === 'yes' ? null : (
          <p>
            <a class="button" href={addressOf(place, 'write')}>
              {say('help.ask.write', { shop: place.shop.name })}
            </a>
          </p>
        )}
      </section>
    );
  }
  return (
    <form class="helped" id="helped" method="post" action={articleAddressOf(place, article.slug)}>
      <input type="hidden" name="view" value={view.viewId} />
      <fieldset aria-describedby="counted">
        <legend>{say('help.helped')}</legend>
        {(['yes', 'no'] as const).map((answer) => (
          <button key={answer} class="button quiet" name="helped" value={answer} type="submit">
            {say(`help.helped.${answer}`)}
          </button>
        ))}
      </fieldset>
      <small id="counted">{say('help.helped.note')}</small>
    </form>
  );
}

/** The same words for machines: a page with one question and what it is answered with (schema.org FAQPage). */
function faqPage({ title, language, blocks }: Shown): VNode {
  const text = blocks.flatMap(linesOf).join('\n');
  const question = { '@type': 'Question', name: title, acceptedAnswer: { '@type': 'Answer', text } };
  return <LinkedData about={{ '@type': 'FAQPage', inLanguage: language, mainEntity: [question] }} />;
}

function linesOf(block: ShownBlock): readonly string[] {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
    case 'note':
      return [block.text];
    case 'steps':
    case 'list':
      return block.items;
    case 'link':
      return [];
  }
}
