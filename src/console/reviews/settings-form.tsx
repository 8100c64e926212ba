import type { VNode } from 'preact';
import { bases, dayLimits } from '#reviews';
import { consolePaths } from '../paths.ts';
import type { Say } from '../words.ts';
import type { ReviewsView } from './reviews-view.ts';

const dayFields = ['delayDays', 'fallbackDays', 'publishDays'] as const;
const dayWords = { delayDays: 'delay', fallbackDays: 'fallback', publishDays: 'publish' } as const;

/** How customers are asked, and when what nobody judged is shown. */
export function settingsForm({ settings, wrong }: ReviewsView, say: Say): VNode {
  const { invites, basis, toldAt } = settings;
  const now: Readonly<Record<string, string>> = wrong?.typed ?? {
    invites: invites ? 'yes' : '',
    basis,
    told: toldAt === null ? '' : 'yes',
    ...Object.fromEntries(dayFields.map((name) => [name, String(settings[name])])),
  };
  return (
    <section class="card" aria-labelledby="settings">
      <h2 id="settings">{say('reviews.settings')}</h2>
      {wrong === null ? null : (
        <p class="wrong" role="alert" id="settings-wrong">
          {wrong.message}
        </p>
      )}
      <form class="form" method="post" action={`${consolePaths.reviews}#settings`}>
        <label class="choice">
          <input type="checkbox" name="invites" value="yes" checked={now['invites'] === 'yes'} />
          <span>{say('reviews.settings.invites')}</span>
        </label>
        {basisOf(now, say)}
        {dayFields.map((name) => (
          <p key={name}>
            <label for={name}>{say(`reviews.settings.${dayWords[name]}`)}</label>
            <input
              id={name}
              name={name}
              type="number"
              inputmode="numeric"
              min={dayLimits[name].atLeast}
              max={dayLimits[name].atMost}
              value={now[name] ?? ''}
              required
              aria-describedby={wrong === null ? `limits-${name}` : `settings-wrong limits-${name}`}
            />
            <small class="soft" id={`limits-${name}`}>
              {say('retention.limits', { least: dayLimits[name].atLeast, most: dayLimits[name].atMost })}
            </small>
          </p>
        ))}
        <p>
          <button class="button" type="submit">
            {say('reviews.settings.save')}
          </button>
        </p>
      </form>
    </section>
  );
}

function basisOf(now: Readonly<Record<string, string>>, say: Say): VNode {
  return (
    <fieldset>
      <legend>{say('reviews.settings.basis')}</legend>
      <p class="soft prose">{say('reviews.settings.basis.text')}</p>
      {bases.map((one) => (
        <label key={one} class="choice">
          <input type="radio" name="basis" value={one} checked={now['basis'] === one} />
          <span>{say(one === 'consent' ? 'reviews.settings.consent' : 'reviews.settings.existing')}</span>
        </label>
      ))}
      <label class="choice">
        <input type="checkbox" name="told" value="yes" checked={now['told'] === 'yes'} />
        <span>{say('reviews.settings.told')}</span>
      </label>
    </fieldset>
  );
}
