import type { AnswerHead, ReadError, ReadParcel, ReadResult } from '../contract.ts';
import { read as readUnified } from '../dhl-unified/read.ts';
import { field, parseJson } from '../reading/json.ts';
import { kindOfStatus, secondsToWait } from '../reading/problems.ts';
import { parseXml } from '../reading/xml.ts';
import { answerError, pieceError, withoutQuestion } from './errors.ts';
import { inOrder, readPiece } from './piece.ts';
import { type Node, attribute, below, firstOf, nodesIn } from './tree.ts';

/** A question has twenty numbers; one number may answer with several pieces. */
const piecesMax = 100;

const isPiece = ({ kind }: Node) => kind === 'pieceshipment' || kind === 'piecestatuspublic';
const isEventList = ({ kind }: Node) => kind === 'pieceeventlist' || kind === 'piecestatuspubliceventlist';
const isEvent = ({ kind }: Node) => kind === 'pieceevent';

type Piece = {
  readonly node: Node;
  readonly events: readonly Node[];
  readonly number: string | null;
  readonly asked: string | null;
};

function numberIn(node: Node, names: readonly string[]): string | null {
  return firstOf(node, names, 60)?.replaceAll(' ', '') ?? null;
}

const ownNames = ['piece-code', 'searched-piece-code', 'piece-identifier'];

/** The event lists stand within their pieces, or beside them with the piece's id. */
function piecesIn(root: Node): readonly Piece[] {
  const all = below(root);
  const nodes = all.filter(isPiece).slice(0, piecesMax);
  const within = new Set(nodes.flatMap((node) => below(node).slice(1)));
  const beside = all.filter((node) => isEventList(node) && !within.has(node)).slice(0, piecesMax);
  return nodes.map((node) => {
    const ids = ['piece-id', 'piece-identifier'].map((name) => [name, attribute(node, name)] as const);
    const belongs = (list: Node) =>
      nodes.length === 1 || ids.some(([name, id]) => id !== null && attribute(list, name) === id);
    const events = [node, ...beside.filter(belongs)].flatMap((list) => below(list).slice(1).filter(isEvent));
    return { node, events, number: numberIn(node, ownNames), asked: numberIn(node, ['searched-piece-code']) };
  });
}

/** A piece goes by the number that was asked for, so that whoever asked finds it; by its own where several answer to one. */
function named(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.map((piece) => {
    const twins = pieces.filter(({ asked, number }) => asked === piece.asked && number !== piece.number);
    return { ...piece, number: twins.length === 0 ? (piece.asked ?? piece.number) : piece.number };
  });
}

/** A number that was given twice answers with two pieces; they are one history here. */
function merged(parcels: readonly ReadParcel[]): readonly ReadParcel[] {
  const found = new Map<string, ReadParcel>();
  for (const parcel of parcels) {
    const before = found.get(parcel.number);
    found.set(parcel.number, before === undefined ? parcel : joined(before, parcel));
  }
  return [...found.values()];
}

/** Whatever their order: the piece whose history is younger says where it goes. */
function joined(one: ReadParcel, other: ReadParcel): ReadParcel {
  const ends = [one, other].map((parcel) => [parcel.scans.at(-1)?.localTime ?? '', JSON.stringify(parcel)].join(' '));
  const [older, younger] = (ends[0] ?? '') < (ends[1] ?? '') ? [one, other] : [other, one];
  return {
    ...younger,
    scans: inOrder([...one.scans, ...other.scans]),
    arrival: younger.arrival ?? older.arrival,
    originCountry: younger.originCountry ?? older.originCountry,
    destinationCountry: younger.destinationCountry ?? older.destinationCountry,
  };
}

type Unmapped = ReadResult['unmapped'];

function unmappedIn(parcels: readonly ReadParcel[]): Unmapped {
  const found = new Map<string, Unmapped[number]>();
  for (const { code, text, milestone } of parcels.flatMap(({ scans }) => scans)) {
    if (milestone !== 'unknown') continue;
    const before = found.get(code);
    // The same text whatever the order: the first in the alphabet.
    const texts = [before?.text ?? null, text].filter((each) => each !== null).toSorted();
    found.set(code, { code, text: texts[0] ?? null, count: (before?.count ?? 0) + 1 });
  }
  return [...found.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

const upstream = (message: string, number: string | null): ReadError => ({
  kind: 'upstream',
  message,
  number,
  retryAfterSeconds: null,
});

/** The answer's own code counts unless the pieces say themselves what is wrong with them. */
function errorsOf(root: Node, pieces: readonly Piece[], head: AnswerHead): readonly ReadError[] {
  const ofPieces = pieces.flatMap(({ node, number }) => pieceError(node, number, head) ?? []);
  if (ofPieces.length > 0) return ofPieces;
  const inside = new Set(pieces.flatMap(({ node }) => below(node)));
  return below(root)
    .filter((node) => !inside.has(node) && !isEvent(node))
    .flatMap((node) => answerError(node, head) ?? []);
}

function readTree(wire: unknown, head: AnswerHead): ReadResult {
  const root = nodesIn(wire);
  const pieces = named(piecesIn(root));
  const errors = errorsOf(root, pieces, head);
  const pieced = pieces.flatMap(({ node, events, number }) => {
    const refused = pieceError(node, number, head) !== null && events.length === 0;
    return number === null || refused ? [] : [readPiece(node, events, number)];
  });
  const parcels = merged(pieced.map(({ parcel }) => parcel));
  const broken = [
    ...pieces.flatMap(({ number }) => (number === null ? [upstream('A piece without a number', null)] : [])),
    ...pieced.flatMap(({ unreadable, parcel: { number } }) =>
      unreadable ? [upstream('No event of this piece could be read', number)] : [],
    ),
  ];
  const all = [...errors, ...broken];
  return {
    parcels,
    errors: parcels.length === 0 && all.length === 0 ? [nothingIn(head)] : all,
    unmapped: unmappedIn(parcels),
  };
}

function nothingIn(head: AnswerHead): ReadError {
  const bad = head.status >= 400;
  return {
    kind: bad ? kindOfStatus(head.status) : 'upstream',
    message: bad ? `status ${head.status}` : 'The answer is not in the form of this API',
    number: null,
    retryAfterSeconds: secondsToWait(head.retryAfter),
  };
}

/** An element of this interface, whether it came as XML or as JSON. */
function isOurs(wire: unknown): boolean {
  return below(nodesIn(wire)).some(
    (node) => node.kind.startsWith('piece') || field(node.wire, 'request-id') !== undefined,
  );
}

/**
 * Reads an answer of `GET /parcel/de/tracking/v0/shipments`. Total: any bytes come to a result. DHL's gateway answers in
 * JSON when it refuses, and so does its unified interface: that is read as such.
 */
export function read(bytes: Uint8Array, head: AnswerHead): ReadResult {
  const xml = parseXml(bytes);
  if (xml !== undefined) return readTree(xml, head);
  const json = parseJson(bytes);
  if (isOurs(json)) return readTree(json, head);
  const result = readUnified(bytes, head);
  const errors = result.errors.map((error) => ({ ...error, message: withoutQuestion(error.message) }));
  return { ...result, errors };
}
