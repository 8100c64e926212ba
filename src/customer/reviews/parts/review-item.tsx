import type { VNode } from 'preact';
import type { Say } from '../../words.ts';
import { addressOf, type ReviewView, type ShownView } from '../shown-view.ts';
import { Stars } from './rating-line.tsx';

type Part = { readonly review: ReviewView; readonly view: ShownView; readonly say: Say };

/** One review, as its writer wrote it and in their language, with the shop's answer below. */
export function ReviewItem({ review, view, say }: Part): VNode {
  const { title, text, by, day, language, entry } = review;
  return (
    <li class="review" id={review.id}>
      <p class="stars-line">
        <Stars stars={review.shop} label={say('reviews.stars', { stars: review.shop })} />
        {review.delivery === null ? null : <small>{say('reviews.delivery.stars', { stars: review.delivery })}</small>}
      </p>
      {title === '' ? null : (
        <h3 lang={language} dir="auto">
          {title}
        </h3>
      )}
      {text === '' ? null : (
        <div class="words" lang={language} dir="auto">
          {text.split('\n').map((line, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
            <p key={at}>{line}</p>
          ))}
        </div>
      )}
      <Pictures review={review} view={view} say={say} />
      <Products review={review} view={view} say={say} />
      <p class="soft small">
        <bdi>{by}</bdi> · <time dateTime={review.at}>{day}</time>
        {entry === null ? null : <> · {say('reviews.entry', { index: entry })}</>}
      </p>
      {review.answer === null ? null : (
        <div class="answer">
          <p>
            <b>{say('reviews.answer', { shop: view.shop.name })}</b> <small class="soft">{review.answer.day}</small>
          </p>
          <div class="words" dir="auto">
            {review.answer.text.split('\n').map((line, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- lines have no other name
              <p key={at}>{line}</p>
            ))}
          </div>
        </div>
      )}
    </li>
  );
}

function Pictures({ review, say }: Part): VNode | null {
  if (review.pictures.length === 0) return null;
  return (
    <ul class="pictures">
      {review.pictures.map(({ full, small }, at) => (
        <li key={full}>
          <a href={full}>
            <img
              src={small}
              alt={say('reviews.picture', { place: at + 1 })}
              width={112}
              height={112}
              loading="lazy"
              decoding="async"
            />
          </a>
        </li>
      ))}
    </ul>
  );
}

function Products({ review, view, say }: Part): VNode | null {
  if (review.products.length === 0) return null;
  return (
    <ul class="products">
      {review.products.map(({ name, sku, stars }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- an order may have the same product twice
        <li key={at}>
          <Stars stars={stars} label={say('reviews.stars', { stars })} />{' '}
          {sku === null || view.product !== null ? (
            <bdi>{name}</bdi>
          ) : (
            <a href={addressOf(view, { product: sku })}>
              <bdi>{name}</bdi>
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}
