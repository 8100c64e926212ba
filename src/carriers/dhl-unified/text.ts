import { textOf } from '../reading/json.ts';

const lengthMax = 400;

// English words stand at a word's start, so that Mr Berthold is no hold; a German compound has them anywhere.
const english = [
  'shipment|parcel|packag|consignment|transfer|deliver|pick(?:ed)?[ -]?up|collect|transit|transport|process|arriv|depart',
  'sort(?:ed|ing|ation)?\\b|facility|hubs?\\b|depot|gateway|terminal|customs|clear(?:ed|ance)|broker|courier|carrier|recipient',
  'receiver|consignee|addressee|sender|shipper|return|address|damage|delay|hold\\b|held\\b|payment|dut(?:y|ies)\\b|notif|schedul|attempt',
  'locker|service ?point|branch\\b|outlet|retail|packstation|post ?office|postal|vehicle|route|forward|redirect|manifest|label',
  'announced|information|instruction|order(?:ed)?\\b|scan|loaded|storage|stored|available|expected|released|destroy|dispos|lost\\b',
  'missing|missed|missent|mis-?(?:sort|rout|ship|cod)|refus|closed|home\\b|neighbo|safe place|mailbox|letterbox|signature|signed|proof',
  'dhl|usps|weather|strike|import|export|countr|cancel|status|event\\b|exception|handed|accept|received|on (?:its|the) way|unknown',
  'moved|cod\\b|partner|container|photo|notice|card left|unclaimed|undeliver|unsuccess|screen|vacant|customer|agent\\b|encoded|edited',
  'updated|recalled|access\\b|expired|insufficient|flight|driver|weigh|measured|service|response|resolution|inspect|seized|investigat',
  'geofence|almost there|next stop|suspended|postponed|rescheduled|trace|relabel|repack|re-?deliver|stopped|invalid|incomplete|incorrect',
  'difficulties|contact|backlog|abandoned|in transport|en ?route|sent (?:back|to)|items?\\b',
].join('|');

const german = [
  'sendung|paket|päckchen|zustell|zugestellt|auslief|ausgelief|abhol|abgeholt|einlief|eingelief|bearbeit|eingetroffen|angekommen',
  'verlassen|zentrum|filiale|zoll(?:\\b|amt|ab|frei|prüf)|verzoll|empfänger|empfangs|absender|zurück|retour|adress|anschrift|beschädig',
  'verzöger|lagert|zahlung|nachnahme|benachrichtig|versuch|annahme|verweiger|nachbar|ablageort|wunsch|briefkasten|fahrzeug|elektronisch',
  'angekündigt|auftrag|umleit|nachsend|weiterleit|weitertransport|fehlgeleitet|verlust|vernicht|storn|ereignis|unbekannt|unterwegs',
  'übergeben|übermittelt|zielland',
].join('|');

const carrierWords = new RegExp(`\\b(?:${english})|${german}`, 'i');

/** A verb makes a sentence; names have none. */
const verbs =
  /\b(?:is|are|was|were|has|have|had|been|being|will|be|can|could|must|ist|sind|war|wird|werden|wurde|wurden|hat|haben|kann|konnte|muss)\b/i;

const role =
  '(?:the )?(?:recipient|consignee|receiver|addressee|customer|neighbou?rs?|reception|front desk|family|empfänger|nachbarn?)';

// Who took it, who signed it, which neighbour: names follow these words, and initials end no sentence.
const namesAfter: readonly (readonly [RegExp, string])[] = [
  [
    new RegExp(
      `[\\s,;–-]*\\b(?:signed(?: for)? by|signed for|signatory|(?:signed|received by|accepted by|taken by)(?=\\s?:)|unterschrieben von|quittiert von|angenommen von|entgegengenommen von)\\b(?!\\s*(?:by\\s*)?${role})[\\s:]+.*`,
      'gi',
    ),
    '',
  ],
  [/\b(neighbou?rs?|nachbarn?)\s*[:(].*/gi, '$1'],
  [/\b(recipient|consignee|empfänger)\s*:.*/gi, '$1'],
  [/\b(?:[Hh]errn?|[Ff]rau|[Ff]amilie|Mrs?|Ms|Miss)\b\.?\s+\p{Lu}[\p{L}.'-]*(?:\s+\p{Lu}[\p{L}'-]*)*/gu, '…'],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '…'],
  [/\+\d[\d ()/-]{6,}\d/g, '…'],
];

/**
 * The carrier's words as they may be kept: without names of persons, mail addresses and telephone numbers. A description may
 * be nothing but the name of who signed ("JESSICA"): what has no word that carriers write about parcels and is no sentence
 * either is taken for such a name and dropped.
 */
export function keptText(value: unknown): string | null {
  const sent = textOf(value, lengthMax)?.replaceAll(/<[^<>]*>|\p{Cc}/gu, ' ') ?? null;
  if (sent === null) return null;
  const cut = namesAfter.reduce((text, [names, kept]) => text.replaceAll(names, kept), sent);
  const text = cut.replaceAll(/\s+/g, ' ').trim();
  return carrierWords.test(text) || (verbs.test(text) && /\S+ \S+ \S+/.test(text)) ? text : null;
}
