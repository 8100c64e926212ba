import type { Queries } from '#kit/database';
import { createLoop } from '#kit/facts';
import { bringRound, type WitnessRow } from './bring.ts';
import { createCosigner, witnessLines } from './cosigner.ts';
import { readKeyLines } from './key-lines.ts';
import type { WitnessNeeds, WitnessRoom } from './shapes.ts';
import { mountWitness } from './sign-others.ts';
import { statements } from './store.ts';
import { createVerbs } from './verbs.ts';

export type { Witness, WitnessAlarm, WitnessNeeds, WitnessRoom, WitnessState, WitnessTrouble } from './shapes.ts';

const lookEveryMs = 2_000;

export function createWitnessRoom(needs: WitnessNeeds): WitnessRoom {
  const { log } = needs;
  const cosigner = createCosigner(needs.keyring, needs.publicUrl);
  const loop = createLoop({
    beatMs: lookEveryMs,
    turn: async () => (await bringRound(needs)) > 0,
    failed: (error) => log.error('witnesses cannot be asked', error),
  });
  return {
    ...createVerbs(needs),
    mount: (http) => mountWitness(http, needs, cosigner),
    checkpoint: async (queries, shopId) => {
      const newest = await queries.one<{ size: number; note: string }>(statements.newest, [shopId]);
      return newest === null ? null : await cosigned(queries, shopId, newest);
    },
    witnessed: async (queries, shopId) => {
      const signed = await queries.one<{ size: number }>(statements.newestSigned, [shopId]);
      const row =
        signed === null ? null : await queries.one<{ note: string }>(statements.noteOf, [shopId, signed.size]);
      return signed === null || row === null ? null : await cosigned(queries, shopId, { ...signed, ...row });
    },
    policyLines: async (queries, shopId) => {
      const rows = await queries.rows<WitnessRow>(statements.witnesses, [shopId]);
      return rows.flatMap(({ keys, url }) => witnessLines(readKeyLines(keys), url));
    },
    round: () => bringRound(needs),
    start: loop.start,
    stop: loop.stop,
    forgetShop: async (tx, shopId) => {
      const { forgetCosignatures, forgetAlarms, forgetWitnesses } = statements;
      for (const statement of [forgetCosignatures, forgetAlarms, forgetWitnesses]) await tx.rows(statement, [shopId]);
    },
  };
}

/** With what witnesses have signed of this very size. */
async function cosigned(
  queries: Queries,
  shopId: string,
  { size, note }: { readonly size: number; readonly note: string },
): Promise<string> {
  const rows = await queries.rows<{ lines: string }>(statements.linesAt, [shopId, size]);
  return note + rows.map(({ lines }) => lines).join('');
}
