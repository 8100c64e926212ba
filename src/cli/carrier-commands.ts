import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import {
  connectors,
  findConnector,
  type Connector,
  type PushClient,
  type ReadParcel,
  type ReadResult,
} from '#carriers';
import { Fault } from '#kit/fault';
import { showId } from '#kit/ids';
import { instantOf, standingAfter } from '#parcels';
import { columns, listOf, type Call } from './command.ts';
import { shopOf } from './shop-of.ts';

const fileBytesMax = 16 * 1024 * 1024;
const secretMax = 1_000;
const aliasesShown = 3;

function connectorOf(name = ''): Connector {
  const connector = findConnector(name);
  if (connector !== null) return connector;
  const known = connectors.map((one) => one.manifest.id).join(', ');
  throw new Fault('invalid', `"${name}" is no carrier here. There is: ${known}.`);
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

export async function connectCarrier({ world, positionals, values, json }: Call): Promise<number> {
  const connector = connectorOf(positionals[0]);
  const secrets = secretsFor(connector, listOf(values['set']));
  const made = await world.withHouse(async (house) => {
    const shop = await shopOf(house, values['shop']);
    const account = await house.carriers.addAccount(house.database, { shopId: shop.shopId, connector, secrets });
    const shown = showId('acc', account.accountId);
    await house.privacy.audit(house.database, {
      shopId: shop.shopId,
      actor: 'command line',
      verb: 'carrier.connect',
      subject: shown,
    });
    const pushes = connector.push !== null && secrets[pushToken] !== '';
    return {
      account: shown,
      carrier: account.carrier,
      shop: shop.name,
      pushUrl: pushes ? house.pushUrlOf(account) : null,
    };
  });
  const client = made.pushUrl === null ? null : (connector.push?.client?.(secrets) ?? null);
  const tokenUrl = `${made.pushUrl ?? ''}/token`;
  if (json) {
    const token = client === null ? {} : { push_token_url: tokenUrl, push_client: client };
    world.out(JSON.stringify({ account: made.account, carrier: made.carrier, push_url: made.pushUrl, ...token }));
    return 0;
  }
  world.out(`Connected ${connector.manifest.name} with the shop "${made.shop}" as ${made.account}.`);
  world.out(made.pushUrl === null ? 'It is asked, and pushes nothing.' : `It pushes to ${made.pushUrl}`);
  if (client !== null) world.out(toRegister(connector, tokenUrl, client));
  return 0;
}

/** What only a person can tell the carrier. The secret is shown this once. */
function toRegister({ manifest }: Connector, tokenUrl: string, client: PushClient): string {
  const rows = [
    ['  Token address', tokenUrl],
    ['  Client ID', client.id],
    ['  Client secret', client.secret],
  ];
  return `Enter that address at ${manifest.name} as the webhook, and for its token:\n${columns(rows)}`;
}

const pushToken = 'pushToken';

/** @throws Fault('invalid') that lists what an account with this carrier needs */
function secretsFor(connector: Connector, pairs: readonly string[]): Readonly<Record<string, string>> {
  const { credentials, name } = connector.manifest;
  const secrets = new Map(pairs.map((pair) => splitPair(pair)));
  const wanted = credentials.map((one) => one.name);
  // A token that only the two of us know is best made here.
  if (wanted.includes(pushToken) && !secrets.has(pushToken)) {
    secrets.set(pushToken, randomBytes(24).toString('base64url'));
  }
  const isWrong = (one: string): boolean => {
    const value = secrets.get(one);
    return (
      value === undefined || /\p{Cc}/u.test(value) || value.length > secretMax || (value === '' && one !== pushToken)
    );
  };
  if (wanted.some(isWrong) || [...secrets.keys()].some((one) => !wanted.includes(one))) {
    const list = columns(credentials.map((one) => [`  --set ${one.name}=…`, one.label]));
    throw new Fault('invalid', `An account with ${name} needs, and takes nothing else:\n${list}`);
  }
  return Object.fromEntries(secrets);
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  // What stands there may be a secret: it is not said again.
  if (at < 1) throw new Fault('invalid', '--set takes NAME=VALUE.');
  return [pair.slice(0, at), pair.slice(at + 1).trim()];
}

export async function listCarriers({ world, json }: Call): Promise<number> {
  if (json) {
    world.out(
      JSON.stringify(
        connectors.map(({ manifest, push }) => Object.assign({ pushes: push !== null }, manifest)),
        null,
        2,
      ),
    );
    return 0;
  }
  const rows = connectors.map(({ manifest, push }) => [
    manifest.id,
    manifest.name,
    push === null ? 'when asked' : 'when asked, by push',
    manifest.credentials.map((one) => one.name).join(', '),
    `${manifest.aliases.slice(0, aliasesShown).join(', ')} …`,
  ]);
  world.out(columns([['CARRIER', 'NAME', 'NEWS COMES', 'AN ACCOUNT NEEDS', 'ALSO CALLED'], ...rows]));
  return 0;
}
