import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { consolePaths } from '../paths.ts';
import type { StaffFrame } from '../view.ts';
import type { ConsoleWord, Say } from '../words.ts';

export type OwnPagesView = {
  readonly frame: StaffFrame;
  readonly shopName: string;
  readonly shopLanguage: string;
  /** Of the page at this house that the cards lead to. */
  readonly pageUrl: string;
  /** Where the cards may stand. */
  readonly origins: readonly string[];
};

type Way = { readonly key: 'element' | 'html' | 'frame'; readonly code: string; readonly policy: string };

/** What a shop's own pages may show of this house, as lines to take along. */
export function ownPagesPage(view: OwnPagesView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('own_pages.title'), place: 'ownPages' },
    <>
      <p class="soft prose">
        {say('own_pages.intro')} <a href={pathOf(view)}>{say('own_pages.look')}</a>
      </p>
      <iframe
        class="preview card"
        title={say('own_pages.preview')}
        src={`${pathOf(view)}/card.frame?language=${view.frame.language}`}
        sandbox="allow-same-origin"
      />
      {waysOf(view).map((way) => (
        <WaySection key={way.key} way={way} say={say} />
      ))}
      <section aria-labelledby="where">
        <h2 id="where">{say('own_pages.where')}</h2>
        <p class="prose">
          {say('own_pages.where.text')} <a href={consolePaths.protection}>{say('nav.protection')}</a>
        </p>
        <ul>
          {view.origins.map((origin) => (
            <li key={origin}>
              <code>{origin}</code>
            </li>
          ))}
        </ul>
      </section>
    </>,
  );
}

function pathOf({ pageUrl }: OwnPagesView): string {
  return new URL(pageUrl).pathname;
}

function waysOf({ pageUrl, shopName, shopLanguage }: OwnPagesView): readonly Way[] {
  const { origin } = new URL(pageUrl);
  const title = shopName.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return [
    {
      key: 'element',
      code: `<script type="module" src="${pageUrl}/elements.js"></script>
<glasspost-trust><a href="${pageUrl}">${title}</a></glasspost-trust>
<glasspost-reviews></glasspost-reviews>`,
      policy: `script-src ${origin}; connect-src ${origin}`,
    },
    {
      key: 'html',
      code: `${pageUrl}/card.html?language=${shopLanguage}
${pageUrl}/reviews.html?language=${shopLanguage}`,
      policy: `style-src ${origin}`,
    },
    {
      key: 'frame',
      code: `<iframe src="${pageUrl}/card.frame?language=${shopLanguage}&amp;scheme=light" title="${title}"
  width="100%" height="480" loading="lazy" referrerpolicy="no-referrer"></iframe>`,
      policy: `frame-src ${origin}`,
    },
  ];
}

function WaySection(props: { readonly way: Way; readonly say: Say }): VNode {
  const { way, say } = props;
  const word = (part: '' | '.text'): ConsoleWord => `own_pages.${way.key}${part}`;
  return (
    <section aria-labelledby={way.key}>
      <h2 id={way.key}>{say(word(''))}</h2>
      <p class="prose">{say(word('.text'))}</p>
      <pre class="take-along">
        <code>{way.code}</code>
      </pre>
      <p class="soft small">
        {say('own_pages.policy')} <code>{way.policy}</code>
      </p>
    </section>
  );
}
