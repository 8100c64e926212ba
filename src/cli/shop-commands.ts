import { readFile, stat } from 'node:fs/promises';
import { Fault } from '#kit/fault';
import { themeContrasts } from '#kit/html';
import { showId } from '#kit/ids';
import {
  readLogo,
  sayField,
  sayTrouble,
  settingsOf,
  shopFields,
  type Logo,
  type Shop,
  type ShopSettings,
  type Trouble,
} from '#orders';
import { columns, type Call, type OpenedHouse } from './command.ts';
import { shopOf } from './shop-of.ts';

const actor = 'command line';
const language = 'en';
/** Larger files are no logos; what is a logo is told by its reader. */
const fileBytesMax = 16 * 1024 * 1024;

/** `senderName` is set by `--sender-name`. */
function optionOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export async function setShop({ world, values, json }: Call): Promise<number> {
  const patch = patchOf(values);
  const logo = await logoOf(values['logo']);
  if (Object.keys(patch).length === 0 && logo === undefined) {
    throw new Fault('invalid', 'Say what to set, such as --name "Nordlicht Keramik". `help shop set` lists it all.');
  }
  const { shop, changed } = await world.withHouse(async (house) => {
    const { shopId } = await shopOf(house, values['shop']);
    const done = await house.orders.changeShop({ shopId, patch, actor, ...(logo === undefined ? {} : { logo }) });
    if ('shop' in done) return done;
    if (done.no === 'wrong') throw refusal(done.troubles, 'Nothing was changed.');
    throw new Fault('conflict', 'Somebody else changed this shop at the same moment. Try again.');
  });
  if (json) world.out(JSON.stringify({ ...shownOf(shop), changed }, null, 2));
  else if (changed.length === 0) world.out(`The shop "${shop.name}" was so already.`);
  else {
    const what = changed.map((field) => sayField(language, field)).join(', ');
    world.out(`Set for the shop "${shop.name}": ${what}. Pages and mails have it from now on.`);
    if (changed.includes('logo') && isUnmailed(shop)) {
      world.out('Mails show the name instead of this logo: mail programs draw PNG and JPEG only.');
    }
    if (isUnreachable(shop)) world.out(unreachable);
  }
  return 0;
}

export async function showShop({ world, values, json }: Call): Promise<number> {
  const shop = await world.withHouse((house) => shopOf(house, values['shop']));
  if (json) {
    world.out(JSON.stringify(shownOf(shop), null, 2));
    return 0;
  }
  const settings = settingsOf(shop);
  const rows = shopFields.map((field) => [
    sayField(language, field),
    settings[field] === '' ? '–' : settings[field],
    `--${optionOf(field)}`,
  ]);
  const logo = [sayField(language, 'logo'), shop.face.logoUrl ?? '–', '--logo'];
  world.out(columns([...rows, logo, ['Id', showId('shp', shop.shopId), '']]));
  const { onBrand, light, dark } = themeContrasts(shop.face);
  world.out(
    `Contrasts (4.5:1 are needed): writing on the colour ${ratioOf(onBrand)}, the colour as ink on light ` +
      `${ratioOf(light)} (${light.ink}), on dark ${ratioOf(dark)} (${dark.ink}).`,
  );
  if (isUnreachable(shop)) world.out(unreachable);
  return 0;
}

export async function addShop({ world, positionals, json }: Call): Promise<number> {
  const [name = ''] = positionals;
  const shop = await world.withHouse(async (house: OpenedHouse) => {
    const done = await house.orders.openShop(name, actor);
    if ('shop' in done) return done.shop;
    throw refusal(done.troubles, 'No shop was made.');
  });
  if (json) world.out(JSON.stringify(shownOf(shop), null, 2));
  else {
    world.out(`There is a shop "${shop.name}" now. \`shop set --shop "${shop.name}" …\` gives it its face,`);
    world.out(`and \`key create --shop "${shop.name}" --scope orders\` a key for its orders.`);
  }
  return 0;
}

function patchOf(values: Call['values']): Partial<ShopSettings> {
  const given = shopFields.flatMap((field): [string, string][] => {
    const value = values[optionOf(field)];
    return typeof value === 'string' ? [[field, value]] : [];
  });
  return Object.fromEntries(given);
}

/** The logo in a file; null for `none`, undefined when nothing was said. */
async function logoOf(file: Call['values'][string]): Promise<Logo | null | undefined> {
  if (typeof file !== 'string') return undefined;
  if (file === '' || file === 'none') return null;
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > fileBytesMax) throw new Fault('invalid', `${file} is larger than ${fileBytesMax} bytes.`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('invalid', `${file} cannot be read. Is it a file that this user may read?`, { cause: error });
  }
  const read = readLogo(bytes);
  if ('no' in read) throw refusal([read.no], 'Nothing was changed.');
  return read;
}

function refusal(troubles: readonly Trouble[], what: string): Fault {
  const lines = troubles.map((trouble) => `  --${optionOf(trouble.field)}: ${sayTrouble(language, trouble)}`);
  return new Fault('invalid', [what, ...lines].join('\n'));
}

function snake(field: string): string {
  return optionOf(field).replaceAll('-', '_');
}

function shownOf(shop: Shop): object {
  const shown = new Map<string, unknown>([['id', showId('shp', shop.shopId)]]);
  for (const [field, value] of Object.entries(settingsOf(shop))) shown.set(snake(field), value === '' ? null : value);
  for (const [pair, { ratio }] of Object.entries(themeContrasts(shop.face))) {
    shown.set(`contrast_${snake(pair)}`, Math.floor(ratio * 100) / 100);
  }
  return { ...Object.fromEntries(shown), logo: shop.face.logoUrl };
}

function ratioOf({ ratio }: { readonly ratio: number }): string {
  return `${Math.floor(ratio * 100) / 100}:1`;
}

function isUnmailed({ face }: Shop): boolean {
  return face.logoUrl !== null && !/^https?:/.test(face.logoUrl);
}

const unreachable = 'The sender’s address ends in .invalid: set a real one before mails go out (--sender-address).';

function isUnreachable({ face }: Shop): boolean {
  return face.sender.address.endsWith('.invalid');
}
