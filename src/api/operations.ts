import type { z } from 'zod';
import type { Caller, Scope } from './keys.ts';

/** What an operation is called with, parsed. */
export type Call<Input> = {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly input: Input;
  /** The body as it came. */
  readonly bytes: Uint8Array;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
};

/** What it answers: a status and a body that becomes JSON; a text goes out as it is, under its own type. */
export type Answer = {
  readonly status: number;
  readonly body: object | string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** One operation of the API: its route, its description and its handler come from this one row. */
export type Operation<Input = unknown> = {
  readonly name: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** In OpenAPI's form: `/v1/orders/{order_number}`. */
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly input: z.ZodType<Input> | null;
  /** The media type of a body that is not read as JSON; `input` is null then. */
  readonly bytes?: string;
  readonly output: z.ZodType;
  /** A media type in which the answer may be asked for instead of JSON. */
  readonly alsoAs?: string;
  readonly bodyBytesMax?: number;
  /** What the description shows. */
  readonly example: {
    readonly params: Readonly<Record<string, string>>;
    readonly input?: object;
    readonly output: object;
  };
  readonly act: (call: Call<Input>) => Promise<Answer>;
};

/** Keeps the type of an operation's input while the table holds operations of every kind. */
export function operation<Input>(row: Operation<Input>): Operation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server parses with `input` before it calls `act`
  return row as Operation;
}
