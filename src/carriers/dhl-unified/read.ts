import type { AnswerHead, ReadError, ReadResult } from '../contract.ts';
import { countUnmapped } from '../reading/gathering.ts';
import { field, isRecord, parseJson } from '../reading/json.ts';
import { errorOf, readProblem } from '../reading/problems.ts';
import { numberOf, readShipment } from './shipment.ts';

/** A question without service brings a handful; a push perhaps a hundred. */
const shipmentsMax = 500;
const depthMax = 4;

/** Names that DHL's answers, documentation and pushes put around shipments. */
const wrappers = ['shipments', 'shipment', 'trackingResponse', 'TrackingResponse', 'data'];

function isShipment(wire: unknown): boolean {
  if (!isRecord(wire) || typeof wire['status'] === 'number') return false;
  return Array.isArray(wire['events']) || isRecord(wire['status']) || ('id' in wire && 'service' in wire);
}

function shipmentsIn(wire: unknown, depth: number): readonly unknown[] {
  if (depth > depthMax) return [];
  if (Array.isArray(wire)) return wire.slice(0, shipmentsMax).flatMap((item) => shipmentsIn(item, depth + 1));
  if (isShipment(wire)) return [wire];
  return wrappers.flatMap((name) => shipmentsIn(field(wire, name), depth + 1));
}

/** Problem documents: the answer itself, or what stands beside the shipments. */
function problemsIn(wire: unknown, head: AnswerHead): readonly ReadError[] {
  const places = [wire, field(wire, 'error'), field(wire, 'Error')];
  const problems = places.map((place) => (isShipment(place) ? null : readProblem(place)));
  return problems.flatMap((problem) => (problem === null ? [] : [errorOf(problem, head)]));
}

function upstream(message: string, number: string | null): ReadError {
  return { kind: 'upstream', message, number, retryAfterSeconds: null };
}

function nothingIn(wire: unknown, head: AnswerHead): ReadError {
  if (head.status >= 400) return errorOf(null, head);
  const empty = Array.isArray(field(wire, 'shipments'));
  const error = upstream(empty ? 'No shipment in the answer' : 'The answer is not in the form of this API', null);
  return empty ? { ...error, kind: 'not_found' } : error;
}

/** Reads an answer of `GET /track/shipments` or the body of a push. Total: any bytes come to a result. */
export function read(bytes: Uint8Array, head: AnswerHead): ReadResult {
  const wire = parseJson(bytes);
  const found = shipmentsIn(wire, 0).map((each) => ({ each, number: numberOf(each) }));
  const shipments = found.flatMap(({ each, number }) => (number === null ? [] : [readShipment(each, number)]));
  const errors = [
    ...problemsIn(wire, head),
    ...found.flatMap(({ number }) => (number === null ? [upstream('A shipment without a number', null)] : [])),
    ...shipments.flatMap(({ unreadable, parcel: { number } }) =>
      unreadable ? [upstream('No event of this shipment could be read', number)] : [],
    ),
  ];
  return {
    parcels: shipments.map(({ parcel }) => parcel),
    errors: found.length === 0 && errors.length === 0 ? [nothingIn(wire, head)] : errors,
    unmapped: countUnmapped(shipments.flatMap(({ unknown }) => unknown)),
  };
}
