import type { ComponentChildren, VNode } from 'preact';
import { answerCharactersMax, noteCharactersMax, reasons, sayReason } from '#reviews';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import { Facts, Written } from './review-parts.tsx';
import type { ReviewView } from './reviews-view.ts';

/** One review: what was written, how it stands, and what can be done: show it, withhold it for a reason, answer it. */
export function reviewPage(view: ReviewView, needs: PageNeeds): string {
  const { say } = needs;
  const { row, frame } = view;
  const title = row.content.title === '' ? say('reviews.untitled') : row.content.title;
  return staffPage(
    frame,
    needs,
    { title, place: 'reviews' },
    <>
      <p>
        <a href={consolePaths.reviews}>{say('reviews.back')}</a>
      </p>
      <Facts row={row} language={frame.language} say={say} />
      <section class="card" aria-label={say('reviews.text')}>
        <Written row={row} say={say} />
      </section>
      {row.note === null ? null : (
        <p class="prose">
          <b>{say('reviews.note.told')}</b> <bdi>{row.note}</bdi>
        </p>
      )}
      {row.state === 'published' && !row.isShownOlder ? null : publishOf(view, say)}
      {row.state === 'published' || row.isShownOlder ? answerOf(view, say) : null}
      {row.state === 'withheld' ? null : withholdOf(view, say)}
    </>,
  );
}

function publishOf({ row }: ReviewView, say: Say): VNode {
  return (
    <section class="card" aria-labelledby="publish">
      <h2 id="publish">{say('reviews.publish')}</h2>
      <p class="soft prose">{say(row.publishes === null ? 'reviews.publish.again' : 'reviews.publish.text')}</p>
      <form class="form" method="post" action={consolePaths.review(row.id)}>
        <input type="hidden" name="act" value="publish" />
        <p>
          <button class="button" type="submit">
            {say('reviews.publish.do')}
          </button>
        </p>
      </form>
    </section>
  );
}

function Act(props: {
  readonly view: ReviewView;
  readonly act: 'withhold' | 'answer';
  readonly say: Say;
  readonly children: ComponentChildren;
}): VNode {
  const { view, act, say, children } = props;
  const wrong = view.wrong?.act === act ? view.wrong : null;
  return (
    <details class="card fold-form" open={act === 'answer' || wrong !== null}>
      <summary>
        <h2>{say(`reviews.${act}`)}</h2>
      </summary>
      <p class="soft prose">{say(`reviews.${act}.text`)}</p>
      <form class="form" method="post" action={consolePaths.review(view.row.id)}>
        <input type="hidden" name="act" value={act} />
        {wrong === null ? null : (
          <p class="wrong" role="alert">
            {wrong.message}
          </p>
        )}
        {children}
        <p>
          <button class="button" type="submit">
            {say(`reviews.${act}.do`)}
          </button>
        </p>
      </form>
    </details>
  );
}

function withholdOf(view: ReviewView, say: Say): VNode {
  const typed = view.wrong?.act === 'withhold' ? view.wrong.typed : {};
  return (
    <Act view={view} act="withhold" say={say}>
      <fieldset>
        <legend>{say('reviews.reason')}</legend>
        {reasons.map((reason) => (
          <label key={reason} class="choice">
            <input type="radio" name="reason" value={reason} checked={typed['reason'] === reason} required />
            <span>{sayReason(view.frame.language, reason)}</span>
          </label>
        ))}
      </fieldset>
      <p>
        <label for="note">{say('reviews.note')}</label>
        <textarea id="note" name="note" rows={3} maxlength={noteCharactersMax} dir="auto">
          {typed['note'] ?? ''}
        </textarea>
      </p>
    </Act>
  );
}

function answerOf(view: ReviewView, say: Say): VNode {
  const { answer } = view.row;
  const typed = view.wrong?.act === 'answer' ? view.wrong.typed['text'] : undefined;
  return (
    <Act view={view} act="answer" say={say}>
      {answer === null ? null : (
        <p class="soft">
          {say('reviews.answered')} <When moment={answer.at} />
        </p>
      )}
      <p>
        <label for="text">{say('reviews.answer.label')}</label>
        <textarea id="text" name="text" rows={5} maxlength={answerCharactersMax} dir="auto">
          {typed ?? answer?.text ?? ''}
        </textarea>
      </p>
    </Act>
  );
}
