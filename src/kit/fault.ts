/**
 * A broken world: something outside the program is not as it must be. A business "no" is a value, a bug is an assertion.
 * Six codes, mapped to HTTP in kit/http and to exit codes in the command line.
 */
export type FaultCode = 'invalid' | 'unauthorized' | 'not_found' | 'conflict' | 'limit' | 'unavailable';

/** One wrong place in an input: `pointer` is a JSON pointer (RFC 6901) into it. */
export type FieldError = { readonly pointer: string; readonly code: string; readonly message: string };

export class Fault extends Error {
  readonly code: FaultCode;
  /** Said to whoever asked; never holds personal data or a secret. */
  readonly publicText: string;
  readonly errors: readonly FieldError[];

  /**
   * @param publicText one sentence for whoever asked
   * @param more `internal` is for the log only; `cause` the error behind it; `errors` name the wrong fields
   */
  constructor(
    code: FaultCode,
    publicText: string,
    more: { readonly internal?: string; readonly cause?: unknown; readonly errors?: readonly FieldError[] } = {},
  ) {
    super(more.internal ?? publicText, { cause: more.cause });
    this.name = 'Fault';
    this.code = code;
    this.publicText = publicText;
    this.errors = more.errors ?? [];
  }
}
