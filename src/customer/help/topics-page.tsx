import type { VNode } from 'preact';
import type { Found, Situation, Topic } from '#faq';
import { Glyph } from '../parts/glyph.tsx';
import { toneOf } from '../parts/tone.ts';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { ArticleLinks, helpFrame } from './help-frame.tsx';
import { addressOf, helpBaseOf, tagOf, type Place } from './places.ts';

export type TopicsView = {
  readonly place: Place;
  /** What was searched for; empty where nothing was. */
  readonly words: string;
  /** What was found, the most useful first; null where nothing was searched for. */
  readonly found: readonly Found[] | null;
  readonly situation: Situation | null;
  /** What fits the parcel now. */
  readonly situated: readonly Found[];
  readonly all: readonly Found[];
  /** Somebody came for an answer that is not there. */
  readonly isGone: boolean;
};

/** Of a search: what people type, and no more than is looked for. */
export const wordsLengthMax = 200;

/** All answers by topic, a search, and first what fits the parcel of whoever reads. Whole without JavaScript. */
export function topicsPage(view: TopicsView, needs: PageNeeds): string {
  const { say } = needs;
  const { place, found } = view;
  const title = say('help.title', { shop: place.shop.name });
  return helpFrame(
    { place, title, slug: null, scripts: ['once.js'] },
    needs,
    <>
      <div class="intro">
        <Back place={place} say={say} />
        <h1>{say(view.isGone ? 'help.gone' : 'help.headline')}</h1>
        {view.isGone ? <p>{say('help.gone.text')}</p> : null}
        <Search view={view} say={say} />
      </div>
      {found === null ? <Now view={view} say={say} /> : <Results view={view} found={found} say={say} />}
      {found === null || found.length === 0 ? <Topics view={view} say={say} /> : null}
    </>,
  );
}

type Part = { readonly view: TopicsView; readonly say: Say };

function Back({ place, say }: { readonly place: Place; readonly say: Say }): VNode | null {
  const url = addressOf(place, 'parcel');
  return url === null ? null : (
    <p>
      <a href={url}>{say('help.back')}</a>
    </p>
  );
}

function Search({ view, say }: Part): VNode {
  const { place, words } = view;
  return (
    <search>
      <form class="asking" action={helpBaseOf(place)} method="get">
        <label for="q">{say('help.search')}</label>
        <span>
          <input
            type="search"
            id="q"
            name="q"
            value={words}
            maxlength={wordsLengthMax}
            autocomplete="off"
            aria-describedby="hint"
            dir="auto"
          />
          <input type="hidden" name="language" value={tagOf(place.language)} />
          <button class="button" type="submit">
            {say('help.search.send')}
          </button>
        </span>
        <small id="hint">{say('help.search.hint')}</small>
      </form>
    </search>
  );
}

function Now({ view, say }: Part): VNode | null {
  const { situation, situated, place } = view;
  if (situation === null || situated.length === 0) return null;
  const { milestone, subStatus, arrival, isLate, parcels, status } = situation;
  const carrier = situation.carrier?.name ?? place.shop.name;
  return (
    <section class={`parcel ${toneOf({ milestone, subStatus, stale: isLate })}`} aria-labelledby="now">
      <div class="head">
        <span class="badge">
          <Glyph milestone={milestone} />
        </span>
        <div>
          <h2 id="now">{say('help.now')}</h2>
          <p>
            {milestone === 'unknown'
              ? status
              : say(parcels > 1 ? 'help.now.more' : 'help.now.one', { carrier, status, parcels })}
          </p>
          {arrival === null ? null : <p>{say('help.now.arrival', { arrival })}</p>}
        </div>
      </div>
      <div class="body">
        <ArticleLinks found={situated} place={place} withSummary />
      </div>
    </section>
  );
}

function Results({ view, found, say }: Part & { readonly found: readonly Found[] }): VNode {
  const { place, words } = view;
  if (found.length === 0) {
    return (
      <section class="results" aria-labelledby="results">
        <h2 id="results">{say('help.none', { words })}</h2>
        <p>{say('help.none.text', { shop: place.shop.name })}</p>
      </section>
    );
  }
  return (
    <section class="results" aria-labelledby="results">
      <h2 id="results">{say('help.found', { count: found.length, words })}</h2>
      <ArticleLinks found={found} place={place} withSummary />
      <p>
        <a href={addressOf(place, 'help')}>{say('help.found.all')}</a>
      </p>
    </section>
  );
}

/** What people come for most stands first. */
const topics: readonly Topic[] = [
  'parcel',
  'problem',
  'delivery',
  'pickup',
  'return',
  'order',
  'privacy',
  'review',
  'contact',
];

function Topics({ view, say }: Part): VNode {
  const { all, place } = view;
  return (
    <div class="topics">
      {topics.map((topic) => {
        const found = all.filter((one) => one.topic === topic);
        return found.length === 0 ? null : (
          <section key={topic} aria-labelledby={`topic-${topic}`}>
            <h2 id={`topic-${topic}`}>{say(`help.topic.${topic}`)}</h2>
            <ArticleLinks found={found} place={place} />
          </section>
        );
      })}
    </div>
  );
}
