import { textOf } from '../reading/json.ts';

const lengthMax = 400;

/** Names follow these words; UPS puts them behind some of its sentences. */
const namesAfter =
  /[\s,;–-]*\b(?:(?:signed|received|accepted|taken|authori[sz]ed)(?: for)? by|left with|signatory|clarified signature)\b(?!\s+(?:the |a |an |your |ups|our |sender|receiver|post|customs|local|agent|individual|neighbou?r|customer|clearing|government|recipient|reception|front))\s*:?\s+\S.*/i;
const mailAddresses = /[\w.+-]+@[\w-]+\.[\w.-]+/g;
const telephones = /\+\d[\d ()/-]{6,}\d/g;

/** UPS's own sentence as it may be kept: without names of persons, mail addresses and telephone numbers. */
export function keptText(value: unknown): string | null {
  const sent = textOf(value, lengthMax)?.replaceAll(/<[^<>]*>|\p{Cc}/gu, ' ') ?? '';
  const cut = sent.replace(namesAfter, '').replaceAll(mailAddresses, '…').replaceAll(telephones, '…');
  const text = cut.replaceAll(/\s+/g, ' ').trim();
  return text === '' ? null : text;
}
