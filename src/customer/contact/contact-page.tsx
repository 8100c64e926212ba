import type { ComponentChildren, VNode } from 'preact';
import { LinkedData, page, webUrl } from '#kit/html';
import { directionOf } from '#kit/words';
import { protectionPathOf } from '#orders';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import { ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { contactView, type ContactTold, type ContactView, type Row } from './contact-view.ts';
import type { DayRow } from './hours-view.ts';
import { linkedContact } from './linked-contact.ts';
import { Badge } from '../parts/glyph.tsx';

type Part = { readonly told: ContactTold; readonly view: ContactView; readonly say: Say };

/** Who is behind a shop, when somebody is there and how it is reached: whole without JavaScript. It names no customer. */
export function contactPage(told: ContactTold, url: string, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, path } = told;
  const { contactUrl: _here, ...shop } = faceOf(told.shop, language);
  const view = contactView(told, say);
  const part: Part = { told, view, say };
  return page(
    {
      language,
      dir: directionOf(language),
      title: say('contact.title', { shop: shop.name }),
      assetUrl,
      styles: ['tracking.css', 'contact.css'],
      scripts: ['once.js'],
      theme: told.shop.face,
      skipText: say('contact.skip'),
      header: <ShopHeader view={{ shop, language, languages: languageLinks(path) }} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={protectionPathOf(told.shop, language)} say={say} />,
      head: <ForMachines told={told} url={url} />,
    },
    <div class="sheet reach">
      <div class="column first">
        <div class="intro">
          {told.orderUrl === null ? null : (
            <p>
              <a href={told.orderUrl}>{say('contact.back')}</a>
            </p>
          )}
          <h1>{say('contact.headline', { shop: shop.name })}</h1>
          <p class="soft">{say('contact.intro')}</p>
        </div>
        <Ways {...part} />
      </div>
      <Hours {...part} />
      <div class="column rest">
        <Help {...part} />
        <Who {...part} />
        <Dispute {...part} />
        <Links {...part} />
      </div>
    </div>,
  );
}

/** Which address is the one to know, and what it says; an invented shop is not to be found by anybody. */
function ForMachines({ told, url }: { readonly told: ContactTold; readonly url: string }): VNode {
  return (
    <>
      <link rel="canonical" href={url} />
      {told.shop.sample ? <meta name="robots" content="noindex" /> : null}
      {told.orderUrl === null ? <LinkedData about={linkedContact(told.contact, url, told.now)} /> : null}
    </>
  );
}

/** Whether somebody is there, and what to do about it. */
function Ways({ view }: Part): VNode {
  const { tone, drawing, headline, text, tiles, notes } = view.reach;
  return (
    <section class={`parcel ${tone}`} aria-labelledby="ways">
      <div class="head">
        <Badge drawing={drawings[drawing]} />
        <div>
          <h2 id="ways">{headline}</h2>
          <p>{text}</p>
        </div>
      </div>
      <div class="body">
        {tiles.length === 0 ? null : (
          <ul class="tiles">
            {tiles.map((tile) => (
              <li key={tile.drawing}>
                <a href={tile.url}>
                  <Badge drawing={drawings[tile.drawing]} />
                  <span>
                    <b>{tile.label}</b>
                    <bdi>{tile.text}</bdi>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        )}
        <div class="soft small">
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      </div>
    </section>
  );
}

/** Before anybody has to write: what is answered already. */
function Help({ told, say }: Part): VNode {
  const { suggested, helpUrl } = told;
  return (
    <Section name="help" headline={say('contact.help')}>
      {suggested.length === 0 ? (
        <p>{say('contact.help.text')}</p>
      ) : (
        <ul class="answers">
          {suggested.map(({ title, summary, url }) => (
            <li key={url}>
              <a href={url}>{title}</a>
              <small>{summary}</small>
            </li>
          ))}
        </ul>
      )}
      <p>
        <a href={helpUrl}>{say('contact.help.all')}</a>
      </p>
    </Section>
  );
}

/** The legal notice, which has to be found at once and to say everything (§ 5 DDG and its like). */
function Who({ told, view, say }: Part): VNode {
  const { envelope, rows } = view;
  const { shop } = told;
  return (
    <Section name="who" headline={say('contact.who')} text={say('contact.who.text', { shop: shop.name })}>
      {envelope.length + rows.length === 0 ? <p>{say('contact.who.none', { shop: shop.name })}</p> : null}
      {envelope.length === 0 ? null : (
        <address>
          {envelope.map((line) => (
            <bdi key={line}>{line}</bdi>
          ))}
        </address>
      )}
      {rows.length === 0 ? null : <Rows rows={rows} />}
    </Section>
  );
}

function Rows(props: { readonly rows: readonly Row[] }): VNode {
  return (
    <dl class="said">
      {props.rows.map(({ label, lines, url }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {lines.map((line) =>
              url === null ? (
                <bdi key={line}>{line}</bdi>
              ) : (
                <a key={line} href={url} rel="noreferrer">
                  {line}
                </a>
              ),
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Dispute({ view, say }: Part): VNode | null {
  const { dispute } = view;
  if (dispute === null) return null;
  return (
    <Section name="dispute" headline={say('contact.dispute')}>
      <p>{dispute.text}</p>
      {dispute.body.length === 0 ? null : (
        <address>
          {dispute.body.map((line) => (
            <BodyLine key={line} line={line} />
          ))}
        </address>
      )}
    </Section>
  );
}

/** Its website has to be said (§ 36(1) no. 2 VSBG), and is best followed. */
function BodyLine({ line }: { readonly line: string }): VNode {
  const url = webUrl(line);
  return (
    <bdi>
      {url === null ? (
        line
      ) : (
        <a href={url} rel="noreferrer">
          {line}
        </a>
      )}
    </bdi>
  );
}

function Links({ view, say }: Part): VNode | null {
  const { links, privacy } = view;
  if (links.length === 0 && privacy === null) return null;
  return (
    <Section name="links" headline={say('contact.links')}>
      {links.length === 0 ? null : (
        <ul class="leads">
          {links.map(({ label, url }) => (
            <li key={label}>
              <a href={url} rel="noreferrer">
                {label}
              </a>
            </li>
          ))}
        </ul>
      )}
      {privacy === null ? null : <Rows rows={[privacy]} />}
    </Section>
  );
}

function Section(props: {
  readonly name: string;
  readonly headline: string;
  readonly text?: string;
  readonly children: ComponentChildren;
}): VNode {
  const { name, headline, text, children } = props;
  return (
    <section class="parcel plainly" aria-labelledby={name}>
      <div class="body">
        <div>
          <h2 id={name}>{headline}</h2>
          {text === undefined ? null : <p class="soft small">{text}</p>}
        </div>
        {children}
      </div>
    </section>
  );
}

function Hours({ view, say }: Part): VNode | null {
  if (view.hours === null) return null;
  const { week, soon, zone } = view.hours;
  return (
    <aside class="contact" aria-labelledby="hours">
      <h2 id="hours">{say('contact.hours')}</h2>
      <Days rows={week} say={say} />
      {soon.length === 0 ? null : (
        <>
          <h3>{say('contact.hours.soon')}</h3>
          <Days rows={soon} say={say} />
        </>
      )}
      <p class="soft small">{say('contact.hours.zone', { zone })}</p>
    </aside>
  );
}

function Days(props: { readonly rows: readonly DayRow[]; readonly say: Say }): VNode {
  return (
    <dl class="week">
      {props.rows.map(({ days, spans, note, isToday }) => (
        <div key={days} class={isToday ? 'today' : undefined}>
          <dt>
            {days}
            {isToday ? <span class="unseen"> ({props.say('contact.today')})</span> : null}
            {note === null ? null : (
              <small>
                <bdi>{note}</bdi>
              </small>
            )}
          </dt>
          <dd class="number">
            {spans.map((span) => (
              <span key={span}>{span}</span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const drawings = {
  clock: 'M12 21a9 9 0 1 0-.01 0M12 7v5l3.500 2',
  talk: 'M4 5h16v11H11l-4 4v-4H4Z',
  phone:
    'M6 3h4l1.500 5-2.500 1.500a11 11 0 0 0 5.500 5.500L16 12.500l5 1.500v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2Z',
  call: 'M5 3h4l1 4-2 1.500a9 9 0 0 0 4.500 4.500L14 11l4 1v4a2 2 0 0 1-2 2A13 13 0 0 1 3 5a2 2 0 0 1 2-2ZM15 3v5h5M21 2l-6 6',
  mail: 'M3 6h18v12H3ZM3.500 6.500 12 13.500l8.500-7',
  form: 'M5 19l1-4L16 5l3 3L9 18ZM14 7l3 3',
} as const;
