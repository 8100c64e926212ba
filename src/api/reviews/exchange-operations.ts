import { z } from 'zod';
import type { Database } from '#kit/database';
import type { Reviews } from '#reviews';
import { actorOf } from '../desk/request-operations.ts';
import { operation, type Operation } from '../operations.ts';

export type ReviewExchangeNeeds = {
  readonly database: Database;
  readonly reviews: Pick<Reviews, 'exportCsv' | 'importCsv' | 'importedOf' | 'dropImported'>;
};

const exportedMax = 2_000;
const importBytesMax = 4 * 1024 * 1024;

const source = z.object({ source: z.string(), count: z.int(), mean: z.number() });
const exampleSource = { source: 'Another Portal', count: 213, mean: 4.6 };

/** Reviews as CSV: away from here, and here from elsewhere, which are shown apart and count in no figure. */
export function reviewExchangeOperations(needs: ReviewExchangeNeeds): readonly Operation[] {
  return [...reading(needs), ...changing(needs)];
}

function reading({ database, reviews }: ReviewExchangeNeeds): readonly Operation[] {
  return [
    operation({
      name: 'exportReviews',
      method: 'GET',
      path: '/v1/review-export',
      scope: 'reviews:read',
      input: null,
      summary: 'The newest 2,000 published reviews as CSV (RFC 4180); the command line exports all',
      output: z.object({ csv: z.string() }),
      example: { params: {}, output: { csv: 'review,published_at,stars\r\nrev_01kakz3bafg1s3t5v7w9x0yz12,…,5\r\n' } },
      act: async ({ caller }) => {
        const pieces = await Array.fromAsync(reviews.exportCsv(database, caller.shopId, exportedMax));
        return { status: 200, body: { csv: pieces.join('') } };
      },
    }),
    operation({
      name: 'listImportedReviews',
      method: 'GET',
      path: '/v1/review-imports',
      scope: 'reviews:read',
      input: null,
      summary: 'What was brought along from elsewhere, by its source',
      output: z.object({ sources: z.array(source) }),
      example: { params: {}, output: { sources: [exampleSource] } },
      act: async ({ caller }) => ({
        status: 200,
        body: { sources: await reviews.importedOf(database, caller.shopId) },
      }),
    }),
  ];
}

function changing({ reviews }: ReviewExchangeNeeds): readonly Operation[] {
  return [
    operation({
      name: 'importReviews',
      method: 'POST',
      path: '/v1/review-imports',
      scope: 'reviews:write',
      bodyBytesMax: importBytesMax,
      summary:
        'Reviews from elsewhere as CSV with the columns stars, date, title, text, sku: shown apart, counted nowhere',
      input: z.strictObject({ source: z.string().max(60), csv: z.string() }),
      output: z.object({
        imported: z.int(),
        repeated: z.int(),
        errors: z.array(z.object({ line: z.int(), code: z.string(), message: z.string() })),
      }),
      example: {
        params: {},
        input: { source: 'Another Portal', csv: 'stars,date,text\r\n5,2025-03-01,Fast\r\n' },
        output: { imported: 1, repeated: 0, errors: [] },
      },
      act: async ({ caller, input }) => {
        const csv = (async function* bytes() {
          yield Buffer.from(input.csv);
        })();
        const asked = { shopId: caller.shopId, source: input.source, csv, actor: actorOf(caller) };
        return { status: 200, body: await reviews.importCsv(asked) };
      },
    }),
    operation({
      name: 'dropImportedReviews',
      method: 'DELETE',
      path: '/v1/review-imports/{source}',
      scope: 'reviews:write',
      input: null,
      summary: 'Take all reviews from this source away again',
      output: z.object({ dropped: z.int() }),
      example: { params: { source: 'Another Portal' }, output: { dropped: 213 } },
      act: async ({ caller, params }) => ({
        status: 200,
        body: { dropped: await reviews.dropImported(caller.shopId, params['source'] ?? '', actorOf(caller)) },
      }),
    }),
  ];
}
