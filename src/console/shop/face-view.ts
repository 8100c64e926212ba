import { themeContrasts } from '#kit/html';
import { showId } from '#kit/ids';
import {
  differences,
  logoPathOf,
  sayField,
  sayTrouble,
  settingsOf,
  shopFields,
  shopLanguages,
  shopWith,
  type Shop,
  type ShopSettings,
  type Trouble,
} from '#orders';
import type { ConsoleNeeds } from '../needs.ts';
import { consolePaths } from '../paths.ts';
import type { Visit } from '../screens/visit.ts';
import type { FaceField, FaceGroup, FacePart, FaceView, OwnShops } from '../view.ts';
import { sayCode } from '../words.ts';

/** What somebody typed, and what came of it. */
export type Typed = {
  readonly settings: Partial<ShopSettings>;
  readonly troubles: readonly Trouble[];
  /** The settings that others have set since the page was opened, and those it was opened with. */
  readonly stale?: { readonly was: ShopSettings; readonly now: ShopSettings };
  readonly logoTrouble?: string;
};

const groups: Readonly<Record<FaceGroup, readonly (keyof ShopSettings)[]>> = {
  name: ['name', 'language'],
  colours: ['brand', 'onBrand'],
  sender: ['senderName', 'senderAddress'],
  contact: ['contactEmail', 'contactPhone', 'contactHours', 'contactUrl'],
};
const needed = new Set<keyof ShopSettings>(['name', 'language', 'brand', 'onBrand', 'senderName', 'senderAddress']);
const parts: readonly FacePart[] = ['page.light', 'page.dark', 'mail.light', 'mail.dark'];
const contrastMin = 4.5;

/** The own shops, where the sample shop is looked at: it goes away with everything in it. */
export function ownShops({ shop, shops }: Pick<Visit, 'shop' | 'shops'>): OwnShops | null {
  if (!shop.sample) return null;
  return shops.filter(({ sample }) => !sample).map(({ shopId, name }) => ({ id: showId('shp', shopId), name }));
}

const nothingTyped: Typed = { settings: {}, troubles: [] };

export function faceView(_: ConsoleNeeds, visit: Visit, typed: Typed = nothingTyped): FaceView {
  const { shop, frame } = visit;
  const { stale = null } = typed;
  const current = stale?.now ?? settingsOf(shop);
  const shown = shopWith(shop, { ...current, ...typed.settings }, []).shop;
  return {
    frame,
    own: ownShops(visit),
    groups: groupsOf(visit, { ...current, ...typed.settings }, typed.troubles),
    seen: JSON.stringify(current),
    stale: stale === null ? null : staleOf(visit, stale),
    isTyped: differences(settingsOf(shown), current).length > 0,
    contrasts: contrastsOf(shown, visit.language),
    previews: parts.map((part) => ({ part, url: previewUrl(part, settingsOf(shown)) })),
    logo: { url: logoPathOf(shop.face), wrong: typed.logoTrouble ?? null },
  };
}

function groupsOf({ language, say }: Visit, settings: ShopSettings, troubles: readonly Trouble[]): FaceView['groups'] {
  const fieldOf = (name: keyof ShopSettings): FaceField => {
    const trouble = troubles.find(({ field }) => field === name);
    const note = sayCode(say, 'shop.note', name);
    const languages = shopLanguages.map((value) => ({ value, label: say(`shop.language.${value}`) }));
    return {
      name,
      label: sayField(language, name),
      value: settings[name],
      note: note === name ? null : note,
      wrong: trouble === undefined ? null : sayTrouble(language, trouble),
      choices: name === 'language' ? languages : null,
      isNeeded: needed.has(name),
    };
  };
  return (['name', 'colours', 'sender', 'contact'] as const).map((key) => ({ key, fields: groups[key].map(fieldOf) }));
}

function staleOf({ language }: Visit, { was, now }: NonNullable<Typed['stale']>): FaceView['stale'] {
  return differences(was, now).map((field) => ({
    label: sayField(language, field),
    was: was[field],
    now: now[field],
  }));
}

function contrastsOf({ face }: Shop, language: string): FaceView['contrasts'] {
  const contrasts = themeContrasts(face);
  // Rounded down: what does not suffice must not look as if it did.
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1, roundingMode: 'floor' });
  return (['onBrand', 'light', 'dark'] as const).map((pair) => {
    const { ratio } = contrasts[pair];
    return { pair, ratio: `${format.format(ratio)}:1`, passes: ratio >= contrastMin };
  });
}

function previewUrl(part: FacePart, settings: ShopSettings): string {
  return consolePaths.facePreview(new URLSearchParams({ part, ...settings }).toString());
}

/** The settings in a form or an address; what is not in it stays as it is. */
export function readTyped(fields: URLSearchParams): Partial<ShopSettings> {
  const typed = new Map<keyof ShopSettings, string>();
  for (const field of shopFields) {
    const value = fields.get(field);
    if (value !== null) typed.set(field, value.slice(0, typedCharactersMax));
  }
  return Object.fromEntries(typed);
}

/** Room for something too long to be said to be too long. */
const typedCharactersMax = 1_000;
