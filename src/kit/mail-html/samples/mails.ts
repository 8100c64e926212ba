import type { MailContent, MailTheme } from '#kit/mail-html';

// Invented mails for the tests: every block, long words, both directions.

export const nordlicht: MailTheme = {
  brand: '#0f5c6e',
  onBrand: '#ffffff',
  ink: '#1d2b30',
  paper: '#ffffff',
  muted: '#5b6b72',
  shopName: 'Nordlicht Keramik',
  logoUrl: null,
};

/** A brand that can neither be written nor be written on in white. */
export const zitrone: MailTheme = {
  ...nordlicht,
  brand: '#ffd400',
  shopName: 'Zitrone & Söhne',
  logoUrl: 'https://shop.example/logo.svg',
};

const footer = [
  {
    text: 'Nordlicht Keramik, Hafenstraße 7, 24103 Kiel · Telefon 0431 000000, Montag bis Freitag 9 bis 17 Uhr ·',
    link: { label: 'Fragen zu dieser Sendung?', url: 'https://shop.example/kontakt' },
  },
  {
    text: 'Ist diese Nachricht wirklich von uns? Code K7QF-29XM auf',
    link: { label: 'shop.example/echt', url: 'https://shop.example/echt' },
  },
];

export const outForDelivery: MailContent = {
  language: 'de',
  preheader: 'Heute zwischen 14:05 und 16:05 in Donaudampfschifffahrtshausen, Paket 1 von 3.',
  heading: 'Ihr Paket kommt heute zwischen 14:05 und 16:05',
  blocks: [
    {
      kind: 'progress',
      summary: 'Schritt 3 von 4: in Zustellung',
      steps: [
        { label: 'Bestellt', state: 'done' },
        { label: 'Unterwegs', state: 'done' },
        { label: 'In Zustellung', state: 'current' },
        { label: 'Zugestellt', state: 'todo' },
      ],
    },
    {
      kind: 'paragraph',
      text: 'Guten Tag Dr. Maximiliane-Charlotte von und zu Hohenschwangau-Liebenzell,\nIhr Paket ist heute Morgen in Leipzig in das Zustellfahrzeug geladen worden.',
    },
    { kind: 'button', label: 'Paket verfolgen', url: 'https://shop.example/t/k3f9?a=1&b=2' },
    {
      kind: 'facts',
      rows: [
        { label: 'Bestellung', value: 'NK-2026-100412' },
        { label: 'Paket', value: '1 von 3: Teekanne „Polarnacht“ mit Stövchen, 2 Becher' },
        { label: 'Sendungsnummer', value: '00340434161094021501', url: 'https://carrier.example/00340434161094021501' },
        { label: 'Zustelldienst', value: 'DHL' },
        { label: 'Letztes Lebenszeichen', value: 'vor 2 Stunden, Radefeld' },
      ],
    },
    { kind: 'heading', text: 'Was Sie jetzt tun können' },
    {
      kind: 'list',
      items: ['Einen Ablageort oder Nachbarn wählen, solange das Fahrzeug unterwegs ist', 'Einen anderen Tag wünschen'],
    },
    { kind: 'rule' },
    { kind: 'paragraph', tone: 'muted', text: 'Die Zeiten gelten am Ort der Zustellung.' },
  ],
  footer,
};

export const damaged: MailContent = {
  language: 'en-GB',
  preheader: 'We have already asked the carrier and will write again by Friday.',
  heading: 'Your parcel was damaged on its way',
  blocks: [
    {
      kind: 'paragraph',
      tone: 'attention',
      text: 'The carrier reports damage at Neuwied. You need not do anything: we send the mugs again tomorrow.',
    },
    {
      kind: 'progress',
      summary: 'Step 3 of 5: damaged on the way',
      steps: [
        { label: 'Ordered', state: 'done' },
        { label: 'Handed over', state: 'done' },
        { label: 'On its way', state: 'problem' },
        { label: 'Out for delivery', state: 'todo' },
        { label: 'Delivered', state: 'todo' },
      ],
    },
    { kind: 'button', label: 'See what happened', url: 'https://shop.example/t/k3f9' },
    {
      kind: 'facts',
      rows: [
        { label: 'Order', value: 'NK-2026-100413' },
        { label: 'Recipient', value: 'ليلى حداد' },
      ],
    },
  ],
  footer: [
    { text: 'Nordlicht Keramik, Kiel', link: { label: 'Ask us', url: 'https://shop.example/contact' } },
    { text: 'Sent by the shop itself.' },
  ],
};

export const arabic: MailContent = {
  language: 'ar',
  preheader: 'طردك في الطريق إليك اليوم',
  heading: 'طردك في الطريق إليك',
  blocks: [
    { kind: 'paragraph', tone: 'attention', text: 'لم يتمكن السائق من العثور على العنوان.' },
    {
      kind: 'progress',
      summary: 'الخطوة 2 من 4: في الطريق',
      steps: [
        { label: 'تم الطلب', state: 'done' },
        { label: 'في الطريق', state: 'current' },
        { label: 'خرج للتسليم', state: 'todo' },
        { label: 'تم التسليم', state: 'todo' },
      ],
    },
    { kind: 'paragraph', text: 'غادر الطرد مركز الفرز في Leipzig هذا الصباح.' },
    { kind: 'button', label: 'تتبع الطرد', url: 'https://shop.example/t/k3f9' },
    {
      kind: 'facts',
      rows: [
        { label: 'رقم الشحنة', value: '00340434161094021501', url: 'https://carrier.example/1' },
        { label: 'شركة الشحن', value: 'DHL Paket (Deutschland)' },
      ],
    },
    { kind: 'list', items: ['اختر يومًا آخر', 'اختر جارًا'] },
  ],
  footer: [{ text: 'Nordlicht Keramik, Kiel', link: { label: 'اتصل بنا', url: 'mailto:hallo@shop.example' } }],
};
