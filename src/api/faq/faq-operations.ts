import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  articleFile,
  articleLanguages,
  dayJson,
  foundJson,
  isSlug,
  sayArticleTrouble,
  shelvedJson,
  textsJson,
  type ArticleLanguage,
  type Faq,
  type Trouble,
} from '#faq';
import { actorOf } from '../desk/request-operations.ts';
import { operation, type Call, type Operation } from '../operations.ts';
import { article, exampleArticle, exampleFile, exampleSource, found, texts } from './shapes.ts';

export type FaqNeeds = {
  readonly database: Database;
  readonly faq: Pick<
    Faq,
    | 'shelf'
    | 'shelved'
    | 'save'
    | 'publish'
    | 'withdraw'
    | 'place'
    | 'remove'
    | 'exportAll'
    | 'importAll'
    | 'search'
    | 'tallies'
    | 'days'
  >;
};

const path = '/v1/faq/{slug}';
const edition = `${path}/{language}`;
const params = { slug: 'where-is-my-parcel' };
const editionParams = { ...params, language: 'en' };
const sourceMax = 20_000;
const fileBytesMax = 32 * 1024 * 1024;
const foundMax = 50;
const done = z.object({ done: z.literal(true) });
const counts = z.object({ changed: z.int(), unchanged: z.int() });

/** The answers of the key's shop. */
export function faqOperations(needs: FaqNeeds): readonly Operation[] {
  return [
    ...readingArticles(needs),
    ...findingArticles(needs),
    ...writingArticles(needs),
    ...placingArticles(needs),
    ...wholeFiles(needs),
  ];
}

function readingArticles({ database, faq }: FaqNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listArticles',
      method: 'GET',
      path: '/v1/faq',
      scope: 'faq:read',
      input: null,
      summary: 'All articles with their state, and how often they were read and helped',
      output: z.object({ articles: z.array(article) }),
      example: { params: {}, output: { articles: [exampleArticle] } },
      act: async ({ caller }) => {
        const [all, tallies] = [await faq.shelf(database, caller.shopId), await faq.tallies(database, caller.shopId)];
        return { status: 200, body: { articles: all.map((one) => shelvedJson(one, tallies)) } };
      },
    }),
    operation({
      name: 'readArticle',
      method: 'GET',
      path,
      scope: 'faq:read',
      input: null,
      summary: 'One article with its texts, as docs/articles.md describes them',
      output: article.extend({ texts }),
      example: { params, output: { ...exampleArticle, texts: [] } },
      act: async (call) => {
        const one = await faq.shelved(database, call.caller.shopId, slugOf(call));
        if (one === null) throw noArticle();
        const tallies = await faq.tallies(database, call.caller.shopId);
        return { status: 200, body: { ...shelvedJson(one, tallies), texts: textsJson(one) } };
      },
    }),
  ];
}

function findingArticles({ database, faq }: FaqNeeds): readonly Operation[] {
  return [
    operation({
      name: 'searchArticles',
      method: 'POST',
      path: '/v1/faq-search',
      scope: 'faq:read',
      summary: 'What a customer without a parcel would find; nothing of it is kept',
      input: z.strictObject({
        words: z.string().max(200),
        language: z.enum(articleLanguages),
        limit: z.int().min(1).max(foundMax).default(10),
      }),
      output: z.object({ found: z.array(found) }),
      example: { params: {}, input: { words: 'where is it', language: 'en' }, output: { found: [] } },
      act: async ({ caller, input }) => {
        const all = await faq.search(database, { ...input, shopId: caller.shopId, situation: null });
        return { status: 200, body: { found: all.map(foundJson) } };
      },
    }),
    operation({
      name: 'readAnswerFigures',
      method: 'GET',
      path: '/v1/faq-figures',
      scope: 'faq:read',
      input: null,
      summary: 'Of the last 90 days: searches, those that found nothing, answers shown before the form, forms sent',
      output: z.object({ days: z.array(z.object({ day: z.iso.date() }).catchall(z.int())) }),
      example: { params: {}, output: { days: [] } },
      act: async ({ caller }) => {
        const days = await faq.days(database, caller.shopId);
        return { status: 200, body: { days: days.map(dayJson) } };
      },
    }),
  ];
}

function writingArticles({ faq }: FaqNeeds): readonly Operation[] {
  return [
    operation({
      name: 'saveArticle',
      method: 'PUT',
      path: edition,
      scope: 'faq:write',
      summary: 'Save a text, as a draft or for customers to read; 409 when somebody else saved meanwhile',
      input: z.strictObject({
        source: z.string().max(sourceMax),
        after: z.int().min(0).meta({ description: 'The newest `revision` that was seen' }),
        published: z.boolean(),
      }),
      output: z.object({ revision: z.int() }),
      example: {
        params: { slug: 'watering', language: 'en' },
        input: { source: exampleSource, after: 0, published: true },
        output: { revision: 1 },
      },
      act: async (call) => {
        const { source, after, published } = call.input;
        const saved = await faq.save({ ...editionOf(call), source, after, isPublished: published });
        if (!('no' in saved)) return { status: 200, body: { revision: saved.revision } };
        if (saved.no === 'text') throw wrongText(saved.troubles, '/source');
        throw refused(saved);
      },
    }),
    operation({
      name: 'publishArticle',
      method: 'POST',
      path: `${edition}/publish`,
      scope: 'faq:write',
      summary: 'Let customers read a text that was saved, an earlier one too',
      input: z.strictObject({ revision: z.int().min(1) }),
      output: done,
      example: { params: editionParams, input: { revision: 1 }, output: { done: true } },
      act: async (call) => {
        if (!(await faq.publish({ ...editionOf(call), revision: call.input.revision }))) throw noArticle();
        return { status: 200, body: { done: true } };
      },
    }),
    operation({
      name: 'withdrawArticle',
      method: 'POST',
      path: `${edition}/withdraw`,
      scope: 'faq:write',
      summary: 'Back to the delivered text, and where there is none, to nothing; what was saved stays a draft',
      input: z.strictObject({}),
      output: done,
      example: { params: editionParams, input: {}, output: { done: true } },
      act: async (call) => {
        if (!(await faq.withdraw(editionOf(call)))) throw noArticle();
        return { status: 200, body: { done: true } };
      },
    }),
  ];
}

function placingArticles({ faq }: FaqNeeds): readonly Operation[] {
  return [
    operation({
      name: 'placeArticle',
      method: 'POST',
      path: `${path}/place`,
      scope: 'faq:write',
      summary: 'Where it stands, less being first, and whether customers see it at all',
      input: z.strictObject({ position: z.int().min(0).max(9_999).nullable(), hidden: z.boolean() }),
      output: done,
      example: { params, input: { position: 5, hidden: false }, output: { done: true } },
      act: async (call) => {
        const { position, hidden } = call.input;
        const { shopId } = call.caller;
        const placed = await faq.place({
          shopId,
          slug: slugOf(call),
          actor: actorOf(call.caller),
          position,
          isHidden: hidden,
        });
        if (!placed) throw noArticle();
        return { status: 200, body: { done: true } };
      },
    }),
    operation({
      name: 'removeArticle',
      method: 'DELETE',
      path,
      scope: 'faq:write',
      input: null,
      summary:
        'Drop all that the shop wrote under this slug, drafts too; a delivered article is read again as delivered',
      output: done,
      example: { params, output: { done: true } },
      act: async (call) => {
        const { shopId } = call.caller;
        if (!(await faq.remove({ shopId, slug: slugOf(call), actor: actorOf(call.caller) }))) throw noArticle();
        return { status: 200, body: { done: true } };
      },
    }),
  ];
}

function wholeFiles({ faq }: FaqNeeds): readonly Operation[] {
  return [
    operation({
      name: 'exportArticles',
      method: 'GET',
      path: '/v1/faq-file',
      scope: 'faq:read',
      input: null,
      summary: 'All articles in all languages, with drafts, as one file',
      output: articleFile,
      example: { params: {}, output: exampleFile },
      act: async ({ caller }) => ({ status: 200, body: await faq.exportAll(caller.shopId) }),
    }),
    operation({
      name: 'importArticles',
      method: 'PUT',
      path: '/v1/faq-file',
      scope: 'faq:write',
      summary: 'Take such a file, all of it or nothing; what it does not name stays',
      input: articleFile,
      bodyBytesMax: fileBytesMax,
      output: counts,
      example: { params: {}, input: exampleFile, output: { changed: 1, unchanged: 0 } },
      act: async ({ caller, input }) => {
        const imported = await faq.importAll(caller.shopId, input, actorOf(caller));
        if (!('no' in imported)) return { status: 200, body: imported };
        if (imported.no !== 'text') throw refused(imported);
        const at = input.articles.findIndex(
          ({ slug, language }) => slug === imported.slug && language === imported.language,
        );
        throw wrongText(imported.troubles, `/articles/${at}/source`);
      },
    }),
  ];
}

/** @throws Fault('not_found') */
function slugOf({ params: given }: Pick<Call<unknown>, 'params'>): string {
  const slug = given['slug'] ?? '';
  if (!isSlug(slug)) throw noArticle();
  return slug;
}

function editionOf(call: Call<unknown>): {
  readonly shopId: string;
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly actor: string;
} {
  const language = articleLanguages.find((one) => one === call.params['language']);
  if (language === undefined) throw new Fault('not_found', `Articles are written in: ${articleLanguages.join(', ')}.`);
  return { shopId: call.caller.shopId, slug: slugOf(call), language, actor: actorOf(call.caller) };
}

function noArticle(): Fault {
  return new Fault('not_found', 'There is no such article or revision here.');
}

function wrongText(troubles: readonly Trouble[], pointer: string): Fault {
  const errors = troubles.map((one) => ({ pointer, code: one.code, message: sayArticleTrouble('en', one) }));
  return new Fault('invalid', 'The text of an article cannot be read.', { errors });
}

function refused(why: { readonly no: 'changed' | 'slug' | 'many' }): Fault {
  switch (why.no) {
    case 'changed':
      return new Fault('conflict', 'Somebody else has saved this article meanwhile. Read it again.');
    case 'slug':
      return new Fault('invalid', 'A slug has small letters, digits and hyphens, such as where-is-my-parcel.');
    case 'many':
      return new Fault('limit', 'A shop has at most 5,000 articles of its own.');
  }
}
