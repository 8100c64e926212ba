import type { KeysStatus } from './rotation.ts';

/** As the API and `--json` of the command line give it. */
export function keysStatusJson(status: KeysStatus) {
  const { rotation, health } = status;
  return {
    keyring: status.keyringId,
    provider: status.provider,
    health: health === null ? null : { state: health.state, said: health.state === 'well' ? health.key : health.said },
    wrapping: status.wrapping.map(({ id, wraps, rows }) => ({ id, wraps, rows })),
    lost: status.lost,
    rotation:
      rotation === null
        ? null
        : {
            began_at: at(rotation.beganAt),
            to: rotation.toId,
            rewrapped: rotation.rewrapped,
            ended_at: rotation.endedAt === null ? null : at(rotation.endedAt),
          },
    processes: status.processes.length,
    backups: status.backups.map(({ kind, madeAt, bytes, rowCount: rows, encrypted }) => ({
      kind,
      made_at: at(madeAt),
      bytes,
      rows,
      encrypted,
    })),
  };
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}
