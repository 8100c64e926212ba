import { createHash } from 'node:crypto';
import { bundle } from '#kit/html';

/** A program that anybody may take along. */
export type TakenAlong = { readonly text: string; readonly sha256: string };

/** The verifier as one file without anything beside it: `node verify.mjs`. To be asked for at load (see `bundle`). */
export function verifierProgram(): TakenAlong {
  const text = bundle(import.meta.url, './main.ts', 'node');
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** What checks a person's own entries in their browser. To be asked for at load. */
export function ownVerifierScript(): string {
  return bundle(import.meta.url, './page.ts', 'browser');
}
