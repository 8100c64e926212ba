import type { VNode } from 'preact';
import { page, type AssetUrl } from '#kit/html';
import { Glyph } from './parts/glyph.tsx';
import { ParcelSection } from './parts/parcel-section.tsx';
import { Contact, hasContact, ShopFooter, ShopHeader } from './parts/shop-frame.tsx';
import { headlineOf, inOrderOfNeed, isDelivered, needsAttention, toneOf } from './parts/tone.ts';
import type { OrderView, ParcelView } from './view.ts';
import type { Say } from './words.ts';

export type PageNeeds = { readonly say: Say; readonly assetUrl: AssetUrl };

/** Maps are by far the largest part of a page; those of the parcels that need them most are drawn, up to this. */
export const mapBytesMax = 18_500;

/** All parcels of an order as one HTML document: whole without JavaScript, live with it. */
export function trackingPage(view: OrderView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const headline = headlineOfOrder(view.parcels, say);
  return page(
    {
      language: view.language,
      dir: view.dir,
      title: `${headline} · ${view.shop.name}`,
      assetUrl,
      styles: ['way-map.css', 'tracking.css', 'stages.css'],
      scripts: ['live.js'],
      theme: view.shop,
      skipText: say('page.skip'),
      header: <ShopHeader view={view} say={say} />,
      footer: (
        <ShopFooter
          shop={view.shop}
          protectionUrl={view.protectionUrl}
          consentsUrl={view.consentsUrl}
          dataUrl={view.dataUrl}
          say={say}
        />
      ),
    },
    <div class="sheet">
      <output class="unseen" id="said" />
      <div id="live" data-url={view.liveUrl} data-said={saidOf(view.parcels, headline, say)}>
        <Order view={view} headline={headline} say={say} />
      </div>
      <Contact shop={view.shop} say={say} />
    </div>,
  );
}

/** What the whole order comes down to, in one line. */
function headlineOfOrder(parcels: readonly ParcelView[], say: Say): string {
  const [first, ...others] = parcels;
  if (first === undefined) return say('page.empty.headline');
  if (others.length === 0) return headlineOf(first, say);
  const total = parcels.length;
  const delivered = parcels.filter(isDelivered).length;
  if (delivered === 0) return say('order.none_delivered', { total });
  return delivered === total
    ? say('order.all_delivered', { total })
    : say('order.some_delivered', { delivered, total });
}

/** What a screen reader is told when the page has changed: problems first. */
function saidOf(parcels: readonly ParcelView[], headline: string, say: Say): string {
  const problems = parcels.length > 1 ? inOrderOfNeed(parcels).filter(needsAttention) : [];
  const arrival = parcels.length === 1 ? parcels.map((parcel) => parcel.arrival) : [];
  return [...problems.map((parcel) => headlineOf(parcel, say)), headline, ...arrival].filter(Boolean).join('. ');
}

function Order(props: { readonly view: OrderView; readonly headline: string; readonly say: Say }): VNode {
  const { view, headline, say } = props;
  const parcels = inOrderOfNeed(view.parcels);
  const mapped = mapsWithin(parcels);
  return (
    <>
      <div class="order">
        <p>
          <b>{say('page.order', { order: view.orderNumber })}</b>
          <span>{say('page.placed', { day: view.placedOn })}</span>
        </p>
        <p class="as-of">
          <span class="live-on">{say('page.live')}</span>
          <span class="live-off">{say('page.lost')}</span>
          <span>{say('page.as_of', { time: view.now })}</span>
          <a href={ownUrl(view)}>{say('page.refresh')}</a>
        </p>
      </div>
      {parcels.length === 1 ? null : <Summary view={view} headline={headline} parcels={parcels} say={say} />}
      {parcels.map((parcel) => (
        <ParcelSection
          key={parcel.id}
          parcel={parcel}
          total={parcels.length}
          shopName={view.shop.name}
          hasContact={hasContact(view.shop)}
          mapSvg={mapped.get(parcel.id) ?? null}
          say={say}
        />
      ))}
      <Answers view={view} say={say} />
    </>
  );
}

/** What others ask about a parcel that stands like this one, before they write to people. */
function Answers({ view, say }: { readonly view: OrderView; readonly say: Say }): VNode | null {
  const { answers } = view;
  if (answers === undefined) return null;
  return (
    <section class="questions" aria-labelledby="questions">
      <h2 id="questions">{say('help.questions')}</h2>
      <ul>
        {[...answers.fitting, { title: say('help.questions.all'), url: answers.url }].map(({ title, url }) => (
          <li key={url}>
            <a href={url}>{title}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** No parcel yet, or several: the headline of the order, and each parcel in a line that leads to its section. */
function Summary(props: {
  readonly view: OrderView;
  readonly headline: string;
  readonly parcels: readonly ParcelView[];
  readonly say: Say;
}): VNode {
  const { view, headline, parcels, say } = props;
  const [first] = parcels;
  const troubled = parcels.filter(needsAttention).length;
  return (
    <div class="summary">
      <h1>{headline}</h1>
      {parcels.length === 0 ? <p>{say('page.empty.text', { shop: view.shop.name })}</p> : null}
      {first === undefined || troubled === 0 ? null : (
        <p class={`troubled ${toneOf(first)}`}>{say('order.attention', { count: troubled })}</p>
      )}
      {parcels.length === 0 ? null : (
        <ul aria-label={say('order.parcels')}>
          {parcels.map((parcel) => (
            <li key={parcel.id} class={toneOf(parcel)}>
              <a href={`#parcel-${parcel.id}`}>
                <span class="badge">
                  <Glyph milestone={parcel.milestone} />
                </span>
                <span>
                  <b>{headlineOf(parcel, say)}</b>
                  <small>
                    {say('order.parcel', { position: parcel.position, total: parcels.length })} · {parcel.carrierName}
                    {parcel.lastSign === null ? null : ` · ${parcel.lastSign.age}`}
                  </small>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The page itself, in the language it is in. */
function ownUrl({ language, languages }: OrderView): string {
  return languages.find(({ code }) => code === language)?.url ?? '?';
}

/** The maps that are shown: in order of need, until the bytes are spent. Two parcels of one way must not share an id. */
function mapsWithin(parcels: readonly ParcelView[]): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  let left = mapBytesMax;
  for (const { id, position, mapSvg } of parcels) {
    const bytes = Buffer.byteLength(mapSvg ?? '');
    if (mapSvg === null || bytes > left) continue;
    left -= bytes;
    shown.set(id, mapSvg.replaceAll(/ (id|aria-labelledby)="([^"]+)"/g, ` $1="$2-${position}"`));
  }
  return shown;
}
