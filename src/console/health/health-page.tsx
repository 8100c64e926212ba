import type { VNode } from 'preact';
import type { Check, CheckText } from '#doctor';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { When } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { Moment, StaffFrame } from '../view.ts';
import type { Say } from '../words.ts';

export type HealthView = {
  readonly frame: StaffFrame;
  readonly isRunning: boolean;
  readonly hasFailed: boolean;
  /** Null before the first examination is over. */
  readonly examined: Moment | null;
  readonly checks: readonly (Pick<Check, 'name' | 'state'> & { readonly text: CheckText })[];
};

const tones = { good: 'good', warning: 'warn', bad: 'bad', unknown: 'quiet' } as const;
/** Beside the word, for those who look over the page without reading. */
const signs = { good: '✓', warning: '!', bad: '×', unknown: '?' } as const;

/** How this house is: what was looked at, what is the case, what to do. */
export function healthPage(view: HealthView, needs: PageNeeds): string {
  const { say } = needs;
  const { examined, isRunning, hasFailed } = view;
  return staffPage(
    view.frame,
    needs,
    { title: say('health.title'), place: 'health' },
    <>
      <p class="soft prose">{say('health.intro')}</p>
      {hasFailed && !isRunning ? (
        <p class="failed" role="alert">
          {say('health.failed')}
        </p>
      ) : null}
      {isRunning ? (
        <output class="sample">
          {say('health.running')} <a href={consolePaths.health}>{say('health.ready')}</a>
        </output>
      ) : null}
      <form class="ways" method="post" action={consolePaths.health}>
        {isRunning ? null : (
          <button class="button" type="submit">
            {say('health.look')}
          </button>
        )}
        {examined === null ? null : (
          <span class="soft">
            {say('health.examined')} <When moment={examined} />
          </span>
        )}
      </form>
      {examined === null ? null : checksOf(view, say)}
    </>,
  );
}

function checksOf({ checks }: HealthView, say: Say): VNode {
  const wrong = checks.filter(({ state }) => state === 'bad' || state === 'warning').length;
  const unknown = checks.filter(({ state }) => state === 'unknown').length;
  return (
    <section aria-labelledby="found">
      <h2 id="found">
        {wrong > 0
          ? say('health.wrong', { count: wrong })
          : unknown > 0
            ? say('health.unknown', { count: unknown })
            : say('health.well')}
      </h2>
      <ul class="checks">
        {checks.map(({ name, state, text }) => (
          <li class={tones[state]} key={`${name} ${text.what}`}>
            <span class="sign" aria-hidden="true">
              {signs[state]}
            </span>
            <div>
              <h3>
                {say(`health.name.${name}`)} <Tag tone={tones[state]} text={say(`health.state.${state}`)} />
              </h3>
              <p class="prose">{withCode(text.what)}</p>
              {text.mend === '' ? null : (
                <p class="prose">
                  <b>{say('protection.mend')}</b> {withCode(text.mend)}
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What stands between backticks is typed at a terminal. */
function withCode(text: string): readonly (VNode | string)[] {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : <code key={part}>{part}</code>));
}
