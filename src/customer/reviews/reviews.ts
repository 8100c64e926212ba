import type { AssetUrl } from '#kit/html';
import type { Answer, Http, RequestHead } from '#kit/http';
import type { Shop } from '#orders';
import type { Say } from '../words.ts';
import { mountForm, type FormNeeds } from './form.ts';
import { mountShown, type ShownNeeds } from './shown.ts';

export type ReviewPagesNeeds = Omit<FormNeeds & ShownNeeds, 'reviews'> & {
  readonly reviews: FormNeeds['reviews'] & ShownNeeds['reviews'];
};

/** What the door knows: in which language a page is, in which words and colours, and how unknown links are answered. */
export type ReviewDoor = {
  readonly languageOf: (head: RequestHead, fallback: string) => string;
  readonly say: (language: string) => Say;
  readonly addTheme: (shop: Shop) => void;
  readonly unknownLink: (head: RequestHead, assetUrl: AssetUrl) => Answer;
};

/** Where reviews are written, behind a link of their own, and where everybody reads them. */
export function mountReviews(http: Http, needs: ReviewPagesNeeds, door: ReviewDoor): void {
  mountForm(http, needs, door);
  mountShown(http, needs, door);
}
