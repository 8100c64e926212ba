import { sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

export const customerSweeps: readonly Sweep[] = [
  sweepOf('session', {
    'customer.code': { past: statements.pastCodes, drop: statements.dropCodes },
    'customer.grant_of_person': { past: statements.pastGrants, drop: statements.dropGrants },
    'customer.farewell': { past: statements.pastFarewells, drop: statements.dropFarewells },
  }),
];
