import {
  articleLanguages,
  sayArticleTrouble,
  shelvedJson,
  textsJson,
  type ArticleLanguage,
  type Saved,
  type Shelved,
} from '#faq';
import { Fault } from '#kit/fault';
import { columns, type Call, type OpenedHouse } from '../command.ts';
import { shopOf } from '../shop-of.ts';
import { readText } from './read-text.ts';

const actor = 'command line';

export async function listArticles({ world, values, json }: Call): Promise<number> {
  const articles = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const tallies = await house.faq.tallies(house.database, shopId);
    return (await house.faq.shelf(house.database, shopId)).map((one) => shelvedJson(one, tallies));
  });
  if (json) world.out(JSON.stringify({ articles }, null, 2));
  else {
    const rows = articles.flatMap(({ slug, position, hidden, topic, languages }) =>
      languages.map((one) => [
        slug,
        one.language,
        hidden ? 'hidden' : one.state,
        one.delivered_changed ? 'changed' : '',
        topic,
        String(position),
        String(one.views),
        `${one.helped}/${one.helped + one.not_helped}`,
        one.title,
      ]),
    );
    const head = ['ARTICLE', 'IN', 'STATE', 'DELIVERED', 'TOPIC', 'AT', 'READ', 'HELPED', 'TITLE'];
    world.out(columns([head, ...rows]));
  }
  return 0;
}

type Named = {
  readonly house: OpenedHouse;
  readonly shopId: string;
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly article: Shelved | null;
};

/** In `--language`, else the shop's. */
async function onArticle<T>(call: Call, act: (named: Named) => Promise<T>): Promise<T> {
  const [slug = ''] = call.positionals;
  const asked = call.values['language'];
  const wanted = articleLanguages.find((one) => one === asked);
  if (asked !== undefined && wanted === undefined) {
    throw new Fault('invalid', `--language is one of: ${articleLanguages.join(', ')}.`);
  }
  return await call.world.withHouse(async (house) => {
    const shop = await shopOf(house, call.values['shop']);
    const { shopId } = shop;
    const language = wanted ?? articleLanguages.find((one) => one === shop.language) ?? 'en';
    const article = await house.faq.shelved(house.database, shopId, slug);
    return await act({ house, shopId, slug, language, article });
  });
}

function noArticle(): Fault {
  return new Fault('not_found', 'There is no such article. `faq list` shows all of them.');
}

/** What was done, as a line or as JSON. */
function say({ world, json }: Call, line: string, answer: object): number {
  world.out(json ? JSON.stringify(answer, null, 2) : line);
  return 0;
}

export async function showArticle(call: Call): Promise<number> {
  return await onArticle(call, async ({ house, shopId, article, language }) => {
    if (article === null) throw noArticle();
    if (call.json) {
      const tallies = await house.faq.tallies(house.database, shopId);
      const body = { ...shelvedJson(article, tallies), texts: textsJson(article) };
      return say(call, '', body);
    }
    const source = sourceOf(article, language, call.values['delivered'] === true);
    if (source === null) throw new Fault('not_found', `There is no such text in ${language}.`);
    call.world.out(source.trimEnd());
    return 0;
  });
}

/** What staff would edit, or what the program delivers. */
function sourceOf({ editions }: Shelved, language: ArticleLanguage, isDelivered: boolean): string | null {
  const edition = editions.find((one) => one.language === language);
  if (edition === undefined || isDelivered) return edition?.delivered ?? null;
  return edition.saved?.source ?? edition.shown;
}

/** @throws Fault */
function refuse({ world }: Call, saved: Extract<Saved, { readonly no: string }>): never {
  switch (saved.no) {
    case 'text':
      for (const trouble of saved.troubles) world.err(sayArticleTrouble('en', trouble));
      throw new Fault('invalid', 'The text of the article cannot be read; nothing was saved.');
    case 'changed':
      throw new Fault('conflict', 'Somebody else saved this article just now. Try again.');
    case 'many':
      throw new Fault('limit', 'A shop has at most 5,000 articles of its own.');
    case 'slug':
      throw new Fault('invalid', 'SLUG has small letters, digits and hyphens, such as where-is-my-parcel.');
  }
}

export async function setArticle(call: Call): Promise<number> {
  const source = await readText(call.positionals[1] ?? '');
  const isPublished = call.values['draft'] !== true;
  return await onArticle(call, async ({ house, shopId, slug, language, article }) => {
    const after = article?.editions.find((one) => one.language === language)?.saved?.revision ?? 0;
    const saved = await house.faq.save({ shopId, slug, language, source, after, isPublished, actor });
    if ('no' in saved) return refuse(call, saved);
    const state = isPublished ? 'customers read it' : 'a draft';
    return say(call, `${slug} (${language}): revision ${saved.revision}, ${state}.`, { revision: saved.revision });
  });
}

export async function publishArticle(call: Call): Promise<number> {
  const asked = call.values['revision'];
  if (asked !== undefined && (typeof asked !== 'string' || !/^[1-9]\d{0,8}$/u.test(asked))) {
    throw new Fault('invalid', '--revision is a number such as 3.');
  }
  return await onArticle(call, async ({ house, shopId, slug, language, article }) => {
    const newest = article?.editions.find((one) => one.language === language)?.saved?.revision ?? 0;
    const revision = asked === undefined ? newest : Number(asked);
    if (!(await house.faq.publish({ shopId, slug, language, revision, actor }))) throw noArticle();
    return say(call, `${slug} (${language}): customers read revision ${revision}.`, { revision });
  });
}

export async function withdrawArticle(call: Call): Promise<number> {
  return await onArticle(call, async ({ house, shopId, slug, language, article }) => {
    if (!(await house.faq.withdraw({ shopId, slug, language, actor }))) throw noArticle();
    const isDelivered = article?.editions.some((one) => one.language === language && one.delivered !== null) === true;
    const now = isDelivered ? 'the delivered text' : 'nothing';
    return say(call, `${slug} (${language}): customers read ${now}.`, { done: true });
  });
}

export async function placeArticle(call: Call): Promise<number> {
  const asked = call.values['position'];
  if (asked !== undefined && (typeof asked !== 'string' || !/^\d{1,4}$/u.test(asked))) {
    throw new Fault('invalid', '--position is a number from 0 to 9999.');
  }
  const isHidden = call.values['hide'] === true;
  return await onArticle(call, async ({ house, shopId, slug }) => {
    const position = asked === undefined ? null : Number(asked);
    if (!(await house.faq.place({ shopId, slug, position, isHidden, actor }))) throw noArticle();
    const where = position === null ? 'where the article itself says' : `at ${position}`;
    return say(call, `${slug}: ${isHidden ? 'hidden' : `shown, ${where}`}.`, { done: true });
  });
}

export async function removeArticle(call: Call): Promise<number> {
  return await onArticle(call, async ({ house, shopId, slug, article }) => {
    if (!(await house.faq.remove({ shopId, slug, actor }))) {
      throw new Fault('not_found', 'The shop wrote nothing under this name.');
    }
    const left = article?.isDelivered === true ? 'customers read it as delivered' : 'it is gone';
    return say(call, `${slug}: ${left}.`, { done: true });
  });
}
