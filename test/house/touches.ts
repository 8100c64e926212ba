// Which tables, types and schemas an SQL text touches, told by the words before each name.
import { textAt } from './source.ts';
import { sqlTokens, type SqlToken } from './sql.ts';

export type Touch = {
  readonly verb: 'reads' | 'writes';
  /** Null when the name stands without one. */
  readonly schema: string | null;
  readonly name: string;
  readonly line: number;
};

type Verb = Touch['verb'] | null;

export function touchesOf(sql: string): readonly Touch[] {
  const tokens = sqlTokens(sql);
  const inner = innerNames(tokens);
  const lists = new FromLists();
  return tokens.flatMap((_, at) => {
    const verb = lists.verbAt(tokens, at) ?? verbAt(tokens, at);
    const touch = verb === null ? null : nameAfter(tokens, at + 1, verb);
    return touch === null || (touch.schema === null && inner.has(touch.name)) ? [] : [touch];
  });
}

/** In these calls `from` separates arguments. */
const fromInside = new Set(['extract', 'substring', 'trim', 'overlay', 'position']);

/** After these words a FROM list is over, so that a comma no longer brings a table. */
const endsFrom = new Set(
  '; where group order having limit offset fetch window union except intersect returning for select set do'.split(' '),
);

/** Follows FROM lists through brackets. */
class FromLists {
  private readonly open: { inFrom: boolean; readonly call: string }[] = [];
  private here: { inFrom: boolean; readonly call: string } = { inFrom: false, call: '' };

  verbAt(tokens: readonly SqlToken[], at: number): Verb {
    const text = textAt(tokens, at);
    if (text === '(') this.enter(textAt(tokens, at - 1));
    else if (text === ')') this.here = this.open.pop() ?? this.here;
    else if (endsFrom.has(text)) this.here.inFrom = false;
    else if (text === 'from' && this.isList(tokens, at)) this.here.inFrom = true;
    return this.here.inFrom && (text === 'from' || text === ',') ? 'reads' : null;
  }

  private enter(call: string): void {
    this.open.push(this.here);
    this.here = { inFrom: false, call };
  }

  /** Not `is distinct from`, `delete from`, `for values from`, `extract(… from …)`. */
  private isList(tokens: readonly SqlToken[], at: number): boolean {
    return !['distinct', 'delete', 'values'].includes(textAt(tokens, at - 1)) && !fromInside.has(this.here.call);
  }
}

/** After these, `update` names no table: `for update`, `on conflict do update`, `on update cascade`, `then update`. */
const beforeOtherUpdate = new Set(['for', 'do', 'key', 'on', 'or', 'then', 'after', 'before']);
const indexMethods = new Set(['btree', 'hash', 'gin', 'gist', 'brin', 'spgist']);

const verbsByWord = new Map<string, (before: string, next: string) => Verb>([
  ['into', (before) => (before === 'insert' || before === 'merge' ? 'writes' : null)],
  ['update', (before) => (beforeOtherUpdate.has(before) ? null : 'writes')],
  ['from', (before) => (before === 'delete' ? 'writes' : null)],
  ['truncate', () => 'writes'],
  ['lock', () => 'writes'],
  ['copy', (_, next) => (next === '(' ? null : 'writes')],
  ['join', () => 'reads'],
  ['references', () => 'reads'],
  ['using', (_, next) => (next === '(' || indexMethods.has(next) ? null : 'reads')],
  ['of', (before) => (before === 'partition' ? 'writes' : null)],
  ['partition', (before) => (before === 'attach' || before === 'detach' ? 'writes' : null)],
]);

const defined = new Set('table index schema type sequence view function procedure domain trigger'.split(' '));
const definers = new Set(['create', 'alter', 'drop', 'replace', 'unlogged', 'materialized']);

function verbAt(tokens: readonly SqlToken[], at: number): Verb {
  const word = textAt(tokens, at);
  const before = textAt(tokens, at - 1);
  if (tokens[at]?.kind !== 'word') return null;
  const byWord = verbsByWord.get(word);
  if (byWord !== undefined) return byWord(before, textAt(tokens, at + 1));
  if (word === 'on') return isIndexTarget(tokens, at) ? 'writes' : null;
  return isDefined(word, before, textAt(tokens, at - 2)) ? 'writes' : null;
}

function isDefined(word: string, before: string, first: string): boolean {
  if (before === 'on' && first === 'comment') return defined.has(word) || word === 'column';
  // `alter table … drop column` has named its table before.
  return defined.has(word) && definers.has(before);
}

/** `create unique index name on …`: the index lives where its table does. */
function isIndexTarget(tokens: readonly SqlToken[], at: number): boolean {
  const start = tokens.findLastIndex((token, place) => place < at && token.text === ';');
  const before = tokens.slice(start + 1, at).map(({ text }) => text);
  return before[0] === 'create' && before.slice(1, 3).includes('index') && !before.includes('on');
}

const beforeName = new Set(['only', 'if', 'not', 'exists', 'concurrently', 'table', 'lateral']);

function nameAfter(tokens: readonly SqlToken[], start: number, verb: Touch['verb']): Touch | null {
  let at = start;
  while (beforeName.has(textAt(tokens, at))) at += 1;
  const first = tokens[at];
  if (first === undefined || !isName(tokens, at)) return null;
  const kind = textAt(tokens, start - 1);
  const { text, line } = first;
  if (kind === 'schema') return { verb, schema: text, name: '', line };
  if (textAt(tokens, at + 1) === '.') return { verb, schema: text, name: textAt(tokens, at + 2), line };
  return kind === 'index' ? null : { verb, schema: null, name: text, line };
}

/** Not a subquery, and not a call such as `unnest(…)`; `schema.call(…)` is a touch. */
function isName(tokens: readonly SqlToken[], at: number): boolean {
  const kind = tokens[at]?.kind;
  if (kind !== 'word' && kind !== 'hole') return false;
  return textAt(tokens, at + 1) !== '(' || takesColumns(tokens, at);
}

/** `insert into name (`, `create table name (`, `copy name (`; but `from name (` calls a function. */
function takesColumns(tokens: readonly SqlToken[], at: number): boolean {
  const before = tokens.slice(Math.max(0, at - 5), at).map(({ text }) => text);
  return (
    ['into', 'references'].includes(before.at(-1) ?? '') || before.some((text) => text === 'create' || text === 'copy')
  );
}

/** Names that a text makes for itself: common table expressions and temporary tables. */
function innerNames(tokens: readonly SqlToken[]): ReadonlySet<string> {
  const names = tokens.filter(
    (token, at) => token.kind === 'word' && (isQueryName(tokens, at) || isTemporary(tokens, at)),
  );
  return new Set(names.map(({ text }) => text));
}

/** `with name (columns) as materialized (`. */
function isQueryName(tokens: readonly SqlToken[], at: number): boolean {
  if (!['with', 'recursive', ','].includes(textAt(tokens, at - 1))) return false;
  const columnsEnd = tokens.findIndex((token, place) => place > at && token.text === ')');
  const next = textAt(tokens, at + 1) === '(' ? columnsEnd + 1 : at + 1;
  const body = tokens.findIndex(({ text }, place) => place > next && text !== 'not' && text !== 'materialized');
  return textAt(tokens, next) === 'as' && textAt(tokens, body) === '(';
}

function isTemporary(tokens: readonly SqlToken[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 5), at).some(({ text }) => text === 'temp' || text === 'temporary');
}
