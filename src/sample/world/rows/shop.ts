import type { Shop } from '#orders';

/** The invented shop: a small pottery by the Flensburg fjord. The telephone number is one of those kept free for films. */
export const shop: Omit<Shop, 'shopId'> = {
  name: 'Nordlicht Keramik',
  language: 'de',
  sample: true,
  face: {
    brand: '#14504f',
    onBrand: '#ffffff',
    logoUrl: null,
    contact: {
      email: 'moin@nordlicht-keramik.example',
      phone: '+49 40 66969 120',
      hours: 'Mo–Fr 9–17 Uhr',
      url: 'https://nordlicht-keramik.example/kontakt',
    },
    sender: { name: 'Nordlicht Keramik', address: 'moin@nordlicht-keramik.example' },
  },
};

type Ware = { readonly de: string; readonly en: string; readonly priceMinor: number };

/** What the pottery sells; prices in euro cents. */
export const wares = {
  'NK-TASSE-HALLIG': { de: 'Tasse „Hallig“, salzglasiert', en: 'Mug “Hallig”, salt-glazed', priceMinor: 2_400 },
  'NK-TASSE-NAME': { de: 'Tasse mit Namenszug', en: 'Mug with a name on it', priceMinor: 3_200 },
  'NK-KANNE-EBBE': { de: 'Teekanne „Ebbe“, 1,2 l', en: 'Teapot “Ebbe”, 1.2 l', priceMinor: 8_900 },
  'NK-TELLER-WATT': { de: 'Speiseteller „Watt“, 27 cm', en: 'Dinner plate “Watt”, 27 cm', priceMinor: 3_400 },
  'NK-SCHALE-DUENE': { de: 'Müslischale „Düne“', en: 'Cereal bowl “Düne”', priceMinor: 2_200 },
  'NK-VASE-LEUCHTTURM': {
    de: 'Bodenvase „Leuchtturm“, 48 cm',
    en: 'Floor vase “Lighthouse”, 48 cm',
    priceMinor: 14_900,
  },
  'NK-LICHT-POLAR': { de: 'Windlicht „Polar“, Porzellan', en: 'Lantern “Polar”, porcelain', priceMinor: 3_900 },
  'NK-KRUG-FLUT': { de: 'Wasserkrug „Flut“, 1,5 l', en: 'Water jug “Flut”, 1.5 l', priceMinor: 5_600 },
  'NK-BUTTER-DEICH': { de: 'Butterdose „Deich“', en: 'Butter dish “Deich”', priceMinor: 4_200 },
  'NK-KACHEL-MOEWE': { de: 'Kachel „Möwe“, handbemalt', en: 'Tile “Gull”, hand-painted', priceMinor: 1_600 },
  'NK-GLOCKE-NEBEL': { de: 'Windspiel „Nebelglocke“', en: 'Wind chime “Fog Bell”', priceMinor: 4_700 },
  'NK-SERVICE-FJORD': {
    de: 'Kaffeeservice „Fjord“, 18-teilig',
    en: 'Coffee set “Fjord”, 18 pieces',
    priceMinor: 38_900,
  },
} as const satisfies Record<string, Ware>;

export type Sku = keyof typeof wares;
