import type { VNode } from 'preact';
import { letterLanguages, subjectCharactersMax, textCharactersMax } from '#rights';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Table, When } from '../parts/table.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type LetterField = `${'subject' | 'text'}_${(typeof letterLanguages)[number]}`;

export type LettersView = {
  readonly frame: StaffFrame;
  readonly id: string;
  readonly suspect: string;
  readonly persons: number;
  readonly withAddress: number;
  readonly isClosed: boolean;
  readonly typed: Readonly<Record<LetterField, string>>;
  readonly wrong: string | null;
  readonly mailings: readonly {
    readonly id: string;
    readonly begun: Moment;
    readonly languages: string;
    readonly mailed: number;
    readonly unreached: number;
    readonly isEnded: boolean;
  }[];
};

const names = { de: 'Deutsch', en: 'English' } as const;
const rows = 16;

/** The letter to whoever may be affected by a case, with how many they are; it goes when somebody confirms the number. */
export function lettersPage(view: LettersView, needs: PageNeeds): string {
  const { say } = needs;
  const { id, suspect, persons, withAddress, wrong, mailings } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('breach.mail.title'), place: 'breaches' },
    <>
      <p>
        <a href={consolePaths.breach(id)}>{say('breach.case', { suspect })}</a>
      </p>
      <p class="prose">{say('breach.mail.intro')}</p>
      <p class="prose">
        <b>{say('breach.mail.reach', { persons, count: withAddress })}</b>
      </p>
      {wrong === null ? null : (
        <p class="failed" role="alert">
          {wrong}
        </p>
      )}
      {mayWrite(view) ? form(view, say) : <p class="empty">{say('breach.mail.nobody')}</p>}
      <section aria-labelledby="gone">
        <h2 id="gone">{say('breach.mail.gone')}</h2>
        <Table
          name={say('breach.mail.gone')}
          rows={mailings}
          keyOf={(one) => one.id}
          empty={say('breach.mail.gone.none')}
          columns={[
            { label: say('breach.mail.begun'), cell: ({ begun }) => <When moment={begun} /> },
            { label: say('breach.mail.languages'), cell: ({ languages }) => languages },
            { label: say('breach.mail.mailed'), cell: ({ mailed }) => String(mailed) },
            { label: say('breach.mail.unreached'), cell: ({ unreached }) => String(unreached) },
            {
              label: say('breach.state'),
              cell: ({ isEnded }) => say(isEnded ? 'breach.mail.ended' : 'breach.mail.going'),
            },
          ]}
        />
      </section>
    </>,
  );
}

function mayWrite({ isClosed, withAddress }: LettersView): boolean {
  return !isClosed && withAddress > 0;
}

function form(view: LettersView, say: Say): VNode {
  const { id, withAddress } = view;
  return (
    <form class="form card" method="post" action={consolePaths.breachLetters(id)}>
      {letterLanguages.map((language) => (
        <fieldset key={language}>
          <legend lang={language}>
            <b>{names[language]}</b>
          </legend>
          {letterFields(view, language, say)}
        </fieldset>
      ))}
      <input type="hidden" name="confirm" value={withAddress} />
      <p class="field">
        <label>
          <input type="checkbox" name="sure" value="yes" required /> {say('breach.mail.sure', { count: withAddress })}
        </label>
      </p>
      <button class="button danger" type="submit">
        {say('breach.mail.send')}
      </button>
    </form>
  );
}

function letterFields({ typed }: LettersView, language: (typeof letterLanguages)[number], say: Say): VNode {
  const [subject, text] = [`subject_${language}`, `text_${language}`] as const;
  return (
    <>
      <p class="field">
        <label for={subject}>{say('breach.mail.subject')}</label>
        <input
          id={subject}
          type="text"
          name={subject}
          lang={language}
          dir="auto"
          autocomplete="off"
          maxlength={subjectCharactersMax}
          value={typed[subject]}
        />
      </p>
      <p class="field">
        <label for={text}>{say('breach.mail.text')}</label>
        <textarea
          id={text}
          name={text}
          lang={language}
          dir="auto"
          rows={rows}
          maxLength={textCharactersMax}
          value={typed[text]}
        />
      </p>
    </>
  );
}
