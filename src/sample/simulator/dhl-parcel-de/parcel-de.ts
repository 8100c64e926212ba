import { badRequest, noSuchResource, tooMany, unauthorized, type Answer } from '../answers.ts';
import { createParcelBook, type DhlParcel } from '../parcels.ts';
import { createQuotas } from '../quota.ts';
import type { Call, Routes } from '../routes.ts';
import { parcelDeAccounts, type ParcelDeAccount } from './accounts.ts';
import { readQuestion } from './question.ts';
import { wireList, wirePiece, wireUnknown } from './wire.ts';

export const parcelDePath = '/parcel/de/tracking/';

const piecesPerCall = 20;

const xml = (body: string): Answer => ({ status: 200, body, type: 'application/xml' });
const refused = (code: string, error: string): Answer => xml(wireList(code, error, []));

/** The account whose key the call shows: by Basic with the secret, or by the key's own header. */
function accountOf(call: Call): ParcelDeAccount | null {
  const { authorization, 'dhl-api-key': apiKey = '' } = call.headers;
  return (
    Object.values(parcelDeAccounts).find(({ secrets }) => {
      const basic = Buffer.from(`${secrets.apiKey}:${secrets.apiSecret}`).toString('base64');
      return authorization === undefined ? secrets.apiKey === apiKey : authorization === `Basic ${basic}`;
    }) ?? null
  );
}

/**
 * "Parcel DE Tracking" v0, as its documentation and public clients of it describe it: one GET with an XML document in its
 * query, answered in XML. The gateway in front refuses unknown keys and too many calls in JSON; the interface behind it
 * answers 200 with a code of its own when user, request or numbers are wrong.
 */
export function createParcelDe(needs: {
  readonly parcelsMax: number;
  readonly counted: (what: 'calls' | 'tooMany') => void;
}): { readonly answer: Routes; readonly plan: (parcel: DhlParcel) => void } {
  const book = createParcelBook(needs.parcelsMax);
  const quotas = createQuotas(
    Object.values(parcelDeAccounts).map(({ secrets: { apiKey }, callsPerDay, callsPerSecond }) => ({
      apiKey,
      callsPerDay,
      callsPerSecond,
    })),
  );
  const pieceAt = (number: string, now: Temporal.Instant): string | null =>
    book
      .find(number)
      .map(({ parcel }) => wirePiece(parcel, number, now))
      .find((piece) => piece !== null) ?? null;
  const asked = (call: Call, account: ParcelDeAccount, now: Temporal.Instant): Answer => {
    const question = readQuestion(call.url.searchParams.get('xml'));
    if (question === null) return badRequest('Missing or invalid query parameter: xml.');
    const { user, password } = account.secrets;
    if (question.user !== user || question.password !== password) return refused('5', 'Login failed');
    if (question.request !== 'd-get-piece-detail') return refused('-3', 'Unknown request');
    if (question.numbers.length === 0) return refused('45', 'No piece-code supplied');
    if (question.numbers.length > piecesPerCall || (question.zipCode !== null && question.numbers.length > 1)) {
      return badRequest('Too many numbers in one request.');
    }
    const pieces = question.numbers.map((number) => ({ number, piece: pieceAt(number, now) }));
    if (pieces.every(({ piece }) => piece === null)) return refused('100', 'No data found');
    return xml(
      wireList(
        '0',
        null,
        pieces.map(({ number, piece }) => piece ?? wireUnknown(number)),
      ),
    );
  };
  return {
    plan: book.plan,
    answer: (call, now) => {
      const account = accountOf(call);
      if (account === null) return unauthorized;
      const taken = quotas.take(account.secrets.apiKey, now);
      needs.counted('calls');
      if ('no' in taken) {
        needs.counted('tooMany');
        return tooMany(taken.no === 'too_many' ? taken.retryAfterSeconds : 1);
      }
      const isShipments = call.method === 'GET' && call.url.pathname === `${parcelDePath}v0/shipments`;
      return isShipments ? asked(call, account, now) : noSuchResource;
    },
  };
}
