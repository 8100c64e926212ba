import type { VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Fact, When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import type { CaseView } from './case-view.ts';

const wordsMax = 4_000;

/** One case: the clock first, then who and what, what was done, and the letters. */
export function casePage(view: CaseView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('breach.case', { suspect: view.suspect }), place: 'breaches' },
    <>
      <p>
        <a href={consolePaths.breaches}>{say('breach.all')}</a>
      </p>
      <section class="card" aria-labelledby="clock">
        <h2 id="clock">{say('breach.clock')}</h2>
        <p>
          <Tag tone={view.clockTone} text={view.due.at} /> <When moment={view.due} />
        </p>
        <p class="prose">{view.clock}</p>
      </section>
      {facts(view, say)}
      {judged(view, say)}
      {log(view, say)}
      {letters(view, say)}
    </>,
  );
}

function facts(view: CaseView, say: Say): VNode {
  return (
    <section aria-labelledby="what">
      <h2 id="what">{say('breach.what')}</h2>
      <dl class="facts">
        <Fact label={say('breach.suspect')}>
          {view.suspect} {view.keyId === null ? null : <code dir="ltr">{view.keyId}</code>}
          {view.tables.map((table) => (
            <code key={table} dir="ltr">
              {` ${table}`}
            </code>
          ))}
        </Fact>
        <Fact label={say('breach.keyring')}>{view.keyring}</Fact>
        <Fact label={say('breach.from')}>{view.from.at}</Fact>
        <Fact label={say('breach.until')}>{view.until.at}</Fact>
        <Fact label={say('breach.aware')}>{view.aware.at}</Fact>
        <Fact label={say('breach.persons')}>
          <b>{view.persons}</b>{' '}
          {view.byShop.map(({ name, persons }) => (
            <span class="soft" key={name}>
              <bdi>{name}</bdi>: {persons}{' '}
            </span>
          ))}
          {view.persons === 0 ? null : (
            <a href={consolePaths.breachPersons(view.id)} download>
              {say('breach.persons.list')}
            </a>
          )}{' '}
          {view.persons === 0 ? null : <a href={consolePaths.breachLetters(view.id)}>{say('breach.mail.title')}</a>}
        </Fact>
      </dl>
    </section>
  );
}

function judged(view: CaseView, say: Say): VNode {
  return (
    <section aria-labelledby="judged">
      <h2 id="judged">{say('breach.judged')}</h2>
      <p class="prose">{view.readable}</p>
      <p class="prose">{view.authority}</p>
      <p class="prose">{view.customers}</p>
      <h3>{say('breach.categories')}</h3>
      {view.categories.length === 0 ? (
        <p class="empty">{say('breach.categories.none')}</p>
      ) : (
        <ul>
          {view.categories.map(({ field, as, isOpen }) => (
            <li key={field}>
              {field}: {isOpen ? <b>{as}</b> : as}
            </li>
          ))}
        </ul>
      )}
      <h3>{say('breach.consequences')}</h3>
      <ul>
        {view.consequences.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </section>
  );
}

function log(view: CaseView, say: Say): VNode {
  return (
    <section aria-labelledby="log">
      <h2 id="log">{say('breach.log')}</h2>
      <p class="soft prose">{say('breach.log.intro')}</p>
      <ol class="steps">
        {view.steps.map(({ kind, at, actor, words }) => (
          <li key={`${at.iso} ${kind} ${words}`}>
            <b>{kind}</b>{' '}
            <span class="soft">
              {at.at} · {actor}
            </span>
            {words === '' ? null : (
              <p class="prose" dir="auto">
                {words}
              </p>
            )}
          </li>
        ))}
      </ol>
      {view.wrong === null ? null : (
        <p class="failed" role="alert">
          {view.wrong.said}
        </p>
      )}
      <form class="form card" method="post" action={consolePaths.breachStep(view.id)}>
        <p class="field">
          <label for="kind">{say('breach.step')}</label>
          <select id="kind" name="kind">
            {view.kinds.map(({ kind, name }) => (
              <option key={kind} value={kind}>
                {name}
              </option>
            ))}
          </select>
        </p>
        <p class="field">
          <label for="words">{say('breach.words')}</label>
          <textarea id="words" name="words" rows={4} maxLength={wordsMax} value={view.wrong?.words ?? ''} />
        </p>
        <button class="button" type="submit">
          {say('breach.step.add')}
        </button>
      </form>
    </section>
  );
}

function letters(view: CaseView, say: Say): VNode {
  return (
    <section aria-labelledby="letters">
      <h2 id="letters">{say('breach.letters')}</h2>
      <p class="soft prose">{say('breach.letters.intro')}</p>
      {view.drafts.map(({ key, language, text }) => {
        const title = say(key === 'authority' ? 'breach.letters.authority' : 'breach.letters.customers');
        const id = `${key}-${language}`;
        return (
          <details class="card" key={id}>
            <summary>
              {title} <small class="soft">{language === 'de' ? 'Deutsch' : 'English'}</small>
            </summary>
            <p class="field">
              <label for={id}>{title}</label>
              <textarea id={id} lang={language} dir="ltr" rows={18} readOnly value={text} />
            </p>
          </details>
        );
      })}
    </section>
  );
}
