import type { VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import type { Shop } from '#orders';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { hostsPoint } from './hosts-point.ts';
import { mailPoint } from './mail-point.ts';
import { othersPoint } from './others-point.ts';
import { isFresh, momentOf, type Check, type Point, type Told, type Tone } from './point.ts';
import { wayPoint } from './way-point.ts';
import { Badge } from '../parts/glyph.tsx';

export type ProtectsYouView = Pick<Told, 'language' | 'visit' | 'now' | 'shown'> & {
  readonly shop: Shop;
  /** Of this page, without a query. */
  readonly path: string;
};

/** How the shop protects its customers, by its own measuring: whole without JavaScript. */
export function protectsYouPage(view: ProtectsYouView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, path } = view;
  const shop = faceOf(view.shop, language);
  const told: Told = { ...view, shop: shop.name, say };
  const title = say('protects.title', { shop: shop.name });
  const points = [wayPoint(told), othersPoint(told), mailPoint(told), hostsPoint(told)].filter(
    (point) => point !== null,
  );
  return page(
    {
      language,
      dir: directionOf(language),
      title,
      assetUrl,
      styles: ['tracking.css', 'protects-you.css'],
      scripts: ['looked.js'],
      theme: view.shop.face,
      skipText: say('protects.skip'),
      header: <ShopHeader view={{ shop, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={null} say={say} />,
    },
    <div class="sheet">
      <div class="points">
        <div class="intro">
          <h1>{title}</h1>
          <p>{say('protects.own', { shop: shop.name })}</p>
          <p class="soft small">{measuredWhen(told)}</p>
        </div>
        <LookedHere say={say} />
        {points.map((point) => (
          <PointSection key={point.key} point={point} say={say} />
        ))}
        <About told={told} />
      </div>
      <Contact shop={shop} say={say} />
    </div>,
  );
}

function measuredWhen({ say, language, shown, visit, now }: Told): string {
  if (shown === null) return say(visit === 'trial' ? 'protects.measured.trial' : 'protects.measured.never');
  const time = momentOf(language, shown.measuredAt);
  return say(isFresh(shown.measuredAt, now) ? 'protects.measured' : 'protects.measured.old', { time });
}

function PointSection(props: { readonly point: Point; readonly say: Say }): VNode {
  const { point, say } = props;
  const { key, tone, headline, text, checks, more, details } = point;
  return (
    <section class={`parcel ${tone}`} aria-labelledby={key}>
      <div class="head">
        <Badge drawing={drawings[key]} />
        <div>
          <h2 id={key}>{headline}</h2>
          <p>{text}</p>
        </div>
      </div>
      {checks.length + more.length + details.length === 0 ? null : (
        <div class="body">
          {checks.length === 0 ? null : <Checks checks={checks} />}
          {more.length + details.length === 0 ? null : (
            <details>
              <summary>{summaryOf(point, say)}</summary>
              {more.length === 0 ? null : <Checks checks={more} />}
              {details.length === 0 ? null : <Details details={details} />}
            </details>
          )}
        </div>
      )}
    </section>
  );
}

function summaryOf({ key, more }: Point, say: Say): string {
  if (key === 'hosts') return say('protects.hosts.more', { count: more.length });
  return say(more.length > 0 ? 'protects.then' : 'protects.more');
}

function Checks(props: { readonly checks: readonly Check[] }): VNode {
  return (
    <ul class="checks">
      {props.checks.map(({ tone, text, note }) => (
        <li key={text} class={tone}>
          <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
            <path d={marks[tone]} />
          </svg>
          <span>
            {text}
            {note === undefined ? null : <small>{note}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Details(props: Pick<Point, 'details'>): VNode {
  return (
    <dl class="facts">
      {props.details.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <bdi>{text}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Filled and shown by the visitor's own browser: nothing of it is the shop's word. */
function LookedHere({ say }: { readonly say: Say }): VNode {
  return (
    <section class="parcel quiet" id="looked-here" aria-labelledby="looked" hidden>
      <div class="head">
        <Badge drawing={drawings.looked} />
        <div>
          <h2 id="looked">{say('protects.looked')}</h2>
          <p>{say('protects.looked.text')}</p>
        </div>
      </div>
      <div class="body">
        <ul class="checks">
          {(['way', 'alone'] as const).map((check) => (
            <li
              key={check}
              data-check={check}
              data-good={say(`protects.looked.${check}`)}
              data-bad={say(`protects.looked.${check}.no`)}
            >
              <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
                <path class="yes" d={marks.good} />
                <path class="no" d={marks.warn} />
              </svg>
              <span></span>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** Test sites of others, by name; nothing is asked of them before somebody follows the link. */
const testSites = [
  { key: 'protects.repeat.way', name: 'SSL Labs', url: 'https://www.ssllabs.com/ssltest/' },
  { key: 'protects.repeat.page', name: 'MDN HTTP Observatory', url: 'https://developer.mozilla.org/observatory' },
  { key: 'protects.repeat.mail', name: 'Internet.nl', url: 'https://internet.nl/' },
] as const;

/** What the page is and is not: whoever measures himself must not call it a seal (BGH I ZR 161/18). */
function About(props: { readonly told: Told }): VNode {
  const { say, shop } = props.told;
  return (
    <section class="parcel quiet" aria-labelledby="about">
      <div class="head">
        <Badge drawing={drawings.about} />
        <div>
          <h2 id="about">{say('protects.about')}</h2>
          <p>{say('protects.about.text', { shop })}</p>
        </div>
      </div>
      <div class="body">
        <details>
          <summary>{say('protects.repeat')}</summary>
          <p>{say('protects.repeat.text')}</p>
          <ul class="sites">
            {testSites.map(({ key, name, url }) => (
              <li key={key}>
                {say(key)}{' '}
                <a href={url} rel="noreferrer">
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </details>
      </div>
    </section>
  );
}

const drawings = {
  way: 'M6 11h12v9H6ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2.500',
  others:
    'M2.500 12C7.500 3.500 16.500 3.500 21.500 12 16.500 20.500 7.500 20.500 2.500 12ZM12 15a3 3 0 1 0-.01 0M4.500 20 19.500 4',
  mail: 'M3 6h18v12H3ZM3.500 6.500 12 13.500l8.500-7',
  hosts: 'M4 4h16v6.500H4ZM4 13.500h16V20H4ZM8 7.250v.01M8 16.750v.01',
  looked: 'M4 5h16v14H4ZM4 9h16M9 14l2 2 4-4',
  about: 'M10.500 17a6.500 6.500 0 1 0-.01 0M15.500 15.500 21 21',
} as const;

const marks: Readonly<Record<Tone, string>> = {
  good: 'M5 12.5 10 17.5 19.5 7',
  quiet: 'M6 12h12',
  warn: 'M12 5v9M12 18.500v.01',
  bad: 'M6.5 6.5 17.5 17.500M17.5 6.5 6.5 17.5',
};
