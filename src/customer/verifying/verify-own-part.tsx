import type { VNode } from 'preact';
import type { Say, TrackingWord } from '../words.ts';

export type VerifyOwnView = {
  /** Where the page's own script asks for what its person is shown: `{ count, entries }`, each entry with its proof. */
  readonly entriesUrl: string;
  /** Of the public ledger; ends in a slash. */
  readonly ledgerUrl: string;
};

/** What the script says, by what it finds. */
const words: Readonly<Record<string, TrackingWord>> = {
  running: 'verify.running',
  later: 'verify.later',
  none: 'verify.none',
  good: 'verify.good',
  waiting: 'verify.waiting',
  gone: 'verify.gone',
  'signed-one': 'verify.signed_one',
  compared: 'verify.compared',
  'wrong-count': 'verify.wrong.count',
  'wrong-entry': 'verify.wrong.entry',
  'wrong-proof': 'verify.wrong.proof',
  'wrong-signature': 'verify.wrong.signature',
  'wrong-split': 'verify.wrong.split',
  'wrong-before': 'verify.wrong.before',
  'wrong-shorter': 'verify.wrong.shorter',
};

/** The script puts figures in the place of these names. */
const names = ['checked', 'count', 'size', 'waiting', 'gone', 'when', 'before', 'number'];
const placeholders = Object.fromEntries(names.map((name) => [name, `{${name}}`]));

/** The script that a page with this part names (`PageFrame.scripts`). */
export const verifyOwnScript = 'verify-own.js';

/**
 * Where the person's own browser says whether what the page shows stands in the ledger that everybody is shown. Without a
 * script it says how to check otherwise. Once in a page.
 */
export function VerifyOwn(props: { readonly view: VerifyOwnView; readonly say: Say }): VNode {
  const { view, say } = props;
  const said = Object.entries(words).map(([name, word]) => [`data-say-${name}`, say(word, placeholders)]);
  return (
    <section
      id="verify-own"
      aria-labelledby="verify-own-title"
      data-entries={view.entriesUrl}
      data-ledger={view.ledgerUrl}
      {...Object.fromEntries(said)}
    >
      <h2 id="verify-own-title">{say('verify.title')}</h2>
      <p>
        <output>{say('verify.not_yet')}</output>
      </p>
      <div class="memory" hidden>
        <p class="soft small">{say('verify.memory')}</p>
        <p>
          <button class="button quiet" type="button" value="remember">
            {say('verify.remember')}
          </button>
          <button class="button quiet" type="button" value="forget" hidden>
            {say('verify.forget')}
          </button>
        </p>
      </div>
      <details>
        <summary>{say('verify.otherwise')}</summary>
        <p>{say('verify.otherwise.text')}</p>
        <p>
          <code dir="ltr">node verify.mjs {view.ledgerUrl}</code>
        </p>
        <p>
          <a href={`${view.ledgerUrl}verify.mjs`} download>
            {say('verify.download')}
          </a>{' '}
          · <a href={view.ledgerUrl}>{say('verify.ledger')}</a>
        </p>
      </details>
    </section>
  );
}
