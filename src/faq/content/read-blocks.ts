import { targets, type Block, type Target, type When } from './article.ts';
import { clausesOf, isSlug, type Line } from './read-head.ts';
import { trouble, type Trouble } from './troubles.ts';

/** A block and the line it begins in. */
export type PlacedBlock = { readonly at: number; readonly block: Block };

const blocksMax = 60;
const itemsMax = 20;
const textMax = 2_000;

type Kind = Block['kind'] | 'condition';

/** How a line begins says what it is; anything else is a paragraph. */
const beginnings: readonly (readonly [Kind, RegExp])[] = [
  ['condition', /^\[(.*)\]$/u],
  ['heading', /^##\s+(.+)$/u],
  ['steps', /^\d{1,2}[.)]\s+(.+)$/u],
  ['list', /^[-*]\s+(.+)$/u],
  ['note', /^>\s*(.*)$/u],
  ['link', /^->\s*(.+)$/u],
];

/** One line's kind, and what stands behind its mark. */
function kindOf(text: string): readonly [Kind, string] {
  for (const [kind, pattern] of beginnings) {
    const found = pattern.exec(text);
    if (found !== null) return [kind, (found[1] ?? '').trim()];
  }
  return ['paragraph', text.trim()];
}

/** Lines that belong together. */
type Gathered<Of extends Kind = Kind> = { readonly at: number; readonly kind: Of; readonly items: string[] };

/** Items of one list, and lines of one paragraph or note, become one; a heading, link or condition is a line of its own. */
function gather(lines: readonly Line[]): readonly Gathered[] {
  const gathered: Gathered[] = [];
  let isOpen = false;
  for (const { at, text } of lines) {
    const open = isOpen ? (gathered.at(-1) ?? null) : null;
    isOpen = text.trim() !== '';
    if (!isOpen || (open !== null && goesOn(open, text))) continue;
    const [kind, rest] = kindOf(text.trimStart());
    if (open?.kind === kind && joins(open, rest)) continue;
    gathered.push({ at, kind, items: [rest] });
  }
  return gathered;
}

/** A line that begins with a space belongs to the item above it. */
function goesOn(open: Gathered, text: string): boolean {
  const isItem = open.kind === 'steps' || open.kind === 'list';
  if (!isItem || !/^\s/u.test(text)) return false;
  open.items.push(`${open.items.pop() ?? ''} ${text.trim()}`);
  return true;
}

function joins(open: Gathered, rest: string): boolean {
  if (open.kind === 'steps' || open.kind === 'list') open.items.push(rest);
  else if (open.kind === 'paragraph' || open.kind === 'note')
    open.items.push(`${open.items.pop() ?? ''} ${rest}`.trim());
  else return false;
  return true;
}

/** What stands below the head. A condition holds until the next one; those in a row mean any of them. */
export function readBlocks(lines: readonly Line[]): {
  readonly blocks: readonly PlacedBlock[];
  readonly troubles: readonly Trouble[];
} {
  const troubles: Trouble[] = [];
  const blocks: PlacedBlock[] = [];
  const conditions = createConditions(troubles);
  for (const { at, kind, items } of gather(lines)) {
    if (kind === 'condition') {
      conditions.take({ at, text: items[0] ?? '' });
      continue;
    }
    const block = blockOf({ at, kind, items }, conditions.current(), troubles);
    if (block !== null) blocks.push({ at, block });
  }
  const tooMany = blocks[blocksMax];
  if (tooMany !== undefined) troubles.push(trouble(tooMany.at, 'blocks'));
  if (blocks.length === 0) troubles.push(trouble(lines[0]?.at ?? 1, 'empty'));
  return { blocks: blocks.slice(0, blocksMax), troubles };
}

/** What holds for the blocks that follow; those in a row, with no block between, mean any of them. */
function createConditions(troubles: Trouble[]): {
  readonly take: (line: Line) => void;
  readonly current: () => When;
} {
  let lines: readonly Line[] = [];
  let when: When | null = null;
  return {
    take: (line) => {
      if (when !== null) lines = [];
      when = null;
      const said = conditionOf(line, troubles);
      lines = said === null ? [] : [...lines, said];
    },
    current: () => (when ??= clausesOf(lines, troubles)),
  };
}

/** Null for what ends the condition before. */
function conditionOf({ at, text }: Line, troubles: Trouble[]): Line | null {
  if (text === 'always') return null;
  if (/^when\s/u.test(text)) return { at, text: text.slice('when'.length).trim() };
  troubles.push(trouble(at, 'bracket', `[${text}]`));
  return null;
}

function blockOf(gathered: Gathered<Block['kind']>, when: When, troubles: Trouble[]): Block | null {
  const { at, kind, items } = gathered;
  if (items.length > itemsMax || items.some(({ length }) => length > textMax)) {
    troubles.push(trouble(at, 'block'));
    return null;
  }
  const text = items[0] ?? '';
  if (kind === 'steps' || kind === 'list') return { kind, items, when };
  if (kind !== 'link') return { kind, text, when };
  const colon = text.indexOf(':');
  const to = targetOf(text.slice(0, Math.max(colon, 0)).trim());
  const words = text.slice(colon + 1).trim();
  if (to !== null && words !== '') return { kind, to, text: words, when };
  troubles.push(trouble(at, 'target', text));
  return null;
}

function targetOf(text: string): Target | null {
  const [, slug] = /^article\s+(\S+)$/u.exec(text) ?? [];
  if (slug !== undefined) return isSlug(slug) ? `article ${slug}` : null;
  return targets.find((one) => one === text) ?? null;
}
