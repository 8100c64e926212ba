import type { AnswerHead, ReadError, ReadResult } from '../contract.ts';
import { countUnmapped } from '../reading/gathering.ts';
import { at, field, isRecord, listOf, parseJson } from '../reading/json.ts';
import { type ReadPackage, manyOf, numberOf, readPackage, readPushedPackage } from './package.ts';
import { errorsIn, statusError, warningsIn } from './problems.ts';

/** A question brings one shipment with its packages. */
const shipmentsMax = 10;
const packagesMax = 200;
const numbersMax = 200;

function problem(kind: ReadError['kind'], message: string, number: string | null): ReadError {
  return { kind, message, number, retryAfterSeconds: null };
}

function upstream(message: string, number: string | null = null): ReadError {
  return problem('upstream', message, number);
}

type Part = { readonly packages: readonly ReadPackage[]; readonly errors: readonly ReadError[] };

function shipmentsIn(wire: unknown): readonly unknown[] {
  const found = at(wire, 'trackResponse', 'shipment') ?? field(wire, 'shipment');
  return manyOf(found).slice(0, shipmentsMax);
}

function readShipment(shipment: unknown): Part {
  const inquiry = numberOf(field(shipment, 'inquiryNumber'));
  const wires = manyOf(field(shipment, 'package')).filter(isRecord).slice(0, packagesMax);
  const found = wires.map((wire) => {
    // The number that was asked about is the package's own only where there is no other package.
    const number = numberOf(field(wire, 'trackingNumber')) ?? (wires.length === 1 ? inquiry : null);
    return number === null ? null : readPackage(wire, number, wires.length);
  });
  const errors = found.flatMap((each) => {
    if (each === null) return [upstream('A package without a number')];
    return each.unreadable ? [upstream('No activity of this package could be read', each.parcel.number)] : [];
  });
  const warnings = warningsIn(shipment, inquiry);
  const silent = wires.length === 0 && warnings.length === 0;
  return {
    packages: found.filter((each) => each !== null),
    errors: [...errors, ...warnings, ...(silent ? [problem('not_found', 'No package in the answer', inquiry)] : [])],
  };
}

/** Messages of Track Alert: one event each; a list of them is read as well. */
function pushedIn(wire: unknown): Part {
  const messages = (Array.isArray(wire) ? (wire as readonly unknown[]) : [wire])
    .slice(0, packagesMax)
    .filter((each) => isRecord(field(each, 'activityStatus')));
  const packages = messages.flatMap((message) => {
    const number = numberOf(field(message, 'trackingNumber'));
    return number === null ? [] : [readPushedPackage(message, number)];
  });
  return {
    packages,
    errors: [
      ...(packages.length < messages.length ? [upstream('A message without a number')] : []),
      ...packages.flatMap(({ unreadable, parcel: { number } }) =>
        unreadable ? [upstream('The time of this message cannot be read', number)] : [],
      ),
    ],
  };
}

/** Numbers that Track Alert did not take. */
export function refusedIn(wire: unknown): readonly string[] {
  return listOf(field(wire, 'invalidTrackingNumbers'))
    .slice(0, numbersMax)
    .flatMap((each) => numberOf(each) ?? []);
}

function nothingIn(wire: unknown, head: AnswerHead): ReadError {
  if (head.status >= 400) return statusError(head);
  const empty = Array.isArray(at(wire, 'trackResponse', 'shipment'));
  return empty
    ? problem('not_found', 'No shipment in the answer', null)
    : upstream('The answer is not in the form of this API');
}

/** Reads an answer of `GET /track/v1/details` or a message of Track Alert. Total: any bytes come to a result. */
export function read(bytes: Uint8Array, head: AnswerHead): ReadResult {
  const wire = parseJson(bytes);
  const parts = [...shipmentsIn(wire).map(readShipment), pushedIn(wire)];
  const packages = parts.flatMap((part) => part.packages).slice(0, packagesMax);
  const refused = refusedIn(wire).map((number) => problem('bad_input', 'UPS does not take this number', number));
  const errors = [...errorsIn(wire, head), ...parts.flatMap((part) => part.errors), ...refused];
  return {
    parcels: packages.map(({ parcel }) => parcel),
    errors: packages.length === 0 && errors.length === 0 ? [nothingIn(wire, head)] : errors,
    unmapped: countUnmapped(packages.flatMap(({ unknown }) => unknown)),
  };
}
