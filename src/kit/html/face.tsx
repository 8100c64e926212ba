import type { VNode } from 'preact';

/** The upright strokes and curves of *Glass*, drawn hollow: one sees through them. */
const glass = [
  'M49.5 15A25 25 0 1 0 56 33H37',
  'M70.5 5V57',
  'M84 42A15 15 0 1 1 114 42A15 15 0 1 1 84 42M114 27V57',
  'M146 32C144 28.5 141 27 137.5 27C132 27 128.5 30 128.5 34.300C128.5 44 147 40 147 49.500C147 54 143 57 137.5 57C132.5 57 129 55 127.5 51.5',
  'M176.5 32C174.5 28.5 171.5 27 168 27C162.5 27 159 30 159 34.300C159 44 177.5 40 177.5 49.500C177.5 54 173.5 57 168 57C163 57 159.5 55 158 51.5',
].join('');

/** *post*, solid: it carries. */
const post = [
  'M193.5 27V74M193.5 42A15 15 0 1 1 223.5 42A15 15 0 1 1 193.5 42',
  'M235 42A15 15 0 1 1 265 42A15 15 0 1 1 235 42',
  'M293 32C291 28.5 288 27 284.5 27C279 27 275.5 30 275.5 34.300C275.5 44 294 40 294 49.500C294 54 290 57 284.5 57C279.5 57 276 55 274.5 51.5',
  'M313 13V48A9 9 0 0 0 322 57H324M303.5 27H324',
].join('');

const box = { x: -6, y: -2, width: 336, height: 82 };

/**
 * The word mark, in the colour of the text around it.
 * @param props `height` in CSS pixels; `id` must differ when a page shows it twice
 */
export function WordMark(props: { readonly height: number; readonly id?: string }): VNode {
  const mask = props.id ?? 'glass';
  return (
    <svg
      class="word-mark"
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> could not take the colour of the text
      role="img"
      aria-label="Glasspost"
      viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
      width={Math.round((props.height * box.width) / box.height)}
      height={props.height}
      fill="none"
      stroke="currentColor"
      stroke-width="8"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <mask id={mask} maskUnits="userSpaceOnUse" {...box}>
        <path stroke="#fff" stroke-width="9" d={glass} />
        <path stroke="#000" stroke-width="4" d={glass} />
      </mask>
      <rect {...box} fill="currentColor" stroke="none" mask={`url(#${mask})`} />
      <path d={post} />
    </svg>
  );
}

/** The glass parcel: all edges of the box that one can see, and its floor through the walls. */
export function Icon(props: { readonly size: number }): VNode {
  return (
    <svg class="icon" aria-hidden="true" viewBox="0 0 32 32" width={props.size} height={props.size} fill="currentColor">
      <path fill-opacity=".35" d="M16 2 28.5 9 16 16 3.5 9Z" />
      <path fill-opacity=".35" d="M3.5 9 16 16V30L3.5 23ZM28.5 9 16 16V30L28.5 23Z" />
      <path fill-opacity=".5" d="M16 16 28.5 23 16 30 3.5 23Z" />
      <path
        d="M16 2 28.5 9V23L16 30 3.5 23V9ZM3.5 9 16 16 28.5 9M16 16V30"
        fill="none"
        stroke="currentColor"
        stroke-width="2.6"
        stroke-linejoin="round"
      />
    </svg>
  );
}
