import { z } from 'zod';
import type { Field } from '#privacy';

const dots = '•••';
const listedMax = 20;
/** One letter as people see it, whatever it is put together from. */
const graphemes = new Intl.Segmenter();

const addressShape = z.looseObject({
  street: z.string().default(''),
  postcode: z.string().default(''),
  city: z.string().default(''),
  country: z.string().default(''),
});
/** As orders name what was bought, and as invitations to rate name it. */
const itemsShape = z.array(
  z.looseObject({ title: z.string().optional(), name: z.string().default(''), quantity: z.number().default(1) }),
);

/** What the page behind a link shows of its own order anyway; those of other orders lead further than the link does. */
const numbers: ReadonlySet<string> = new Set<Field>(['order_number', 'tracking_number']);
const digitsShown = 2;
/** Of a number as short as this, the end would be most of it. */
const shortNumber = 5;

/**
 * A value so that its person recognises it and nobody learns it: `k•••@e•••.de`. Total.
 * @param isOfLink whether it belongs to the order whose link was followed
 */
export function maskOf(field: string, value: string, isOfLink: boolean): string {
  if (numbers.has(field)) return isOfLink ? value : maskedNumber(value);
  if (field === 'email') return maskedEmail(value);
  if (field === 'name') return value.split(/\s+/u).filter(Boolean).map(headOf).join(' ');
  if (field === 'phone') return `${dots} ${value.replaceAll(/\D/g, '').slice(-2)}`;
  if (field === 'address') return maskedAddress(value);
  if (field === 'order_contents')
    return (itemsOf(value) ?? []).map(({ quantity }) => `${quantity} × ${dots}`).join(', ');
  return headOf(value);
}

/** The same as people read it: addresses and lists of items are stored as JSON. Total. */
export function readableOf(field: string, value: string): string {
  if (field === 'address') return addressOf(value)?.line ?? value;
  if (field !== 'order_contents') return value;
  return (
    itemsOf(value)
      ?.map(({ title, name, quantity }) => `${quantity} × ${title ?? name}`)
      .join(', ') ?? value
  );
}

export function maskedEmail(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 1) return headOf(address);
  const domain = address.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  return `${headOf(address.slice(0, at))}@${headOf(domain)}${dot < 1 ? '' : domain.slice(dot)}`;
}

function maskedNumber(number: string): string {
  return number.length <= shortNumber ? dots : `${dots} ${number.slice(-digitsShown)}`;
}

function headOf(text: string): string {
  const first = graphemes.segment(text.trim())[Symbol.iterator]().next().value?.segment ?? '';
  return first === '' ? dots : `${first}${dots}`;
}

function maskedAddress(value: string): string {
  const address = addressOf(value);
  if (address === null) return headOf(value);
  const { street, postcode, city, country } = address;
  return [headOf(street), `${postcode.slice(0, 2)}${dots} ${headOf(city)}`, country].join(', ');
}

function addressOf(value: string) {
  const read = addressShape.safeParse(jsonOf(value));
  if (!read.success) return null;
  const { street, postcode, city, country } = read.data;
  const line = [street, `${postcode} ${city}`.trim(), country].filter((part) => part !== '').join(', ');
  return { street, postcode, city, country, line };
}

function itemsOf(value: string) {
  const read = itemsShape.safeParse(jsonOf(value));
  return read.success ? read.data.slice(0, listedMax) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
