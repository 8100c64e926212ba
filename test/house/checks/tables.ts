// Every folder owns one schema of the database: it writes nothing else, and reads nothing else but through doors.
import type { Finding, Law } from '../law.ts';
import { codeOf } from '../source.ts';
import { sqlTextsOf, sqlTokens, type SqlToken } from '../sql.ts';
import { touchesOf, type Touch } from '../touches.ts';
import { isCode, isTest, type TreeFile } from '../tree.ts';

/** Rooms of the kit whose schema does not bear their name. */
const kitSchemas: Readonly<Record<string, readonly string[]>> = {
  jobs: ['graphile_worker', 'jobs'],
  database: ['kit'],
};

export const ownTables: Law = {
  sees: (path) => /^src\/.+\/(?:store\.ts|schema\/[^/]+\.sql)$/.test(path),
  judge: (files) => files.flatMap(judgeTables),
};

function schemasOf(path: string): readonly string[] {
  const [, folder = '', below = ''] = path.split('/');
  const room = folder === 'kit' ? (below.split('.')[0] ?? '') : folder;
  return (folder === 'kit' ? kitSchemas[room] : undefined) ?? [room.replaceAll('-', '_')];
}

function textsOf(file: TreeFile): readonly { readonly text: string; readonly line: number }[] {
  return file.path.endsWith('.sql') ? [{ text: file.text, line: 1 }] : sqlTextsOf(file.text);
}

function judgeTables(file: TreeFile): readonly Finding[] {
  const own = schemasOf(file.path);
  return textsOf(file).flatMap(({ text, line }) =>
    touchesOf(text).flatMap((touch) => {
      const says = faultOf(touch, own);
      return says === null ? [] : [{ path: file.path, line: line + touch.line - 1, says }];
    }),
  );
}

function faultOf({ verb, schema, name }: Touch, own: readonly string[]): string | null {
  if ((schema ?? name) === '${}') return `${verb} a table whose name is computed`;
  if (verb === 'reads' && isCatalogue(schema, name)) return null;
  if (schema === null) return `${verb} ${name} without naming its schema`;
  return own.includes(schema) ? null : `${verb} ${shownName(schema, name)}, but owns ${own.join(' and ')}`;
}

function shownName(schema: string, name: string): string {
  return name === '' ? `schema ${schema}` : `${schema}.${name}`;
}

/** PostgreSQL's own tables, and the row that an upsert brought. */
function isCatalogue(schema: string | null, name: string): boolean {
  if (schema === null) return name.startsWith('pg_') || name === 'excluded';
  return schema === 'pg_catalog' || schema === 'information_schema';
}

/** All SQL of a folder stands in its store, in lower case. The kit speaks to the database itself. */
export const sqlPlace: Law = {
  sees: (path) => path.startsWith('src/') && (isCode(path) || path.endsWith('.sql')) && !isTest(path),
  judge: (files) => files.flatMap((file) => [...judgePlace(file), ...judgeCase(file)]),
};

function judgePlace({ path, text }: TreeFile): readonly Finding[] {
  if (path.endsWith('.sql') || path.endsWith('/store.ts') || path.startsWith('src/kit/')) return [];
  return sqlTextsOf(text).map(({ line }) => ({ path, line, says: 'holds SQL, which belongs into a store.ts' }));
}

const loud = new Set(
  'select insert update delete from where join into values set create table index alter drop order group by returning conflict with as and or not null on'.split(
    ' ',
  ),
);

function judgeCase(file: TreeFile): readonly Finding[] {
  return textsOf(file).flatMap(({ text, line }) =>
    sqlTokens(text)
      .filter(isLoud)
      .map((token) => ({ path: file.path, line: line + token.line - 1, says: `writes ${token.raw} in capitals` })),
  );
}

function isLoud(token: SqlToken): boolean {
  return token.kind === 'word' && loud.has(token.text) && token.raw === token.raw.toUpperCase();
}

/** Every store shows its statements, so that a test can prepare each of them on a real database. */
export const storesShowStatements: Law = {
  sees: (path) => /^src\/.+\/store\.ts$/.test(path),
  judge: (files) =>
    files
      .filter((file) => !exportsStatements(file.text))
      .map(({ path }) => ({ path, line: 1, says: 'exports no statements' })),
};

function exportsStatements(text: string): boolean {
  const tokens = codeOf(text).map((token) => token.text);
  return tokens.some((word, at) => word === 'statements' && tokens[at - 1] === 'const' && tokens[at - 2] === 'export');
}
