import { badRequest, noSuchParcel, type Answer } from './answers.ts';
import { historyAt, type ParcelBook } from './parcels.ts';
import { wireParcel } from './wire.ts';

/** The parts of DHL that the carrier's `service` filter names. */
const services = new Set([
  'freight',
  'express',
  'parcel-de',
  'parcel-nl',
  'parcel-pl',
  'parcel-uk',
  'dsc',
  'dgf',
  'ecommerce',
  'ecommerce-apac',
  'ecommerce-europe',
  'ecommerce-ppl',
  'ecommerce-iberia',
  'post-de',
  'post-international',
  'sameday',
  'svb',
]);

const countryParameters = ['requesterCountryCode', 'originCountryCode'];
const numberCharactersMax = 60;
const perPageDefault = 5;
const perPageMax = 25;

type Question = {
  readonly number: string;
  readonly service: string | null;
  readonly offset: number;
  readonly limit: number;
};

/** What is asked, or the sentence that says what is wrong with it. */
function readQuestion(query: URLSearchParams): Question | string {
  const number = (query.get('trackingNumber') ?? '').trim();
  if (number === '' || number.length > numberCharactersMax)
    return 'Missing or invalid query parameter: trackingNumber.';
  const service = query.get('service');
  if (service !== null && !services.has(service)) return 'Invalid query parameter: service.';
  const country = countryParameters.find((name) => query.has(name) && !/^[A-Za-z]{2}$/.test(query.get(name) ?? ''));
  if (country !== undefined) return `Invalid query parameter: ${country}.`;
  const offset = wholeNumber(query.get('offset'), 0, Number.MAX_SAFE_INTEGER, 0);
  if (offset === null) return 'Invalid query parameter: offset.';
  const limit = wholeNumber(query.get('limit'), 1, perPageMax, perPageDefault);
  if (limit === null) return 'Invalid query parameter: limit.';
  return { number, service, offset, limit };
}

function wholeNumber(text: string | null, min: number, max: number, otherwise: number): number | null {
  if (text === null) return otherwise;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return value >= min && value <= max ? value : null;
}

/** `GET /track/shipments`: every parcel with this number that the carrier has heard of, a page at a time. */
export function answerTracking(book: ParcelBook, query: URLSearchParams, now: Temporal.Instant): Answer {
  const question = readQuestion(query);
  if (typeof question === 'string') return badRequest(question);
  const known = book.find(question.number).flatMap(({ parcel }) => {
    const history = historyAt(parcel, now);
    return history === null ? [] : [{ parcel, history }];
  });
  const asked = known.filter(({ parcel }) => question.service === null || parcel.service === question.service);
  const page = asked.slice(question.offset, question.offset + question.limit);
  if (page.length === 0) return noSuchParcel(question.number);
  const others = known.filter((one) => !asked.includes(one));
  return {
    status: 200,
    body: {
      ...pageLinks(question, asked.length),
      shipments: page.map(({ parcel, history }) => wireParcel(parcel, history)),
      ...(others.length === 0
        ? {}
        : { possibleAdditionalShipmentsUrl: others.map(({ parcel }) => address(parcel.number, parcel.service)) }),
    },
  };
}

function address(number: string, service: string | null, page: Record<string, number> = {}): string {
  const query = new URLSearchParams({ trackingNumber: number });
  if (service !== null) query.set('service', service);
  for (const [name, value] of Object.entries(page)) query.set(name, `${value}`);
  return `/shipments?${query.toString()}`;
}

/** The carrier links the pages only where there is more than one. */
function pageLinks({ number, service, offset, limit }: Question, total: number): object {
  if (total <= limit) return {};
  const link = (from: number) => address(number, service, { offset: from, limit });
  const last = Math.floor((total - 1) / limit) * limit;
  return {
    url: link(offset),
    ...(offset > 0 ? { prevUrl: link(Math.max(0, offset - limit)) } : {}),
    ...(offset + limit < total ? { nextUrl: link(offset + limit) } : {}),
    firstUrl: link(0),
    lastUrl: link(last),
  };
}
