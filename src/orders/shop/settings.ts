import { domainToASCII } from 'node:url';
import { contrastOf, nearestReadable, phoneUrl, textContrastMin, webUrl } from '#kit/html';
import type { Face, Shop } from '../shops.ts';
import type { ShopField, Trouble } from './troubles.ts';

/** What a shop's people set, as they write it; empty is none. */
export type ShopSettings = Readonly<Settings>;
type Settings = Record<Exclude<ShopField, 'logo'>, string>;

export const shopLanguages = ['de', 'en'] as const;

/** Characters, as people count them. */
const lengthMax: Readonly<Record<keyof ShopSettings, number>> = {
  name: 80,
  language: 2,
  brand: 7,
  onBrand: 7,
  senderName: 80,
  senderAddress: 254,
  contactEmail: 254,
  contactPhone: 40,
  contactHours: 120,
  contactUrl: 300,
};

/** In the order in which people set them. */
export const shopFields = [
  'name',
  'language',
  'brand',
  'onBrand',
  'senderName',
  'senderAddress',
  'contactEmail',
  'contactPhone',
  'contactHours',
  'contactUrl',
] as const satisfies readonly (keyof ShopSettings)[];

export function settingsOf({ name, language, face }: Pick<Shop, 'name' | 'language' | 'face'>): ShopSettings {
  const { brand, onBrand, contact, sender } = face;
  return {
    name,
    language,
    brand,
    onBrand,
    senderName: sender.name,
    senderAddress: sender.address,
    contactEmail: contact.email ?? '',
    contactPhone: contact.phone ?? '',
    contactHours: contact.hours ?? '',
    contactUrl: contact.url ?? '',
  };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

type HoursIn = Face['contact']['hoursIn'];

/** A shop with these settings; its logo stays. A line of hours that somebody writes is not that of the week any more. */
export function faceWith(face: Face, settings: ShopSettings, given?: HoursIn): Face {
  const hours = orNull(settings.contactHours);
  const hoursIn = given ?? (hours === face.contact.hours ? face.contact.hoursIn : undefined);
  return {
    ...face,
    brand: settings.brand,
    onBrand: settings.onBrand,
    contact: {
      email: orNull(settings.contactEmail),
      phone: orNull(settings.contactPhone),
      hours,
      ...(hoursIn === undefined ? {} : { hoursIn }),
      url: orNull(settings.contactUrl),
    },
    sender: { name: settings.senderName, address: settings.senderAddress },
  };
}

/** A new shop, before anybody has said more than its name. */
export function newShop(name: string, publicUrl: string): Omit<Shop, 'shopId'> {
  const host = URL.parse(publicUrl)?.hostname ?? 'localhost';
  const domain = /[a-z]/i.test(host) && host.includes('.') ? host : 'shop.invalid';
  return {
    name,
    language: 'en',
    sample: false,
    face: {
      brand: '#0f4c5c',
      onBrand: '#ffffff',
      logoUrl: null,
      contact: { email: null, phone: null, hours: null, url: null },
      sender: { name, address: `orders@${domain}` },
    },
  };
}

/** A shop as it would be with these settings, and what would be wrong with it; `others` are the names of the other shops. */
export function shopWith(
  shop: Shop,
  patch: Partial<ShopSettings>,
  others: readonly string[],
): { readonly shop: Shop; readonly troubles: readonly Trouble[] } {
  const settings = settingsAfter(settingsOf(shop), patch);
  const { name, language } = settings;
  return {
    shop: { ...shop, name, language, face: faceWith(shop.face, settings) },
    troubles: troublesOf(settings, others),
  };
}

/** What people wrote, in the one way it is kept. A sender that was called like the shop goes on being called like it. */
export function settingsAfter(current: ShopSettings, patch: Partial<ShopSettings>): ShopSettings {
  const next: Settings = { ...current };
  for (const field of shopFields) next[field] = tidied(field, patch[field] ?? current[field]);
  const follows = patch.senderName === undefined && current.senderName === current.name;
  return follows ? { ...next, senderName: next.name } : next;
}

function tidied(field: keyof ShopSettings, text: string): string {
  const plain = text.normalize('NFC').trim().replaceAll(/ +/g, ' ');
  if (field === 'language') return plain.toLowerCase();
  if (field !== 'brand' && field !== 'onBrand') return plain;
  const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(plain);
  const long =
    short === null
      ? plain.replace(/^(?=[0-9a-f]{6}$)/i, '#')
      : `#${short
          .slice(1)
          .map((digit) => digit + digit)
          .join('')}`;
  return long.toLowerCase();
}

/** Everything that is wrong with settings, at once; `others` are the names of the other shops here. */
export function troublesOf(settings: ShopSettings, others: readonly string[]): readonly Trouble[] {
  // A sender who is called like the shop is wrong in the same way: once said is enough.
  const fields = shopFields.filter((field) => field !== 'senderName' || settings.senderName !== settings.name);
  const troubles = fields.flatMap((field): readonly Trouble[] => {
    const trouble = sizeTrouble(field, settings[field]) ?? contentTrouble[field](settings[field], others);
    return trouble === null ? [] : [{ field, ...trouble }];
  });
  const areColours = troubles.every(({ field }) => field !== 'brand' && field !== 'onBrand');
  return areColours ? [...troubles, ...contrastTrouble(settings)] : troubles;
}

type Found = Omit<Trouble, 'field'> | null;

function sizeTrouble(field: keyof ShopSettings, text: string): Found {
  const { length } = Array.from(text);
  const max = lengthMax[field];
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text))
    return { code: 'text.characters', values: {} };
  return length > max && field !== 'language' && field !== 'brand' && field !== 'onBrand'
    ? { code: 'text.long', values: { length, max } }
    : null;
}

/** What is wrong with what a field holds. */
const contentTrouble: Readonly<Record<keyof ShopSettings, (text: string, others: readonly string[]) => Found>> = {
  name: nameTrouble,
  language: (text) =>
    unless(
      shopLanguages.some((one) => one === text),
      'language',
      { languages: shopLanguages.join(', ') },
    ),
  brand: (text) => unless(colour.test(text), 'colour'),
  onBrand: (text) => unless(colour.test(text), 'colour'),
  senderName: (text) => unless(text !== '', 'sender.empty'),
  senderAddress: (text) => (text === '' ? unless(false, 'sender.empty') : unless(isAddress(text), 'address')),
  contactEmail: (text) => unless(text === '' || isAddress(text), 'address'),
  contactPhone: (text) => unless(text === '' || phoneUrl(text) !== null, 'phone'),
  contactHours: () => null,
  contactUrl: (text) => unless(text === '' || webUrl(text) !== null, 'url'),
};

const colour = /^#[0-9a-f]{6}$/;

function unless(isRight: boolean, code: Trouble['code'], values: Trouble['values'] = {}): Found {
  return isRight ? null : { code, values };
}

function alike(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function nameTrouble(name: string, others: readonly string[]): Found {
  if (name === '') return { code: 'name.empty', values: {} };
  // The command line calls the sample shop so.
  const taken = [...others, 'sample'].find((other) => alike(other) === alike(name));
  return taken === undefined ? null : { code: 'name.taken', values: { name: taken } };
}

const addressShape =
  /^[^\s\p{Cc}@()<>[\]\\,;:"?&#/-][^\s\p{Cc}@()<>[\]\\,;:"?&#/]{0,63}@((?:[\p{L}\p{M}\p{N}-]{1,63}\.)+[\p{L}\p{M}\p{N}-]{2,63})$/u;

function isAddress(text: string): boolean {
  const domain = addressShape.exec(text)?.[1];
  return domain !== undefined && domainToASCII(domain) !== '' && !/^\.|\.\.|\.@/.test(text);
}

function contrastTrouble({ brand, onBrand }: ShopSettings): readonly Trouble[] {
  const ratio = contrastOf(onBrand, brand);
  if (ratio >= textContrastMin) return [];
  return [
    {
      field: 'onBrand',
      code: 'contrast',
      values: {
        ink: onBrand,
        ground: brand,
        // Rounded down: 4.499 is not 4.5.
        ratio: Math.floor(ratio * 100) / 100,
        ink2: nearestReadable(onBrand, brand),
        ground2: nearestReadable(brand, onBrand),
      },
    },
  ];
}
