import { inspect } from 'node:util';

/** The kinds of personal data there are. A new kind needs a line here, in the purposes and in the disclosure rules. */
export const fields = [
  'name',
  'email',
  'phone',
  'address',
  'postcode',
  'customer_id',
  'order_number',
  'order_contents',
  'tracking_number',
  'scan',
  'message',
  'consent_words',
] as const;

export type Field = (typeof fields)[number];

const contents = new WeakMap<object, () => string>();

/**
 * A piece of personal data from the moment it is parsed. Whatever prints it prints `[sealed email]`; only `open` and
 * `disclose` of this folder get at the text.
 */
export class Sealed<Kind extends Field = Field> {
  readonly field: Kind;

  constructor(field: Kind, content: () => string) {
    this.field = field;
    contents.set(this, content);
    Object.freeze(this);
  }

  toString(): string {
    return `[sealed ${this.field}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Personal data as it comes in at a door. */
export function sealed<Kind extends Field>(field: Kind, text: string): Sealed<Kind> {
  return new Sealed(field, () => text);
}

/** The text itself: for this folder alone. */
export function textOf(value: Sealed): string {
  const content = contents.get(value);
  if (content === undefined) throw new Error(`nothing is sealed in this ${value.field}`);
  return content();
}

declare const kind: unique symbol;

/** A text that may leave: only `disclose` makes one of somebody's, and what adapters send is built from these. */
export type LetOut<Kind extends Field = Field> = string & { readonly [kind]: Kind };

/** A text that is nobody's, such as a carrier's own test number, where somebody's would stand. */
export function nobodys<Kind extends Field>(_field: Kind, text: string): LetOut<Kind> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark is for the compiler alone
  return text as LetOut<Kind>;
}
