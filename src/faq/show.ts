import { sayText, type Values } from '#kit/words';
import type { Article, Block, ShownBlock, Situation, Target } from './content/article.ts';
import { holds, type Known } from './content/when.ts';

/** What texts may say of the shop, in the reader's language; null where it is not known. */
export type ShopValues = {
  /** The shop's own language. */
  readonly language: string;
  readonly shop: string;
  readonly contactPhone: string | null;
  readonly contactEmail: string | null;
  readonly contactHours: string | null;
  /** `3 hours`, within which half of the answers came, as measured; in German (`2 Tagen`) to follow `innerhalb von`. */
  readonly answerTime: string | null;
};

/** What is known of the shop and of the parcel, by the names that texts have for it. */
export function valuesOf(shop: ShopValues, situation: Situation | null): Values {
  const { language: _, ...ofShop } = shop;
  const ofParcel =
    situation === null
      ? {}
      : {
          status: situation.status,
          parcels: situation.parcels,
          carrier: situation.carrier?.name ?? null,
          arrival: situation.arrival,
          lastSign: situation.lastSign,
        };
  const known = Object.entries({ ...ofShop, ...ofParcel }).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, value] as const],
  );
  return Object.fromEntries(known);
}

export function knownIn(values: Values): Known {
  return new Set(Object.keys(values));
}

const behindLink: ReadonlySet<Target> = new Set<Target>(['parcel', 'data', 'consents']);

/** The blocks that hold for this reader, with everything filled in; a heading that nothing is left below is left out too. */
export function shownBlocks(
  article: Article,
  how: { readonly language: string; readonly values: Values; readonly situation: Situation | null },
): readonly ShownBlock[] {
  const known = knownIn(how.values);
  const held = article.blocks.filter(
    (block) => holds(block.when, how.situation, known) && (how.situation !== null || !leadsBehindLink(block)),
  );
  return held
    .filter(({ kind }, index) => kind !== 'heading' || isFollowed(held, index))
    .map((block) => shownBlock(block, (text) => sayText(how.language, text, how.values)));
}

function isFollowed(blocks: readonly Block[], index: number): boolean {
  const next = blocks[index + 1];
  return next !== undefined && next.kind !== 'heading';
}

function leadsBehindLink(block: Block): boolean {
  return block.kind === 'link' && behindLink.has(block.to);
}

function shownBlock(block: Block, say: (text: string) => string): ShownBlock {
  if ('items' in block) return { kind: block.kind, items: block.items.map(say) };
  if (block.kind === 'link') return { kind: 'link', to: block.to, text: say(block.text) };
  return { kind: block.kind, text: say(block.text) };
}
