import type { VNode } from 'preact';
import { page } from '#kit/html';
import { directionOf } from '#kit/words';
import { Contact, ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import type { ConsentRow, ConsentsView } from './consents-view.ts';

/** What a customer allowed to whom, in which words, with a button that ends it; and what they can allow. It names nobody. */
export function consentsPage(view: ConsentsView, needs: PageNeeds): string {
  const { say, assetUrl } = needs;
  const { language, shop } = view;
  return page(
    {
      language,
      dir: directionOf(language),
      title: say('consents.title', { shop: shop.name }),
      assetUrl,
      styles: ['tracking.css', 'consents.css'],
      scripts: ['once.js'],
      theme: shop,
      skipText: say('page.skip'),
      header: <ShopHeader view={view} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={view.protectionUrl} say={say} />,
    },
    <div class="plain consents">
      <p>
        <a href={view.orderUrl}>{say('consents.back')}</a>
      </p>
      <h1>{say('consents.headline')}</h1>
      {view.done === null ? null : <output class={`said ${view.done}`}>{say(`consents.done.${view.done}`)}</output>}
      <p>{say('consents.text', { shop: shop.name })}</p>
      {view.restricted === null ? null : (
        <p class="said nothing">{say('consents.restricted', { time: view.restricted })}</p>
      )}
      <Given view={view} say={say} />
      <Offers view={view} say={say} />
      {view.over.length === 0 ? null : (
        <details>
          <summary>{say('consents.over', { count: view.over.length })}</summary>
          <ul>
            {view.over.map((row) => (
              <Row key={row.id} row={row} view={view} say={say} />
            ))}
          </ul>
        </details>
      )}
      <Contact shop={shop} say={say} />
    </div>,
  );
}

type Part = { readonly view: ConsentsView; readonly say: Say };

function Given({ view, say }: Part): VNode {
  return (
    <section aria-labelledby="given">
      <h2 id="given">{say('consents.given')}</h2>
      {view.holding.length === 0 ? (
        <p>{say('consents.given.none')}</p>
      ) : (
        <ul>
          {view.holding.map((row) => (
            <Row key={row.id} row={row} view={view} say={say} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ row, view, say }: Part & { readonly row: ConsentRow }): VNode {
  const isHolding = view.holding.includes(row);
  const how = !isHolding ? 'no' : row.idle === null ? 'yes' : 'idle';
  return (
    <li>
      <h3>
        <bdi>{row.recipientName}</bdi>
      </h3>
      <p>
        {row.isForReviews
          ? say('consents.may.reviews', { isHolding: how })
          : say('consents.may', { isHolding: how, fields: row.fields })}
      </p>
      <figure>
        <blockquote {...(row.wordsLanguage === null ? {} : { lang: row.wordsLanguage })} dir="auto">
          {row.words}
        </blockquote>
        <figcaption>{say('consents.words')}</figcaption>
      </figure>
      <dl>
        <Fact name={say('consents.since')} text={row.since} more={row.channel} />
        <Fact name={say('consents.until')} text={row.withdrawn ?? row.until ?? say('consents.until.withdrawn')} />
      </dl>
      {row.idle === null ? null : <p class="said nothing">{row.idle}</p>}
      <div class="acts">
        {isHolding ? (
          <form method="post" action={view.action}>
            <input type="hidden" name="act" value="withdraw" />
            <input type="hidden" name="consent" value={row.id} />
            <button type="submit" aria-label={`${say('consents.withdraw')}: ${row.recipientName}`}>
              {say('consents.withdraw')}
            </button>
          </form>
        ) : null}
        <a href={row.receiptUrl} download>
          {say('consents.receipt')}
        </a>
      </div>
    </li>
  );
}

function Fact({ name, text, more }: { readonly name: string; readonly text: string; readonly more?: string }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {text}
        {more === undefined ? null : <small> {more}</small>}
      </dd>
    </div>
  );
}

/** Every box stands unticked and names one recipient; nothing is asked where nothing could be allowed. */
function Offers({ view, say }: Part): VNode {
  return (
    <section aria-labelledby="offers">
      <h2 id="offers">{say('consents.offers')}</h2>
      {view.boxes.length === 0 ? (
        <p>{say('consents.offers.none', { shop: view.shop.name })}</p>
      ) : (
        <form method="post" action={view.action}>
          <p>{say('consents.offers.text', { shop: view.shop.name })}</p>
          <input type="hidden" name="act" value="give" />
          {view.boxes.map(({ value, words }) => (
            <label key={value}>
              <input type="checkbox" name="box" value={value} autocomplete="off" />
              <span>{words}</span>
            </label>
          ))}
          <button type="submit">{say('consents.give')}</button>
        </form>
      )}
      {view.policyUrl === null ? null : (
        <p>
          <a href={view.policyUrl} rel="noreferrer">
            {say('consents.policy', { shop: view.shop.name })}
          </a>
        </p>
      )}
    </section>
  );
}
