type Waiting = { readonly kind: string; readonly generation: string };

/** `2026-11-20 ready_for_pickup.shop now at 1f2e3d4c`: since when, as what, and at which place where that is known. */
const shape = /^(?<since>.*?)(?: (?:now )?at (?<place>\w+))?(?: after \d+)?$/u;
const nowAt = ' now at ';

function read(generation: string): { readonly since: string; readonly place: string | null } {
  const { since = generation, place = null } = shape.exec(generation)?.groups ?? {};
  return { since, place };
}

/** A wait's generation; a place that is not known is the one that was told. */
export function waitOf(day: string, word: string, told: readonly Waiting[], place: string | null): string {
  const since = `${day} ${word}`;
  const waits = told.filter(({ kind }) => kind === 'ready_for_pickup');
  const same = waits.find(({ generation }) => {
    const other = read(generation);
    return other.since === since && (place === null || other.place === null || other.place === place);
  });
  if (same !== undefined) return same.generation;
  if (place === null) return since;
  const places = waits.map(({ generation }) => read(generation).place);
  const isMoved = places.length > 0 && places.every((other) => other !== null && other !== place);
  return `${since}${isMoved ? nowAt : ' at '}${place}`;
}

/** Of the place only a move knows; whoever asks later asks whether it waits. */
export function isSameWait(one: string, other: string): boolean {
  return read(one).since === read(other).since;
}

/** Was the customer told of another place before? */
export function isNowAtAnother(generation: string): boolean {
  return generation.includes(nowAt);
}

/** Carriers say again that a parcel waits: that is news at another place only. */
export function isToldWait(word: string | null, generation: string, told: readonly Waiting[]): boolean {
  const isTold = told.some((one) => one.kind === 'ready_for_pickup' && read(one.generation).since.endsWith(` ${word}`));
  return isTold && !isNowAtAnother(generation);
}
