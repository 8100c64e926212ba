// Budgets that a reader can hold in the head: lines of a file, files of a folder. Style sheets are lists and do not count.
import { posix } from 'node:path';
import type { Finding, Law } from '../law.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

const fileLinesMax = 400;
const architectureLinesMax = 200;
const readmeLinesMax = 20;
const filesPerFolderMax = 12;
/** The kit's top level holds one door per room, and a room of the kit is smaller than a folder. */
const kitDoorsMax = 20;

export const sizes: Law = {
  sees: (path) => isMeasured(path) || path === 'ARCHITECTURE.md' || isFolderReadme(path),
  judge: (files) => [...files.flatMap(tooLong), ...tooFull(files), ...missingReadmes(files)],
};

function isMeasured(path: string): boolean {
  return /^(?:src|test|scripts|bench)\//.test(path) && /\.(?:tsx?|mjs|sql)$/.test(path);
}

function isFolderReadme(path: string): boolean {
  return /^src\/.*\/README\.md$/.test(path);
}

function linesMaxOf(path: string): number {
  if (path === 'ARCHITECTURE.md') return architectureLinesMax;
  return isFolderReadme(path) ? readmeLinesMax : fileLinesMax;
}

function tooLong(file: TreeFile): readonly Finding[] {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  const max = linesMaxOf(file.path);
  return lines > max ? [{ path: file.path, line: max + 1, says: `has ${lines} lines, ${max} is the limit` }] : [];
}

/** Tests, texts, styles and migrations do not count: they are read one at a time. */
function tooFull(files: readonly TreeFile[]): readonly Finding[] {
  const counted = files.filter(({ path }) => isCode(path) && !isTest(path) && !/\/(?:samples|schema)\//.test(path));
  const folders = Map.groupBy(counted, (file) => posix.dirname(file.path));
  return [...folders].flatMap(([path, { length }]) => {
    const max = path === 'src/kit' ? kitDoorsMax : filesPerFolderMax;
    return length > max ? [{ path, line: 1, says: `holds ${length} files, ${max} is the limit` }] : [];
  });
}

function missingReadmes(files: readonly TreeFile[]): readonly Finding[] {
  const paths = new Set(files.map((file) => file.path));
  const folders = new Set([...paths].map((path) => /^src\/[^/]+(?=\/)/.exec(path)?.[0] ?? ''));
  return [...folders]
    .filter((folder) => folder !== '' && !paths.has(`${folder}/README.md`))
    .map((path) => ({ path, line: 1, says: 'has no README.md' }));
}
