import { isValidElement, type ComponentChild, type VNode } from 'preact';

/** A card as it travels to pages that build it from nodes: a text, or an element with its attributes and what is inside. */
export type Tree = string | readonly [tag: string, attributes: Readonly<Record<string, string>>, ...inside: Tree[]];

type Plain = { readonly type: unknown; readonly props: Readonly<Record<string, unknown>> };

/** What a pure component renders, as a tree. Boolean attributes and handlers have no place in a card. */
export function treeOf(node: ComponentChild): readonly Tree[] {
  if (node === null || node === undefined || typeof node === 'boolean') return [];
  if (Array.isArray(node)) return joined(node.flatMap((one: ComponentChild) => treeOf(one)));
  if (typeof node === 'object') return isValidElement(node) ? ofVNode(node) : [];
  return [String(node)];
}

function ofVNode(node: VNode): readonly Tree[] {
  const { type, props }: Plain = node;
  const inside = childrenOf(props['children']);
  if (typeof type === 'string') return [[type, attributesOf(props), ...treeOf(inside)]];
  // A component; a fragment gives back what is inside of it.
  return typeof type === 'function' ? treeOf(rendered(type, props)) : [];
}

function childrenOf(children: unknown): ComponentChild {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what stands in JSX is nothing else
  return children as ComponentChild;
}

function rendered(component: unknown, props: Plain['props']): ComponentChild {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- cards are made of components without hooks
  return (component as (given: unknown) => ComponentChild)(props);
}

function attributesOf(props: Plain['props']): Readonly<Record<string, string>> {
  const given = Object.entries(props).filter(([name]) => name !== 'children' && name !== 'key');
  return Object.fromEntries(
    given.flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || (name.startsWith('aria-') && value === true)
        ? [[name, String(value)]]
        : [],
    ),
  );
}

/** Texts that follow one another are one. */
function joined(nodes: readonly Tree[]): readonly Tree[] {
  const all: Tree[] = [];
  for (const node of nodes) {
    const before = all.at(-1);
    if (typeof node === 'string' && typeof before === 'string') all[all.length - 1] = before + node;
    else all.push(node);
  }
  return all;
}
