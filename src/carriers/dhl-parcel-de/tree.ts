import { field, isRecord, textOf } from '../reading/json.ts';

/** An element of an answer. DHL calls every element `data` and says in its `name` what it is. */
export type Node = { readonly kind: string; readonly wire: unknown; readonly children: readonly Node[] };

const depthMax = 12;
const nodesMax = 20_000;

/** `piece-shipment` is written `pieceshipment` in DHL's documentation. */
function kindOf(wire: unknown, key: string): string {
  return (textOf(field(wire, 'name'), 60) ?? key).toLowerCase().replaceAll(/[^a-z]/g, '');
}

function recordsIn(value: unknown): readonly unknown[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** The answer as elements, however deep they stand; what is deeper or more than any answer is left out. */
export function nodesIn(wire: unknown): Node {
  let left = nodesMax;
  const nodeOf = (record: unknown, key: string, depth: number): Node => {
    const children: Node[] = [];
    const entries = isRecord(record) && depth < depthMax ? Object.entries(record) : [];
    for (const [name, value] of entries) {
      for (const child of recordsIn(value)) {
        if (left <= 0) break;
        left -= 1;
        children.push(nodeOf(child, name, depth + 1));
      }
    }
    return { kind: kindOf(record, key), wire: record, children };
  };
  return nodeOf(wire, '', 0);
}

/** The node itself and all below it. */
export function below(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(below)];
}

export function attribute(node: Node, name: string, lengthMax = 200): string | null {
  return textOf(field(node.wire, name), lengthMax);
}

/** The first of these that was sent. */
export function firstOf(node: Node, names: readonly string[], lengthMax = 200): string | null {
  for (const name of names) {
    const value = attribute(node, name, lengthMax);
    if (value !== null) return value;
  }
  return null;
}
