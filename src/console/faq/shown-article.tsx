import type { VNode } from 'preact';
import type { ShownBlock } from '#faq';
import type { SayAnswers } from './words.ts';

/** The blocks of an article as customers would read them; links lead nowhere here. */
export function ShownArticle(props: {
  readonly title: string;
  readonly summary: string;
  readonly blocks: readonly ShownBlock[];
  readonly language: string;
  readonly say: SayAnswers;
}): VNode {
  const { title, summary, blocks, language, say } = props;
  return (
    <article class="card prose shown-article" lang={language}>
      <h3>{title}</h3>
      <p class="soft">{summary}</p>
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- drawn once, on the server
        <Shown key={index} block={block} say={say} />
      ))}
    </article>
  );
}

function Shown(props: { readonly block: ShownBlock; readonly say: SayAnswers }): VNode {
  const { block, say } = props;
  switch (block.kind) {
    case 'heading':
      return <h4>{block.text}</h4>;
    case 'paragraph':
      return <p>{block.text}</p>;
    case 'note':
      return (
        <p>
          <strong>{block.text}</strong>
        </p>
      );
    case 'steps':
      return <ol>{itemsOf(block.items)}</ol>;
    case 'list':
      return <ul>{itemsOf(block.items)}</ul>;
    case 'link':
      return (
        <p>
          <u>{block.text}</u> <small class="soft">({say('preview.link', { target: block.to })})</small>
        </p>
      );
  }
}

function itemsOf(items: readonly string[]): readonly VNode[] {
  return items.map((item) => <li key={item}>{item}</li>);
}
