import type { ShownProtection } from '#protection';
import { aged, momentOf, type Check, type Point, type Told } from './point.ts';

type Mail = NonNullable<ShownProtection['mail']>;

/** Whether somebody else can write mails in the shop's name. */
export function mailPoint(told: Told): Point {
  const { say, shown, shop } = told;
  const mail = shown?.mail ?? null;
  if (shown === null || mail === null) {
    const words = { headline: say('protects.mail.unmeasured'), text: say('protects.mail.unmeasured.text', { shop }) };
    return { key: 'mail', tone: 'quiet', ...words, checks: [], more: [], details: [] };
  }
  const state = stateOf(mail);
  const { domain } = mail;
  const point: Point = {
    key: 'mail',
    tone: state === 'good' ? 'good' : 'warn',
    headline: say(`protects.mail.${state}`),
    text: say(`protects.mail.${state}.text`, { shop, domain }),
    checks: checksOf(told, mail),
    more: [],
    details: detailsOf(told, mail, shown.measuredAt),
  };
  return aged(point, told, { headline: say('protects.mail.old'), text: say('protects.mail.old.text', { shop }) });
}

/** Forgeries are told apart by SPF or DKIM, and stopped only where DMARC asks for it (RFC 7489). */
function stateOf({ spf, signed, dmarc }: Mail): 'good' | 'partly' | 'open' {
  const isStopped = dmarc === 'quarantine' || dmarc === 'reject';
  if (spf && signed && isStopped) return 'good';
  return spf || signed ? 'partly' : 'open';
}

function checksOf({ say }: Told, { domain, spf, signed, dmarc, transport }: Mail): readonly Check[] {
  const isStopped = dmarc === 'quarantine' || dmarc === 'reject';
  return [
    spf
      ? { tone: 'good', text: say('protects.mail.spf', { domain }) }
      : { tone: 'warn', text: say('protects.mail.spf.no') },
    signed
      ? { tone: 'good', text: say('protects.mail.signed') }
      : { tone: 'warn', text: say('protects.mail.signed.no') },
    { tone: isStopped ? 'good' : 'warn', text: say(`protects.mail.dmarc.${dmarc ?? 'no'}`) },
    transport
      ? { tone: 'good', text: say('protects.mail.transport', { domain }) }
      : { tone: 'quiet', text: say('protects.mail.transport.no') },
  ];
}

function detailsOf({ say, language }: Told, mail: Mail, at: Temporal.Instant): Point['details'] {
  const yes = (is: boolean): string => say(is ? 'protects.yes' : 'protects.no');
  return [
    { label: say('protects.domain'), text: mail.domain },
    { label: 'SPF', text: yes(mail.spf) },
    { label: 'DKIM', text: yes(mail.signed) },
    { label: 'DMARC', text: mail.dmarc ?? say('protects.no') },
    { label: 'MTA-STS', text: yes(mail.transport) },
    { label: say('protects.at'), text: momentOf(language, at) },
  ];
}
