import assert from 'node:assert/strict';
import { readTree, type TreeFile } from './tree.ts';

export type Finding = { readonly path: string; readonly line: number; readonly says: string };

/** One rule of the house: which files it looks at, and what it finds wrong in them. Pure. */
export type Law = {
  readonly sees: (path: string) => boolean;
  readonly judge: (files: readonly TreeFile[]) => readonly Finding[];
};

let tree: readonly TreeFile[] | undefined;

/** The law holds in the project as it stands. Seeing nothing is no proof. */
export function holds(law: Law): void {
  tree ??= readTree();
  const seen = tree.filter((file) => law.sees(file.path));
  assert.ok(seen.length > 0, 'This law saw no file.');
  const findings = law.judge(seen).map(shown);
  assert.ok(findings.length === 0, `${findings.length} found:\n${findings.join('\n')}`);
}

/** The law finds exactly these faults in a planted tree: `path:line says`. */
export function finds(law: Law, planted: Readonly<Record<string, string>>, expected: readonly string[]): void {
  const files = Object.entries(planted).map(([path, text]) => ({ path, text }));
  assert.deepEqual(law.judge(files.filter((file) => law.sees(file.path))).map(shown), expected);
}

function shown(finding: Finding): string {
  return `${finding.path}:${finding.line} ${finding.says}`;
}
