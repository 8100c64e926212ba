import type { Shop } from '#orders';
import type { PageNeeds } from '../../tracking-page.tsx';
import type { CaseLine } from '../view.ts';
import { dataFrame, inLanguage } from './frame.tsx';

export type CaseView = {
  readonly shop: Shop;
  readonly language: string;
  readonly path: string;
  /** Of the open page. */
  readonly dataPath: string;
  readonly line: CaseLine;
  /** Why it may be somebody else who wrote; null where it came by the link of an order. */
  readonly caution: string | null;
  /** Oldest first. */
  readonly entries: readonly {
    readonly id: string;
    readonly who: string;
    readonly when: string;
    readonly kind: string;
    /** Null where nothing was written, as of a call. */
    readonly words: string | null;
  }[];
  readonly firstUrl: string | null;
  readonly nextUrl: string | null;
};

/** What was asked and answered, as it was written. */
export function casePage(view: CaseView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, path, line, caution, entries, firstUrl, nextUrl } = view;
  return dataFrame(
    { shop, language, title: line.topic, path, scripts: ['once.js'] },
    needs,
    <>
      <div class="intro">
        <h1>{line.topic}</h1>
        <p class="soft">
          <bdi>{line.number}</bdi> · {line.day} · {line.state}
        </p>
        {caution === null ? null : <p class="state">{caution}</p>}
        <p>
          <a href={inLanguage(view.dataPath, language)}>{say('data.over.link')}</a>
        </p>
      </div>
      <section class="parcel" aria-label={say('data.case.said')}>
        <div class="body">
          {firstUrl === null ? null : <a href={firstUrl}>{say('data.case.first')}</a>}
          {entries.map(({ id, who, when, kind, words }) => (
            <article key={id} class="recipient">
              <h2>
                <bdi>{who}</bdi>
              </h2>
              <p class="soft small">
                {kind} · {when}
              </p>
              {words === null ? null : (
                <p class="wrote" dir="auto">
                  {words}
                </p>
              )}
            </article>
          ))}
          {nextUrl === null ? null : <a href={nextUrl}>{say('data.case.next')}</a>}
        </div>
      </section>
    </>,
  );
}
