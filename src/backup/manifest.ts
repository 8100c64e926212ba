import { createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Keyring } from '#keys';
import { Fault } from '#kit/fault';

const tableName = z
  .string()
  .regex(/^[a-z_]+\.[a-z_0-9]+$/)
  .max(200);
const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime({ offset: true });
const fileName = z
  .string()
  .regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+){1,4}$/)
  .max(250);

const bodyShape = z.strictObject({
  format: z.literal('glasspost backup 1'),
  kind: z.enum(['data', 'keys']),
  made_at: time,
  program: z.string().max(100),
  postgresql: z.int(),
  keyring: z.string().regex(/^[0-9a-f]{12}$/),
  encrypted: z.boolean(),
  /** The migrations that had run, by name and checksum. */
  steps: z.array(z.tuple([z.string().max(200), sha256])).max(10_000),
  tables: z
    .array(
      z.strictObject({
        name: tableName,
        columns: z.array(z.string().max(100)).max(1_600),
        partitions: z
          .array(z.strictObject({ name: tableName, bound: z.string().max(300), fillfactor: z.int().nullable() }))
          .max(5_000),
        rows: count,
      }),
    )
    .max(5_000),
  /** What lies beside the manifest. The files of tables are named after them. */
  files: z.array(z.strictObject({ name: fileName, bytes: count, sha256 })).max(5_001),
  sequences: z.array(z.strictObject({ name: tableName, value: z.int(), isCalled: z.boolean() })).max(5_000),
  /** How far the ledger of each shop was signed in this moment. */
  ledger: z.array(z.strictObject({ shop: z.uuid(), size: count, root: sha256 })).max(100_000),
});

/** What a folder of a backup holds. */
export type Manifest = z.infer<typeof bodyShape>;

export const manifestName = 'manifest.json';
const manifestBytesMax = 64 * 1_048_576;

const fileShape = z.strictObject({ body: z.unknown(), mac: sha256 });

function macOf(body: string, keyring: Pick<Keyring, 'derive'>): Buffer {
  return createHmac('sha256', keyring.derive('backup manifest')).update(body).digest();
}

/** Signed by the keyring: whoever changes a backup would need it. Written last, so that what is cut off has none. */
export function writeManifest(folder: string, body: Manifest, keyring: Pick<Keyring, 'derive'>): void {
  const mac = macOf(JSON.stringify(body), keyring).toString('hex');
  const file = openSync(join(folder, manifestName), 'wx', 0o600);
  try {
    // All of it or an error, as where the disk is full.
    writeFileSync(file, `${JSON.stringify({ body, mac }, null, 1)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** As it stands there; `isBy` says whether this keyring signed it. @throws Fault('conflict') when it is no backup */
export function readManifest(folder: string): {
  readonly body: Manifest;
  readonly isBy: (keyring: Pick<Keyring, 'derive'>) => boolean;
} {
  const json = jsonOf(folder);
  const read = fileShape.safeParse(json);
  const body = bodyShape.safeParse(read.data?.body);
  if (!read.success || !body.success) {
    throw new Fault('conflict', `${join(folder, manifestName)} is not that of a backup, or was cut off or changed.`);
  }
  const text = JSON.stringify(read.data.body);
  return {
    body: body.data,
    isBy: (keyring) => timingSafeEqual(macOf(text, keyring), Buffer.from(read.data.mac, 'hex')),
  };
}

function jsonOf(folder: string): unknown {
  const path = join(folder, manifestName);
  try {
    if (statSync(path).size > manifestBytesMax) return null;
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return json;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new Fault('conflict', `${folder} holds no backup: ${manifestName} is not there, or cannot be read.`, {
      cause: error,
    });
  }
}

/** The files of a table and of the keyring, as they are called in a folder. */
export const keyringFile = 'keyring.json';
export function fileOf(table: string, encrypted: boolean): string {
  return `${table}.copy.gz${encrypted ? '.age' : ''}`;
}
