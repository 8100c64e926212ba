// The floors of ARCHITECTURE.md as law: imports look down, and through front doors only.
import { posix } from 'node:path';
import type { Finding, Law } from '../law.ts';
import { importsOf } from '../source.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

/** Names on one line are neighbours: they may not import each other. */
type Floors = ReadonlyMap<string, number>;

export const floors: Law = {
  sees: (path) => path === 'ARCHITECTURE.md' || (path.startsWith('src/') && isCode(path)),
  judge: (files) => {
    const drawing = files.find((file) => file.path === 'ARCHITECTURE.md');
    const order = readFloors(drawing?.text ?? '');
    if (order.size === 0) return [{ path: 'ARCHITECTURE.md', line: 1, says: 'has no ```floors drawing' }];
    const sources = files.filter((file) => file !== drawing);
    if (sources.length === 0) return [{ path: 'src', line: 1, says: 'holds no source' }];
    const placed = sources.filter((file) => order.has(roomOf(file.path)));
    return [...missingDoors(sources, order), ...placed.flatMap((file) => judgeFile(file, order))];
  },
};

function readFloors(text: string): Floors {
  const drawing = /^```floors\n([^]*?)^```/m.exec(text)?.[1] ?? '';
  const lines = drawing.split('\n').filter((line) => line.trim() !== '');
  return new Map(
    lines.toReversed().flatMap((line, floor) =>
      line
        .trim()
        .split(/\s+/)
        .map((name) => [name, floor]),
    ),
  );
}

/** `src/parcels/…` is the room parcels, `src/main.ts` the room main. */
function roomOf(path: string): string {
  return path.split('/')[1]?.replace(/(?:\.test)?\.\w+$/, '') ?? '';
}

/** Every folder on the floors has its door, and every folder stands on a floor. The kit has a door per room instead. */
function missingDoors(files: readonly TreeFile[], order: Floors): readonly Finding[] {
  const rooms = [...new Set(files.map((file) => roomOf(file.path)))];
  const paths = new Set(files.map((file) => file.path));
  return rooms.flatMap((room) => {
    const path = `src/${room}`;
    if (!order.has(room)) return [{ path, line: 1, says: 'stands on no floor of ARCHITECTURE.md' }];
    if (room === 'kit' || paths.has(`${path}.ts`) || paths.has(`${path}/${room}.ts`)) return [];
    return [{ path, line: 1, says: `has no front door ${room}.ts` }];
  });
}

function judgeFile(file: TreeFile, order: Floors): readonly Finding[] {
  return importsOf(file.text).flatMap(({ from, line }) => {
    const says = from === null ? 'imports from a computed place' : faultOf(file.path, from, order);
    return says === null ? [] : [{ path: file.path, line, says }];
  });
}

function faultOf(path: string, from: string, order: Floors): string | null {
  if (from.startsWith('#')) return faultOfDoor(path, from, order);
  if (from.startsWith('.')) return faultOfRelative(path, from, order);
  return from.startsWith('/') || from.startsWith('file:') ? `imports ${from} by its place on a machine` : null;
}

function faultOfDoor(path: string, from: string, order: Floors): string | null {
  const parts = from.slice(1).split('/');
  const room = parts[0] ?? '';
  const isDoor = room === 'kit' ? parts.length === 2 : parts.length === 1;
  return isDoor ? faultOfStep(path, from, room, order) : `imports ${from}, which is not a front door`;
}

function faultOfStep(path: string, from: string, room: string, order: Floors): string | null {
  const own = roomOf(path);
  const to = order.get(room);
  if (to === undefined) return `imports ${from}, which stands on no floor`;
  if (room === own) return null;
  const here = order.get(own) ?? 0;
  if (to > here) return `imports ${from}, which lies above ${own}`;
  return to === here ? `imports ${from}, its neighbour on the floor of ${own}` : null;
}

function faultOfRelative(path: string, from: string, order: Floors): string | null {
  const target = posix.join(posix.dirname(path), from);
  // A test beside the code may use what all tests share.
  if (isTest(path) && target.startsWith('test/')) return null;
  if (!target.startsWith('src/')) return `imports ${from}, which lies outside src`;
  const room = roomOf(target);
  // Single files at the top of src are rooms of their own.
  if (posix.dirname(target) === 'src') return faultOfStep(path, from, room, order);
  if (room !== roomOf(path)) return `imports ${from} past the front door of ${room}`;
  return room === 'kit' ? faultInKit(path, from, target) : null;
}

/** `src/kit/facts/…` belongs to `src/kit/facts.ts`, its tests and itself. */
function faultInKit(path: string, from: string, target: string): string | null {
  const inner = target.split('/');
  if (inner.length <= 3) return null;
  const owner = path.split('/')[2]?.split('.')[0];
  return owner === inner[2] ? null : `imports ${from} past the front door kit/${inner[2] ?? ''}`;
}
