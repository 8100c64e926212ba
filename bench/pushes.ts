// Single signed pushes over many kept connections: one event each, as UPS pushes them, its token proven by HMAC, each answered
// after the commit. Against bare node:http that proves and validates the same bytes and keeps nothing, in turns.
import { Client } from 'pg';
import { openKeyring } from '#keys';
import { realClock } from '#kit/clock';
import { openDatabase } from '#kit/database';
import { showId } from '#kit/ids';
import { createPrivacy } from '#privacy';
import { addAccount } from '../src/carriers/accounts.ts';
import { figure, percentile, type Figure } from './parts/figures.ts';
import { cpuSecondsOf } from './parts/processes.ts';
import { putOrders, serveProgram, serveWeb, type ServedProgram } from './parts/program.ts';
import { startSender, type SendTask, type Sender } from './parts/sender.ts';
import { settle, untilQuiet } from './parts/settle.ts';
import { startBare } from './pushes/bare.ts';
import { eventsPerParcel, pushOf } from './pushes/messages.ts';

const connections = 128;
const eventsPerRound = 2;
const client = { id: 'client-of-the-bench', secret: 'secret-of-the-bench' };

type Round = { readonly rate: number; readonly cpu: number; readonly database: number; readonly p99: number };
type Bare = Awaited<ReturnType<typeof startBare>>;
type Parts = { readonly sender: Sender; readonly bare: Bare };

export async function run(): Promise<readonly Figure[]> {
  const parts = { sender: startSender(), bare: await startBare(client) };
  try {
    return [...(await webAlone(parts)), ...(await wholeProgram(parts))];
  } finally {
    parts.sender.end();
    parts.bare.child.end();
  }
}

async function webAlone(parts: Parts): Promise<readonly Figure[]> {
  const program = await serveWeb();
  try {
    return await measured('web alone', { ...parts, program, parcelCount: 4_000, rest: () => Promise.resolve() });
  } finally {
    await program.close();
  }
}

/** One process for everything: its notices are decided, written and sent while the pushes come. */
async function wholeProgram(parts: Parts): Promise<readonly Figure[]> {
  const program = await serveProgram();
  try {
    const rest = () => untilQuiet(program.databaseUrl);
    return await measured('whole program', { ...parts, program, parcelCount: 1_000, rest });
  } finally {
    await program.close();
  }
}

type Course = Parts & {
  readonly program: ServedProgram;
  readonly parcelCount: number;
  /** Before each round. */
  readonly rest: () => Promise<void>;
};

async function measured(what: string, { sender, bare, program, parcelCount, rest }: Course) {
  const numbers = await putOrders(program, '1Z0X0X0X68', parcelCount, 'ups');
  const path = await pushAddress(program);
  const task = { headers: await headersOf(program, path), connections };
  await settle(program.databaseUrl);
  const ours: Round[] = [];
  const theirs: Round[] = [];
  const bareCpu = () => ({ program: cpuSecondsOf(bare.child.pid), database: 0 });
  for (let step = 0; step < eventsPerParcel; step += eventsPerRound) {
    const steps = Array.from({ length: eventsPerRound }, (_, more) => step + more);
    const bodies = steps.flatMap((at) => numbers.map((number) => pushOf(number, at)));
    await rest();
    ours.push(await roundOf(sender, { ...task, bodies, port: program.port, path }, program.cpu));
    theirs.push(await roundOf(sender, { ...task, bodies, port: bare.port, path }, bareCpu));
  }
  const acknowledged = parcelCount * eventsPerParcel;
  const lost = await lostOf(program, acknowledged);
  const against = 'bare node:http, same signature, zod, 202';
  const [our, their] = [medianOf(ours), medianOf(theirs)];
  return [
    figure(`${what}, single pushes a second`, our.rate, { reference: their.rate, against, aim: 0.55 }),
    figure(`${what}, program µs a push`, our.cpu, { reference: their.cpu, against }),
    figure(`${what}, database µs a push`, our.database),
    figure(`${what}, answered, ${connections} connections, p99 ms`, our.p99),
    figure(`${what}, lost of ${acknowledged} acknowledged`, lost, { aim: 0 }),
  ];
}

function medianOf(rounds: readonly Round[]): Round {
  const median = (of: keyof Round): number =>
    percentile(
      rounds.map((round) => round[of]),
      0.5,
    );
  return { rate: median('rate'), cpu: median('cpu'), database: median('database'), p99: median('p99') };
}

async function roundOf(sender: Sender, task: SendTask, cpu: ServedProgram['cpu']): Promise<Round> {
  const before = cpu();
  const { seconds, ms } = await sender.send(task);
  const after = cpu();
  const pushes = task.bodies.length;
  return {
    rate: pushes / seconds,
    cpu: ((after.program - before.program) * 1e6) / pushes,
    database: ((after.database - before.database) * 1e6) / pushes,
    p99: percentile(ms, 0.99),
  };
}

/** An account with nothing to ask with: UPS pushes to it, and nobody asks UPS. */
async function pushAddress({ databaseUrl, keysFolder }: ServedProgram): Promise<string> {
  const database = openDatabase({ url: databaseUrl });
  try {
    const keyring = await openKeyring({ folder: keysFolder, database });
    const privacy = createPrivacy({ database, clock: realClock, keyring });
    const shop = await database.one<{ shopId: string }>('select shop_id as "shopId" from orders.shop', []);
    if (shop === null) throw new Error('there is no shop');
    const account = await addAccount(
      database,
      { clock: realClock, privacy },
      {
        shopId: shop.shopId,
        carrier: 'ups',
        secrets: { clientId: client.id, clientSecret: '', pushToken: client.secret },
        hasSecretPath: false,
      },
    );
    return `/v1/carriers/ups/push/${showId('acc', account.accountId)}`;
  } finally {
    await database.close();
  }
}

/** As UPS does: a token is fetched with the client's credentials, and shown with each push. */
async function headersOf({ port }: ServedProgram, to: string): Promise<Readonly<Record<string, string>>> {
  const answered = await fetch(`http://127.0.0.1:${port}${to}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: client.secret,
    }),
  });
  const granted = (await answered.json()) as { access_token: string };
  return {
    authorization: `Bearer ${granted.access_token}`,
    'x-api-key': client.id,
    'user-agent': 'UPSPubSubTrackingService',
    'content-type': 'application/json',
  };
}

/** @throws when not all that was acknowledged is there */
async function lostOf({ databaseUrl }: ServedProgram, acknowledged: number): Promise<number> {
  const reader = new Client({ connectionString: databaseUrl });
  await reader.connect();
  try {
    const { rows } = await reader.query<{ scans: number }>(
      `select count(*)::int as scans from parcels.scan where source = 'push'`,
    );
    const lost = acknowledged - (rows[0]?.scans ?? 0);
    if (lost !== 0) throw new Error(`of ${acknowledged} acknowledged pushes ${lost} are not in the database`);
    return lost;
  } finally {
    await reader.end();
  }
}
