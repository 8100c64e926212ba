import type { VNode } from 'preact';
import { milestones, subStatus } from '#carriers';
import { articleLanguages, type ArticleLanguage, type Edition, type Shelved, type ShownBlock, type Tally } from '#faq';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';
import { EditionState, helpedOf, sumOf, titleOf } from './answers-page.tsx';
import { ShownArticle } from './shown-article.tsx';
import { Syntax } from './syntax.tsx';
import { sayAnswersIn, sayStatusIn, type SayAnswers } from './words.ts';

/** What the last form said, when the page has to say something to it. */
export type Told = {
  readonly problem: string | null;
  readonly troubles: readonly string[];
  readonly preview: {
    readonly title: string;
    readonly summary: string;
    readonly blocks: readonly ShownBlock[];
  } | null;
};

export type AnswerView = {
  readonly frame: StaffFrame;
  readonly slug: string;
  readonly language: ArticleLanguage;
  /** Null for one that is only begun. */
  readonly article: Shelved | null;
  /** What stands in the field. */
  readonly source: string;
  /** The newest revision that this page knows of. */
  readonly after: number;
  /** Beside which parcel the preview is: a milestone, a finer state, `late` or `none`. */
  readonly beside: string;
  readonly told: Told;
  readonly placeProblem: string | null;
  readonly tallies: readonly Tally[];
  readonly revisions: readonly { readonly revision: number; readonly made: Moment }[];
};

const sourceMax = 20_000;

/** One article: its text in one language with a preview, its place, and its earlier texts. */
export function answerPage(view: AnswerView, needs: PageNeeds): string {
  const say = sayAnswersIn(view.frame.language);
  const { article, slug, language } = view;
  const edition = article?.editions.find((one) => one.language === language);
  return staffPage(
    view.frame,
    needs,
    { title: article === null ? slug : titleOf(article, view.frame.language), place: 'answers' },
    <>
      <p>
        <a href={consolePaths.answers}>{say('back')}</a> <code dir="ltr">{slug}</code>
      </p>
      {languagesOf(view, say)}
      {edition === undefined ? null : factsOf(view, edition, say)}
      <div id="edit">
        {previewOf(view, say)}
        {editorOf(view, say, needs.say)}
      </div>
      {edition?.by === 'shop' ? backOf(view, edition, say) : null}
      {article === null ? null : aroundOf(view, article, say, needs.say)}
    </>,
  );
}

function previewOf({ told, language }: AnswerView, say: SayAnswers): VNode | null {
  if (told.preview === null) return null;
  return (
    <section aria-labelledby="preview-title">
      <h2 id="preview-title">{say('preview.title')}</h2>
      <ShownArticle {...told.preview} language={language} say={say} />
    </section>
  );
}

/** Where it stands, what it said before, and its end. */
function aroundOf(view: AnswerView, article: Shelved, say: SayAnswers, sayHouse: Say): VNode {
  const edition = article.editions.find((one) => one.language === view.language);
  return (
    <>
      {placeOf(article, view, say)}
      {revisionsOf(view, edition, say, sayHouse)}
      {article.editions.some(({ saved }) => saved !== null) ? removeOf(view, say) : null}
    </>
  );
}

function languagesOf({ slug, language, article }: AnswerView, say: SayAnswers): VNode {
  return (
    <nav aria-label={say('add.language')}>
      <ul class="ways plain">
        {articleLanguages.map((one) => (
          <li key={one}>
            <a href={consolePaths.answer(slug, one)} aria-current={one === language ? 'page' : undefined}>
              {one === language ? <b>{say(`language.${one}`)}</b> : say(`language.${one}`)}
            </a>{' '}
            <EditionState edition={article?.editions.find((edition) => edition.language === one)} say={say} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function factsOf({ slug, language, tallies, article }: AnswerView, edition: Edition, say: SayAnswers): VNode {
  const sums = sumOf(tallies, slug, language);
  const isDraft = edition.saved !== null && edition.saved.revision !== edition.publishedRevision;
  const readers = isDraft ? 'draft_waits' : 'read_now';
  const isHidden = article !== null && article.hiddenAt !== null;
  return (
    <>
      {isHidden ? <p>{say('read_hidden')}</p> : <p>{say(edition.shown === null ? 'read_none' : readers)}</p>}
      <dl class="facts">
        <Fact label={say('views')}>{sums.views}</Fact>
        <Fact label={say('helped')}>{helpedOf(sums, say) ?? say('helped.none')}</Fact>
      </dl>
      {edition.deliveredChanged ? changedOf(edition, say) : null}
    </>
  );
}

function changedOf({ delivered }: Edition, say: SayAnswers): VNode {
  return (
    <div class="card">
      <p>{say('changed_note')}</p>
      <details>
        <summary>{say('changed_show')}</summary>
        <pre class="said">{delivered}</pre>
      </details>
    </div>
  );
}

function editorOf(view: AnswerView, say: SayAnswers, sayHouse: Say): VNode {
  const { slug, language, source, after, told } = view;
  const isWrong = told.problem !== null || told.troubles.length > 0;
  return (
    <section class="card" aria-labelledby="edit-title">
      <h2 id="edit-title">{say('edit', { language: say(`language.${language}`) })}</h2>
      <p class="soft prose" id="edit-note">
        {say('edit.note')}
      </p>
      <Syntax say={say} />
      {isWrong ? wrongOf(told, say) : null}
      <form class="form article-form" method="post" action={`${consolePaths.answer(slug, language)}#edit`}>
        <input type="hidden" name="after" value={after} />
        <p>
          <label for="source">{say('field')}</label>
          <textarea
            id="source"
            name="source"
            rows={24}
            maxlength={sourceMax}
            required
            lang={language}
            dir="auto"
            spellcheck
            aria-invalid={isWrong ? 'true' : undefined}
            aria-describedby={isWrong ? 'wrong edit-note' : 'edit-note'}
          >
            {`\n${source}`}
          </textarea>
        </p>
        {besideOf(view, say, sayHouse)}
        <p class="ways">
          <button class="button quiet" type="submit" name="act" value="preview">
            {say('preview')}
          </button>
          <button class="button quiet" type="submit" name="act" value="draft">
            {say('save_draft')}
          </button>
          <button class="button" type="submit" name="act" value="publish">
            {say('publish')}
          </button>
        </p>
      </form>
    </section>
  );
}

function wrongOf({ problem, troubles }: Told, say: SayAnswers): VNode {
  return (
    <div class="wrong" id="wrong" role="alert">
      {problem === null ? null : <p>{problem}</p>}
      {troubles.length === 0 ? null : (
        <>
          <p>{say('wrong')}</p>
          <ul>
            {troubles.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function besideOf({ beside, source, frame }: AnswerView, say: SayAnswers, sayHouse: Say): VNode {
  return (
    <p>
      <label for="beside">{say('beside')}</label>
      <select id="beside" name="beside">
        <option value="none" selected={beside === 'none'}>
          {say('beside.none')}
        </option>
        <option value="late" selected={beside === 'late'}>
          {say('beside.late')}
        </option>
        {milestones.map((one) => (
          <option key={one} value={one} selected={beside === one}>
            {sayHouse(`milestone.${one}`)}
          </option>
        ))}
        {statusesIn(source).map((one) => (
          <option key={one} value={one} selected={beside === one}>
            {sayStatusIn(frame.language, one)} ({one})
          </option>
        ))}
      </select>
    </p>
  );
}

const statusesMax = 20;

/** The finer states that a text names, so that it can be looked at beside each. */
function statusesIn(source: string): readonly string[] {
  const named = [...source.matchAll(/\bstatus ([a-z_., ]+)/gu)].flatMap(([, list = '']) => list.split(/[ ,]+/u));
  return [...new Set(named)].filter((id) => subStatus(id) !== null).slice(0, statusesMax);
}

/** Back to what the program delivers, or off the page. */
function backOf({ slug, language }: AnswerView, { delivered }: Edition, say: SayAnswers): VNode {
  return (
    <form method="post" action={consolePaths.answer(slug, language)} class="ways">
      <button class="small-button" type="submit" name="act" value="withdraw">
        {say(delivered === null ? 'withdraw' : 'restore')}
      </button>
      <span class="soft">{say(delivered === null ? 'withdraw.note' : 'restore.note')}</span>
    </form>
  );
}

function placeOf({ position, hiddenAt }: Shelved, view: AnswerView, say: SayAnswers): VNode {
  const problem = view.placeProblem;
  return (
    <section class="card" aria-labelledby="place">
      <h2 id="place">{say('place')}</h2>
      <form class="form" method="post" action={`${consolePaths.answer(view.slug, view.language)}#place`}>
        <p>
          <label for="position">{say('place.position')}</label>
          <input
            id="position"
            name="position"
            type="number"
            inputmode="numeric"
            min={0}
            max={9_999}
            required
            value={position}
            aria-invalid={problem === null ? undefined : 'true'}
            aria-describedby={problem === null ? undefined : 'position-wrong'}
          />
          {problem === null ? null : (
            <span class="wrong" id="position-wrong" role="alert">
              {problem}
            </span>
          )}
        </p>
        <div class="check">
          <input id="hidden" name="hidden" type="checkbox" value="1" checked={hiddenAt !== null} />
          <label for="hidden">{say('place.hidden')}</label>
        </div>
        <p>
          <button class="button quiet" type="submit" name="act" value="place">
            {say('place.save')}
          </button>
        </p>
      </form>
    </section>
  );
}

function revisionsOf(view: AnswerView, edition: Edition | undefined, say: SayAnswers, sayHouse: Say): VNode {
  const { slug, language } = view;
  return (
    <>
      <h2>{say('revisions')}</h2>
      <Table
        name={say('revisions')}
        rows={view.revisions}
        keyOf={({ revision }) => String(revision)}
        empty={say('revisions.none')}
        columns={[
          {
            label: say('article'),
            cell: ({ revision }) => (
              <>
                <a href={`${consolePaths.answer(slug, language)}&revision=${revision}`}>
                  {say('revision', { number: revision })}
                </a>{' '}
                {revision === edition?.publishedRevision ? say('revision.read') : null}
              </>
            ),
          },
          { label: sayHouse('page.when'), cell: ({ made }) => <When moment={made} exact /> },
          {
            label: say('publish'),
            cell: ({ revision }) =>
              revision === edition?.publishedRevision ? (
                '–'
              ) : (
                <form method="post" action={consolePaths.answer(slug, language)}>
                  <input type="hidden" name="revision" value={revision} />
                  <button class="small-button" type="submit" name="act" value="republish">
                    {say('revision.publish')} <span class="unseen">{say('revision', { number: revision })}</span>
                  </button>
                </form>
              ),
          },
        ]}
      />
    </>
  );
}

function removeOf({ slug, language }: AnswerView, say: SayAnswers): VNode {
  return (
    <details class="sure">
      <summary>{say('remove')}</summary>
      <form method="post" action={consolePaths.answer(slug, language)}>
        <p class="soft prose">{say('remove.note')}</p>
        <button class="button danger" type="submit" name="act" value="remove">
          {say('remove.do')}
        </button>
      </form>
    </details>
  );
}
