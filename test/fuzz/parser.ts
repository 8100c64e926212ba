import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Fault } from '#kit/fault';

/** Something that reads bytes from outside. */
export type Parser = {
  readonly name: string;
  /** Valid ones, which are then damaged. */
  readonly samples: readonly Uint8Array[];
  readonly parse: (bytes: Uint8Array) => unknown;
  /** The codes of the Fault that it may throw; all else that is thrown is a bug. */
  readonly faults: readonly Fault['code'][];
  /** How often it is tried, against the others: 1, or less where a file is written for each. */
  readonly share: number;
};

type More = { readonly faults?: Parser['faults']; readonly share?: number };

/** One that takes bytes. */
export function bytesParser(
  name: string,
  samples: readonly Uint8Array[],
  parse: Parser['parse'],
  more: More = {},
): Parser {
  return { name, samples, parse, faults: more.faults ?? [], share: more.share ?? 1 };
}

/** One that takes a text, as a header, an argument or a variable of the environment has it. */
export function textParser(
  name: string,
  samples: readonly string[],
  parse: (text: string) => unknown,
  more: More = {},
): Parser {
  const bytes = samples.map((sample) => Buffer.from(sample));
  return bytesParser(name, bytes, (some) => parse(Buffer.from(some).toString('utf8')), more);
}

/** The files of a folder below the project's root. */
export function samplesIn(folder: string): readonly Uint8Array[] {
  const path = fileURLToPath(new URL(`../../${folder}/`, import.meta.url));
  const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => readFileSync(path + name));
}

/** Null when it came to something or said no as it may; else what was thrown. */
export async function tryParser(parser: Parser, bytes: Uint8Array): Promise<Error | null> {
  try {
    await parser.parse(bytes);
    return null;
  } catch (error) {
    if (error instanceof Fault && parser.faults.includes(error.code)) return null;
    return error instanceof Error ? error : new Error(String(error));
  }
}
