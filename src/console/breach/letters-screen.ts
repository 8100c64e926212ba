import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { draftText, letterLanguages, lettersBody, mailingJson, sayBreach, sayBreachCode, type Letters } from '#rights';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import { lettersPage, type LetterField, type LettersView } from './letters-page.tsx';

const actor = 'staff';

/** The letter to those who may be affected by a case. */
export const letterRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: `${consolePaths.breaches}/:id/letters`, act: (work) => shown(work, null) },
  { method: 'POST', path: `${consolePaths.breaches}/:id/letters`, act: send },
];

type Typed = LettersView['typed'];
type Answered = { readonly typed: Typed; readonly wrong: string };

async function shown(work: Work, answered: Answered | null): Promise<Answer> {
  const found = await knownOf(work);
  if (found === null) return missing(work);
  const { typed, wrong } = answered ?? { typed: await drafted(work, found.caseId), wrong: null };
  const page = lettersPage({ ...found, frame: work.visit.frame, typed, wrong }, work.pageNeeds);
  return answer.page(page, { status: wrong === null ? 200 : 422 });
}

/** What the page says of the case, whatever was typed; null when there is none. */
async function knownOf({ needs, visit }: Work) {
  const { breaches, database } = needs;
  const { shopId } = visit.shop;
  const caseId = readId('brc', visit.params['id'] ?? '');
  if (caseId === null) return null;
  const state = await breaches.show(database, shopId, caseId);
  const looked = await breaches.reach(database, shopId, caseId);
  if (state === null || looked === null) return null;
  return {
    caseId,
    ...looked.reach,
    id: showId('brc', caseId),
    suspect: sayBreachCode(visit.language, 'suspect', state.case.suspect),
    isClosed: state.clock.isClosed,
    mailings: looked.mailings.map((one) => {
      const { id, languages, mailed, unreached } = mailingJson(one);
      const isEnded = one.endedAt !== null;
      return { id, languages: languages.join(', '), mailed, unreached, isEnded, begun: visit.moment(one.begunAt) };
    }),
  };
}

/** What is known, to begin with: the subject, and below it the rest. */
async function drafted({ needs, visit }: Work, caseId: string): Promise<Typed> {
  const drafts = await Promise.all(
    letterLanguages.map((language) => needs.breaches.drafts(needs.database, visit.shop.shopId, caseId, language)),
  );
  return typedOf((field) => {
    const draft = drafts[field.endsWith('_de') ? 0 : 1]?.customers;
    if (draft === undefined) return '';
    return field.startsWith('subject') ? draft.subject : ungreeted(draftText(draft).slice(draft.subject.length));
  });
}

/** Every mail greets its reader by name already. */
function ungreeted(text: string): string {
  const greetings = letterLanguages.map((language) => sayBreach(language, 'customers.hello'));
  const [first = '', ...more] = text.trim().split('\n');
  return (greetings.includes(first) ? more : [first, ...more]).join('\n');
}

function typedOf(of: (field: LetterField) => string): Typed {
  const [subject_de, text_de, subject_en, text_en] = [of('subject_de'), of('text_de'), of('subject_en'), of('text_en')];
  return { subject_de, text_de, subject_en, text_en };
}

async function send(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const caseId = readId('brc', visit.params['id'] ?? '');
  if (caseId === null) return missing(work);
  const form = request.form();
  const typed = typedOf((field) => (form.get(field) ?? '').trim());
  const wrong = (word: 'letter' | 'number'): Promise<Answer> =>
    shown(work, { typed, wrong: visit.say(`breach.mail.wrong.${word}`) });
  const letters = lettersIn(typed);
  if (letters === null) return await wrong('letter');
  const confirm = form.get('sure') === 'yes' ? Number(form.get('confirm') ?? '') : Number.NaN;
  try {
    await needs.breaches.write(visit.shop.shopId, caseId, { letters, confirm }, actor);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'not_found') return missing(work);
    return await wrong(error.code === 'invalid' ? 'letter' : 'number');
  }
  return answer.redirect(`${consolePaths.breach(showId('brc', caseId))}?done=breach_letters`);
}

/** A language of which both fields are empty is left out; null for what is no letter. */
function lettersIn(typed: Typed): Letters | null {
  const written = letterLanguages.flatMap((language) => {
    const letter = { subject: typed[`subject_${language}`], text: typed[`text_${language}`] };
    return letter.subject === '' && letter.text === '' ? [] : [[language, letter] as const];
  });
  const read = lettersBody.safeParse(Object.fromEntries(written));
  return read.success ? read.data : null;
}
