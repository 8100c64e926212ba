import { page, WordMark } from '#kit/html';
import { directionOf } from '#kit/words';
import type { PageNeeds } from '../../tracking-page.tsx';

export type AddressView = {
  readonly language: string;
  /** Where the button sends to. */
  readonly action: string;
  /** Of the only shop of this house; null where there are several. */
  readonly contactUrl: string | null;
  readonly state: 'asked' | 'done' | 'gone' | 'taken';
};

const texts = {
  asked: { title: 'data.address.title', text: 'data.address.text' },
  done: { title: 'data.address.done', text: 'data.address.text' },
  gone: { title: 'data.address.gone', text: 'data.address.gone.text' },
  taken: { title: 'data.address.gone', text: 'data.address.taken' },
} as const;

/** Where a mail to a new address leads. It names nobody and no order: that mailbox may be a stranger's. */
export function addressPage(view: AddressView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, action, state } = view;
  const { title, text } = texts[state];
  return page(
    {
      language,
      dir: directionOf(language),
      title: say(title),
      assetUrl,
      styles: ['tracking.css', 'plain-sight.css'],
      scripts: ['once.js'],
      theme: null,
      skipText: say('data.skip'),
      header: (
        <p class="bar">
          <WordMark height={24} />
        </p>
      ),
      footer: null,
    },
    <div class="plain own">
      <h1>{say(title)}</h1>
      {state === 'done' ? null : <p>{say(text)}</p>}
      {state === 'asked' ? (
        <form method="post" action={action}>
          <p>
            <button class="button" type="submit">
              {say('data.address.confirm')}
            </button>
          </p>
        </form>
      ) : null}
      {view.contactUrl === null ? null : (
        <p>
          <a href={view.contactUrl}>{say('contact.link')}</a>
        </p>
      )}
    </div>,
  );
}
