import { isRecord, ownPartOf, type OwnEntryPart } from '../ledger/tree/own-entry.ts';

/** An entry as its person is shown it, with what proves it. */
export type OwnLine = OwnEntryPart & {
  /** Its place in the ledger; null while it waits for one. */
  readonly index: number | null;
  /** As it stands there; empty when what it records is no longer kept. */
  readonly text: string;
  /** A `.tlog-proof`; null while it waits. */
  readonly proof: string | null;
};

/** All that was entered about a person, oldest first, and how many entries there are. */
export type OwnRecord = { readonly count: number; readonly entries: readonly OwnLine[] };

const entriesMax = 100_000;
const charactersMax = 200_000_000;

/** The document that a person's page asks for. Null for what is none. */
export function readOwnRecord(text: string): OwnRecord | null {
  if (text.length > charactersMax) return null;
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): OwnRecord | null {
  if (!isRecord(value)) return null;
  const { count, entries } = value;
  if (!isWhole(count) || !Array.isArray(entries) || entries.length > entriesMax) return null;
  const lines = entries.map(lineOf).filter((line) => line !== null);
  return lines.length === entries.length ? { count, entries: lines } : null;
}

function lineOf(value: unknown): OwnLine | null {
  const part = ownPartOf(value);
  if (part === null || !isRecord(value)) return null;
  const { index, text, proof } = value;
  if (typeof text !== 'string' || (index !== null && !isWhole(index))) return null;
  return proof === null || typeof proof === 'string' ? { ...part, index, text, proof } : null;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
