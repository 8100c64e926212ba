import { page, WordMark } from '#kit/html';
import type { PageNeeds } from './tracking-page.tsx';

export type PlainView = {
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  /** Of the only shop of this house; null where there are several, for the page does not know whose customer reads it. */
  readonly contactUrl?: string | null;
};

/**
 * The one answer to every link that opens nothing: unknown, expired or of somebody else. It names no shop and no order, so
 * that nobody learns from it whether there was something.
 */
export function unknownLinkPage(view: PlainView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  return page(
    {
      language: view.language,
      dir: view.dir,
      title: say('unknown.title'),
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
      <h1>{say('unknown.headline')}</h1>
      <p>{say('unknown.text')}</p>
      <h2>{say('unknown.how')}</h2>
      <ol>
        <li>{say('unknown.newest')}</li>
        <li>{say('unknown.whole')}</li>
        <li>{say('unknown.ask')}</li>
      </ol>
      {view.contactUrl == null ? null : (
        <p>
          <a href={view.contactUrl}>{say('contact.link')}</a>
        </p>
      )}
    </div>,
  );
}
