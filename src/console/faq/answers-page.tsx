import type { VNode } from 'preact';
import {
  articleLanguages,
  stateOf,
  type ArticleLanguage,
  type Day,
  type Edition,
  type Shelved,
  type Tally,
} from '#faq';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';
import { sayAnswersIn, type SayAnswers } from './words.ts';

export type AnswersView = {
  readonly frame: StaffFrame;
  /** Of those that the filter lets through, the first ones. */
  readonly articles: readonly Shelved[];
  readonly count: number;
  readonly filter: string;
  readonly tallies: readonly Tally[];
  readonly days: readonly Day[];
  /** What came of a file that was brought. */
  readonly carried: { readonly isDone: boolean; readonly text: string } | null;
  /** What was typed into the form for a new article, when it was wrong. */
  readonly added: string | null;
  /** Where customers read them. */
  readonly publicPath: string;
};

/** All articles with their state in each language, and whether they help. */
export function answersPage(view: AnswersView, needs: PageNeeds): string {
  const say = sayAnswersIn(view.frame.language);
  return staffPage(
    view.frame,
    needs,
    { title: say('title'), place: 'answers' },
    <>
      <p class="soft prose">{say('intro')}</p>
      <p class="prose">{figuresOf(view.days, say)}</p>
      <p>
        <a href={view.publicPath}>{say('open_page')}</a>
      </p>
      {filterOf(view, say)}
      {tableOf(view, say)}
      {view.count > view.articles.length ? (
        <p class="soft">{say('many', { shown: view.articles.length, all: view.count })}</p>
      ) : null}
      {addOf(view, say)}
      {carryOf(view, say)}
    </>,
  );
}

function figuresOf(days: readonly Day[], say: SayAnswers): string {
  const sum = (of: (day: Day) => number): number => days.reduce((total, day) => total + of(day), 0);
  if (sum(({ searches, offered, opened, written }) => searches + offered + opened + written) === 0) {
    return say('figures.none');
  }
  return say('figures', {
    searches: sum(({ searches }) => searches),
    none: sum(({ withoutHit }) => withoutHit),
    offered: sum(({ offered }) => offered),
    written: sum(({ written }) => written),
  });
}

function filterOf({ filter, count }: AnswersView, say: SayAnswers): VNode {
  return (
    <search>
      <form class="form" method="get" action={consolePaths.answers}>
        <p>
          <label for="filter">{say('search')}</label>
          <input id="filter" name="q" type="search" value={filter} maxlength={100} autocomplete="off" dir="auto" />
        </p>
        <p>
          <button class="button quiet" type="submit">
            {say('search.do')}
          </button>
        </p>
        {count === 0 ? <output>{say('none')}</output> : null}
      </form>
    </search>
  );
}

function tableOf(view: AnswersView, say: SayAnswers): VNode | null {
  if (view.count === 0) return null;
  return (
    <Table
      name={say('title')}
      rows={view.articles}
      keyOf={({ slug }) => slug}
      empty=""
      columns={[
        { label: say('article'), cell: (article) => <Named article={article} view={view} say={say} /> },
        { label: say('topic'), cell: ({ topic }) => sayTopic(topic, say) },
        { label: say('texts'), cell: (article) => <Texts article={article} say={say} /> },
        { label: say('views'), numeric: true, cell: ({ slug }) => sumOf(view.tallies, slug).views },
        { label: say('helped'), cell: ({ slug }) => helpedOf(sumOf(view.tallies, slug), say) ?? '–' },
        { label: say('position'), numeric: true, cell: ({ position }) => position },
      ]}
    />
  );
}

const topicWords = [
  ...(['topic.parcel', 'topic.delivery', 'topic.pickup', 'topic.problem', 'topic.return'] as const),
  ...(['topic.order', 'topic.contact', 'topic.privacy', 'topic.review'] as const),
];

function sayTopic(topic: string, say: SayAnswers): string {
  const word = topicWords.find((one) => one === `topic.${topic}`);
  return word === undefined ? topic : say(word);
}

/** The title in the language of the page, where it has one. */
export function titleOf({ editions, slug }: Shelved, language: string): string {
  const own = editions.find((one) => one.language === language) ?? editions[0];
  return own === undefined || own.title === '' ? slug : own.title;
}

function Named(props: { readonly article: Shelved; readonly view: AnswersView; readonly say: SayAnswers }): VNode {
  const { article, view, say } = props;
  const { slug, isDelivered, hiddenAt } = article;
  return (
    <>
      <a href={consolePaths.answer(slug)} dir="auto">
        {titleOf(article, view.frame.language)}
      </a>
      <small class="soft block">
        <code dir="ltr">{slug}</code> {isDelivered ? null : say('own_article')}
      </small>
      {hiddenAt === null ? null : <Tag tone="warn" text={say('hidden')} />}
    </>
  );
}

const stateTones = { delivered: 'quiet', own: 'good', draft: 'warn', changes: 'warn' } as const;

function Texts(props: { readonly article: Shelved; readonly say: SayAnswers }): VNode {
  const { article, say } = props;
  return (
    <span class="state">
      {articleLanguages.map((language) => {
        const edition = article.editions.find((one) => one.language === language);
        return (
          <a key={language} href={consolePaths.answer(article.slug, language)}>
            {say(`language.${language}`)} <EditionState edition={edition} say={say} />
          </a>
        );
      })}
      {article.editions.some(({ deliveredChanged }) => deliveredChanged) ? (
        <Tag tone="warn" text={say('delivered_changed')} />
      ) : null}
    </span>
  );
}

/** The state of a text in one word. */
export function EditionState(props: { readonly edition: Edition | undefined; readonly say: SayAnswers }): VNode {
  const { edition, say } = props;
  if (edition === undefined) return <Tag tone="bad" text={say('state.missing')} />;
  const state = stateOf(edition);
  return <Tag tone={stateTones[state]} text={say(`state.${state}`)} />;
}

type Sums = { readonly views: number; readonly helped: number; readonly notHelped: number };

export function sumOf(tallies: readonly Tally[], slug: string, language?: ArticleLanguage): Sums {
  const own = tallies.filter((one) => one.slug === slug && (language === undefined || one.language === language));
  const sum = (of: (tally: Tally) => number): number => own.reduce((total, tally) => total + of(tally), 0);
  return {
    views: sum(({ views }) => views),
    helped: sum(({ helped }) => helped),
    notHelped: sum(({ notHelped }) => notHelped),
  };
}

/** Null while nobody has said. */
export function helpedOf({ helped, notHelped }: Sums, say: SayAnswers): string | null {
  const count = helped + notHelped;
  if (count === 0) return null;
  return say('helped.rate', { percent: Math.round((helped * 100) / count), count });
}

function addOf({ added, frame }: AnswersView, say: SayAnswers): VNode {
  return (
    <section class="card" aria-labelledby="add">
      <h2 id="add">{say('add')}</h2>
      <form class="form" method="get" action={consolePaths.answerNew}>
        <p>
          <label for="slug">{say('add.slug')}</label>
          <input
            id="slug"
            name="slug"
            type="text"
            required
            maxlength={80}
            value={added ?? ''}
            autocomplete="off"
            dir="ltr"
            aria-invalid={added === null ? undefined : 'true'}
            aria-describedby={added === null ? undefined : 'slug-wrong'}
          />
          {added === null ? null : (
            <span class="wrong" id="slug-wrong" role="alert">
              {say('add.wrong')}
            </span>
          )}
        </p>
        <p>
          <label for="language">{say('add.language')}</label>
          <select id="language" name="language">
            {articleLanguages.map((one) => (
              <option key={one} value={one} selected={one === frame.language}>
                {say(`language.${one}`)}
              </option>
            ))}
          </select>
        </p>
        <p>
          <button class="button" type="submit">
            {say('add.do')}
          </button>
        </p>
      </form>
    </section>
  );
}

function carryOf({ carried }: AnswersView, say: SayAnswers): VNode {
  return (
    <section class="card" aria-labelledby="carry">
      <h2 id="carry">{say('carry')}</h2>
      <p class="soft prose">{say('carry.note')}</p>
      {carried === null ? null : <Carried {...carried} />}
      <p>
        <a class="button quiet" href={consolePaths.answersFile} download>
          {say('carry.export')}
        </a>
      </p>
      <form class="form" method="post" action={`${consolePaths.answersFile}#carry`} enctype="multipart/form-data">
        <p>
          <label for="file">{say('carry.file')}</label>
          <input id="file" name="file" type="file" accept=".json,application/json" required />
        </p>
        <p>
          <button class="button quiet" type="submit">
            {say('carry.import')}
          </button>
        </p>
      </form>
    </section>
  );
}

function Carried({ isDone, text }: { readonly isDone: boolean; readonly text: string }): VNode {
  return isDone ? (
    <output class="done">{text}</output>
  ) : (
    <p class="wrong" role="alert">
      {text}
    </p>
  );
}
