import { DatabaseError } from 'pg';
import { Fault } from '#kit/fault';

/**
 * `lost`: the connection is gone. `away`: it stands, and the database can do nothing for anybody, because it is full, read
 * only or refuses us. `busy`: it gave up on this statement alone.
 */
type Trouble = 'lost' | 'away' | 'busy';

/** Only errors of the driver that passed here are known to come from the database: a handler's own may look the same. */
const troubles = new WeakMap<Error, Trouble>();

const networkCodes: ReadonlySet<string> = new Set(
  'ECONNREFUSED ECONNRESET ECONNABORTED ENOENT EACCES EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN'.split(
    ' ',
  ),
);
const lostTexts =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|was closed and is not queryable/;

const lostText = 'The database is away at the moment. Nothing was lost; try again shortly.';

/** SQLSTATE classes and codes (PostgreSQL, appendix A), the longest match first. */
const states: readonly (readonly [prefix: string, trouble: Trouble, publicText: string])[] = [
  ['25P03', 'lost', lostText],
  ['25006', 'away', 'The database takes no changes at the moment. Nothing was changed; try again shortly.'],
  ['55P03', 'busy', 'The database is busy at the moment. Nothing was changed; try again shortly.'],
  ['57014', 'busy', 'The database took too long for this. Nothing was changed; try again shortly.'],
  ['3D000', 'away', 'There is no database of the name that DATABASE_URL says.'],
  ['57P', 'lost', lostText],
  ['08', 'lost', lostText],
  ['28', 'away', 'The database refuses the user or the password of DATABASE_URL.'],
  ['53', 'away', 'The database has no room left. Nothing was changed; try again later.'],
];

/** True when the connection is of no use any more. */
export function isConnectionLost(error: unknown): boolean {
  return troubleOf(error) === 'lost';
}

/** True when the database itself is in trouble, so that nothing is known to be wrong with what was asked. */
export function isDatabaseAway(error: unknown): boolean {
  const trouble = troubleOf(error);
  return trouble === 'lost' || trouble === 'away';
}

function troubleOf(error: unknown): Trouble | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    const trouble = troubles.get(at);
    if (trouble !== undefined) return trouble;
  }
  return null;
}

/** Deadlock and serialisation failure: the same work may succeed when it is done again. */
export function isRetryable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof DatabaseError && (at.code === '40P01' || at.code === '40001')) return true;
  }
  return false;
}

/** What the driver threw, as the house speaks. PostgreSQL's own text may hold values; only its code reaches the log. */
export function asFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  if (error instanceof DatabaseError) return ofState(error, error.code ?? '');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!networkCodes.has(code) && !lostTexts.test(error.message)) return error;
  return inTrouble(error, 'lost', lostText, code === '' ? 'no code' : code);
}

/** Whatever keeps a connection from coming about, the database cannot be used. */
export function asConnectFault(error: unknown): unknown {
  const fault = asFault(error);
  if (fault instanceof Fault || !(fault instanceof Error)) return fault;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.name;
  return inTrouble(fault, 'lost', 'The database cannot be reached by DATABASE_URL.', code);
}

function ofState(error: DatabaseError, code: string): Error {
  if (code === '23505') return new Fault('conflict', 'This exists already.', { internal: 'unique key', cause: error });
  const found = states.find(([prefix]) => code.startsWith(prefix));
  return found === undefined ? error : inTrouble(error, found[1], found[2], code);
}

function inTrouble(error: Error, trouble: Trouble, publicText: string, code: string): Fault {
  const fault = new Fault('unavailable', publicText, { internal: `database ${trouble} (${code})`, cause: error });
  troubles.set(fault, trouble);
  return fault;
}
