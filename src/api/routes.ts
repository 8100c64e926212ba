import { findConnector, type Account, type Carriers, type Connector, type ReadParcel, type ReadScan } from '#carriers';
import type { Clock } from '#kit/clock';
import type { Database, Tx } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  answer,
  createRepeats,
  parseInput,
  type Repeats,
  type Answer,
  type Http,
  type HttpRequest,
  type RequestHead,
} from '#kit/http';
import { readId } from '#kit/ids';
import type { Orders } from '#orders';
import { instantOf, type Parcels, type TakenScans } from '#parcels';
import { sealed } from '#privacy';
import type { Caller, Keys } from './keys.ts';
import type { Operation } from './operations.ts';
import { withoutNulls } from './text.ts';

/** Who calls, and the headers that say how often they may go on. */
type Admitted = { readonly caller: Caller; readonly allowance: Readonly<Record<string, string>> };

/** Gives every operation its route: who calls, what is asked, parsed; then the act. */
export function mountOperations(http: Http, keys: Keys, operations: readonly Operation[]): void {
  for (const operation of operations) {
    const { method, scope, input } = operation;
    const takesWithoutInput = operation.bytes === undefined ? 'nothing' : 'bytes';
    http.route<Admitted>({
      method,
      path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      audience: 'machines',
      takes: input === null ? takesWithoutInput : 'json',
      ...(operation.bodyBytesMax === undefined ? {} : { bodyBytesMax: operation.bodyBytesMax }),
      limit: 'by caller',
      admit: async ({ headers, client }) => {
        const proof = headers['authorization'] ?? '';
        const find = () => keys.callerOf(proof, scope);
        const caller = await http.limit.lookUp('key', { address: client.address, proof }, find);
        return { caller, allowance: http.limit.spend(method === 'GET' ? 'read' : 'write', caller.keyId) };
      },
      handle: async (request, { caller, allowance }) => {
        const params = Object.fromEntries(
          Object.entries(request.params).map(([name, value]): [string, string] => [name, value ?? '']),
        );
        const body = input === null ? null : parseInput(input, withoutNulls(request.json()));
        const { bytes, headers } = request;
        const done = await operation.act({ caller, params, input: body, bytes, headers });
        const more = { status: done.status, headers: { ...allowance, ...done.headers } };
        if (done.body === null) return answer.nothing(more);
        return typeof done.body === 'string' ? answer.text(done.body, more) : answer.json(done.body, more);
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
  const repeats = createRepeats<number>({ nowMs: () => needs.clock.now().epochMilliseconds });
  // A wrong token of one account must not silence the others that the carrier pushes to from the same address.
  const guarded = <T>({ client, params }: RequestHead, find: () => Promise<T>): Promise<T> =>
    http.limit.lookUp('signature', { address: client.address, proof: null, about: params['account'] ?? '' }, find);
  // The longer one is for carriers that sign nothing: its last part is what tells them from everybody else.
  for (const path of ['/v1/carriers/:carrier/push/:account', '/v1/carriers/:carrier/push/:account/:secret']) {
    http.route<Pushed>({
      method: 'POST',
      path,
      audience: 'machines',
      takes: 'bytes',
      bodyBytesMax: pushBytesMax,
      limit: 'push',
      admit: (head) => guarded(head, () => addressed(needs, head)),
      handle: (request, to) => guarded(request, () => takePush({ ...needs, repeats }, request, to)),
    });
  }
}

/** Whom a push is for, before two megabytes of it are read. */
type Pushed = { readonly connector: Connector; readonly account: Account };

/** An unknown address and a wrong signature answer alike: nobody learns which accounts there are. */
async function addressed(needs: PushNeeds, { params }: RequestHead): Promise<Pushed> {
  const connector = (needs.connectorOf ?? findConnector)(params['carrier'] ?? '');
  const accountId = readId('acc', params['account'] ?? '');
  const account = accountId === null ? null : await needs.carriers.pushedTo(accountId);
  if (connector === null || account === null || account.carrier !== connector.manifest.id) throw refused();
  if (!(await isAddressed(needs, account, connector, params['secret'] ?? null))) throw refused();
  return { connector, account };
}

async function takePush(
  needs: PushNeeds & { readonly repeats: Repeats<number> },
  request: HttpRequest,
  { connector, account }: Pushed,
): Promise<Answer> {
  const { headers, bytes } = request;
  const reading = await needs.carriers.readPush(account, connector, { headers, bytes, receivedAt: needs.clock.now() });
  if ('no' in reading) {
    if (reading.no === 'malformed') throw new Fault('invalid', 'This is no message of this carrier.');
    throw refused();
  }
  if (reading.kind === 'handshake') return answer.text(reading.answer);
  const repeat = needs.repeats.of(account.accountId, bytes);
  if (repeat.before !== null) return answer.json({ accepted: 0, duplicates: repeat.before });
  const { taken, isWhole } = await takeParcels(needs, account, reading.result.parcels);
  if (isWhole) repeat.keep(taken.accepted + taken.duplicates);
  return answer.json(taken);
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

/** `isWhole` is false while an arrival has no parcel yet: the same push would do more another time. */
async function takeParcels(
  needs: PushNeeds,
  { shopId, carrier }: Account,
  pushed: readonly ReadParcel[],
): Promise<{ readonly taken: TakenScans; readonly isWhole: boolean }> {
  let isWhole = true;
  const numbered = pushed.map((parcel) => ({ ...parcel, number: sealed('tracking_number', parcel.number) }));
  const incoming = numbered.flatMap(({ number, scans }) => scans.map((scan) => ({ carrier, number, scan })));
  const taken = await needs.parcels.postScans(shopId, incoming, 'push');
  const arriving = numbered.filter(({ arrival }) => arrival !== null);
  if (arriving.length > 0) {
    await needs.database.tx(async (tx) => {
      for (const one of arriving) {
        const hash = needs.orders.numberHash(shopId, one.number);
        isWhole = (await takeArrival(needs, tx, hash, carrier, one)) && isWhole;
      }
    });
  }
  return { taken, isWhole };
}

/** False when there is no such parcel yet. */
async function takeArrival(
  needs: PushNeeds,
  tx: Tx,
  numberHash: Buffer,
  carrier: string,
  { scans, arrival }: Pick<ReadParcel, 'scans' | 'arrival'>,
): Promise<boolean> {
  const ids = await needs.parcels.findByNumber(tx, numberHash);
  const parcel = (await needs.parcels.read(tx, ids)).findLast((one) => one.carrier === carrier);
  if (parcel === undefined) return false;
  if (arrival !== null && isNews(scans, parcel.lastSignAt)) {
    await needs.parcels.setArrival(tx, parcel.parcelId, arrival);
  }
  return true;
}

/** Carriers repeat pushes hours later: an arrival that was said before the last sign of life is an old one. */
function isNews(scans: readonly ReadScan[], lastSignAt: Temporal.Instant | null): boolean {
  return lastSignAt === null || scans.some((scan) => Temporal.Instant.compare(instantOf(scan), lastSignAt) >= 0);
}
