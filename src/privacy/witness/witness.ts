import { createLoop } from '#kit/facts';
import { bringRound } from './bring.ts';
import { createCosigner } from './cosigner.ts';
import type { WitnessNeeds, WitnessRoom } from './shapes.ts';
import { mountWitness } from './sign-others.ts';
import { statements } from './store.ts';
import { createVerbs } from './verbs.ts';

export type { Witness, WitnessAlarm, WitnessNeeds, WitnessRoom, WitnessState } from './shapes.ts';

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
    ...createVerbs(needs, cosigner),
    mount: (http) => mountWitness(http, needs, cosigner),
    round: () => bringRound(needs),
    start: loop.start,
    stop: loop.stop,
    forgetShop: async (tx, shopId) => {
      const { forgetCosignatures, forgetAlarms, forgetWitnesses } = statements;
      for (const statement of [forgetCosignatures, forgetAlarms, forgetWitnesses]) await tx.rows(statement, [shopId]);
    },
  };
}
