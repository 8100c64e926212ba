import { readFileSync } from 'node:fs';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '#kit/fault';

export type Asked = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Answered = { readonly status: number; readonly json: unknown };

/** How patient a start is with a service that is away. */
export type Patience = { readonly timeoutMs: number; readonly tries: number; readonly pauseMs: number };

const patience: Patience = { timeoutMs: 10_000, tries: 4, pauseMs: 500 };
const answerBytesMax = 65_536;

/**
 * One question to a service that keeps a key: TLS with its name checked, no redirects. Asked again while it is away or
 * busy.
 * @param isBusy whether an answer means that it may answer otherwise in a moment
 * @throws Fault('unavailable') when it gives no answer
 */
export async function askProvider(
  asked: () => Asked | Promise<Asked>,
  isBusy: (answer: Answered) => boolean,
  how: Partial<Patience> = {},
): Promise<Answered> {
  const { timeoutMs, tries, pauseMs } = { ...patience, ...how };
  for (let tried = 1; ; tried += 1) {
    const question = await asked();
    try {
      const answer = await send(question, timeoutMs);
      if (tried >= tries || !isBusy(answer)) return answer;
    } catch (cause) {
      if (tried >= tries) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
        const text = `The key service at ${question.url.host} cannot be reached (${code}). Nothing was changed.`;
        throw new Fault('unavailable', text, { cause });
      }
    }
    await sleep(pauseMs * tried);
  }
}

async function send({ method, url, headers, body }: Asked, timeoutMs: number): Promise<Answered> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = Buffer.byteLength(body);
  return await new Promise<Answered>((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(
      url,
      { method, signal, agent: false, headers: { ...headers, 'content-length': length } },
      (answer) => {
        readAnswer(answer).then(resolve, reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, json: jsonOf(Buffer.concat(chunks).toString('utf8')) };
}

function jsonOf(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch {
    return null;
  }
}

/** A secret as it was set: itself, or the file that holds it, read each time because others may renew it. */
export function readSecret(set: string, variable: string): string {
  if (!set.startsWith('/')) return set;
  try {
    return readFileSync(set, 'utf8').trim();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no code';
    throw new Fault('unavailable', `The file ${set}, which ${variable} names, cannot be read (${code}).`, { cause });
  }
}
