import { firstIdAt } from '#kit/ids';
import { onlyRows, sweepOf, type Sweep } from '#privacy';
import { statements } from './store.ts';

/** Every import has a job that ends it; this is for what a job was lost for. */
export const apiSweeps: readonly Sweep[] = [
  {
    ...sweepOf('import', { 'api.import': { past: statements.pastImports, drop: '' } }),
    tables: ['api.import', 'api.import_refusal', 'api.import_chunk'],
    drop: async (tx, { before }, rowsMax) => {
      const imports = await tx.rows(statements.dropImports, [before, rowsMax]);
      const refusals = await tx.rows(statements.dropRefusals, [firstIdAt(before)]);
      const chunks = await tx.rows(statements.dropChunks, [firstIdAt(before)]);
      const rows = {
        'api.import': imports.length,
        'api.import_refusal': refusals.length,
        'api.import_chunk': chunks.length,
      };
      return onlyRows(rows);
    },
  },
];
