import { spawn } from 'node:child_process';
import { Fault } from '#kit/fault';

const timeoutMs = 120_000;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export class HookFault extends Fault {
  constructor(how: string, cause?: unknown) {
    super('unavailable', 'The program for records in DNS did not do its work.', {
      internal: `dns hook: ${how}`,
      cause,
    });
  }
}

/**
 * Puts a TXT record into DNS, or takes it out, by a program of the shop's: `PROGRAM add|remove NAME VALUE`, without a shell,
 * in an environment of PATH alone. It ends with 0 when the record can be seen from outside, within 2 minutes; what it prints
 * is dropped, for it may hold a secret. @throws HookFault
 */
export async function callDnsHook(
  program: string,
  verb: 'add' | 'remove',
  { record, value }: { readonly record: string; readonly value: string },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const child = spawn(program, [verb, record, value], {
    env: { PATH: path },
    stdio: 'ignore',
    shell: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  child.once('error', (error) => reject(new HookFault('it cannot be started', error)));
  child.once('exit', resolve);
  const code = await promise;
  if (code !== 0) throw new HookFault(code === null ? 'it took too long' : `it ended with ${code}`);
}
