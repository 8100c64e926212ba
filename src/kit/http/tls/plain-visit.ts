import { Fault } from '#kit/fault';
import { createTrust } from '../client.ts';
import { answer, type Answer, type RequestHead } from '../route.ts';

/**
 * Behind a proxy that ends TLS: whoever it says came to it in the clear is sent to the same host and path over https, in one
 * hop, as the plain port of our own does. Null for everybody else, and where the public address is not https.
 * @param url of the request as it came in, with its query
 */
export type LeadToSecure = (peerAddress: string, head: RequestHead, url: string) => Answer | null;

export function createLeadToSecure(publicUrl: string, trustedProxies: readonly string[]): LeadToSecure {
  const { protocol, port } = new URL(publicUrl);
  const isTrusted = createTrust(trustedProxies);
  return (peerAddress, { method, headers, client }, url) => {
    // Who asks from this machine itself, such as a probe, names no scheme.
    const isPlain = /(?:^|,)\s*http\s*$/i.test(headers['x-forwarded-proto'] ?? '');
    if (protocol !== 'https:' || !isPlain || !isTrusted(peerAddress)) return null;
    const host = client.host.replace(/:\d+$/, '');
    if (host === '' || !/^\/[\x21-\x7e]*$/.test(url)) throw new Fault('invalid', 'The request cannot be read.');
    const isRead = method === 'GET' || method === 'HEAD';
    return answer.redirect(`https://${host}${port === '' ? '' : `:${port}`}${url}`, { status: isRead ? 301 : 308 });
  };
}
