import { z } from 'zod';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId } from '#kit/ids';
import {
  answerCharactersMax,
  bases,
  figuresJson,
  noteCharactersMax,
  reasons,
  reviewJson,
  settingsJson,
  type Answered,
  type Judged,
  type Reviews,
  type Verdict,
} from '#reviews';
import { actorOf } from '../desk/request-operations.ts';
import { operation, type Call, type Operation } from '../operations.ts';

export type ReviewApiNeeds = {
  readonly database: Database;
  readonly reviews: Pick<
    Reviews,
    'list' | 'read' | 'moderate' | 'answer' | 'settingsOf' | 'changeSettings' | 'figuresOf'
  >;
};

const exampleId = 'rev_01kakz3bafg1s3t5v7w9x0yz12';
const moment = z.iso.datetime();
const stars = z.int().min(1).max(5);
const listMax = 100;

const review = z.object({
  id: z.string().meta({ description: 'As it stands in the shop’s ledger; it leads to nobody' }),
  order: z.string(),
  state: z.enum(['waiting', 'published', 'withheld']),
  reason: z.enum(reasons).nullable(),
  note: z.string().nullable().meta({ description: 'What its author was told with the reason' }),
  written_at: moment,
  changed_at: moment,
  judged_at: moment.nullable(),
  publishes_at: moment.nullable().meta({ description: 'When it is published by itself, if nobody judges' }),
  older_is_shown: z.boolean().meta({ description: 'An earlier revision is shown until this one is judged' }),
  stars: z.object({
    shop: stars,
    delivery: stars.nullable(),
    products: z.array(z.object({ name: z.string(), sku: z.string().nullable(), stars })),
  }),
  title: z.string(),
  text: z.string(),
  by: z.string().nullable().meta({ description: 'As its author is called; null for “verified buyer”' }),
  language: z.string(),
  pictures: z.int(),
  answer: z.object({ text: z.string(), at: moment }).nullable(),
});

const exampleReview = {
  id: exampleId,
  order: 'ord_01kakz3bafg1s3t5v7w9x0yz12',
  state: 'waiting' as const,
  reason: null,
  note: null,
  written_at: '2026-11-29T12:00:00Z',
  changed_at: '2026-11-29T12:00:00Z',
  judged_at: null,
  publishes_at: '2026-12-02T12:00:00Z',
  older_is_shown: false,
  stars: { shop: 4, delivery: 5, products: [{ name: 'Mug', sku: 'M-1', stars: 3 }] },
  title: 'Good',
  text: 'The mug is whole.',
  by: null,
  language: 'en',
  pictures: 0,
  answer: null,
};

const settings = z.object({
  invites: z.boolean(),
  basis: z.enum(bases),
  told_at: moment.nullable().meta({ description: 'Since when the shop says that customers are told (UWG, § 7(3))' }),
  delay_days: z.int(),
  fallback_days: z.int(),
  publish_days: z.int(),
});
const exampleSettings = {
  invites: true,
  basis: 'consent' as const,
  told_at: null,
  delay_days: 3,
  fallback_days: 21,
  publish_days: 3,
};

const rating = z.object({
  count: z.int(),
  mean: z.number().nullable().meta({ description: 'Two decimals, half up' }),
  spread: z.array(z.int()).meta({ description: 'How often 1, 2, 3, 4 and 5' }),
});
const counted = z.array(z.object({ reason: z.string(), count: z.int() }));
const figures = z.object({
  delivered: z.int(),
  invited: z.int(),
  planned: z.int(),
  not_invited: counted,
  received: z.int(),
  published: z.int(),
  withheld: counted,
  withheld_stars: z.array(z.int()),
  waiting: z.int(),
  withdrawn: z.int(),
  shop: rating,
  delivery: rating,
});
const none = { count: 0, mean: null, spread: [0, 0, 0, 0, 0] };
const exampleFigures = {
  delivered: 12,
  invited: 10,
  planned: 1,
  not_invited: [{ reason: 'no consent', count: 1 }],
  received: 0,
  published: 0,
  withheld: [],
  withheld_stars: none.spread,
  waiting: 0,
  withdrawn: 0,
  shop: none,
  delivery: none,
};

/** Reviews of the key's shop: what waits, what is shown, what is not and why; and how customers are asked. */
export function reviewOperations(needs: ReviewApiNeeds): readonly Operation[] {
  return [...reading(needs), ...judging(needs), ...setting(needs)];
}

function reading({ database, reviews }: ReviewApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listReviews',
      method: 'GET',
      path: '/v1/reviews',
      scope: 'reviews:read',
      input: null,
      summary:
        'Reviews by how they stand, the newest change first, of those that wait the oldest; 100 of each at the most',
      output: z.object({ waiting: z.array(review), published: z.array(review), withheld: z.array(review) }),
      example: { params: {}, output: { waiting: [exampleReview], published: [], withheld: [] } },
      act: async ({ caller: { shopId } }) => {
        const rows = async (state: 'waiting' | 'published' | 'withheld') =>
          (await reviews.list(database, shopId, { state, before: null, limit: listMax })).map(reviewJson);
        const [waiting, published, withheld] = [await rows('waiting'), await rows('published'), await rows('withheld')];
        return { status: 200, body: { waiting, published, withheld } };
      },
    }),
    operation({
      name: 'readReview',
      method: 'GET',
      path: '/v1/reviews/{id}',
      scope: 'reviews:read',
      input: null,
      summary: 'One review, and where it stands',
      output: review,
      example: { params: { id: exampleId }, output: exampleReview },
      act: async (call) => ({ status: 200, body: await oneOf({ database, reviews }, call) }),
    }),
    operation({
      name: 'readReviewFigures',
      method: 'GET',
      path: '/v1/review-figures',
      scope: 'reviews:read',
      input: null,
      summary: 'How many were asked, wrote, are shown or not, and why; as the public page says it',
      output: figures,
      example: { params: {}, output: exampleFigures },
      act: async ({ caller }) => ({ status: 200, body: figuresJson(await reviews.figuresOf(database, caller.shopId)) }),
    }),
  ];
}

function judging(needs: ReviewApiNeeds): readonly Operation[] {
  const { database, reviews } = needs;
  const judge = async (call: Asked, verdict: Verdict): Promise<void> => {
    const judgement = { shopId: call.caller.shopId, reviewId: idOf(call), verdict, actor: actorOf(call.caller) };
    const said = await database.tx((tx) => reviews.moderate(tx, judgement));
    if ('no' in said) throw refusal(said.no);
  };
  const row = { method: 'POST', scope: 'reviews:write', output: review } as const;
  const example = { params: { id: exampleId }, output: exampleReview };
  return [
    operation({
      ...row,
      name: 'publishReview',
      path: '/v1/reviews/{id}/publish',
      summary: 'Show a review now; what nobody judges is shown by itself',
      input: null,
      example,
      act: async (call) => {
        await judge(call, { publish: true });
        return { status: 200, body: await oneOf(needs, call) };
      },
    }),
    operation({
      ...row,
      name: 'withholdReview',
      path: '/v1/reviews/{id}/withhold',
      summary:
        'Withhold a review for one of the published reasons; its author is told, its stars are counted in public',
      input: z.strictObject({ reason: z.enum(reasons), note: z.string().max(noteCharactersMax).default('') }),
      example: { ...example, input: { reason: 'insult', note: 'Please without the word in the first line.' } },
      act: async (call) => {
        await judge(call, { withhold: call.input.reason, note: call.input.note });
        return { status: 200, body: await oneOf(needs, call) };
      },
    }),
    operation({
      ...row,
      name: 'answerReview',
      path: '/v1/reviews/{id}/answer',
      summary: 'The shop’s one public answer; another text takes its place, an empty one takes it back',
      input: z.strictObject({ text: z.string().max(answerCharactersMax) }),
      example: { ...example, input: { text: 'Thank you!' } },
      act: async (call) => {
        const answering = { shopId: call.caller.shopId, reviewId: idOf(call), actor: actorOf(call.caller) };
        const said = await database.tx((tx) => reviews.answer(tx, { ...answering, ...call.input }));
        if ('no' in said) throw refusal(said.no);
        return { status: 200, body: await oneOf(needs, call) };
      },
    }),
  ];
}

function setting({ database, reviews }: ReviewApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'readReviewSettings',
      method: 'GET',
      path: '/v1/review-settings',
      scope: 'reviews:read',
      input: null,
      summary: 'How customers are asked for reviews, and when what nobody judged is shown',
      output: settings,
      example: { params: {}, output: exampleSettings },
      act: async ({ caller }) => ({
        status: 200,
        body: settingsJson(await reviews.settingsOf(database, caller.shopId)),
      }),
    }),
    operation({
      name: 'changeReviewSettings',
      method: 'PUT',
      path: '/v1/review-settings',
      scope: 'reviews:write',
      summary:
        'Change how customers are asked; `existing customers` needs `told`: at the order, and in each mail, that they may object',
      input: z.strictObject({
        invites: z.boolean(),
        basis: z.enum(bases),
        told: z.boolean().default(false),
        delay_days: z.int(),
        fallback_days: z.int(),
        publish_days: z.int(),
      }),
      output: settings,
      example: {
        params: {},
        input: { invites: true, basis: 'consent', delay_days: 3, fallback_days: 21, publish_days: 3 },
        output: exampleSettings,
      },
      act: async ({ caller, input }) => {
        const { invites, basis, told, delay_days: delayDays, fallback_days: fallbackDays } = input;
        const change = { invites, basis, told, delayDays, fallbackDays, publishDays: input.publish_days };
        return {
          status: 200,
          body: settingsJson(await reviews.changeSettings(caller.shopId, change, actorOf(caller))),
        };
      },
    }),
  ];
}

type Asked = Pick<Call<unknown>, 'params' | 'caller'>;

async function oneOf({ database, reviews }: ReviewApiNeeds, call: Asked): Promise<object> {
  const found = await reviews.read(database, call.caller.shopId, idOf(call));
  if (found === null) throw noReview();
  return reviewJson(found);
}

/** @throws Fault('not_found') for what is no id */
function idOf({ params }: Pick<Asked, 'params'>): string {
  const reviewId = readId('rev', params['id'] ?? '');
  if (reviewId === null) throw noReview();
  return reviewId;
}

function noReview(): Fault {
  return new Fault('not_found', 'There is no such review here.');
}

type No = Extract<Judged | Answered, { readonly no: string }>['no'];

function refusal(no: No): Fault {
  if (no === 'unknown') return noReview();
  return new Fault(
    'conflict',
    {
      unchanged: 'It is so already.',
      restricted: 'Its author has restricted the use of their data: nothing of theirs is published.',
      'not shown': 'A review that is not shown has no public answer.',
    }[no],
  );
}
