import type { VNode } from 'preact';
import { LinkedData, page } from '#kit/html';
import { directionOf } from '#kit/words';
import { MeanStars } from '../parts/mean-stars.tsx';
import { ShopFooter, ShopHeader } from '../parts/shop-frame.tsx';
import type { PageNeeds } from '../tracking-page.tsx';
import type { Say } from '../words.ts';
import { jsonLdOf } from './json-ld.ts';
import { RatingLine, Stars } from './parts/rating-line.tsx';
import { ReviewItem } from './parts/review-item.tsx';
import { addressOf, type CountsView, type ShownView } from './shown-view.ts';

type Part = { readonly view: ShownView; readonly say: Say };

/** What customers say of a shop, good and bad: with what is not shown, and how anybody recounts it. */
export function shownPage(view: ShownView, { say, assetUrl }: PageNeeds): string {
  const { shop, product } = view;
  const title = titleOf(view, say);
  const data = jsonLdOf(view);
  return page(
    {
      language: view.language,
      dir: directionOf(view.language),
      title,
      assetUrl,
      styles: ['tracking.css', 'reviews.css'],
      scripts: ['once.js'],
      theme: shop,
      skipText: say('reviews.skip'),
      header: <ShopHeader view={view} say={say} />,
      footer: <ShopFooter shop={shop} protectionUrl={view.protectionUrl} say={say} />,
    },
    <div class="reviews">
      <div class="intro">
        <h1>{title}</h1>
        {product === null ? null : (
          <p>
            <a href={addressOf(view, {})}>{say('reviews.product.all', { shop: shop.name })}</a>
          </p>
        )}
        {view.rating.mean === null ? (
          <p>
            <b>{say('reviews.none')}.</b> {say('reviews.none.text', { shop: shop.name })}
          </p>
        ) : null}
      </div>
      {view.rating.mean === null ? null : <Summary view={view} say={say} mean={view.rating.mean} />}
      <List view={view} say={say} />
      <Imported view={view} say={say} />
      <How view={view} say={say} />
      {data === null ? null : <LinkedData about={data} />}
    </div>,
  );
}

function titleOf({ product, shop }: ShownView, say: Say): string {
  return product === null
    ? say('reviews.title', { shop: shop.name })
    : say('reviews.product', { product: product.name });
}

function Summary({ view, say, mean }: Part & { readonly mean: number }): VNode {
  const { rating } = view;
  return (
    <section class="summary" aria-labelledby="spread">
      <div class="mean">
        <p class="big number">{say('reviews.mean', { mean })}</p>
        <MeanStars mean={mean} label={null} height={28} />
        <p class="soft">{say('reviews.count', { count: rating.count })}</p>
      </div>
      <div>
        <h2 id="spread" class="unseen">
          {say('reviews.spread')}
        </h2>
        <Spread view={view} say={say} />
      </div>
    </section>
  );
}

/** Five bars, each a link to its reviews; the words stand beside the drawing. */
function Spread({ view, say }: Part): VNode {
  const { spread, count } = view.rating;
  return (
    <ul class="spread">
      {[5, 4, 3, 2, 1].map((stars) => {
        const many = spread[stars - 1] ?? 0;
        return (
          <li key={stars}>
            <a
              href={addressOf(view, { stars, product: view.product?.sku ?? null })}
              aria-current={view.stars === stars ? 'true' : undefined}
            >
              <span class="number" aria-hidden="true">
                {stars} ★
              </span>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" width="100%" height="10" aria-hidden="true">
                <rect class="ground" width="100" height="8" rx="2" />
                <rect class="bar-full" width={count === 0 ? 0 : (many / count) * 100} height="8" rx="2" />
              </svg>
              <span class="number" aria-hidden="true">
                {many}
              </span>
              <span class="unseen">{say('reviews.spread.row', { stars, count: many })}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function List({ view, say }: Part): VNode | null {
  if (view.rating.mean === null) return null;
  const product = view.product?.sku ?? null;
  return (
    <section class="list" aria-labelledby="all">
      <div class="list-head">
        <h2 id="all">{say('reviews.all')}</h2>
        <form method="get" action={view.path}>
          <input type="hidden" name="language" value={view.language.slice(0, 2)} />
          {product === null ? null : <input type="hidden" name="product" value={product} />}
          <label for="stars">{say('reviews.filter.stars')}</label>{' '}
          <select id="stars" name="stars">
            <option value="" selected={view.stars === null}>
              {say('reviews.filter.all')}
            </option>
            {[5, 4, 3, 2, 1].map((stars) => (
              <option key={stars} value={String(stars)} selected={view.stars === stars}>
                {`${stars} ★`}
              </option>
            ))}
          </select>{' '}
          <button class="button quiet" type="submit">
            {say('reviews.filter.go')}
          </button>
        </form>
      </div>
      {view.reviews.length === 0 ? (
        <p>{say('reviews.filter.none')}</p>
      ) : (
        <ol>
          {view.reviews.map((review) => (
            <ReviewItem key={review.id} review={review} view={view} say={say} />
          ))}
        </ol>
      )}
      <p class="pages">
        {view.isFirst ? null : <a href={addressOf(view, { stars: view.stars, product })}>{say('reviews.newest')}</a>}
        {view.next === null ? null : (
          <a href={addressOf(view, { stars: view.stars, product, before: view.next })}>{say('reviews.more')}</a>
        )}
      </p>
    </section>
  );
}

/** What came from elsewhere stands apart and counts nowhere. */
function Imported({ view, say }: Part): VNode | null {
  if (view.imported.length === 0) return null;
  return (
    <section aria-labelledby="imported" class="imported">
      <h2 id="imported">{say('reviews.imported')}</h2>
      {view.imported.map((one) => (
        <p key={one.source}>{say('reviews.imported.text', one)}</p>
      ))}
      {view.importedReviews.length === 0 ? null : (
        <details>
          <summary>{say('reviews.imported.newest')}</summary>
          <ul>
            {view.importedReviews.map((review) => (
              <li key={`${review.source} ${review.day} ${review.title} ${review.text}`}>
                <p>
                  <Stars stars={review.stars} label={say('reviews.stars', { stars: review.stars })} />{' '}
                  <small class="soft">
                    {say('reviews.imported.from', { source: review.source })} · {review.day}
                  </small>
                </p>
                {review.title === '' ? null : <p dir="auto">{review.title}</p>}
                {review.text === '' ? null : <p dir="auto">{review.text}</p>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function How({ view, say }: Part): VNode {
  return (
    <section class="how" aria-labelledby="how">
      <h2 id="how">{say('reviews.how')}</h2>
      <ul class="law">
        {view.law.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {view.counts === null ? null : <Counts counts={view.counts} say={say} />}
      <details>
        <summary>{say('reviews.recount')}</summary>
        <p>{say('reviews.recount.text')}</p>
        <pre>
          <code>{view.command}</code>
        </pre>
        <p>
          <a href={view.jsonUrl}>{say('reviews.recount.json')}</a>
        </p>
      </details>
    </section>
  );
}

function Counts({ counts, say }: { readonly counts: CountsView; readonly say: Say }): VNode {
  const { withheld, withheldSpread, delivery } = counts;
  const stars = [5, 4, 3, 2, 1].flatMap((many) => {
    const count = withheldSpread[many - 1] ?? 0;
    return count === 0 ? [] : [`${count} × ${'★'.repeat(many)}`];
  });
  return (
    <dl class="counts">
      <Fact
        name={say('reviews.asked')}
        text={say('reviews.asked.text', { invited: counts.invited, delivered: counts.delivered })}
        more={unaskedIn(counts, say)}
      />
      <Fact name={say('reviews.received')} text={String(counts.received)} />
      <Fact name={say('reviews.published')} text={String(counts.published)} />
      <Fact name={say('reviews.waiting')} text={String(counts.waiting)} />
      <Fact name={say('reviews.withdrawn')} text={String(counts.withdrawn)} />
      <Fact
        name={say('reviews.withheld')}
        text={
          withheld.length === 0
            ? say('reviews.withheld.none')
            : withheld.map((one) => say('reviews.withheld.reason', one)).join(', ')
        }
        more={stars.length === 0 ? [] : [say('reviews.withheld.stars', { stars: stars.join(', ') })]}
      />
      {delivery.mean === null ? null : (
        <div>
          <dt>{say('reviews.delivery')}</dt>
          <dd>
            <RatingLine rating={delivery} say={say} height={16} />
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Who is missing among those that were asked, and by whose word: a shop that asks the happy ones alone shows here. */
function unaskedIn({ planned, unasked }: CountsView, say: Say): readonly string[] {
  const said = [
    [planned, 'reviews.asked.soon'],
    [unasked.refused, 'reviews.unasked.refused'],
    [unasked.unreachable, 'reviews.unasked.unreachable'],
    [unasked.shop, 'reviews.unasked.shop'],
  ] as const;
  return said.flatMap(([count, word]) => (count === 0 ? [] : [say(word, { count })]));
}

const nothing: readonly string[] = [];

function Fact({
  name,
  text,
  more = nothing,
}: {
  readonly name: string;
  readonly text: string;
  readonly more?: readonly string[];
}): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {text}
        {more.map((one) => (
          <small key={one}>{one}</small>
        ))}
      </dd>
    </div>
  );
}
