import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Form, Needle } from './needles.ts';

export type Finding = {
  /** A file, or a table. */
  readonly place: string;
  readonly form: Form;
  readonly of: string;
  /** What stands there, as far as it can be read. */
  readonly text: string;
};

/** Finds many needles in one pass: three bytes say whether it is worth looking closer. */
export type Search = {
  readonly inBytes: (bytes: Uint8Array, place: string) => readonly Finding[];
  /** Every file below a folder, whatever its name. Answers what was found and how much was read. */
  readonly inFolder: (folder: string) => { readonly findings: readonly Finding[]; readonly bytes: number };
};

const prefixBytes = 3;
const prefixesMax = 1 << (8 * prefixBytes);
const mask = prefixesMax - 1;

export function createSearch(needles: readonly Needle[]): Search {
  const begins = new Uint8Array(prefixesMax);
  const byPrefix = Map.groupBy(needles, ({ bytes }) => bytes.readUIntBE(0, prefixBytes));
  for (const prefix of byPrefix.keys()) begins[prefix] = 1;

  const inBytes: Search['inBytes'] = (bytes, place) => {
    const findings: Finding[] = [];
    let window = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      window = ((window << 8) | (bytes[at] ?? 0)) & mask;
      if (begins[window] === 0) continue;
      const start = at - prefixBytes + 1;
      for (const needle of byPrefix.get(window) ?? []) {
        if (start >= 0 && standsAt(bytes, start, needle.bytes)) {
          findings.push({ place, form: needle.form, of: needle.of, text: textAt(bytes, start, needle) });
        }
      }
    }
    return findings;
  };
  return {
    inBytes,
    inFolder: (folder) => {
      const findings: Finding[] = [];
      let total = 0;
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        const place = path.slice(folder.length + 1);
        findings.push(...inBytes(Buffer.from(place), `the name of ${place}`));
        if (!entry.isFile()) continue;
        const bytes = readFileSync(path);
        total += bytes.length;
        findings.push(...inBytes(bytes, place));
      }
      return { findings, bytes: total };
    },
  };
}

function standsAt(bytes: Uint8Array, start: number, needle: Buffer): boolean {
  if (start + needle.length > bytes.length) return false;
  for (let at = prefixBytes; at < needle.length; at += 1) if (bytes[start + at] !== needle[at]) return false;
  return true;
}

const textBytes = 24;

/** The needle and what follows it, where the form can be read on. */
function textAt(bytes: Uint8Array, start: number, { form, bytes: needle }: Needle): string {
  const seen = (length: number): string => Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  if (form === 'utf-8') return seen(textBytes);
  if (form === 'percent' || form === 'numbers') return seen(needle.length);
  return form === 'hex' ? Buffer.from(seen(textBytes * 2), 'hex').toString('latin1') : seen(needle.length);
}
