import { keysStatusJson, providerKinds, type KeysStatus, type ProviderKind } from '#keys';
import { Fault } from '#kit/fault';
import { columns, listOf, type Call } from '../command.ts';

const actor = 'command line';

export async function showKeys({ world, json }: Call): Promise<number> {
  const status = await world.withHouse(({ keyRoom, database }) => keyRoom.status(database));
  if (json) world.out(JSON.stringify(keysStatusJson(status), null, 2));
  else for (const line of statusLines(status)) world.out(line);
  return status.lost === 0 && (status.health?.state ?? 'well') === 'well' ? 0 : 1;
}

const keptBy: Readonly<Record<ProviderKind, string>> = {
  file: 'nothing but the folder it lies in',
  passphrase: 'a passphrase',
  vault: 'Vault Transit',
  awskms: 'AWS KMS',
};

function statusLines(status: KeysStatus): readonly string[] {
  const { rotation, health, lost } = status;
  const wrapping = status.wrapping.map(({ id, wraps, rows }) => [id, String(rows), wraps ? 'wraps' : 'still unwraps']);
  return [
    `Keyring ${status.keyringId}, kept closed by ${keptBy[status.provider]}.`,
    ...(health === null ? [] : [health.state === 'well' ? `It answers: ${health.key}.` : health.said]),
    '',
    columns([['WRAPPING KEY', 'AROUND', ''], ...wrapping]),
    ...(lost === 0
      ? []
      : ['', `${lost} keys are wrapped with a key that is not in this keyring: nobody can open them.`]),
    '',
    rotation === null ? 'It was never rotated.' : rotationLine(rotation),
    ...(['data', 'keys'] as const).map((kind) => {
      const last = status.backups.find((one) => one.kind === kind);
      return last === undefined ? `No backup of ${kind} yet.` : `Last backup of ${kind}: ${at(last.madeAt)}.`;
    }),
  ];
}

function rotationLine({ beganAt, toId, rewrapped, endedAt }: NonNullable<KeysStatus['rotation']>): string {
  if (endedAt !== null) return `Rotated to ${toId}, done at ${at(endedAt)}: ${rewrapped} keys.`;
  return `Being rotated to ${toId} since ${at(beganAt)}: ${rewrapped} keys so far. \`keys rotate\` goes on with it.`;
}

function at(moment: Temporal.Instant): string {
  return moment.toString({ smallestUnit: 'second' });
}

const sayEvery = 10_000;

export async function rotateKeys({ world, json }: Call): Promise<number> {
  let said = 0;
  const rotation = await world.withHouse(({ keyRoom }) =>
    keyRoom.rotate(actor, (done) => {
      if (done - said < sayEvery) return;
      said = done;
      world.err(`${done} keys have the new one around them.`);
    }),
  );
  const { toId, rewrapped } = rotation;
  if (json) world.out(JSON.stringify({ to: toId, rewrapped }));
  else {
    world.out(`The key ${toId} wraps now: ${rewrapped} keys were turned to it.`);
    world.err('Make a backup of the keys (`keys backup`); then `keys retire` drops the old one.');
  }
  return 0;
}

export async function retireKeys({ world, json }: Call): Promise<number> {
  const dropped = await world.withHouse(({ keyRoom }) => keyRoom.retire(actor));
  world.out(json ? JSON.stringify({ dropped }) : `Dropped: ${dropped.join(', ')}. They lay around nothing.`);
  return 0;
}

export async function moveKeys({ world, values, json }: Call): Promise<number> {
  const [to] = listOf(values['to']);
  const kind = providerKinds.find((one) => one === to);
  if (kind === undefined) throw new Fault('invalid', `Say where to: --to ${providerKinds.join(', ')}.`);
  await world.withHouse(({ keyRoom }) => keyRoom.moveTo(kind, actor));
  if (json) world.out(JSON.stringify({ provider: kind }));
  else {
    world.out(`The keyring is kept closed by ${keptBy[kind]} now.`);
    world.err('Older copies of its file open as before: remove them, or `keys rotate`.');
  }
  return 0;
}
