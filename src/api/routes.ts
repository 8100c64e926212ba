import { findConnector, type Account, type Carriers, type Connector, type ReadParcel, type ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, parseInput, type Answer, type Http, type HttpRequest } from '#kit/http';
import { readId } from '#kit/ids';
import type { Orders } from '#orders';
import { instantOf, type Parcels, type TakenScans } from '#parcels';
import { sealed } from '#privacy';
import type { Caller, Keys } from './keys.ts';
import type { Operation } from './operations.ts';
import { withoutNulls } from './text.ts';

/** Gives every operation its route: who calls, what is asked, parsed; then the act. */
export function mountOperations(http: Http, keys: Keys, operations: readonly Operation[]): void {
  for (const operation of operations) {
    const { method, scope, input } = operation;
    http.route<Caller>({
      method,
      path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      audience: 'machines',
      takes: input === null ? 'nothing' : 'json',
      ...(operation.bodyBytesMax === undefined ? {} : { bodyBytesMax: operation.bodyBytesMax }),
      admit: (head) => keys.callerOf(head.headers['authorization'], scope),
      handle: async (request, caller) => {
        const params = Object.fromEntries(
          Object.entries(request.params).map(([name, value]): [string, string] => [name, value ?? '']),
        );
        const body = input === null ? null : parseInput(input, withoutNulls(request.json()));
        const done = await operation.act({ caller, params, input: body });
        return answer.json(done.body, { status: done.status });
      },
    });
  }
}

export type PushNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly carriers: Carriers;
  readonly orders: Orders;
  readonly parcels: Parcels;
  /** What is behind a carrier's name; tests have carriers of their own. */
  readonly connectorOf?: typeof findConnector | undefined;
};

const pushBytesMax = 2 * 1024 * 1024;

/** Where carriers push. Answered 2xx only after what came is committed; the same again is taken and changes nothing. */
export function mountPushes(http: Http, needs: PushNeeds): void {
  // The longer one is for carriers that sign nothing: its last part is what tells them from everybody else.
  for (const path of ['/v1/carriers/:carrier/push/:account', '/v1/carriers/:carrier/push/:account/:secret']) {
    http.route({
      method: 'POST',
      path,
      audience: 'machines',
      takes: 'bytes',
      bodyBytesMax: pushBytesMax,
      admit: anyone,
      handle: (request) => takePush(needs, request),
    });
  }
}

/** Whose push this is. An unknown address and a wrong signature answer alike: nobody learns which accounts there are. */
async function addressee(
  needs: PushNeeds,
  { params }: HttpRequest,
): Promise<{ readonly account: Account; readonly connector: Connector }> {
  const connector = (needs.connectorOf ?? findConnector)(params['carrier'] ?? '');
  const accountId = readId('acc', params['account'] ?? '');
  const account = accountId === null ? null : await needs.carriers.account(needs.database, accountId);
  if (connector === null || account === null || account.carrier !== connector.manifest.id) throw refused();
  if (!(await isAddressed(needs, account, connector, params['secret'] ?? null))) throw refused();
  return { account, connector };
}

async function takePush(needs: PushNeeds, request: HttpRequest): Promise<Answer> {
  const { account, connector } = await addressee(needs, request);
  const { headers, bytes } = request;
  const reading = await needs.carriers.readPush(account, connector, { headers, bytes, receivedAt: needs.clock.now() });
  if ('no' in reading) {
    if (reading.no === 'malformed') throw new Fault('invalid', 'This is no message of this carrier.');
    throw refused();
  }
  if (reading.kind === 'handshake') return answer.text(reading.answer);
  return answer.json(await takeParcels(needs, account, reading.result.parcels));
}

/** A carrier that signs comes to the account, one that does not to the account's secret address, and neither elsewhere. */
async function isAddressed(
  { database, carriers }: PushNeeds,
  account: Account,
  { push }: Connector,
  secret: string | null,
): Promise<boolean> {
  if (push?.signed !== false || secret === null) return push?.signed !== false && secret === null;
  return await carriers.isPushSecret(database, account, secret);
}

function refused(): Fault {
  return new Fault('unauthorized', 'This push is not signed as agreed.');
}

async function takeParcels(
  needs: PushNeeds,
  { shopId, carrier }: Account,
  pushed: readonly ReadParcel[],
): Promise<TakenScans> {
  const numbered = pushed.map((parcel) => ({ ...parcel, number: sealed('tracking_number', parcel.number) }));
  const incoming = numbered.flatMap(({ number, scans }) => scans.map((scan) => ({ carrier, number, scan })));
  const taken = await needs.parcels.postScans(shopId, incoming, 'push');
  const arriving = numbered.filter(({ arrival }) => arrival !== null);
  if (arriving.length > 0) {
    await needs.database.tx(async (tx) => {
      for (const one of arriving)
        await takeArrival(needs, tx, needs.orders.numberHash(shopId, one.number), carrier, one);
    });
  }
  return taken;
}

async function takeArrival(
  needs: PushNeeds,
  tx: Tx,
  numberHash: Buffer,
  carrier: string,
  { scans, arrival }: Pick<ReadParcel, 'scans' | 'arrival'>,
): Promise<void> {
  const ids = await needs.parcels.findByNumber(tx, numberHash);
  const parcel = (await needs.parcels.read(tx, ids)).findLast((one) => one.carrier === carrier);
  if (parcel === undefined || arrival === null || !isNews(scans, parcel.lastSignAt)) return;
  await needs.parcels.setArrival(tx, parcel.parcelId, arrival);
}

/** Carriers repeat pushes hours later: an arrival that was said before the last sign of life is an old one. */
function isNews(scans: readonly ReadScan[], lastSignAt: Temporal.Instant | null): boolean {
  return lastSignAt === null || scans.some((scan) => Temporal.Instant.compare(instantOf(scan), lastSignAt) >= 0);
}
