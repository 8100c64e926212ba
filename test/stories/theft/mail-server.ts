import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

/** A mail server of somebody else, as the shop's settings name one. */
export type MailServer = { readonly url: string; readonly taken: () => number; readonly close: () => Promise<void> };

/**
 * It takes mails and forgets them. Every 25th recipient it does not know and every 25th it puts off, and it says so with
 * the whole address, as mail servers do.
 */
export async function startMailServer(): Promise<MailServer> {
  let mails = 0;
  let recipients = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: ({ address }, _session, answer) => {
      recipients += 1;
      const place = recipients % 25;
      if (place > 1) answer();
      else answer(refusal(place === 0 ? 550 : 451, `<${address}> ${place === 0 ? 'unknown' : 'not now'}`));
    },
    onData: (stream, _session, answer) => {
      stream.on('end', () => {
        mails += 1;
        answer(null);
      });
      stream.resume();
    },
  });
  server.on('error', () => {});
  const socket = server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken: () => mails,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
