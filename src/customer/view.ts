import type { ParcelState } from '#carriers';

export type Milestone = ParcelState;

/** The shop as its customers see it. Colours are `#rrggbb`; `logoUrl` lies on our own host. */
export type ShopFace = {
  readonly name: string;
  readonly brand: string;
  readonly onBrand: string;
  readonly logoUrl: string | null;
  readonly contact: {
    readonly email: string | null;
    readonly phone: string | null;
    readonly hours: string | null;
    readonly url: string | null;
  };
  readonly sample: boolean;
  /** Of the page about the shop's ledger; missing where the shop has no page. */
  readonly ledgerUrl?: string;
  /** Who is behind it and how it is reached; missing on the page itself. */
  readonly contactUrl?: string;
  readonly helpUrl?: string;
  /** What customers and others say of it, and how it is proven; missing on the page itself. */
  readonly trustUrl?: string;
};

/** One scan, ready to be read: days and times are already written in the customer's language and the place's time. */
export type ScanView = {
  readonly localDay: string;
  readonly localTime: string | null;
  /** A short label such as `CST`, only where it differs from the other scans. */
  readonly zone: string | null;
  readonly place: string | null;
  readonly country: string | null;
  /** Our words for the sub-status, in the customer's language. */
  readonly words: string;
  readonly carrierText: string | null;
  readonly milestone: string;
  readonly confidence: 'exact' | 'located' | 'assumed' | 'date_only';
};

export type StageView = {
  readonly key: 'announced' | 'in_transit' | 'out_for_delivery' | 'delivered';
  readonly state: 'done' | 'current' | 'todo' | 'problem';
  readonly label: string;
};

export type ParcelView = {
  readonly id: string;
  readonly position: number;
  readonly carrierName: string;
  readonly carrierPage: string | null;
  readonly trackingNumber: string | null;
  readonly milestone: Milestone;
  readonly subStatus: string | null;
  readonly headline: string;
  readonly explanation: string | null;
  /** What the customer can do. */
  readonly nextStep: string | null;
  readonly action: { readonly label: string; readonly url: string } | null;
  /** `Leipzig, Germany` */
  readonly from: string | null;
  readonly to: string | null;
  readonly here: string | null;
  /** `age` such as `12 minutes ago`, `at` the moment in words. */
  readonly lastSign: { readonly age: string; readonly at: string } | null;
  readonly stale: boolean;
  /** `Tuesday, 24 November, 10:00 to 13:00`, without a full stop. */
  readonly arrival: string | null;
  readonly steps: readonly StageView[];
  /** The picture as `#kit/way-map` draws it: the only markup that pages take as it is. */
  readonly mapSvg: string | null;
  /** Who made the map's data. */
  readonly mapNote: string | null;
  /** Newest first. */
  readonly scans: readonly ScanView[];
  readonly returning: boolean;
};

/** All that a customer's page may know. Name, street, e-mail, phone and prices of the customer have no place in it. */
export type OrderView = {
  readonly shop: ShopFace;
  readonly language: string;
  readonly dir: 'ltr' | 'rtl';
  readonly orderNumber: string;
  readonly placedOn: string;
  readonly parcels: readonly ParcelView[];
  /** Server-sent events: any message means that the page has changed since it was rendered. */
  readonly liveUrl: string;
  /** Of the page about the customer's own data. */
  readonly dataUrl: string;
  /** What the customer allowed to whom. */
  readonly consentsUrl: string;
  /** Of the page that says how the shop protects its customers. */
  readonly protectionUrl: string;
  /** Of the page of answers, and the few of them that fit these parcels now; missing where there is none. */
  readonly answers?: {
    readonly url: string;
    readonly fitting: readonly { readonly title: string; readonly url: string }[];
  };
  /** The moment the page tells of, in words. */
  readonly now: string;
  readonly languages: readonly { readonly code: string; readonly url: string; readonly label: string }[];
};
