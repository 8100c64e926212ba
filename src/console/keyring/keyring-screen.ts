import type { KeysStatus } from '#keys';
import { answer, type Answer } from '#kit/http';
import { consolePaths } from '../paths.ts';
import type { Visit } from '../screens/visit.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { keyringPage, type KeyringView } from './keyring-page.tsx';

/** The screen "Keys & backups": to be looked at; keys are turned and copied at the command line. */
export const keyringRoutes: readonly StaffRoute[] = [{ method: 'GET', path: consolePaths.keyring, act: show }];

async function show({ needs, visit, pageNeeds }: Work): Promise<Answer> {
  const status = await needs.keyRoom.status(needs.database);
  return answer.page(keyringPage(viewOf(status, visit), pageNeeds));
}

function viewOf(status: KeysStatus, { frame, moment, language }: Visit): KeyringView {
  const { keyringId, provider, health, wrapping, lost, rotation, backups } = status;
  const number = new Intl.NumberFormat(language);
  const counted = (count: number): string => number.format(count);
  return {
    frame,
    keyringId,
    provider,
    health:
      health === null
        ? null
        : { isWell: health.state === 'well', said: health.state === 'well' ? health.key : health.said },
    lost,
    wrapping: wrapping.map(({ id, wraps, rows }) => ({ id, wraps, rows: counted(rows) })),
    rotation:
      rotation === null
        ? null
        : {
            to: rotation.toId,
            rewrapped: rotation.rewrapped,
            began: moment(rotation.beganAt),
            ended: rotation.endedAt === null ? null : moment(rotation.endedAt),
          },
    backups: (['data', 'keys'] as const).map((kind) => {
      const last = backups.find((one) => one.kind === kind);
      if (last === undefined) return { kind, made: null };
      const { madeAt, bytes, rowCount, encrypted } = last;
      const mebibytes = counted(Math.ceil(bytes / 1_048_576));
      return { kind, made: { at: moment(madeAt), mebibytes, rows: counted(rowCount), encrypted } };
    }),
  };
}
