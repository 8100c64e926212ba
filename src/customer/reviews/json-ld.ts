import type { RatingView, ReviewView, ShownView } from './shown-view.ts';

const linkedCharactersMax = 1_000;

/** Whether words stand on the page a second time, as data: long ones would take the room of others. */
export function isLinked(text: string): boolean {
  return text !== '' && text.length <= linkedCharactersMax;
}

/**
 * What the page shows, in the words of schema.org: an organisation with its ratings, or a product. Nothing stands in it
 * that does not stand on the page. Null while nothing was rated.
 */
export function jsonLdOf({ shop, product, rating, reviews }: ShownView): object | null {
  if (rating.mean === null) return null;
  const about =
    product === null
      ? { '@type': 'Organization', name: shop.name, ...(shop.contact.url === null ? {} : { url: shop.contact.url }) }
      : {
          '@type': 'Product',
          name: product.name,
          sku: product.sku,
          brand: { '@type': 'Organization', name: shop.name },
        };
  return {
    ...about,
    aggregateRating: aggregateOf(rating),
    review: reviews.map((one) => reviewOf(one, product?.sku ?? null)),
  };
}

function aggregateOf({ mean, count }: RatingView): object {
  return {
    '@type': 'AggregateRating',
    ratingValue: mean,
    ratingCount: count,
    reviewCount: count,
    bestRating: 5,
    worstRating: 1,
  };
}

function reviewOf(review: ReviewView, sku: string | null): object {
  const stars = review.products.find((one) => sku !== null && one.sku === sku)?.stars ?? review.shop;
  return {
    '@type': 'Review',
    author: { '@type': 'Person', name: review.by },
    datePublished: review.at.slice(0, 10),
    inLanguage: review.language,
    ...(review.title === '' ? {} : { name: review.title }),
    ...(isLinked(review.text) ? { reviewBody: review.text } : {}),
    reviewRating: { '@type': 'Rating', ratingValue: stars, bestRating: 5, worstRating: 1 },
  };
}
