import type { VNode } from 'preact';
import { lawWords, sayReason, sayReview } from '#reviews';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, Pager, Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import { Standing, Stars, Written } from './review-parts.tsx';
import type { ReviewRow, ReviewsView } from './reviews-view.ts';
import { settingsForm } from './settings-form.tsx';

/** Reviews: what waits to be judged comes first; then figures as everybody sees them, what is shown, what is not, settings. */
export function reviewsPage(view: ReviewsView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('reviews.title'), place: 'reviews' },
    <>
      <p class="soft prose">{say('reviews.intro', { days: view.settings.publishDays })}</p>
      {waitingOf(view, say)}
      {figuresOf(view, say)}
      <h2 id="published">{say('reviews.published')}</h2>
      {tableOf('reviews.published', view.published, view, say)}
      <Pager {...view.publishedUrls} say={say} />
      <h2 id="withheld">{say('reviews.withheld')}</h2>
      {tableOf('reviews.withheld', view.withheld, view, say)}
      <Pager {...view.withheldUrls} say={say} />
      <p>
        <a href={consolePaths.reviewExchange}>{say('exchange.link')}</a>
      </p>
      {settingsForm(view, say)}
      {lawOf(view, say)}
    </>,
  );
}

function titleOf({ content }: ReviewRow, say: Say): string {
  if (content.title !== '') return content.title;
  return content.text === '' ? say('reviews.untitled') : `${content.text.slice(0, titleMax)}…`;
}

const titleMax = 60;

function waitingOf({ waiting, waitingUrls, frame }: ReviewsView, say: Say): VNode {
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">{say('reviews.waiting')}</h2>
      {waiting.length === 0 ? <p class="empty">{say('reviews.waiting.none')}</p> : null}
      {waiting.map((row) => (
        <article class="card" id={row.id} key={row.id}>
          <p class="state whole-tags">
            <Stars stars={row.content.shop} say={say} />
            {row.isShownOlder ? <Standing row={row} language={frame.language} say={say} /> : null}
            <span class="soft">
              {say('reviews.written')} <When moment={row.written} />
              {row.publishes === null ? null : (
                <>
                  {' · '}
                  {say('reviews.publishes')} <When moment={row.publishes} />
                </>
              )}
            </span>
          </p>
          <Written row={row} say={say} />
          <form class="ways" method="post" action={consolePaths.review(row.id)}>
            <input type="hidden" name="act" value="publish" />
            <input type="hidden" name="back" value="list" />
            <button class="button" type="submit">
              {say('reviews.publish.do')} <span class="unseen">{titleOf(row, say)}</span>
            </button>
            <a class="button quiet" href={consolePaths.review(row.id)}>
              {say('reviews.open')} <span class="unseen">{titleOf(row, say)}</span>
            </a>
          </form>
        </article>
      ))}
      <Pager {...waitingUrls} first="reviews.waiting.first" next="reviews.waiting.next" say={say} />
    </section>
  );
}

function tableOf(
  name: 'reviews.published' | 'reviews.withheld',
  rows: readonly ReviewRow[],
  { frame }: ReviewsView,
  say: Say,
): VNode {
  return (
    <Table
      name={say(name)}
      rows={rows}
      keyOf={({ id }) => id}
      empty={say(`${name}.none`)}
      columns={[
        {
          label: say('reviews.text'),
          cell: (row) => (
            <a href={consolePaths.review(row.id)} dir="auto" class="long">
              {titleOf(row, say)}
            </a>
          ),
        },
        { label: say('reviews.shop'), cell: ({ content }) => <Stars stars={content.shop} say={say} /> },
        { label: say('reviews.standing'), cell: (row) => <Standing row={row} language={frame.language} say={say} /> },
        {
          label: say('reviews.answer'),
          cell: ({ answer }) => (answer === null ? <span class="soft">–</span> : <When moment={answer.at} />),
        },
        { label: say('reviews.written'), cell: ({ written }) => <When moment={written} exact /> },
      ]}
    />
  );
}

function figuresOf({ figures, frame, publicUrl }: ReviewsView, say: Say): VNode {
  const { shop, delivery } = figures;
  const number = new Intl.NumberFormat(frame.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const meanOf = ({ mean, count }: typeof shop): string =>
    mean === null ? say('reviews.mean.none') : say('reviews.mean', { mean: number.format(mean), count });
  const passed = figures.passedOver.map(({ reason, count }) => ({
    text: say(`reviews.passed.${wordOf(reason)}`),
    count,
  }));
  const withheld = figures.withheld.map(({ reason, count }) => ({ text: sayReason(frame.language, reason), count }));
  return (
    <section class="card" aria-labelledby="figures">
      <h2 id="figures">{say('reviews.figures')}</h2>
      <p class="soft prose">
        {say('reviews.figures.text')} <a href={publicUrl}>{say('reviews.public')}</a>
      </p>
      <dl class="facts">
        <Fact label={say('reviews.shop')}>{meanOf(shop)}</Fact>
        <Fact label={say('reviews.delivery')}>{meanOf(delivery)}</Fact>
        <Fact label={say('reviews.delivered')}>{figures.delivered}</Fact>
        <Fact label={say('reviews.invited')}>{figures.invited}</Fact>
        <Fact label={say('reviews.planned')}>{figures.planned}</Fact>
        <Fact label={say('reviews.passed')}>{countsOf(passed)}</Fact>
        <Fact label={say('reviews.received')}>{figures.received}</Fact>
        <Fact label={say('reviews.published')}>{figures.published}</Fact>
        <Fact label={say('reviews.withheld')}>{countsOf(withheld)}</Fact>
        <Fact label={say('reviews.withdrawn')}>{figures.withdrawn}</Fact>
      </dl>
    </section>
  );
}

/** What stands beside reviews wherever they are shown, as the law wants it. */
function lawOf({ frame, settings }: ReviewsView, say: Say): VNode {
  return (
    <details class="card fold-form">
      <summary>
        <h2>{say('reviews.law')}</h2>
      </summary>
      <p class="soft prose">{say('reviews.law.text')}</p>
      <ul class="prose">
        {lawWords.map((word) => (
          <li key={word}>{sayReview(frame.language, word, { days: settings.publishDays })}</li>
        ))}
      </ul>
    </details>
  );
}

type PassedWord = 'switched_off' | 'no_consent' | 'objected' | 'restricted' | 'unsubscribed' | 'no_address';
type UndeliveredWord = 'suppressed' | 'too_late' | 'cancelled' | 'returned' | 'lost' | 'not_delivered';

function wordOf(reason: ReviewsView['figures']['passedOver'][number]['reason']): PassedWord | UndeliveredWord {
  const words = {
    'switched off': 'switched_off',
    'no consent': 'no_consent',
    objected: 'objected',
    restricted: 'restricted',
    unsubscribed: 'unsubscribed',
    'no address': 'no_address',
    suppressed: 'suppressed',
    'too late': 'too_late',
    cancelled: 'cancelled',
    returned: 'returned',
    lost: 'lost',
    'not delivered': 'not_delivered',
  } as const;
  return words[reason];
}

function countsOf(rows: readonly { readonly text: string; readonly count: number }[]): VNode | string {
  if (rows.length === 0) return '0';
  return (
    <>
      {rows.map(({ text, count }) => (
        <span class="block" key={text}>
          {count} {text}
        </span>
      ))}
    </>
  );
}
