import type { z } from 'zod';
import { Fault } from '#kit/fault';
import { columnsOf, mappingShape, type Mapping } from './mapping.ts';

export { readDrafts, type OrderDraft, type Wrong } from './drafts.ts';
export { type Mapping, type MappingText, type Source } from './mapping.ts';
export { openCsv, type CsvEnd, type CsvFile, type CsvRow, type Separator } from './read-csv.ts';
export { harmless } from './values.ts';
export { suggestMapping, type Suggestion } from './suggest.ts';

const errorsMax = 20;

/**
 * The mapping of a MAP.json, for a file with these columns.
 * @throws Fault('invalid') that points at every wrong place, a column that the file does not have among them
 */
export function readMapping(text: unknown, columns: readonly string[]): Mapping {
  const read = mappingShape.safeParse(text);
  if (!read.success) {
    const errors = read.error.issues.flatMap((issue) => problemsOf(issue, [])).slice(0, errorsMax);
    throw new Fault('invalid', 'The mapping is not as needed.', { errors });
  }
  const known = new Set(columns);
  const unknown = columnsOf(read.data).filter((column) => !known.has(column));
  if (unknown.length === 0) return read.data;
  const list = columns.map((column) => `"${column}"`).join(', ');
  const errors = unknown.map((column) => ({
    pointer: '',
    code: 'unknown_column',
    message: `The file has no column "${column}".`,
  }));
  throw new Fault('invalid', `The mapping names columns that the file does not have. It has: ${list}.`, { errors });
}

type Problem = { readonly pointer: string; readonly code: string; readonly message: string };

/** Of a union, the branch that came farthest says what is wrong. */
function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const farthest = issue.errors.toSorted((one, other) => depthOf(other) - depthOf(one))[0] ?? [];
    if (depthOf(farthest) > 0) return farthest.flatMap((inner) => problemsOf(inner, path));
    return [
      problemAt(path, 'invalid', 'Must be the name of a column, or {"column": …}, {"columns": […]}, {"value": …}.'),
    ];
  }
  return [problemAt(path, issue.code, issue.message)];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function problemAt(path: readonly PropertyKey[], code: string, message: string): Problem {
  return { pointer: path.map((part) => `/${String(part)}`).join(''), code, message };
}
