import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { witnessJson, witnessStateJson, type Privacy } from '#privacy';
import { operation, type Operation } from '../operations.ts';

const moment = z.iso.datetime();
const urlMax = 500;
const exampleId = 'wit_01kakz3bafg1s3t5v7w9x0yz12';

const fingerprints = z.object({ ledger: z.string(), witness: z.string() });
const witness = z.object({
  id: z.string(),
  host: z.string(),
  fingerprints: fingerprints.meta({ description: 'To be compared over another way' }),
  added_at: moment,
  signed: z
    .object({ size: z.int(), at: moment.nullable() })
    .meta({ description: 'How many entries of the shop’s ledger it has signed for' }),
  trouble: z.string().nullable().meta({ description: 'Why it has not signed lately' }),
  theirs: z
    .object({ origin: z.string(), size: z.int(), signed_at: moment.nullable() })
    .meta({ description: 'Its ledger, and how far this house has signed it' }),
});
const state = z.object({
  witnesses: z.array(witness),
  alarms: z
    .array(
      z.object({
        origin: z.string(),
        what: z.enum(['fork', 'ahead', 'inconsistent']),
        noticed_at: moment,
        kept: z.string().nullable(),
        shown: z.string().nullable(),
      }),
    )
    .meta({ description: 'Ledgers that said two things that cannot both be true, with both signed texts' }),
  own: z.object({ ledger_url: z.string(), fingerprints }),
});

const exampleFingerprints = {
  ledger: '0a1b 2c3d 4e5f 6071 8293 a4b5 c6d7 e8f9',
  witness: '1b2c 3d4e 5f60 7182 93a4 b5c6 d7e8 f90a',
};
const exampleWitness = {
  id: exampleId,
  host: 'other.example',
  fingerprints: exampleFingerprints,
  added_at: '2026-11-29T12:00:00Z',
  signed: { size: 4_096, at: '2026-11-29T12:05:00Z' },
  trouble: null,
  theirs: { origin: 'other.example/ledger/shp_01', size: 811, signed_at: '2026-11-29T12:04:00Z' },
};

/** Other houses that sign what they see of the shop's ledger, and whose ledger this house signs in turn. */
export function witnessOperations({ privacy }: { readonly privacy: Pick<Privacy, 'witness'> }): readonly Operation[] {
  return [
    operation({
      name: 'listWitnesses',
      method: 'GET',
      path: '/v1/witnesses',
      scope: 'ledger:read',
      input: null,
      summary: 'Who signs what they see of the ledger, how far, and what was noticed',
      output: state,
      example: {
        params: {},
        output: {
          witnesses: [exampleWitness],
          alarms: [],
          own: { ledger_url: 'https://shop.example/ledger/shp_02/', fingerprints: exampleFingerprints },
        },
      },
      act: async ({ caller }) => ({
        status: 200,
        body: witnessStateJson(await privacy.witness.state(caller.shopId)),
      }),
    }),
    operation({
      name: 'addWitness',
      method: 'POST',
      path: '/v1/witnesses',
      scope: 'ledger:write',
      summary: 'Have the house of another ledger sign this one, and sign that one in turn',
      input: z.strictObject({ url: z.string().min(1).max(urlMax) }),
      output: witness,
      example: { params: {}, input: { url: 'https://other.example/ledger/shp_01/' }, output: exampleWitness },
      act: async ({ caller, input: { url } }) => {
        const actor = `key ${showId('key', caller.keyId)}`;
        return { status: 200, body: witnessJson(await privacy.witness.add(caller.shopId, url, actor)) };
      },
    }),
    operation({
      name: 'removeWitness',
      method: 'DELETE',
      path: '/v1/witnesses/{id}',
      scope: 'ledger:write',
      input: null,
      summary: 'Ask a witness no longer, and sign its ledger no longer',
      output: z.object({ removed: z.boolean().meta({ description: 'False when there is none' }) }),
      example: { params: { id: exampleId }, output: { removed: true } },
      act: async ({ caller, params }) => {
        const witnessId = readId('wit', params['id'] ?? '');
        if (witnessId === null) throw new Fault('not_found', 'There is no such witness.');
        const actor = `key ${showId('key', caller.keyId)}`;
        return { status: 200, body: { removed: await privacy.witness.remove(caller.shopId, witnessId, actor) } };
      },
    }),
  ];
}
