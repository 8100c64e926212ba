function customerPath(id: string): string {
  const shown = encodeURIComponent(id);
  return id.startsWith('per_') ? `/console/customers/${shown}` : `/console/parcels/${shown}/customer`;
}

/** Where the console's pages and actions stand. Everything that changes something is a POST that answers with 303. */
export const consolePaths = {
  parcels: '/console',
  parcel: (id: string): string => `/console/parcels/${encodeURIComponent(id)}`,
  /** What is held about a customer, by their id (`per_…`) or that of a parcel of theirs. */
  customer: customerPath,
  /** POST with `format`: a file. */
  customerCopy: (id: string): string => `${customerPath(id)}/copy`,
  /** POST with what is to be put right; answers with the page. */
  customerCorrect: (id: string): string => `${customerPath(id)}/correct`,
  /** POST with `act`, `on`, and `purpose` or `consent`. */
  customerRestrain: (id: string): string => `${customerPath(id)}/restrain`,
  /** What would go and stay. POST, nothing in it: erases, and answers with the receipt. */
  customerErase: (id: string): string => `${customerPath(id)}/erase`,
  /** What the law keeps. POST with `order` and `reason`: shows it. */
  holds: '/console/holds',
  notices: '/console/notices',
  codes: '/console/codes',
  parked: '/console/parked',
  /** POST with `follower` and `key`. */
  retry: '/console/parked/retry',
  mailbox: '/console/mailbox',
  mail: (id: string): string => `/console/mailbox/${encodeURIComponent(id)}`,
  /** The mail itself, for the frame: served as `mailPage` under `mailPagePolicy`. */
  mailBody: (id: string): string => `/console/mailbox/${encodeURIComponent(id)}/body`,
  /** How mails go out, what DNS says of them, and who gets none. */
  mailRoom: '/console/mail',
  /** POST, nothing in it: looks the records up and answers with the page. */
  mailRecords: '/console/mail/records',
  /** POST, nothing in it: makes new keys and answers like `mailRecords`. */
  mailRotate: '/console/mail/rotate',
  /** POST with `address`: sends a test and answers with the page. */
  tryMail: '/console/mail/try',
  /** POST with `address`. */
  mailBounces: '/console/mail/bounces',
  /** POST with `person`. */
  mailLift: '/console/mail/lift',
  certificate: '/console/certificate',
  /** POST with `name`. */
  renewCertificate: '/console/certificate/renew',
  /** POST with `name`. */
  deliverCertificate: '/console/certificate/deliver',
  revokeCertificate: '/console/certificate/revoke',
  /** POST with `direction`, `up` or `down`. */
  stepHsts: '/console/certificate/stage',
  /** The shop's hosts as customers' browsers see them. POST with `host` and `kind`: has another one looked at. */
  protection: '/console/protection',
  site: (id: string): string => `/console/protection/${encodeURIComponent(id)}`,
  /** All that is known of a host, as JSON. */
  siteJson: (id: string): string => `/console/protection/${encodeURIComponent(id)}/known.json`,
  /** POST with `site`: looks for the proof. */
  proveSite: '/console/protection/prove',
  /** POST with `site`, and with the `finding` that is asked about where there is one. */
  scanSite: '/console/protection/scan',
  /** POST with `site`. */
  removeSite: '/console/protection/remove',
  /** The last examination of this house. POST, nothing in it: examines afresh. */
  health: '/console/health',
  /** POST, nothing in it: looks at our own page and answers with the page. */
  measureStage: '/console/certificate/measure',
  /** What may have been taken, with its clock, and canaries. POST with what `breach-form.ts` reads: opens a case. */
  breaches: '/console/breaches',
  breach: (id: string): string => `/console/breaches/${encodeURIComponent(id)}`,
  /** POST with `kind` and `words`: adds to the case's log. */
  breachStep: (id: string): string => `/console/breaches/${encodeURIComponent(id)}/steps`,
  /** Who may be affected, as CSV. */
  /** The letter to those who may be affected: GET shows how many they are, POST mails it. */
  breachLetters: (id: string): string => `/console/breaches/${encodeURIComponent(id)}/letters`,
  breachPersons: (id: string): string => `/console/breaches/${encodeURIComponent(id)}/persons.csv`,
  /** POST with `kind` and `email`; answers with the page, a key in it. */
  plantCanary: '/console/canaries/plant',
  /** POST with `id`. */
  endCanary: '/console/canaries/end',
  /** What customers wrote: who waits longest comes first. */
  inbox: '/console/inbox',
  /** POST with `calls`: how many calls are offered in one slot. */
  callsPerSlot: '/console/inbox/calls',
  /** A case by its number. POST with `act` (answer, elsewhere, called, not_reached, close, reopen) and `text`. */
  case: (number: string): string => `/console/inbox/${encodeURIComponent(number)}`,
  /** What persons asked for. POST with `kind`, `evidence`, and perhaps `order`, `received`, `note` and `case`: enters one. */
  requests: '/console/requests',
  /** POST with `act` (note, identify, extend, end), `note`, and `evidence` with `order`, or `outcome`. */
  request: (id: string): string => `/console/requests/${encodeURIComponent(id)}`,
  /** What customers wrote. POST with the settings: how they are asked. */
  reviews: '/console/reviews',
  reviewExchange: '/console/review-exchange',
  reviewPicture: (id: string, hash: string): string =>
    `/console/reviews/${encodeURIComponent(id)}/pictures/${hash}.jpg`,
  /** POST with `act` (publish, withhold, answer), and `reason` and `note`, or `text`. */
  review: (id: string): string => `/console/reviews/${encodeURIComponent(id)}`,
  /** The record of processing activities; made to be printed. */
  record: '/console/record',
  recordJson: '/console/record.json',
  /** POST with `clock` and `days`, or with `house` for the house's own. */
  retention: '/console/retention',
  /** POST, nothing in it: drops what is past its clock. */
  runRetention: '/console/retention/run',
  /** What customers read before they write. */
  answers: '/console/answers',
  /** `slug` and `language` in the query: begins an article. */
  answerNew: '/console/answers/new',
  /** All articles as one file. POST with the file: takes it. */
  answersFile: '/console/answers/file',
  /** POST with `act` (preview, draft, publish, republish, withdraw, place, remove) and what that takes. */
  answer: (slug: string, language?: string): string =>
    `/console/answers/article/${encodeURIComponent(slug)}${language === undefined ? '' : `?language=${language}`}`,
  /** Which data may leave to whom, and where that is written. */
  rules: '/console/rules',
  /** The shop's ledger. POST, nothing in it: has it read again. */
  ledger: '/console/ledger',
  /** The keyring, and when data and keys were last copied. */
  keyring: '/console/keyring',
  /** What the shop's own pages may show. */
  ownPages: '/console/own-pages',
  settings: '/console/settings',
  /** POST with `name` and one `scope` or more: makes a key and answers with this page, the key in it. */
  keys: '/console/keys',
  /** POST with `id`. */
  revokeKey: '/console/keys/revoke',
  /** The shop's settings. */
  face: '/console/shop',
  /** POST with every setting, with `seen` as the page had them, and with `act`: `save`, or `try` to only look. */
  saveFace: '/console/shop/save',
  /** POST with the file `logo`, or with `act` `none`. */
  logo: '/console/shop/logo',
  /** A document for a frame: a page's or a mail's head with the settings in the query. */
  facePreview: (query: string): string => `/console/shop/preview?${query}`,
  /** Who is behind the shop. POST with every field and with `seen` as the page had them. */
  contact: '/console/contact',
  /** POST with `carrier` and its credentials: connects an account and tries it. */
  carriers: '/console/carriers',
  /** POST with `id`. */
  tryCarrier: '/console/carriers/try',
  /** POST with `id`. */
  disconnectCarrier: '/console/carriers/disconnect',
  /** POST with a file. */
  import: '/console/import',
  importOne: (id: string): string => `/console/import/${encodeURIComponent(id)}`,
  /** POST with what `import-form.ts` reads. */
  importMapping: (id: string): string => `/console/import/${encodeURIComponent(id)}/mapping`,
  /** POST, nothing in it. */
  importStart: (id: string): string => `/console/import/${encodeURIComponent(id)}/start`,
  /** POST, nothing in it. */
  importDrop: (id: string): string => `/console/import/${encodeURIComponent(id)}/drop`,
  importRefused: (id: string): string => `/console/import/${encodeURIComponent(id)}/refused.csv`,
  /** Seals and ratings of others. POST with `issuer`, `kind`, what that form asks for, and `act`: `add`, or `try`. */
  seals: '/console/seals',
  seal: (id: string): string => `/console/seals/${encodeURIComponent(id)}`,
  /** POST with `seal`. */
  checkSeal: '/console/seals/check',
  /** POST with `seal`. */
  removeSeal: '/console/seals/remove',
  /** POST with `seal` and `on`, yes or no. */
  inviteSeal: '/console/seals/invite',
  /** Who signs what they see of the ledger. POST with `url`. */
  witnesses: '/console/witnesses',
  /** POST with `witness`. */
  removeWitness: '/console/witnesses/remove',
  audit: '/console/audit',
  sample: '/console/sample',
  /** POST, nothing in it. */
  removeSample: '/console/sample/remove',
  /** POST with `shop`, an id. */
  shop: '/console/shop',
  /** POST with `language`. */
  language: '/console/language',
  /** POST, nothing in it. */
  signOut: '/console/sign-out',
  /** How to get in. */
  enter: '/console/enter',
  /** A link that works once: GET shows its button, POST uses it up. */
  entering: (token: string): string => `/console/enter/${encodeURIComponent(token)}`,
} as const;
