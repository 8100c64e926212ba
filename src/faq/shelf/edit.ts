import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import type { Privacy } from '#privacy';
import { articleLanguages, type ArticleLanguage } from '../content/languages.ts';
import { readArticle } from '../content/read-article.ts';
import { isSlug } from '../content/read-head.ts';
import type { Trouble } from '../content/troubles.ts';
import type { Corpora } from '../search/corpus.ts';
import type { PlacedRow } from './rows.ts';
import { articleOf, type createShelf, type Edition } from './shelf.ts';
import { statements } from './store.ts';

export type EditNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly shelf: ReturnType<typeof createShelf>;
  readonly corpora: Corpora;
  readonly audit: Privacy['audit'];
};

/** An article in one language of one shop, and who touches it. */
export type EditionOf = {
  readonly shopId: string;
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly actor: string;
};

export type Saving = EditionOf & {
  readonly source: string;
  /** The newest revision that whoever saves has seen; 0 where there was none. Two that write do not overwrite each other. */
  readonly after: number;
  /** Customers read it from then on; otherwise it is a draft. */
  readonly isPublished: boolean;
};

export type Saved =
  | { readonly revision: number; readonly isNew: boolean }
  | { readonly no: 'changed'; readonly revision: number }
  | { readonly no: 'slug' | 'many' }
  | { readonly no: 'text'; readonly troubles: readonly Trouble[] };

/** Of a shop’s own. */
export const articlesMax = 5_000;
export const revisionsMax = 30;

/** What staff do with articles. Whoever does it stands in the audit. */
export type Editing = {
  /** The same text again, in the same state, changes nothing. */
  readonly save: (saving: Saving) => Promise<Saved>;
  /** Customers read this revision, an earlier one too; false when there is none. */
  readonly publish: (edition: EditionOf & { readonly revision: number }) => Promise<boolean>;
  /** The program's text again, and where there is none, nothing; what was saved stays a draft. False when nothing was. */
  readonly withdraw: (edition: EditionOf) => Promise<boolean>;
  /** What is null stays where the article itself says; false when there is no such article. */
  readonly place: (placing: Placing) => Promise<boolean>;
  /** Drops all that the shop wrote under this slug, drafts too; false when it wrote nothing. */
  readonly remove: (article: Omit<EditionOf, 'language'>) => Promise<boolean>;
};

export type Placing = Omit<EditionOf, 'language'> & {
  /** 0 to 9999. */
  readonly position: number | null;
  readonly isHidden: boolean;
};

export function createEditing(needs: EditNeeds): Editing {
  const { database } = needs;
  return {
    save: (saving) => database.tx((tx) => saveAndIndex(needs, tx, saving)),
    publish: (edition) => database.tx((tx) => publish(needs, tx, edition)),
    withdraw: (edition) => database.tx((tx) => withdraw(needs, tx, edition)),
    place: (placing) => database.tx((tx) => place(needs, tx, placing)),
    remove: (article) => database.tx((tx) => remove(needs, tx, article)),
  };
}

async function saveAndIndex(needs: EditNeeds, tx: Tx, saving: Saving): Promise<Saved> {
  const saved = await save(needs, tx, saving);
  if ('no' in saved || !saved.isNew) return saved;
  await audit(needs, tx, saving, saving.isPublished ? 'publish' : 'draft');
  if (saving.isPublished) await index(needs, tx, saving);
  return saved;
}

type ArticleOf = Omit<EditionOf, 'language'> & { readonly language?: ArticleLanguage };

async function audit(needs: EditNeeds, tx: Tx, { shopId, slug, language, actor }: ArticleOf, verb: string) {
  const subject = language === undefined ? slug : `${slug} ${language}`;
  await needs.audit(tx, { shopId, actor, verb: `faq.${verb}`, subject });
}

/** Customers find what they can read, and nothing else. */
async function index({ corpora, shelf }: EditNeeds, tx: Tx, { shopId, slug, language }: ArticleOf): Promise<void> {
  for (const one of language === undefined ? articleLanguages : [language]) {
    await corpora.put(tx, shopId, one, slug, await shelf.entryOf(tx, shopId, slug, one));
  }
}

async function publish(needs: EditNeeds, tx: Tx, edition: EditionOf & { readonly revision: number }): Promise<boolean> {
  const { shopId, slug, language, revision } = edition;
  await tx.rows(statements.lockArticle, [shopId, slug, language]);
  const found = await tx.one<{ source: string }>(statements.revision, [shopId, slug, language, revision]);
  if (found === null || articleOf(found.source) === null) return false;
  await tx.rows(statements.publish, [shopId, slug, language, revision, needs.clock.now()]);
  await audit(needs, tx, edition, 'publish');
  await index(needs, tx, edition);
  return true;
}

async function withdraw(needs: EditNeeds, tx: Tx, edition: EditionOf): Promise<boolean> {
  const { shopId, slug, language } = edition;
  await tx.rows(statements.lockArticle, [shopId, slug, language]);
  if ((await tx.one(statements.unpublish, [shopId, slug, language])) === null) return false;
  await audit(needs, tx, edition, 'withdraw');
  await index(needs, tx, edition);
  return true;
}

async function place(needs: EditNeeds, tx: Tx, placing: Placing): Promise<boolean> {
  const { shopId, slug, position, isHidden } = placing;
  await tx.rows(statements.lockArticle, [shopId, slug, '']);
  const [article] = await needs.shelf.all(tx, shopId, slug);
  if (article === undefined) return false;
  const before = await tx.one<PlacedRow>(statements.placed, [shopId, slug]);
  const isSame = (before?.position ?? null) === position && (article.hiddenAt !== null) === isHidden;
  if (isSame) return true;
  await tx.rows(statements.place, [shopId, slug, position, isHidden ? needs.clock.now() : null]);
  await audit(needs, tx, placing, isHidden ? 'hide' : 'place');
  await index(needs, tx, { shopId, slug, actor: placing.actor });
  return true;
}

async function remove(needs: EditNeeds, tx: Tx, article: Omit<EditionOf, 'language'>): Promise<boolean> {
  const { shopId, slug, actor } = article;
  await tx.rows(statements.lockArticles, [shopId]);
  if ((await tx.rows(statements.dropRevisions, [shopId, slug])).length === 0) return false;
  await tx.rows(statements.dropPublished, [shopId, slug]);
  await tx.rows(statements.dropPlaced, [shopId, slug]);
  await audit(needs, tx, article, 'remove');
  await index(needs, tx, { shopId, slug, actor });
  return true;
}

async function save(needs: EditNeeds, tx: Tx, saving: Saving): Promise<Saved> {
  const { shopId, slug, language, after, isPublished } = saving;
  if (!isSlug(slug)) return { no: 'slug' };
  const source = tidied(saving.source);
  const read = readArticle(source);
  if ('troubles' in read) return { no: 'text', troubles: read.troubles };
  await tx.rows(statements.lockArticle, [shopId, slug, language]);
  const [article] = await needs.shelf.all(tx, shopId, slug);
  const before = article?.editions.find((edition) => edition.language === language);
  const newest = newestOf(before);
  if (newest !== after) return { no: 'changed', revision: newest };
  if (await isTooMany(tx, shopId, article === undefined)) return { no: 'many' };
  if (before !== undefined && isSaved(before, source, isPublished)) return { revision: newest, isNew: false };
  await keep(needs, tx, { ...saving, source, revision: newest + 1 });
  return { revision: newest + 1, isNew: true };
}

/** As it is kept: lines end as they do here, and one end stands at the end. */
export function tidied(source: string): string {
  return `${source.replaceAll(/\r\n?/gu, '\n').trim()}\n`;
}

function newestOf(edition: Edition | undefined): number {
  return edition?.saved?.revision ?? 0;
}

/** What of an edition was saved, and which of it is read. */
export type Standing = {
  readonly saved: { readonly revision: number; readonly source: string } | null;
  readonly publishedRevision: number | null;
};

/** The newest text is this one, and is read or is not, as it shall be. */
export function isSaved({ saved, publishedRevision }: Standing, source: string, isPublished: boolean): boolean {
  return saved?.source === source && (publishedRevision === saved.revision) === isPublished;
}

async function keep(
  { clock, shelf }: EditNeeds,
  tx: Tx,
  { shopId, slug, language, source, revision, isPublished }: Saving & { readonly revision: number },
): Promise<void> {
  const base = shelf.deliveredOf(slug, language)?.digest ?? null;
  await tx.rows(statements.addRevision, [shopId, slug, language, revision, source, base, clock.now()]);
  if (isPublished) await tx.rows(statements.publish, [shopId, slug, language, revision, clock.now()]);
  await tx.rows(statements.pruneRevisions, [shopId, slug, language, revision - revisionsMax]);
}

async function isTooMany(tx: Tx, shopId: string, isNew: boolean): Promise<boolean> {
  if (!isNew) return false;
  const row = await tx.one<{ count: number }>(statements.countOfShop, [shopId]);
  return (row?.count ?? 0) >= articlesMax;
}
