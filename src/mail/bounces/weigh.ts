/** `hard`: nobody is there and nobody will be · `soft`: not now · `none`: it says nothing about the address. */
export type Weight = 'hard' | 'soft' | 'none';

/**
 * Enhanced codes (RFC 3463, RFC 7505, RFC 5248's registry) that say that this address takes no mail for good. Codes about
 * content, reputation and rules (5.6, 5.7) say something about the mail or the shop, never about the person.
 */
const hardCodes = new Set([
  '5.1.0', // other address status
  '5.1.1', // no such mailbox
  '5.1.2', // no such system
  '5.1.3', // no address by its form
  '5.1.6', // mailbox has moved
  '5.1.10', // null MX
  '5.2.1', // mailbox disabled
]);

/** Codes without which a mail server would have been kind enough to keep trying. */
const softCodes = /^(?:4\.\d{1,3}\.\d{1,3}|5\.2\.2|5\.2\.0|5\.4\.\d{1,3}|5\.3\.[0-3]|5\.0\.0|4\d\d|452|552)$/;

/** What a report says about an address. */
export function weightOf({ action, code }: { readonly action: string; readonly code: string }): Weight {
  if (action !== 'failed') return 'none';
  if (hardCodes.has(code)) return 'hard';
  return code === '' || softCodes.test(code) || code === '550' || code === '554' ? 'soft' : 'none';
}

/** What a mail server's no to a recipient says, `550 5.1.1`. Without the second number nobody knows why it said no. */
export function weightOfRefusal(answer: string): Weight {
  const [code = '', enhanced = ''] = answer.split(' ');
  return /^5\d\d$/.test(code) && hardCodes.has(enhanced) && enhanced !== '5.1.0' ? 'hard' : 'none';
}
