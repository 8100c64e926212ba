import type { PageNeeds } from '../tracking-page.tsx';
import { formUrl, type FormView } from './form-view.ts';
import { frame, Withdraw } from './form-page.tsx';

type Ended = Pick<FormView, 'language' | 'shop' | 'languages' | 'protectionUrl' | 'reviewsUrl' | 'action'>;

/** What is said after the form: it has arrived, it is gone, or the link has ended. */
export type End =
  | { readonly what: 'thanks'; readonly days: number; readonly until: string }
  | { readonly what: 'gone' }
  | { readonly what: 'expired'; readonly until: string }
  /** It stays, and can be taken back. */
  | { readonly what: 'used'; readonly until: string; readonly isUnsure: boolean };

export function endPage(view: Ended, end: End, needs: PageNeeds): string {
  const { say } = needs;
  const shop = view.shop.name;
  const title = say(titles[end.what], { shop });
  return frame(
    view,
    needs,
    title,
    <>
      <h1>{end.what === 'thanks' ? say('review.thanks.headline') : title}</h1>
      {end.what === 'thanks' ? (
        <>
          <p>{say('review.thanks.text', { days: end.days })}</p>
          <p>{say('review.thanks.later', { day: end.until })}</p>
          <p>
            <a href={formUrl(view)}>{say('review.thanks.again')}</a>
          </p>
        </>
      ) : null}
      {end.what === 'gone' ? <p>{say('review.gone.text')}</p> : null}
      {end.what === 'expired' || end.what === 'used' ? (
        <p>{say(`review.over.${end.what}`, { day: end.until })}</p>
      ) : null}
      <p>
        <a href={view.reviewsUrl}>{say('review.thanks.see', { shop })}</a>
      </p>
      {end.what === 'used' ? <Withdraw view={{ ...view, isUnsure: end.isUnsure }} say={say} /> : null}
    </>,
  );
}

const titles = {
  thanks: 'review.thanks.title',
  gone: 'review.gone.title',
  expired: 'review.over.title',
  used: 'review.over.title',
} as const;
