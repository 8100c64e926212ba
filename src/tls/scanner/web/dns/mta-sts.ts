/** A policy as it is published at `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2). */
export type StsPolicy = {
  readonly mode: 'enforce' | 'testing' | 'none';
  readonly servers: readonly string[];
  readonly maxAgeSeconds: number;
};

const textCharactersMax = 65_536;
const serversMax = 100;

/** Null when it says no version 1, no mode, no age, or names no server where it must. */
export function readStsPolicy(text: string): StsPolicy | null {
  const pairs = text
    .slice(0, textCharactersMax)
    .split(/\r?\n/)
    .map((line): readonly [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()];
    });
  const first = (key: string): string | undefined => pairs.find(([name]) => name === key)?.[1];
  const mode = first('mode');
  const age = /^\d{1,10}$/.exec(first('max_age') ?? '')?.[0];
  const servers = pairs.filter(([name]) => name === 'mx').map(([, server]) => server.toLowerCase());
  if (first('version') !== 'STSv1' || age === undefined) return null;
  if (mode !== 'enforce' && mode !== 'testing' && mode !== 'none') return null;
  if (mode !== 'none' && servers.length === 0) return null;
  return { mode, servers: servers.slice(0, serversMax), maxAgeSeconds: Number(age) };
}

/** Whether a mail server is among them; `*.mail.example` stands for one label (RFC 8461 §4.1). */
export function letsIn({ servers }: StsPolicy, server: string): boolean {
  const host = server.toLowerCase().replace(/\.$/, '');
  const above = `*${host.slice(Math.max(host.indexOf('.'), 0))}`;
  return servers.some((pattern) => pattern === host || pattern === above);
}
