import { z } from 'zod';
import { heldBackJson, objectionable, readConsentId, restrainedJson, type Restraining } from '#rights';
import { operation, type Operation } from '../operations.ts';
import { actorOf, orderOf, type RightsNeeds } from './of-order.ts';

const moment = z.iso.datetime();
const heldBack = z.object({
  restricted_since: moment.nullable().meta({ description: 'Since when their data is kept and not used (Article 18)' }),
  objections: z.array(z.object({ purpose: z.string(), since: moment })),
  consents: z
    .array(
      z.object({
        id: z.string(),
        recipient: z.string(),
        purpose: z.string(),
        fields: z.array(z.string()),
        given_at: moment,
      }),
    )
    .meta({ description: 'Those that hold' }),
});
const restrained = heldBack.extend({
  changed: z.boolean().meta({ description: 'False where it was so already' }),
  recipients: z.array(z.string()).meta({ description: 'Who is to be told of a restriction (Article 19 GDPR)' }),
});

const params = { order_number: 'A-1001' };
const consentId = 'cns_01kakz3bafg1s3t5v7w9x0yz12';
const exampleHeldBack = { restricted_since: '2026-11-29T12:00:00Z', objections: [], consents: [] };
const exampleRestrained = { ...exampleHeldBack, changed: true, recipients: ['DHL'] };

/** What the buyer of an order has held back, and staff's way to do it for whoever asked by letter, mail or phone. */
export function restraintOperations(needs: RightsNeeds): readonly Operation[] {
  return [
    operation({
      name: 'readRestraints',
      method: 'GET',
      path: '/v1/orders/{order_number}/person/restraints',
      scope: 'rights:read',
      input: null,
      summary: 'Whether the buyer of an order restricted the use of their data, what they object to, what they allow',
      output: heldBack,
      example: { params, output: exampleHeldBack },
      act: async (call) => {
        const order = await orderOf(needs, call);
        return { status: 200, body: heldBackJson(await needs.rights.heldBack(needs.database, order)) };
      },
    }),
    verb(
      needs,
      ['restrictPerson', 'restriction'],
      'Keep the data of the buyer and use it for nothing (Article 18 GDPR), or lift that; tell them before you lift it',
      z.strictObject({ on: z.boolean() }),
      { on: true },
      ({ on }) => ({ kind: 'restriction', on }),
    ),
    verb(
      needs,
      ['objectForPerson', 'objection'],
      'Have nothing about the buyer leave for one purpose any more (Article 21 GDPR), or take that back',
      z.strictObject({ purpose: z.enum(objectionable), on: z.boolean() }),
      { purpose: 'sending mail', on: true },
      (input) => ({ kind: 'objection', ...input }),
    ),
    verb(
      needs,
      ['withdrawForPerson', 'withdrawal'],
      'Take back a consent of the buyer, and all that let the same go to the same recipient (Article 7(3) GDPR)',
      z.strictObject({ consent: z.string().max(64) }),
      { consent: consentId },
      ({ consent }) => ({ kind: 'withdrawal', consentId: readConsentId(consent) }),
    ),
  ];
}

function verb<Input>(
  needs: RightsNeeds,
  [name, last]: readonly [name: string, last: string],
  summary: string,
  input: z.ZodType<Input>,
  example: object,
  wishOf: (input: Input) => Restraining,
): Operation {
  return operation({
    name,
    method: 'POST',
    path: `/v1/orders/{order_number}/person/${last}`,
    scope: 'rights:write',
    summary,
    input,
    output: restrained,
    example: { params, input: example, output: exampleRestrained },
    act: async (call) => {
      const order = await orderOf(needs, call);
      const wish = wishOf(call.input);
      const done = await needs.database.tx((tx) => needs.rights.restrain(tx, order, wish, actorOf(call)));
      return { status: 200, body: restrainedJson(done) };
    },
  });
}
