import { readFileSync } from 'node:fs';
import type { Restored, RestoreStep, RestoreWarning, Said } from '#backup';
import { readIdentities } from '#keys';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { listOf, type Call, type CommandWorld } from '../command.ts';

const keepDays = 30;

export async function backUpData(call: Call): Promise<number> {
  const { world, json } = call;
  const how = { ...placeOf(call), say: progressOf(world) };
  const made = await world.withHouse(({ backup }) => backup.writeData(how));
  const { folder, rowCount: rows, bytes, encrypted } = made;
  if (json) world.out(JSON.stringify({ folder, rows, bytes, encrypted }));
  else {
    world.out(folder);
    world.err(`${rows} rows, ${sizeOf(bytes)}. The keys are not in it: \`keys backup\` copies them, elsewhere.`);
  }
  return 0;
}

export async function backUpKeys(call: Call): Promise<number> {
  const { world, json, values } = call;
  const [keep = String(keepDays)] = listOf(values['keep']);
  const how = { ...placeOf(call), say: progressOf(world), keepDays: Number(keep) };
  const made = await world.withHouse(({ backup }) => backup.writeKeys(how));
  const { folder, rowCount: rows, bytes, encrypted, removed } = made;
  if (json) world.out(JSON.stringify({ folder, rows, bytes, encrypted, removed }));
  else {
    world.out(folder);
    world.err(`${rows} rows and the keyring, ${sizeOf(bytes)}. Whoever has it and the data reads everything.`);
    if (removed.length > 0) world.err(`Older copies removed: ${removed.length}.`);
  }
  return 0;
}

function placeOf({ positionals, values }: Call): { readonly under: string; readonly recipients: readonly string[] } {
  const [under = ''] = positionals;
  if (under.trim() === '') throw new Fault('invalid', 'Say where to: DIR is the folder for the copies.');
  return { under, recipients: listOf(values['recipient']) };
}

/** A line for each tenth, so that a long copy shows that it goes on. */
function progressOf(world: CommandWorld): Said {
  let said = 0;
  return ({ tables, of, rows, bytes }) => {
    const tenth = Math.floor((10 * tables) / of);
    if (tenth === said || tenth === 10) return;
    said = tenth;
    world.err(`${tables} of ${of} tables, ${rows} rows, ${sizeOf(bytes)}`);
  };
}

function sizeOf(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1_024)} KiB` : `${Math.ceil(bytes / 1_048_576)} MiB`;
}

export async function restoreAll({ world, positionals, values, json }: Call): Promise<number> {
  const [dataFolder = ''] = positionals;
  const [keysFolder] = listOf(values['keys']);
  if (keysFolder === undefined) throw new Fault('invalid', 'Say where the copy of the keys lies: --keys FOLDER.');
  const restored = await world.restore({
    dataFolder,
    keysFolder,
    identities: listOf(values['identity']).flatMap(identitiesIn),
    replace: values['replace'] === true,
    say: stepsTo(world),
  });
  // What the data brought back of who has no key any more: nobody can read it, and nothing of it is to be found again.
  // Not where the keys are older than the data: newer ones may lie somewhere, and open it.
  const isOlder = restored.warnings.some(({ about }) => about === 'keys_older');
  const forgotten = isOlder ? 0 : await world.withHouse(({ rights }) => rights.forgetKeyless());
  if (json) world.out(JSON.stringify({ ...restored, forgotten }, null, 2));
  else for (const line of restoredLines(restored, forgotten)) world.out(line);
  for (const warning of restored.warnings) world.err(warningOf(warning));
  return 0;
}

function identitiesIn(path: string): readonly string[] {
  try {
    return readIdentities(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('invalid', `The identity file ${path} cannot be read.`, { cause: error });
  }
}

function stepsTo(world: CommandWorld): (step: RestoreStep) => void {
  let said = '';
  return (step) => {
    const [done, of] = step.at === 'checking' ? [step.bytes, step.of] : [step.tables, step.of];
    const now = `${step.at} ${of === 0 ? 10 : Math.floor((10 * done) / of)}`;
    if (now === said) return;
    said = now;
    world.err(step.at === 'checking' ? `checked ${sizeOf(done)} of ${sizeOf(of)}` : `${done} of ${of} tables are back`);
  };
}

function restoredLines(restored: Restored, forgotten: number): readonly string[] {
  const { dataAt, keysAt, tables, rows, keyringId, ledger } = restored;
  return [
    `${rows} rows in ${tables} tables are back: data of ${dataAt}, keys of ${keysAt}, keyring ${keyringId}.`,
    ...ledger.map(
      ({ shop, size, root }) => `The ledger of the shop ${showId('shp', shop)} ends with entry ${size}, root ${root}.`,
    ),
    `Whoever was erased before the keys were copied is not readable, also in this older data, and forgotten: ${forgotten}.`,
    '`npm start` serves it; `doctor` looks whether all is well.',
  ];
}

function warningOf(warning: RestoreWarning): string {
  if (warning.about === 'keys_older') {
    return `The keys (${warning.keys}) are older than the data (${warning.data}): who came in between cannot be read.`;
  }
  const { shop, size, signed, root } = warning;
  const had = `${signed} entries had been signed (root ${root})`;
  return `The ledger of the shop ${showId('shp', shop)} ends with ${size}, and ${had}. It takes no entries before you say \`ledger resume --confirm ${signed}\`, which enters that a backup was put back. Witnesses and visitors who saw the longer one will call the rest missing: tell them.`;
}
