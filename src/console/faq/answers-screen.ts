import { milestones, subStatus } from '#carriers';
import {
  articleFile,
  articleLanguages,
  isSlug,
  sayArticleTrouble,
  type ArticleLanguage,
  type Imported,
  type Shelved,
  type Situation,
} from '#faq';
import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { formatAge, formatDay } from '#kit/words';
import { helpPathOf } from '#orders';
import { consolePaths } from '../paths.ts';
import { missing, sayIn, type StaffRoute, type Work } from '../staff.ts';
import { answerPage, type AnswerView, type Told } from './answer-page.tsx';
import { answersPage, titleOf, type AnswersView } from './answers-page.tsx';
import { sayAnswersIn, sayStatusIn } from './words.ts';

const actor = 'staff';
const articlesShown = 200;
const fileBytesMax = 32 * 1024 * 1024;
/** 20,000 characters as a form sends them: up to nine bytes each, and what stands beside them. */
const formBytesMax = 192 * 1024;

/** The screen "Answers", one for each article, and what their forms do. */
export const answerRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.answers, act: (work) => showAll(work) },
  { method: 'GET', path: consolePaths.answerNew, act: begin },
  { method: 'GET', path: consolePaths.answersFile, act: download },
  { method: 'POST', path: consolePaths.answersFile, act: upload, fileBytesMax },
  { method: 'GET', path: `${consolePaths.answers}/article/:slug`, act: (work) => showOne(work) },
  { method: 'POST', path: `${consolePaths.answers}/article/:slug`, act, formBytesMax },
];

async function showAll(
  work: Work,
  said: Partial<Pick<AnswersView, 'carried' | 'added'>> = {},
  status = 200,
): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { shopId } = visit.shop;
  const filter = (visit.query.get('q') ?? '').trim().slice(0, 100);
  const all = await needs.faq.shelf(needs.database, shopId);
  const articles = all.filter((one) => isNamed(one, filter.toLowerCase()));
  const view: AnswersView = {
    frame: visit.frame,
    filter,
    articles: articles.slice(0, articlesShown),
    count: articles.length,
    tallies: await needs.faq.tallies(needs.database, shopId),
    days: await needs.faq.days(needs.database, shopId),
    carried: said.carried ?? null,
    added: said.added ?? null,
    publicPath: helpPathOf(visit.shop, visit.language),
  };
  return answer.page(answersPage(view, pageNeeds), { status });
}

function isNamed({ slug, editions }: Shelved, filter: string): boolean {
  return [slug, ...editions.map(({ title }) => title)].some((name) => name.toLowerCase().includes(filter));
}

function begin(work: Work): Promise<Answer> | Answer {
  const slug = (work.visit.query.get('slug') ?? '').trim();
  if (!isSlug(slug)) return showAll(work, { added: slug }, 422);
  return answer.redirect(consolePaths.answer(slug, languageOf(work)));
}

function languageOf({ visit }: Work): ArticleLanguage {
  const asked = visit.query.get('language') ?? visit.language;
  return articleLanguages.find((one) => one === asked) ?? 'en';
}

const quiet: Told = { problem: null, troubles: [], preview: null };

/** What stands on the page beside what is known of the article. */
type Said = Partial<Pick<AnswerView, 'source' | 'after' | 'beside' | 'told' | 'placeProblem'>>;

async function showOne(work: Work, said: Said = {}, status = 200): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { database, faq } = needs;
  const { shopId } = visit.shop;
  const slug = visit.params['slug'] ?? '';
  if (!isSlug(slug)) return missing(work);
  const language = languageOf(work);
  const article = await faq.shelved(database, shopId, slug);
  const edition = article?.editions.find((one) => one.language === language);
  const revisions = await faq.revisions(database, shopId, slug);
  const view: AnswerView = {
    frame: visit.frame,
    slug,
    language,
    article,
    source: await sourceOf(work, article, slug),
    after: edition?.saved?.revision ?? 0,
    beside: 'none',
    told: quiet,
    placeProblem: null,
    tallies: await faq.tallies(database, shopId),
    revisions: revisions
      .filter((one) => one.language === language)
      .map(({ revision, madeAt }) => ({ revision, made: visit.moment(madeAt) })),
    ...said,
  };
  return answer.page(answerPage(view, pageNeeds), { status });
}

/** An earlier text that was asked for, else the newest, else what customers read, else a beginning. */
async function sourceOf(work: Work, article: Shelved | null, slug: string): Promise<string> {
  const language = languageOf(work);
  const edition = article?.editions.find((one) => one.language === language);
  const earlier = await revisionIn(work, slug, language);
  return earlier ?? edition?.saved?.source ?? edition?.shown ?? beginning(article, slug, language);
}

async function revisionIn({ needs, visit }: Work, slug: string, language: string): Promise<string | undefined> {
  const asked = visit.query.get('revision') ?? '';
  if (!/^[1-9]\d{0,8}$/u.test(asked)) return undefined;
  const edition = { shopId: visit.shop.shopId, slug, language, revision: Number(asked) };
  return (await needs.faq.revision(needs.database, edition))?.source;
}

/** What an empty field begins with: the text of the other language, to be translated, or the form that all have. */
function beginning(article: Shelved | null, slug: string, language: string): string {
  const other = article?.editions[0];
  if (article !== null && other !== undefined) return other.shown ?? other.saved?.source ?? '';
  const title = article === null ? slug : titleOf(article, language);
  return `title: ${title}\nsummary: …\nkeywords: \ntopic: order\nposition: 500\n---\n…\n`;
}

type Acting = { readonly work: Work; readonly form: URLSearchParams; readonly edition: EditionOf };

/** What the forms of an article can do. */
const acts: ReadonlyMap<string, (acting: Acting) => Promise<Answer>> = new Map([
  ['preview', preview],
  ['draft', save],
  ['publish', save],
  ['republish', republish],
  ['withdraw', withdraw],
  ['remove', remove],
  ['place', place],
]);

async function act(work: Work): Promise<Answer> {
  const slug = work.visit.params['slug'] ?? '';
  if (!isSlug(slug)) return missing(work);
  const form = work.request.form();
  const edition = { shopId: work.visit.shop.shopId, slug, language: languageOf(work), actor };
  const does = acts.get(form.get('act') ?? '');
  if (does === undefined) throw new Fault('invalid', 'There is no such act.');
  return await does({ work, form, edition });
}

function backTo({ slug, language }: EditionOf, done: string): Answer {
  return answer.redirect(`${consolePaths.answer(slug, language)}&done=answers_${done}`);
}

async function republish({ work, form, edition }: Acting): Promise<Answer> {
  const revision = numberIn(form, 'revision');
  return (await work.needs.faq.publish({ ...edition, revision })) ? backTo(edition, 'published') : missing(work);
}

async function withdraw({ work, edition }: Acting): Promise<Answer> {
  return (await work.needs.faq.withdraw(edition)) ? backTo(edition, 'withdrawn') : missing(work);
}

async function remove({ work, edition }: Acting): Promise<Answer> {
  await work.needs.faq.remove(edition);
  return answer.redirect(`${consolePaths.answers}?done=answers_removed`);
}

function numberIn(form: URLSearchParams, name: string): number {
  const typed = form.get(name) ?? '';
  return /^\d{1,9}$/u.test(typed) ? Number(typed) : 0;
}

type EditionOf = {
  readonly shopId: string;
  readonly slug: string;
  readonly language: ArticleLanguage;
  readonly actor: string;
};

function typedIn(form: URLSearchParams): { readonly source: string; readonly after: number; readonly beside: string } {
  return { source: form.get('source') ?? '', after: numberIn(form, 'after'), beside: form.get('beside') ?? 'none' };
}

async function preview({ work, form }: Acting): Promise<Answer> {
  const { needs, visit } = work;
  const typed = typedIn(form);
  const language = languageOf(work);
  const situation = situationOf(typed.beside, language, visit.now);
  const asked = { shopId: visit.shop.shopId, language, source: typed.source, situation };
  const seen = await needs.faq.preview(needs.database, asked);
  if ('troubles' in seen) {
    const troubles = seen.troubles.map((one) => sayArticleTrouble(visit.language, one));
    return await showOne(work, { ...typed, told: { ...quiet, troubles } }, 422);
  }
  return await showOne(work, { ...typed, told: { ...quiet, preview: seen } });
}

/** A parcel as it might be, so that a text can be looked at beside it. */
function situationOf(beside: string, language: string, now: Temporal.Instant): Situation | null {
  const isLate = beside === 'late';
  const finer = subStatus(beside)?.id ?? null;
  const stage = isLate ? 'in_transit' : beside.split('.')[0];
  const milestone = milestones.find((one) => one === stage);
  if (milestone === undefined) return null;
  const isAwaited = !isLate && !['delivered', 'returned', 'cancelled'].includes(milestone);
  return {
    milestone,
    subStatus: finer,
    status: finer === null ? sayIn(language)(`milestone.${milestone}`) : sayStatusIn(language, finer),
    carrier: { id: 'ups', name: 'UPS' },
    arrival: isAwaited ? tomorrow(language, now) : null,
    lastSign: milestone === 'unknown' ? null : formatAge(language, exampleAgeMs),
    isLate,
    options: [],
    parcels: 1,
  };
}

function tomorrow(language: string, now: Temporal.Instant): string {
  const day = now.toZonedDateTimeISO('UTC').toPlainDate().add({ days: 1 });
  return formatDay(language, day, { weekday: true });
}

const exampleAgeMs = 3 * 3_600_000;

async function save({ work, form, edition }: Acting): Promise<Answer> {
  const { needs, visit } = work;
  const say = sayAnswersIn(visit.language);
  const typed = typedIn(form);
  const isPublished = form.get('act') === 'publish';
  const saved = await needs.faq.save({ ...edition, source: typed.source, after: typed.after, isPublished });
  if (!('no' in saved)) {
    return backTo(edition, isPublished ? 'published' : 'saved');
  }
  switch (saved.no) {
    case 'text': {
      const troubles = saved.troubles.map((one) => sayArticleTrouble(visit.language, one));
      return await showOne(work, { ...typed, told: { ...quiet, troubles } }, 422);
    }
    case 'changed': {
      // What was saved meanwhile is known from here on: saving again is meant.
      const told = { ...quiet, problem: say('conflict') };
      return await showOne(work, { ...typed, after: saved.revision, told }, 409);
    }
    case 'many':
      return await showOne(work, { ...typed, told: { ...quiet, problem: say('many_articles') } }, 422);
    case 'slug':
      return missing(work);
  }
}

async function place({ work, form, edition }: Acting): Promise<Answer> {
  const { needs, visit } = work;
  const typed = (form.get('position') ?? '').trim();
  if (!/^\d{1,4}$/u.test(typed)) {
    return await showOne(work, { placeProblem: sayAnswersIn(visit.language)('place.wrong') }, 422);
  }
  const isHidden = form.get('hidden') === '1';
  if (!(await needs.faq.place({ ...edition, position: Number(typed), isHidden }))) return missing(work);
  return backTo(edition, 'placed');
}

async function download({ needs, visit }: Work): Promise<Answer> {
  const file = await needs.faq.exportAll(visit.shop.shopId);
  return answer.json(file, { headers: { 'content-disposition': 'attachment; filename="answers.json"' } });
}

async function upload(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const say = sayAnswersIn(visit.language);
  const file = await request.file();
  const read = file === null ? null : articleFile.safeParse(await jsonIn(file.bytes));
  if (read === null || !read.success) {
    return await showAll(work, { carried: { isDone: false, text: say('carry.wrong') } }, 422);
  }
  const imported = await needs.faq.importAll(visit.shop.shopId, read.data, actor);
  if ('no' in imported) {
    return await showAll(work, { carried: { isDone: false, text: refusalOf(imported, visit.language) } }, 422);
  }
  return await showAll(work, { carried: { isDone: true, text: say('carry.done', imported) } });
}

async function jsonIn(bytes: AsyncIterable<Uint8Array>): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return null;
  }
}

function refusalOf(why: Extract<Imported, { readonly no: string }>, language: string): string {
  const say = sayAnswersIn(language);
  if (why.no !== 'text') return say(why.no === 'many' ? 'many_articles' : 'add.wrong');
  const [first] = why.troubles;
  const trouble = first === undefined ? '' : sayArticleTrouble(language, first);
  return say('carry.text', { slug: why.slug, language: why.language, trouble });
}
