import assert from 'node:assert/strict';
import { AcmeFault } from '#tls';

/** What an authority said no by. */
export async function refusal(work: Promise<unknown>): Promise<AcmeFault> {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert(error instanceof AcmeFault, `it was not refused: ${String(error)}`);
  return error;
}
