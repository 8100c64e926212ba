import type { Returned } from './read-bounce.ts';

const textMax = 20_000;

/** How servers without RFC 3464 begin: qmail, Exim, Exchange of old, Domino, and whoever copied them. */
const opensLikeAFailure =
  /qmail-send program|could not be delivered|undeliverable|delivery (?:has )?failed|failed permanently|returned to sender|wasn't able to deliver|unable to deliver|could not deliver|permanent(?:ly)? (?:fatal )?error|konnte nicht zugestellt|unzustellbar/iu;

/** What such sentences mean when they come without a number. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [
    /(?:user|mailbox|recipient|address|account)(?: \S+){0,4} (?:unknown|not found|does(?: not|n't) exist|invalid|rejected)|no such (?:user|mailbox|address|person)|unknown (?:user|recipient|mailbox)|no mailbox here|unrouteable address/iu,
    '5.1.1',
  ],
  [/(?:mailbox|quota|storage)(?: \S+){0,4} (?:full|exceeded)|over ?quota/iu, '5.2.2'],
  [/(?:account|mailbox)(?: \S+){0,3} (?:disabled|inactive|suspended)/iu, '5.2.1'],
  [/(?:host|domain)(?: \S+){0,3} (?:not found|unknown)|couldn't find any host|no MX/iu, '5.1.2'],
  [/spam|blocked|blacklist|policy|reputation/iu, '5.7.1'],
];

/** Null when it does not read like a failure. `certain`: a header said so already. Total. */
export function readPlainReport(text: string, certain: boolean): readonly Returned[] | null {
  // What follows these lines is the mail that came back, in our own words.
  const report = text
    .slice(0, textMax)
    .split(/^-{2,}.*(?:copy of the message|original message|below this line|message headers)/imu)[0];
  if (report === undefined || (!certain && !opensLikeAFailure.test(report))) return null;
  const enhanced = /(?:^|[\s(#:])([45]\.\d{1,3}\.\d{1,3})\b/u.exec(report)?.[1];
  const meant = meanings.find(([pattern]) => pattern.test(report))?.[1];
  const plain = /(?:^|\s)([45][0-5]\d)[\s-]/u.exec(report)?.[1];
  return [{ action: 'failed', code: enhanced ?? meant ?? plain ?? '' }];
}
