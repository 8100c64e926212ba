import type { Shop } from '#orders';
import type { PageNeeds } from '../../tracking-page.tsx';
import { codeMinutes, grantMinutes } from '../step-up/limits.ts';
import { dataFrame, inLanguage } from './frame.tsx';

/** What came of the last thing that was sent. */
export type CodeSaid = 'wrong' | 'too often' | null;

export type CodeView = {
  readonly shop: Shop;
  readonly language: string;
  /** Where the code is sent to and typed in. */
  readonly path: string;
  /** Where to go without it. */
  readonly backPath: string;
  readonly said: CodeSaid;
  /** Masked. */
  readonly email: string;
};

/** Where a code is typed in. It says the same whether the code was old, wrong or never there. */
export function codePage(view: CodeView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, path, email, said } = view;
  const title = say('data.code.title');
  const action = inLanguage(path, language);
  return dataFrame(
    { shop, language, title, path, scripts: ['once.js'] },
    needs,
    <div class="intro">
      <h1>{title}</h1>
      {said === null ? null : (
        <p class="done no" role="alert">
          {say(said === 'wrong' ? 'data.code.wrong' : 'data.code.too_often')}
        </p>
      )}
      <p>{say('data.code.sent', { email, minutes: codeMinutes })}</p>
      <form method="post" action={action}>
        <input type="hidden" name="act" value="check" />
        <label>
          {say('data.code.label')}
          <input
            class="code"
            name="code"
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength={20}
            required
            dir="ltr"
          />
        </label>
        <p>
          <button class="button" type="submit">
            {say('data.code.open')}
          </button>
        </p>
      </form>
      <form method="post" action={action}>
        <input type="hidden" name="act" value="send" />
        <p class="soft small">{say('data.code.none', { shop: shop.name })}</p>
        <p>
          <button class="button quiet" type="submit">
            {say('data.code.again')}
          </button>
        </p>
      </form>
      <p>
        <a href={inLanguage(view.backPath, language)}>{say('data.over.link')}</a>
      </p>
    </div>,
  );
}

/** An address whose minutes are over, or that never opened anything. */
export function overPage(
  view: { readonly shop: Shop; readonly language: string; readonly path: string },
  needs: PageNeeds,
): string {
  const { say } = needs;
  const { shop, language, path } = view;
  const title = say('data.over.title');
  return dataFrame(
    { shop, language, title, path, scripts: [] },
    needs,
    <div class="intro">
      <h1>{title}</h1>
      <p>{say('data.over.text', { minutes: grantMinutes })}</p>
      <p>
        <a class="button" href={inLanguage(path, language)}>
          {say('data.over.link')}
        </a>
      </p>
    </div>,
  );
}
