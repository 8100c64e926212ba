import type { Shop } from '#orders';
import type { PageNeeds } from '../../tracking-page.tsx';
import type { DisclosureView } from '../view.ts';
import { Disclosure } from './data-page.tsx';
import { dataFrame, inLanguage } from './frame.tsx';

export type GivenView = {
  readonly shop: Shop;
  readonly language: string;
  readonly path: string;
  readonly dataPath: string;
  /** `1–20 of 61` */
  readonly place: string;
  readonly disclosures: readonly { readonly name: string; readonly one: DisclosureView }[];
  readonly earlierUrl: string | null;
  readonly laterUrl: string | null;
};

/** Every passing-on, one after the other. */
export function givenPage(view: GivenView, needs: PageNeeds): string {
  const { say } = needs;
  const { shop, language, path, place, disclosures, earlierUrl, laterUrl } = view;
  const title = say('data.given');
  return dataFrame(
    { shop, language, title, path, scripts: ['once.js'] },
    needs,
    <>
      <div class="intro">
        <h1>{title}</h1>
        <p class="soft">{place}</p>
        <p>
          <a href={inLanguage(view.dataPath, language)}>{say('data.over.link')}</a>
        </p>
      </div>
      <section class="parcel" aria-label={title}>
        <div class="body">
          {disclosures.map(({ name, one }) => (
            <article key={one.id} class="recipient">
              <h2>
                <bdi>{name}</bdi>
              </h2>
              <Disclosure one={one} say={say} />
            </article>
          ))}
          <p class="links">
            {laterUrl === null ? null : <a href={laterUrl}>{say('data.given.later')}</a>}
            {earlierUrl === null ? null : <a href={earlierUrl}>{say('data.given.earlier')}</a>}
          </p>
        </div>
      </section>
    </>,
  );
}
