import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import { readRelay, type Relay } from './relay.ts';
import { readFailure } from './verdict.ts';

/** What came of speaking with a relay. `answer`: its code or the system's, never its text, which may name people. */
export type TriedRelay = Pick<Relay, 'host' | 'port' | 'verified'> & {
  readonly hasAccount: boolean;
  readonly no: null | 'name' | 'connect' | 'tls' | 'sign_in' | 'silent' | 'refused';
  readonly answer: string;
};

type Line = Pick<
  SMTPTransportOptions,
  'host' | 'port' | 'secure' | 'requireTLS' | 'opportunisticTLS' | 'tls' | 'auth' | 'dnsTimeout'
>;

const connectMsMax = 10_000;
const tryMsMax = 5_000;

/** How a line to a relay is opened. */
export function lineTo(relay: Relay, caPem: string | undefined): Line {
  return {
    host: relay.host,
    port: relay.port,
    secure: relay.tls === 'wrapped',
    requireTLS: relay.tls === 'required',
    opportunisticTLS: relay.tls === 'offered',
    tls: { rejectUnauthorized: relay.verified, ...(caPem === undefined ? {} : { ca: caPem }) },
    ...(relay.account === null ? {} : { auth: { user: relay.account.user, pass: relay.account.password } }),
    dnsTimeout: connectMsMax,
  };
}

/**
 * Greets the relay, encrypts and signs in as for a mail, and leaves without sending one.
 * @throws Fault('invalid') for an address that is none
 */
export async function tryRelay(needs: { readonly url: string; readonly caPem?: string }): Promise<TriedRelay> {
  const relay = readRelay(needs.url);
  const { host, port, verified } = relay;
  const about = { host, port, verified, hasAccount: relay.account !== null };
  const transport = createTransport({
    ...lineTo(relay, needs.caPem),
    dnsTimeout: tryMsMax,
    connectionTimeout: tryMsMax,
    greetingTimeout: tryMsMax,
    socketTimeout: tryMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.verify();
    return { ...about, no: null, answer: '' };
  } catch (error) {
    const { code, response, beneath } = readFailure(error);
    const [, answer = beneath] = /^(\d{3}(?: \d\.\d{1,3}\.\d{1,3})?)\b/u.exec(response.replace('-', ' ')) ?? [];
    return { ...about, no: noOf(code, beneath), answer };
  } finally {
    transport.close();
  }
}

/** The client calls a certificate that it does not believe a broken socket; what lies beneath says which it was. */
function noOf(code: string, beneath: string): TriedRelay['no'] {
  if (code === 'EDNS') return 'name';
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'sign_in';
  if (code === 'ETLS' || /CERT|SELF_SIGNED|SSL|TLS|EPROTO|UNABLE_TO/u.test(beneath)) return 'tls';
  if (code === 'ETIMEDOUT') return 'silent';
  return code === 'ESOCKET' || code === 'ECONNECTION' ? 'connect' : 'refused';
}
