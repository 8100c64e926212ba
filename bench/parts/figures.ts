/** One measured figure, with what it is held against in the same run. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly reference: number | null;
  readonly against: string | null;
  /** What the ratio, or the value where there is no reference, aims at. */
  readonly aim: number | null;
};

export function figure(
  name: string,
  value: number,
  more: { readonly reference?: number; readonly against?: string; readonly aim?: number } = {},
): Figure {
  return { name, value, reference: more.reference ?? null, against: more.against ?? null, aim: more.aim ?? null };
}

export function sayFigure({ name, value, reference, against, aim }: Figure): string {
  const ratio =
    reference === null ? '' : `  ${(value / reference).toFixed(2)} of ${shown(reference)} (${against ?? ''})`;
  return `${name.padEnd(44)}${shown(value).padStart(12)}${ratio}${aim === null ? '' : `  aim ${aim}`}`;
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
