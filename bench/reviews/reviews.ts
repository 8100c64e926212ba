// A hundred thousand published reviews, sealed as they are: what a page of them and the figures above it take, wherever
// somebody begins to read.
import { randomUUID } from 'node:crypto';
import { createSeals, digestOf, newSalt } from '../../src/reviews/content.ts';
import { figuresOf } from '../../src/reviews/figures.ts';
import type { Content } from '../../src/reviews/shapes.ts';
import { productFigures, published, type Page } from '../../src/reviews/shown/published.ts';
import { stand } from '../../src/reviews/shown/stand.ts';
import { figure, percentile, type Figure } from '../parts/figures.ts';
import { openBenchGround, putOrders, type BenchGround } from '../parts/ground.ts';

const reviewsMany = 100_000;
const personsMany = 400;
const perStatement = 5_000;
const rounds = 60;
const aimMs = 20;

export async function run(): Promise<readonly Figure[]> {
  const ground = await openBenchGround();
  try {
    await seed(ground);
    await ground.settle();
    return await measure(ground);
  } finally {
    await ground.close();
  }
}

async function seed(ground: BenchGround): Promise<void> {
  const { database, privacy, shop } = ground;
  const { shopId } = shop;
  await putOrders(ground, '00340434161', personsMany);
  const persons = await database.rows<{ personId: string }>('select person_id as "personId" from orders.person', []);
  const keys = [
    ...(
      await privacy.keysOf(
        database,
        'person',
        persons.map(({ personId }) => personId),
      )
    ).entries(),
  ];
  const seals = createSeals(privacy);
  const begun = Temporal.Instant.from('2024-01-01T00:00:00Z');
  for (let from = 0; from < reviewsMany; from += perStatement) {
    const rows = Array.from({ length: perStatement }, (_, at) => {
      const [personId, key] = keys[(from + at) % keys.length] ?? [];
      if (personId === undefined || key === undefined) throw new Error('nobody ordered');
      const content = contentOf(from + at);
      const [reviewId, revisionId] = [randomUUID(), randomUUID()];
      const sealed = seals.lock(key, 'reviews.revision.content', revisionId, content);
      const shownAt = begun.add({ minutes: 10 * (from + at) });
      return { personId, reviewId, revisionId, sealed, content, digest: digestOf(content), at: shownAt };
    });
    await database.tx(async (tx) => {
      const shown = rows.map(({ reviewId, content, at }) => {
        const { shop: stars, delivery } = content;
        return { shopId, reviewId, state: 'published', shop: stars, delivery, shownAt: at } as const;
      });
      await stand(tx, shown);
      await tx.rows(insertRows, [
        rows.map(({ personId }) => personId),
        rows.map(({ reviewId }) => reviewId),
        rows.map(({ revisionId }) => revisionId),
        rows.map(({ at }) => at),
        rows.map(({ digest }) => digest),
        rows.map(({ sealed }) => sealed),
        shopId,
      ]);
    });
  }
  await database.rows('analyze', []);
}

const insertRows = `
  with g as (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::bytea[])
      as g (person_id, review_id, revision_id, at, digest, content)
  ), words as (
    insert into reviews.revision (person_id, revision_id, review_id, shop_id, made_at, digest, content)
    select person_id, revision_id, review_id, $7, at, digest, content from g
  ), stars as (
    insert into reviews.product_stars (shop_id, review_id, place, sku, stars, shown_at)
    select $7, review_id, 0, 'SKU-' || get_byte(uuid_send(review_id), 1) % 50, 4, at from g
  )
  insert into reviews.review
    (person_id, review_id, order_id, shop_id, written_at, changed_at, latest_id, shown_id, shown_at, state)
  select person_id, review_id, review_id, $7, at, at, revision_id, revision_id, at, 'published' from g`;

const stars = [5, 5, 4, 5, 3, 5, 4, 2, 5, 1] as const;

function contentOf(index: number): Content {
  const shop = stars[index % stars.length] ?? 5;
  const text = 'Kam heil an und sieht aus wie auf dem Bild. '.repeat(1 + (index % 8));
  const rest = {
    by: 'Ada',
    delivery: 5,
    language: 'de',
    pictures: [],
    products: [],
    title: `Nummer ${index}`,
  } as const;
  return { ...rest, salt: newSalt(), shop, text };
}

async function measure({ database, privacy, shop }: BenchGround): Promise<readonly Figure[]> {
  const { shopId } = shop;
  const tools = { privacy, seals: createSeals(privacy) };
  const first: Page = { before: null, limit: 11 };
  const last = (await published(tools, database, shopId, { ...first, limit: 100 })).at(-1);
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['figures', () => figuresOf(database, shopId)],
    ['first page', () => published(tools, database, shopId, first)],
    ['tenth page', () => published(tools, database, shopId, { ...first, before: last?.reviewId ?? null })],
    ['page of one star', () => published(tools, database, shopId, { ...first, stars: 1 })],
    ['page of a product', () => published(tools, database, shopId, { ...first, product: 'SKU-7' })],
    [
      'of a product, stars nobody gave',
      () => published(tools, database, shopId, { ...first, product: 'SKU-7', stars: 1 }),
    ],
    ['figures of a product', () => productFigures(database, shopId, 'SKU-7')],
  ];
  const figures: Figure[] = [figure('published reviews', reviewsMany)];
  for (const [name, ask] of asked) {
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const from = performance.now();
      await ask();
      took.push(performance.now() - from);
    }
    figures.push(figure(`${name}, p95 ms`, percentile(took, 0.95), { aim: aimMs }));
  }
  return figures;
}
