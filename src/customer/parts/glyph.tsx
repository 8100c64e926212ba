import type { VNode } from 'preact';
import type { Milestone } from '../view.ts';

const drawings = {
  question: 'M9 9.2a3 3 0 1 1 4.4 2.600C12.4 12.4 12 13 12 14M12 17.500v.01',
  label: 'M4 4h7.500L20 12.5 12.5 20 4 11.500ZM8 8v.01',
  parcel: 'M12 3 20 7.500v9L12 21 4 16.500v-9ZM4 7.5 12 12l8-4.500M12 12v9',
  van: 'M2 6h12v10H2ZM14 9.500h4l3.5 3.500v3H14M6.5 19.500a1.8 1.8 0 1 0-.01 0M17.5 19.500a1.8 1.8 0 1 0-.01 0',
  pin: 'M12 21C12 21 5.5 15 5.5 9.800a6.5 6.5 0 0 1 13 0C18.5 15 12 21 12 21ZM12 12.300a2.5 2.5 0 1 0-.01 0',
  alert: 'M12 6v7.500M12 17.500v.01',
  check: 'M5 12.5 10 17.5 19.5 7',
  back: 'M8.5 14 4 9.5 8.5 5M4 9.500h10.500a5 5 0 0 1 0 10H11',
  cross: 'M6.5 6.5 17.5 17.500M17.5 6.5 6.5 17.5',
} as const;

const glyphs: Readonly<Record<Milestone, keyof typeof drawings>> = {
  unknown: 'question',
  announced: 'label',
  accepted: 'parcel',
  in_transit: 'parcel',
  out_for_delivery: 'van',
  ready_for_pickup: 'pin',
  delivery_failed: 'alert',
  exception: 'alert',
  delivered: 'check',
  returning: 'back',
  returned: 'back',
  cancelled: 'cross',
};

/** A small drawing beside words that say the same. */
export function Glyph(props: { readonly milestone: Milestone }): VNode {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
      <path d={drawings[glyphs[props.milestone]]} />
    </svg>
  );
}

/** A drawing in a ring, at the head of what it stands for. @param drawing a path on 24 by 24 */
export function Badge(props: { readonly drawing: string }): VNode {
  return (
    <span class="badge">
      <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
        <path d={props.drawing} />
      </svg>
    </span>
  );
}
