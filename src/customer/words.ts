import { parcelTexts, type ParcelWord } from '#parcels';
import dataDe from './plain-sight/words/de.json' with { type: 'json' };
import dataEn from './plain-sight/words/en.json' with { type: 'json' };
import reviewsDe from './reviews/words/de.json' with { type: 'json' };
import reviewsEn from './reviews/words/en.json' with { type: 'json' };
import de from './words/de.json' with { type: 'json' };
import en from './words/en.json' with { type: 'json' };

/** A text of the customer's pages: their own, and what is said of parcels. */
export type TrackingWord = keyof typeof en | keyof typeof dataEn | keyof typeof reviewsEn | ParcelWord;

/** Says a text in the language of the page. */
export type Say = (key: TrackingWord, values?: Readonly<Record<string, string | number>>) => string;

/** For `createWords` of `#kit/words`. */
export const customerTexts: {
  readonly en: Readonly<Record<TrackingWord, string>>;
  readonly de: Readonly<Record<TrackingWord, string>>;
} = {
  en: { ...parcelTexts.en, ...dataEn, ...reviewsEn, ...en },
  de: { ...parcelTexts.de, ...dataDe, ...reviewsDe, ...de },
};
