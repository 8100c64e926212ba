import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connectors, findConnector, type Connector, type ReadParcel, type ReadResult } from '#carriers';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { instantOf, standingAfter } from '#parcels';
import { listOf, table, type Call } from './command.ts';
import { shopOf } from './shop-of.ts';

const fileBytesMax = 16 * 1024 * 1024;

function connectorOf(name: string | undefined): Connector {
  const connector = name === undefined ? null : findConnector(name);
  if (connector !== null) return connector;
  const known = connectors.map((one) => one.manifest.id).join(', ');
  throw new Fault('invalid', `${name === undefined ? 'Name a carrier' : `"${name}" is no carrier here`}: ${known}.`);
}

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
  if (files.length === 0) throw new Fault('invalid', 'Name at least one file with an answer of the carrier.');
  let unread = 0;
  for (const file of files) {
    try {
      const bytes = await readFile(file);
      if (bytes.length > fileBytesMax) throw new Fault('limit', `${file} is larger than ${fileBytesMax} bytes.`);
      const result = connector.read(bytes, { status: 200, retryAfter: null });
      world.out(JSON.stringify(readingOf(file, connector.manifest.id, result)));
    } catch (error) {
      unread += 1;
      world.err(error instanceof Fault ? error.publicText : `${file} cannot be read.`);
    }
  }
  return unread === 0 ? 0 : 1;
}

export async function connectCarrier({ world, positionals, values, json }: Call): Promise<number> {
  const connector = connectorOf(positionals[0]);
  const { credentials } = connector.manifest;
  const secrets: Record<string, string> = Object.fromEntries(listOf(values['set']).map((pair) => splitPair(pair)));
  const wanted = credentials.map((one) => one.name);
  // A token that only the two of us know is best made here.
  if (wanted.includes('pushToken')) secrets['pushToken'] ??= randomBytes(24).toString('base64url');
  const missing = wanted.filter((one) => secrets[one] === undefined);
  const strange = Object.keys(secrets).filter((one) => !wanted.includes(one));
  if (missing.length > 0 || strange.length > 0) {
    const list = credentials.map((one) => `  --set ${one.name}=…   ${one.label}`).join('\n');
    throw new Fault('invalid', `${connector.manifest.name} needs exactly:\n${list}`);
  }
  await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    const account = await house.carriers.addAccount(house.database, { shopId: shop.shopId, connector, secrets });
    await house.privacy.audit(house.database, {
      shopId: shop.shopId,
      actor: 'command line',
      verb: 'carrier.connect',
      subject: showId('acc', account.accountId),
    });
    const pushUrl = connector.push === null ? null : house.pushUrlOf(account);
    if (json) {
      world.out(
        JSON.stringify({ account: showId('acc', account.accountId), carrier: account.carrier, push_url: pushUrl }),
      );
    } else {
      world.out(`Connected ${connector.manifest.name} as ${showId('acc', account.accountId)}.`);
      if (pushUrl !== null) world.out(`It pushes to ${pushUrl}`);
    }
  });
  return 0;
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new Fault('invalid', `--set takes name=value, not "${pair.slice(0, 40)}".`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

export async function listCarriers({ world, json }: Call): Promise<number> {
  const rows = connectors.map(({ manifest, push }) => ({ ...manifest, pushes: push !== null }));
  if (json) world.out(JSON.stringify(rows, null, 2));
  else world.out(table(rows.map((row) => [row.id, row.name, row.pushes ? 'asks and is told' : 'asks'])));
  return 0;
}
