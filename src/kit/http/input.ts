import type { z } from 'zod';
import { Fault, type FieldError } from '#kit/fault';

const errorsMax = 50;

/**
 * Parses at the door: what comes back has the schema's shape, all else is one Fault with a JSON pointer (RFC 6901) per
 * wrong place. Messages name what was expected, never what was sent.
 * @throws Fault('invalid') with `errors`
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => errorsOf(issue, value, [])).slice(0, errorsMax);
  const where = errors.length === 1 ? 'One field is' : `${errors.length} fields are`;
  throw new Fault('invalid', `${where} not as needed.`, { internal: 'input does not match its schema', errors });
}

type Path = readonly PropertyKey[];

function errorsOf(issue: z.core.$ZodIssue, value: unknown, above: Path): readonly FieldError[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fieldError([...path, key], 'unknown_field', 'There is no such field.'));
  }
  const isAbsent = valueAt(value, path) === undefined;
  if (isAbsent && issue.code !== 'custom') return [fieldError(path, 'missing', 'Is missing.')];
  if (issue.code === 'invalid_union') return nearestOf(issue.errors, value, path);
  return [fieldError(path, issue.code, saying(issue.message))];
}

/** Of a union, the branch that fits best says what is wrong. */
function nearestOf(branches: readonly z.core.$ZodIssue[][], value: unknown, path: Path): readonly FieldError[] {
  const [nearest = []] = branches.toSorted((one, other) => one.length - other.length);
  if (nearest.length === 0) return [fieldError(path, 'invalid_union', 'Has none of the possible shapes.')];
  return nearest.flatMap((issue) => errorsOf(issue, value, path));
}

function fieldError(path: Path, code: string, message: string): FieldError {
  const pointer = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { pointer, code, message };
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

/** The schema's own words, as a sentence and without what came in. */
function saying(message: string): string {
  const text = message.replace(/^Invalid input: /, '').replace(/, received .*$/s, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
