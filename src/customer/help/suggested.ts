import type { StoredOrder } from '#orders';
import type { Say } from '../words.ts';
import { tagOf } from './places.ts';
import type { HelpNeeds } from './reading.ts';
import { situationOf } from './situation.ts';

/** An answer, before somebody writes. */
type Suggested = { readonly title: string; readonly summary: string; readonly url: string };

type About = {
  readonly shopId: string;
  readonly language: string;
  /** Beside which order; null on pages that are open to everybody. */
  readonly order: StoredOrder | null;
  /** Of the page of answers, without a query. */
  readonly helpPath: string;
};

const suggestedMax = 4;

/** What stands before the form, and how often people write all the same: numbers of days. */
export function answersBefore(
  needs: HelpNeeds,
  sayIn: (language: string) => Say,
): {
  /** What may make a question unnecessary: answers that fit the parcels of an order, else those that stand first. */
  readonly suggested: (about: About) => Promise<readonly Suggested[]>;
  readonly offered: (shopId: string) => Promise<void>;
  readonly counted: (shopId: string, what: 'form opened' | 'form sent') => Promise<void>;
} {
  const { database, clock, faq } = needs;
  return {
    suggested: async ({ shopId, language, order, helpPath }) => {
      const parcels = order === null ? [] : await needs.parcels.read(database, order.parcelIds);
      const situation = situationOf(parcels, { language, now: clock.now(), say: sayIn(language) });
      const found = await faq.situated(database, { shopId, language, situation, limit: suggestedMax });
      return found.map(({ slug, title, summary }) => ({
        title,
        summary,
        url: `${helpPath}/${slug}?language=${tagOf(language)}`,
      }));
    },
    offered: (shopId) => faq.count(database, shopId, 'answers offered'),
    counted: (shopId, what) => faq.count(database, shopId, what),
  };
}
