import { page, WordMark } from '#kit/html';
import type { PageNeeds } from './tracking-page.tsx';
import type { PlainView } from './unknown-link-page.tsx';

export type ErrorView = PlainView & {
  readonly status: 400 | 404 | 500 | 503;
  /** The id under which the log knows what happened; null when there is nothing to look up. */
  readonly instance: string | null;
};

/** A page for what went wrong, in plain words; what exactly broke stands in the log only. */
export function errorPage(view: ErrorView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { status } = view;
  return page(
    {
      language: view.language,
      dir: view.dir,
      title: say(`error.${status}.title`),
      assetUrl,
      styles: ['tracking.css'],
      scripts: [],
      theme: null,
      skipText: say('page.skip'),
      header: (
        <p class="bar">
          <WordMark height={24} />
        </p>
      ),
      footer: null,
    },
    <div class="plain">
      <h1>{say(`error.${status}.title`)}</h1>
      <p>{say(`error.${status}.text`)}</p>
      {status === 404 ? null : (
        <p>
          {/* oxlint-disable-next-line jsx-a11y/anchor-is-valid -- the empty address is this one, whatever it is */}
          <a class="button" href="">
            {say('error.retry')}
          </a>
        </p>
      )}
      {view.contactUrl == null ? null : (
        <p>
          <a href={view.contactUrl}>{say('contact.link')}</a>
        </p>
      )}
      {view.instance === null ? null : <p class="soft small">{say('error.instance', { instance: view.instance })}</p>}
    </div>,
  );
}
