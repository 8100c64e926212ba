import type { Queries, Tx } from '#kit/database';
import type { HeldRow, Whose } from '#privacy';
import { createSeals } from './content.ts';
import { createEntering } from './entering.ts';
import { exportCsv } from './exchange/export-csv.ts';
import {
  dropImported,
  importCsv,
  importedOf,
  importedReviews,
  type ImportAsked,
  type ImportDone,
  type Imported,
  type ImportedReview,
} from './exchange/imported.ts';
import { figuresOf } from './figures.ts';
import { startInviting } from './inviting/invite.ts';
import { reviewMessages } from './inviting/messages.ts';
import { answerReview, moderate, type Answered, type Judged, type Verdict } from './moderating/moderate.ts';
import { startPublishing } from './moderating/publish.ts';
import { forgetPersons, withdraw } from './moderating/withdraw.ts';
import type { ReviewsNeeds, Tools } from './needs.ts';
import { reviewsTables } from './persons/tables.ts';
import { createPictures, dropPictures, type Pictures } from './pictures/pictures.ts';
import { staffList, staffReview, type StaffFilter } from './reading.ts';
import { changeSettings, settingsOf, type SettingsChange } from './settings.ts';
import type { Figures, PublishedReview, Rating, ReviewOf, Settings, StaffReview } from './shapes.ts';
import { productFigures, published, type Page } from './shown/published.ts';
import { statesOf, type StatedReview } from './shown/states.ts';
import { forgetting, statements } from './store.ts';
import type { ReviewInput } from './writing/read-input.ts';
import { invitationOf, submit, type Invitation, type Submitted } from './writing/submit.ts';
import { createTokens } from './writing/token.ts';

export { reviewsData } from './retention/data-map.ts';
export { reviewsSweeps } from './retention/sweeps.ts';
export { reviewsTables };
export { ratingOf } from './figures.ts';
export { isForInvitations } from './inviting/allowed.ts';
export { sayReason } from './inviting/messages.ts';
export { answerCharactersMax, noteCharactersMax } from './moderating/moderate.ts';
export { dayLimits, readBasis } from './settings.ts';
export { figuresJson, reviewJson, settingsJson } from './reviews-json.ts';
export { bases, reasons } from './shapes.ts';
export { lawWords, sayReview } from './words.ts';
export { reviewInput } from './writing/read-input.ts';
export { pictureBytesMax } from './pictures/pictures.ts';
export { statesMax } from './shown/states.ts';
export type { Reason } from './shapes.ts';
export type {
  Answered,
  Figures,
  ImportDone,
  Imported,
  Invitation,
  Judged,
  Pictures,
  PublishedReview,
  Rating,
  ReviewInput,
  ReviewsNeeds,
  Settings,
  SettingsChange,
  StaffReview,
  StatedReview,
  Submitted,
  Verdict,
};

/** An invitation that was not used. */
type Unwritten = { readonly personId: string; readonly orderId: string; readonly token: string };

/** Who did it, for the audit. */
type Staff = { readonly shopId: string; readonly reviewId: string; readonly actor: string };

/** Ratings of delivered orders: invited, written, published or withheld, each step in the ledger. */
export type Reviews = {
  readonly settingsOf: (queries: Queries, shopId: string) => Promise<Settings>;
  /** @throws Fault('invalid') that names the wrong fields */
  readonly changeSettings: (shopId: string, change: SettingsChange, actor: string) => Promise<Settings>;
  readonly figuresOf: (queries: Queries, shopId: string) => Promise<Figures>;
  readonly productFigures: (queries: Queries, shopId: string, sku: string) => Promise<Rating>;
  readonly published: (queries: Queries, shopId: string, page: Page) => Promise<readonly PublishedReview[]>;
  /** What the form behind a link is about; null for anything that is no invitation. */
  readonly invitationOf: (queries: Queries, token: string) => Promise<Invitation | null>;
  /** Takes a review, or a new revision of it within 30 days, and enters it into the ledger. */
  readonly submit: (tx: Tx, token: string, input: ReviewInput) => Promise<Submitted>;
  /** Its author takes it back; false where there is none. */
  readonly withdraw: (tx: Tx, token: string) => Promise<boolean>;
  /** @throws Fault('invalid') for a note of more than 1,000 characters */
  readonly moderate: (tx: Tx, judgement: Staff & { readonly verdict: Verdict }) => Promise<Judged>;
  /** One answer to a review that is shown; an empty text takes it back. @throws Fault('invalid') for more than 2,000 characters */
  readonly answer: (tx: Tx, answer: Staff & { readonly text: string }) => Promise<Answered>;
  /** For staff, the newest change first; of those that wait the oldest. */
  readonly list: (queries: Queries, shopId: string, filter: StaffFilter) => Promise<readonly StaffReview[]>;
  /** How many of them wait to be judged; 1,000 at the most. */
  readonly waiting: (queries: Queries, shopId: string) => Promise<number>;
  readonly read: (queries: Queries, shopId: string, reviewId: string) => Promise<StaffReview | null>;
  /** Who was asked and has written nothing yet, 500 at the most, with the tokens of their links. */
  readonly unwritten: (queries: Queries, shopId: string) => Promise<readonly Unwritten[]>;
  readonly pictures: Pictures;
  /** What was brought along from elsewhere: counted apart, by its source. */
  readonly importedOf: (queries: Queries, shopId: string) => Promise<readonly Imported[]>;
  /** The newest ten of them. */
  readonly importedReviews: (queries: Queries, shopId: string) => Promise<readonly ImportedReview[]>;
  /** @throws Fault('invalid') for a source without a name, Fault('limit') when there would be too many */
  readonly importCsv: (asked: ImportAsked) => Promise<ImportDone>;
  readonly dropImported: (shopId: string, source: string, actor: string) => Promise<number>;
  /** Everything published as CSV (RFC 4180), the newest first, piece by piece. */
  readonly exportCsv: (queries: Queries, shopId: string, reviewsMax: number) => AsyncIterable<string>;
  /** Every review that was ever received, in whatever state, 200 at once by its id: what anybody recounts. */
  readonly statesOf: (queries: Queries, shopId: string, after: string | null) => Promise<readonly StatedReview[]>;
  readonly held: (queries: Queries, whose: Whose) => Promise<readonly HeldRow[]>;
  readonly forget: (tx: Tx, whose: Whose) => Promise<void>;
  readonly forgetShop: (tx: Tx, shopId: string) => Promise<void>;
};

export function createReviews(needs: ReviewsNeeds): Reviews {
  const { clock, privacy, keyring } = needs;
  const enter = createEntering({ clock, privacy });
  const tools: Tools = { ...needs, enter, seals: createSeals(privacy), tokenOf: createTokens(keyring) };
  for (const [name, kind] of reviewMessages) needs.notices.register(name, kind);
  startInviting(tools);
  startPublishing(tools);
  return {
    settingsOf,
    changeSettings: (shopId, change, actor) => changeSettings(needs, shopId, change, actor),
    figuresOf,
    productFigures,
    published: (queries, shopId, page) => published(tools, queries, shopId, page),
    invitationOf: (queries, token) => invitationOf(tools, queries, token),
    submit: (tx, token, input) => submit(tools, tx, token, input),
    withdraw: async (tx, token) => {
      const isGone = await withdraw(tools, tx, token);
      if (isGone) await dropPictures(tx, token);
      return isGone;
    },
    moderate: (tx, judgement) => moderate(tools, tx, judgement),
    answer: (tx, answer) => answerReview(tools, tx, answer),
    list: (queries, shopId, filter) => staffList(tools, queries, shopId, filter),
    waiting: async (queries, shopId) =>
      (await queries.one<{ count: number }>(statements.countWaiting, [shopId]))?.count ?? 0,
    read: (queries, shopId, reviewId) => staffReview(tools, queries, shopId, reviewId),
    unwritten: async (queries, shopId) => {
      const rows = await queries.rows<ReviewOf & { readonly orderId: string }>(statements.unwritten, [shopId]);
      return rows.map(({ orderId, personId, reviewId }) => ({ orderId, personId, token: tools.tokenOf(reviewId) }));
    },
    pictures: createPictures(tools),
    importedOf,
    importedReviews: (queries, shopId) => importedReviews(tools, queries, shopId),
    importCsv: (asked) => importCsv(tools, asked),
    dropImported: (shopId, source, actor) => dropImported(tools, shopId, source, actor),
    exportCsv: (queries, shopId, reviewsMax) => exportCsv(tools, queries, shopId, reviewsMax),
    statesOf: (queries, shopId, after) => statesOf(tools, queries, shopId, after),
    held: (queries, whose) => privacy.heldIn(queries, reviewsTables, whose),
    forget: (tx, whose) => forgetPersons(tools, tx, whose),
    forgetShop: async (tx, shopId) => {
      for (const statement of forgetting) await tx.rows(statement, [shopId]);
    },
  };
}
