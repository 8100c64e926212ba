import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the project; the path is relative to its root and uses `/`. */
export type TreeFile = { readonly path: string; readonly text: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = new Set(['src', 'test', 'scripts', 'bench', 'docs']);
const read = new Set(['.ts', '.tsx', '.mjs', '.sql', '.md', '.json', '.css']);

/** Every file of the project that people write, with its text where it is text. */
export function readTree(): readonly TreeFile[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = readdirSync(root).filter((name) => folders.has(name));
  return [...top, ...below.flatMap(pathsBelow)].map((path) => ({
    path,
    text: read.has(extname(path)) ? readFileSync(join(root, path), 'utf8') : '',
  }));
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
    .toSorted();
}

export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.test\.tsx?$/.test(path);
}

export function isCode(path: string): boolean {
  return /\.(?:tsx?|mjs)$/.test(path);
}
