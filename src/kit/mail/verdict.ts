/** What an error of the SMTP client tells: nobody's text, only codes. A relay's text may repeat the recipient. */
export type Verdict =
  | { readonly of: 'mail'; readonly permanent: boolean; readonly answer: string }
  | { readonly of: 'relay'; readonly reason: string };

type Failure = {
  /** The client's own word: EENVELOPE and EMESSAGE are answers to a mail, all others are about the connection. */
  readonly code: string;
  readonly command: string;
  /** The relay's first line, '' when it said nothing. */
  readonly response: string;
  /** What the system called it (ECONNREFUSED), or which wait ended. */
  readonly beneath: string;
};

/**
 * Who is to blame. A no to this mail or this recipient is an answer; everything else means that the relay takes no mail
 * from us now, and every mail can wait for better times:
 * no connection, no TLS, a wrong password, 421 (RFC 5321 §3.8), a sender it will not speak for, relaying denied.
 */
export function verdictOf(error: unknown): Verdict {
  const failure = readFailure(error);
  const [, code = '', enhanced = ''] = /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3})\b)?/u.exec(failure.response) ?? [];
  const answer = [code, enhanced].filter(Boolean).join(' ');
  if (tooLargeForRelay(failure)) return { of: 'mail', permanent: true, answer: '552 5.3.4' };
  const aboutMail = failure.code === 'EENVELOPE' || failure.code === 'EMESSAGE';
  if (!aboutMail || !/^[45]/u.test(code) || relayIsToBlame(failure, code, enhanced)) {
    return { of: 'relay', reason: [failure.code, failure.beneath, answer].filter(Boolean).join(' ') };
  }
  return { of: 'mail', permanent: code.startsWith('5'), answer };
}

/** The client compares with the size the relay announced, before it says a word. */
function tooLargeForRelay(failure: Failure): boolean {
  return failure.code === 'EMESSAGE' && failure.command === 'MAIL FROM' && failure.response === '';
}

/** Closing · out of step · must encrypt or sign in first. */
const connectionCodes = new Set(['421', '503', '530', '535', '538']);

function relayIsToBlame(failure: Failure, code: string, enhanced: string): boolean {
  if (connectionCodes.has(code)) return true;
  // A sender that is refused for good is refused for every recipient; only its size (552) is this mail's own.
  if (failure.command === 'MAIL FROM') return code.startsWith('5') && code !== '552';
  return relayingDenied(failure.response, enhanced);
}

/** Postfix, Exim, Exchange and Sendmail tell a client they do not know with the codes of an unknown recipient. */
function relayingDenied(response: string, enhanced: string): boolean {
  if (enhanced !== '' && !enhanced.startsWith('5.7.')) return false;
  return /relay(ing)? (access )?(denied|not permitted|prohibited|not allowed)|(unable|not permitted) to relay/iu.test(
    response,
  );
}

export function readFailure(error: unknown): Failure {
  const fields = new Map<string, unknown>(error instanceof Error ? Object.entries(error) : []);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    code: text('code') || 'ECONNECTION',
    command: text('command'),
    response: text('response'),
    beneath: text('originalCode') || text('timeoutType'),
  };
}
