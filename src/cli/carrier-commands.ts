import { readFile, stat } from 'node:fs/promises';
import type { ReadParcel, ReadResult } from '#carriers';
import { instantOf, standingAfter } from '#parcels';
import { connectorOf } from './carrier/accounts.ts';
import type { Call } from './command.ts';

const fileBytesMax = 16 * 1024 * 1024;

/** One answer of a carrier as one line of JSON: what the reader makes of it, and where each parcel stands by it. */
function readingOf(file: string, carrier: string, result: ReadResult): object {
  return {
    file,
    carrier,
    parcels: result.parcels.map(parcelOf),
    errors: result.errors.map((error) => ({
      kind: error.kind,
      message: error.message,
      number: error.number,
      retry_after_seconds: error.retryAfterSeconds,
    })),
    unmapped: result.unmapped,
  };
}

function parcelOf(parcel: ReadParcel): object {
  const standing = standingAfter(
    parcel.scans.map((scan, index) => ({
      ...scan,
      scanId: String(index).padStart(6, '0'),
      at: instantOf(scan).epochMilliseconds,
    })),
    Number.NEGATIVE_INFINITY,
  );
  return {
    number: parcel.number,
    service: parcel.service,
    milestone: standing.milestone,
    sub_status: standing.subStatus,
    scans: parcel.scans.map((scan) => ({
      code: scan.code,
      milestone: scan.milestone,
      sub_status: scan.subStatus,
      local_time: scan.localTime,
      offset: scan.offset,
      zone: scan.zone,
      time_confidence: scan.timeConfidence,
      place: scan.place,
      text: scan.text,
    })),
    arrival: parcel.arrival,
  };
}

export async function readCarrierFiles({ world, positionals }: Call): Promise<number> {
  const [name, ...files] = positionals;
  const connector = connectorOf(name);
  let unread = 0;
  for (const file of files) {
    const bytes = await bytesOf(file);
    if (typeof bytes === 'string') {
      unread += 1;
      world.err(`${file}: ${bytes}`);
      continue;
    }
    const result = connector.read(bytes, { status: 200, retryAfter: null });
    world.out(JSON.stringify(readingOf(file, connector.manifest.id, result)));
  }
  return unread === 0 ? 0 : 1;
}

const whyUnread: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  EISDIR: 'This is a folder.',
  EACCES: 'This user may not read it.',
};

/** What is in the file, or in a sentence why nobody knows. */
async function bytesOf(file: string): Promise<Uint8Array | string> {
  try {
    const { size } = await stat(file);
    return size > fileBytesMax ? `It is larger than ${fileBytesMax} bytes.` : await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return whyUnread[code] ?? `It cannot be read (${code}).`;
  }
}
