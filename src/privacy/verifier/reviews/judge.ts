import { utf8, toHex } from '../../ledger/tree/bytes.ts';
import type { Sha256 } from '../../ledger/tree/merkle.ts';
import { canonical } from '../../ledger/tree/own-entry.ts';
import { standingsOf, starsOf, type ReviewEntry, type Standing } from './entries.ts';
import type { ShownFigures, ShownReview } from './shown.ts';

/**
 * What does not fit between a ledger and what is shown. `index` is that of the entry that says otherwise; null where there
 * is none at all.
 */
export type WrongReview =
  /** Received, and not shown in any state. */
  | { readonly what: 'suppressed'; readonly review: string; readonly index: number }
  /** Shown, and never received; or received from nobody who was invited. */
  | { readonly what: 'invented'; readonly review: string; readonly index: number | null }
  /** Shown in another state, or for another reason, than the ledger says. */
  | {
      readonly what: 'state';
      readonly review: string;
      readonly index: number;
      readonly shown: string;
      readonly entered: string;
    }
  /** Its words, or the shop's answer to it, are not those of the ledger. */
  | { readonly what: 'changed' | 'answer'; readonly review: string; readonly index: number }
  | {
      readonly what: 'stars';
      readonly review: string;
      readonly index: number;
      readonly shown: string;
      readonly entered: string;
    }
  | { readonly what: 'twice'; readonly review: string }
  | { readonly what: 'figure'; readonly name: string; readonly shown: string; readonly made: string }
  /** The ledger has reviews, and nothing is shown of them that could be compared. */
  | { readonly what: 'unserved' };

export type ReviewsVerdict = {
  readonly invited: number;
  readonly received: number;
  readonly published: number;
  readonly withheld: number;
  /** Of the stars that the shop got, recomputed; null where there are none. */
  readonly mean: number | null;
  readonly wrong: readonly WrongReview[];
};

export type ShownReviews = { readonly figures: ShownFigures; readonly reviews: readonly ShownReview[] };

const wrongMax = 200;

/**
 * Holds what a shop shows against what its ledger says: every review that was received is published, withheld with its
 * reason, withdrawn or waiting, as entered; words, stars and figures are those of the ledger.
 * @param entries all of the ledger that are about reviews, in order
 * @param shown null where nothing is served
 */
export function judgeReviews(
  entries: readonly ReviewEntry[],
  shown: ShownReviews | null,
  sha256: Sha256,
): ReviewsVerdict {
  const standings = standingsOf(entries);
  const made = figuresOf([...standings.values()]);
  const received = [...standings.values()].filter(({ newest }) => newest !== null);
  const counts = {
    invited: Number(made['invited']),
    received: received.length,
    published: received.filter(({ state }) => state === 'published').length,
    withheld: received.filter(({ state }) => state === 'withheld').length,
    mean: made['shop.mean'] === 'none' ? null : Number(made['shop.mean']),
  };
  if (shown === null) return { ...counts, wrong: received.length === 0 ? [] : [{ what: 'unserved' }] };
  const byId = new Map(shown.reviews.map((one) => [one.review, one]));
  const wrong: readonly WrongReview[] = [
    ...received.flatMap((one) => wrongEntered(one, byId.get(one.review))),
    ...shown.reviews.flatMap((one) => wrongShown(one, standings.get(one.review), sha256)),
    ...twiceIn(shown.reviews),
    ...wrongFigures(shown.figures, made),
  ];
  return { ...counts, wrong: wrong.slice(0, wrongMax) };
}

function wrongEntered(standing: Standing, shown: ShownReview | undefined): readonly WrongReview[] {
  const { review, index, isInvited, newest } = standing;
  if (!isInvited) return [{ what: 'invented', review, index: newest?.index ?? index }];
  return shown === undefined ? [{ what: 'suppressed', review, index }] : [];
}

function wrongShown(shown: ShownReview, standing: Standing | undefined, sha256: Sha256): readonly WrongReview[] {
  const { review } = shown;
  if (standing === undefined || standing.newest === null) return [{ what: 'invented', review, index: null }];
  const { index, state } = standing;
  const [said, entered] = [stateSaid(shown.state, shown.reason), stateSaid(state, standing.reason)];
  if (said !== entered) return [{ what: 'state', review, index, shown: said, entered }];
  return state === 'published' ? wrongPublished(shown, standing, sha256) : wrongStars(shown, standing);
}

function stateSaid(state: string, reason: string | null): string {
  return state === 'withheld' || state === 'withdrawn' ? `${state} (${reason ?? 'no reason'})` : state;
}

function wrongPublished(shown: ShownReview, standing: Standing, sha256: Sha256): readonly WrongReview[] {
  const { review, index, digest, answer } = standing;
  // Published without having been received so.
  if (starsOf(standing) === null) return [{ what: 'invented', review, index }];
  const isChanged = shown.content === null || digestIn(shown.content, sha256) !== digest;
  const answered = shown.answer === null ? null : digestIn(shown.answer, sha256);
  return [
    ...(isChanged ? [{ what: 'changed', review, index } as const] : []),
    ...(answered === answer ? [] : [{ what: 'answer', review, index } as const]),
    ...wrongStars(shown, standing),
  ];
}

function digestIn(content: object, sha256: Sha256): string {
  return toHex(sha256(utf8(canonical(content))));
}

function wrongStars(shown: ShownReview, standing: Standing): readonly WrongReview[] {
  const stars = starsOf(standing);
  // Stars are shown of what is published and of what is withheld.
  if (stars === null || (standing.state !== 'published' && standing.state !== 'withheld')) return [];
  const said = [shown.shop, shown.delivery].join(' and ');
  const entered = [stars.shop, stars.delivery].join(' and ');
  return said === entered
    ? []
    : [{ what: 'stars', review: shown.review, index: stars.index, shown: said, entered } as const];
}

function twiceIn(reviews: readonly ShownReview[]): readonly WrongReview[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { review } of reviews) (seen.has(review) ? twice : seen).add(review);
  return [...twice].map((review) => ({ what: 'twice', review }));
}

function wrongFigures(shown: ShownFigures, made: ShownFigures): readonly WrongReview[] {
  const names = new Set([...Object.keys(shown), ...Object.keys(made)]);
  return [...names].flatMap((name) => {
    const [said, is] = [shown[name] ?? '0', made[name] ?? '0'];
    return said === is ? [] : [{ what: 'figure', name, shown: said, made: is } as const];
  });
}

/** As they are shown: the mean of all published ones, two decimals, half up. */
export function figuresOf(standings: readonly Standing[]): ShownFigures {
  const received = standings.filter(({ newest }) => newest !== null);
  const of = (state: Standing['state']): readonly Standing[] => received.filter((one) => one.state === state);
  const [published, withheld] = [of('published').map(starsOf), of('withheld')];
  const figures: Record<string, string> = {
    invited: String(standings.filter(({ isInvited }) => isInvited).length),
    received: String(received.length),
    published: String(published.length),
    waiting: String(of('waiting').length),
    withdrawn: String(of('withdrawn').length),
    withheld_stars: spreadOf(withheld.map((one) => starsOf(one)?.shop ?? null)).join(' '),
    ...ratingOf(
      'shop',
      published.map((stars) => stars?.shop ?? null),
    ),
    ...ratingOf(
      'delivery',
      published.map((stars) => stars?.delivery ?? null),
    ),
  };
  for (const { reason } of withheld) {
    const name = `withheld: ${reason ?? ''}`;
    figures[name] = String(Number(figures[name] ?? '0') + 1);
  }
  return figures;
}

function ratingOf(name: string, stars: readonly (number | null)[]): ShownFigures {
  const spread = spreadOf(stars);
  const count = spread.reduce((sum, many) => sum + many, 0);
  const sum = spread.reduce((all, many, at) => all + many * (at + 1), 0);
  // Whole numbers: no half is lost on the way to hundredths.
  const hundredths = count === 0 ? null : Math.floor((sum * 200 + count) / (2 * count));
  return {
    [`${name}.count`]: String(count),
    [`${name}.mean`]: hundredths === null ? 'none' : String(hundredths / 100),
    [`${name}.spread`]: spread.join(' '),
  };
}

/** How often 1 to 5. */
function spreadOf(stars: readonly (number | null)[]): readonly number[] {
  return [1, 2, 3, 4, 5].map((many) => stars.filter((one) => one === many).length);
}
