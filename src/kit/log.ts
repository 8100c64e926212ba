import { pino } from 'pino';
import { Fault } from '#kit/fault';

/** Facts about an event: ids, codes and counts. Never a name, an address, a body, a url or a header. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * JSON lines, one per event. The event is a short fixed sentence; what varies stands in the fields. Of an error only its
 * name, its code and its stack without message are written, because messages of databases, parsers and servers quote
 * what they were given; of a Fault, whose texts are ours, the internal text too.
 */
export type Log = {
  readonly info: (event: string, fields?: LogFields) => void;
  readonly warn: (event: string, fields?: LogFields) => void;
  readonly error: (event: string, error?: unknown, fields?: LogFields) => void;
};

export type LogLevel = 'info' | 'warn' | 'error' | 'silent';

/** A file descriptor (1 is standard output), or something that takes whole lines. */
export type LogDestination = number | { readonly write: (line: string) => void };

const textCharactersMax = 300;
const stackFramesMax = 12;
const causesMax = 4;
const waitingBytesMax = 1024 * 1024;

export function createLog(needs: { readonly level: LogLevel; readonly destination?: LogDestination }): Log {
  const destination = needs.destination ?? 1;
  const lines = pino(
    {
      level: needs.level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof destination === 'number' ? fileOf(destination) : destination,
  );
  return {
    info: (event, fields = {}) => {
      if (lines.isLevelEnabled('info')) lines.info(allowed(fields), event);
    },
    warn: (event, fields = {}) => lines.warn(allowed(fields), event),
    error: (event, error, fields = {}) => {
      const about = error === undefined ? {} : { error: describeError(error) };
      lines.error({ ...allowed(fields), ...about }, event);
    },
  };
}

/** A full disk costs lines of the log and nothing else. What cannot be written waits in memory, and the rest is dropped. */
function fileOf(descriptor: number): ReturnType<typeof pino.destination> {
  const file = pino.destination({ dest: descriptor, sync: true, maxLength: waitingBytesMax });
  file.on('error', () => {});
  return file;
}

/** Names that pino writes itself; a field of that name would make a second key in the same line. */
const ownNames = new Set(['level', 'time', 'event', 'error']);

/** The compiler keeps objects out; this keeps out what came through a cast, and cuts what is too long for a line. */
function allowed(fields: LogFields): LogFields {
  const kept: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    const key = ownNames.has(name) ? `${name}_` : name;
    if (typeof value === 'string') kept[key] = cut(value);
    else if (typeof value === 'number' || typeof value === 'boolean' || value === null) kept[key] = value;
  }
  return kept;
}

type DescribedError = {
  readonly name: string;
  readonly code: string | null;
  readonly text: string | null;
  readonly stack: readonly string[];
  readonly cause?: DescribedError;
};

function describeError(error: unknown, depth = 1): DescribedError {
  if (!(error instanceof Error)) return { name: typeof error, code: null, text: null, stack: [] };
  const described = {
    name: error.name,
    code:
      'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? `${error.code}` : null,
    text: error instanceof Fault ? cut(error.message) : null,
    stack: framesOf(error),
  };
  if (!(error.cause instanceof Error) || depth >= causesMax) return described;
  return { ...described, cause: describeError(error.cause, depth + 1) };
}

/** The stack begins with the message, which may have several lines; a frame is known by its `at` and its place. */
function framesOf(error: Error): readonly string[] {
  const stack = error.stack ?? '';
  const afterMessage = stack.startsWith(`${error.name}: ${error.message}`)
    ? stack.slice(error.name.length + 2 + error.message.length)
    : stack;
  return afterMessage
    .split('\n')
    .filter((line) => /^\s+at .*(?::\d+:\d+\)?|\(<anonymous>\)|\(native\))$/.test(line))
    .slice(0, stackFramesMax)
    .map((line) => cut(line.trim()));
}

function cut(text: string): string {
  return text.length <= textCharactersMax ? text : `${text.slice(0, textCharactersMax)}…`;
}
