import { onlyRows, sweepOf, type Sweep } from '#privacy';
import { statements as desk } from '../requests/store.ts';
import { statements } from './store.ts';

const leaving = sweepOf('proof', { 'rights.leaving': { past: statements.pastLeaving, drop: '' } });

export const rightsSweeps: readonly Sweep[] = [
  sweepOf('request', { 'rights.request': { past: desk.pastRequests, drop: desk.dropRequests } }, [
    'rights.request_step',
  ]),
  {
    ...leaving,
    drop: async (tx, { shopId, before }, rowsMax) => {
      const rows = await tx.rows<{ personId: string }>(statements.dropLeaving, [shopId, before, rowsMax]);
      return { ...onlyRows({ 'rights.leaving': rows.length }), goneIds: rows.map(({ personId }) => personId) };
    },
  },
];
