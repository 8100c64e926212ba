import { showId } from '#kit/ids';
import type { Witness, WitnessAlarm, WitnessState } from './shapes.ts';

/** As programs read it, at the API and the command line. */
export function witnessJson(witness: Witness): object {
  const { witnessId, host, fingerprints, addedAt, signedSize, signedAt, trouble, theirs } = witness;
  return {
    id: showId('wit', witnessId),
    host,
    fingerprints,
    added_at: addedAt.toString(),
    signed: { size: signedSize, at: signedAt?.toString() ?? null },
    trouble,
    theirs: { origin: theirs.origin, size: theirs.size, signed_at: theirs.signedAt?.toString() ?? null },
  };
}

function alarmJson({ origin, what, noticedAt, kept, shown }: WitnessAlarm): object {
  return { origin, what, noticed_at: noticedAt.toString(), kept, shown };
}

export function witnessStateJson({ witnesses, alarms, own }: WitnessState): object {
  const { ledgerUrl, fingerprints } = own;
  return {
    witnesses: witnesses.map(witnessJson),
    alarms: alarms.map(alarmJson),
    own: { ledger_url: ledgerUrl, fingerprints },
  };
}
