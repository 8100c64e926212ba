import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import { draftText, letterLanguages, lettersBody, mailingJson, sayBreachCode, type Letters } from '#rights';
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
  const { needs, visit, pageNeeds } = work;
  const { breaches, database } = needs;
  const { shopId } = visit.shop;
  const caseId = readId('brc', visit.params['id'] ?? '');
  const state = caseId === null ? null : await breaches.show(database, shopId, caseId);
  const looked = state === null || caseId === null ? null : await breaches.reach(database, shopId, caseId);
  if (caseId === null || state === null || looked === null) return missing(work);
  const view: LettersView = {
    frame: visit.frame,
    id: showId('brc', caseId),
    suspect: sayBreachCode(visit.language, 'suspect', state.case.suspect),
    ...looked.reach,
    isClosed: state.clock.isClosed,
    typed: answered?.typed ?? (await drafted(work, caseId)),
    wrong: answered?.wrong ?? null,
    mailings: looked.mailings.map((one) => {
      const { id, languages, mailed, unreached } = mailingJson(one);
      const isEnded = one.endedAt !== null;
      return { id, languages: languages.join(', '), mailed, unreached, isEnded, begun: visit.moment(one.begunAt) };
    }),
  };
  return answer.page(lettersPage(view, pageNeeds), { status: answered === null ? 200 : 422 });
}

/** What is known, to begin with: the subject, and below it the rest. */
async function drafted({ needs, visit }: Work, caseId: string): Promise<Typed> {
  const drafts = await Promise.all(
    letterLanguages.map((language) => needs.breaches.drafts(needs.database, visit.shop.shopId, caseId, language)),
  );
  return typedOf((field) => {
    const draft = drafts[field.endsWith('_de') ? 0 : 1]?.customers;
    if (draft === undefined) return '';
    return field.startsWith('subject') ? draft.subject : draftText(draft).slice(draft.subject.length).trim();
  });
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
