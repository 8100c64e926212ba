import { findConnector, type Account, type Carriers, type ReadParcel, type ReadScan } from '#carriers';
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
    const takesWithoutInput = operation.bytes === undefined ? 'nothing' : 'bytes';
    http.route<Caller>({
      method,
      path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      audience: 'machines',
      takes: input === null ? takesWithoutInput : 'json',
      ...(operation.bodyBytesMax === undefined ? {} : { bodyBytesMax: operation.bodyBytesMax }),
      admit: (head) => keys.callerOf(head.headers['authorization'], scope),
      handle: async (request, caller) => {
        const params = Object.fromEntries(
          Object.entries(request.params).map(([name, value]): [string, string] => [name, value ?? '']),
        );
        const body = input === null ? null : parseInput(input, withoutNulls(request.json()));
        const done = await operation.act({ caller, params, input: body, bytes: request.bytes });
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
};

const pushBytesMax = 2 * 1024 * 1024;

/** Where carriers push. Answered 2xx only after what came is committed; the same again is taken and changes nothing. */
export function mountPushes(http: Http, needs: PushNeeds): void {
  http.route({
    method: 'POST',
    path: '/v1/carriers/:carrier/push/:account',
    audience: 'machines',
    takes: 'bytes',
    bodyBytesMax: pushBytesMax,
    admit: anyone,
    handle: (request) => takePush(needs, request),
  });
}

async function takePush(needs: PushNeeds, request: HttpRequest): Promise<Answer> {
  const connector = findConnector(request.params['carrier'] ?? '');
  const accountId = readId('acc', request.params['account'] ?? '');
  const account = accountId === null ? null : await needs.carriers.account(needs.database, accountId);
  // An unknown address and a wrong signature answer alike: nobody learns which accounts there are.
  if (connector === null || account === null || account.carrier !== connector.manifest.id) throw refused();
  const { headers, bytes } = request;
  const reading = await needs.carriers.readPush(account, connector, { headers, bytes, receivedAt: needs.clock.now() });
  if ('no' in reading) {
    if (reading.no === 'malformed') throw new Fault('invalid', 'This is no message of this carrier.');
    throw refused();
  }
  if (reading.kind === 'handshake') return answer.text(reading.answer);
  const { parcels } = reading.result;
  return answer.json(await needs.database.tx((tx) => takeParcels(needs, tx, account, parcels)));
}

function refused(): Fault {
  return new Fault('unauthorized', 'This push is not signed as agreed.');
}

async function takeParcels(
  needs: PushNeeds,
  tx: Tx,
  { shopId, carrier }: Account,
  pushed: readonly ReadParcel[],
): Promise<TakenScans> {
  const numbered = pushed.map((parcel) => ({ ...parcel, number: sealed('tracking_number', parcel.number) }));
  const incoming = numbered.flatMap(({ number, scans }) => scans.map((scan) => ({ carrier, number, scan })));
  const taken = await needs.parcels.takeScans(tx, shopId, incoming, 'push');
  for (const { number, scans, arrival } of numbered) {
    if (arrival === null) continue;
    const ids = await needs.parcels.findByNumber(tx, needs.orders.numberHash(shopId, number));
    const parcel = (await needs.parcels.read(tx, ids)).findLast((one) => one.carrier === carrier);
    if (parcel !== undefined && isNews(scans, parcel.lastSignAt)) {
      await needs.parcels.setArrival(tx, parcel.parcelId, arrival);
    }
  }
  return taken;
}

/** Carriers repeat pushes hours later: an arrival that was said before the last sign of life is an old one. */
function isNews(scans: readonly ReadScan[], lastSignAt: Temporal.Instant | null): boolean {
  return lastSignAt === null || scans.some((scan) => Temporal.Instant.compare(instantOf(scan), lastSignAt) >= 0);
}
