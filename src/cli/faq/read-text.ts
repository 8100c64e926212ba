import { readFile, stat } from 'node:fs/promises';
import { Fault } from '#kit/fault';

const bytesMax = 32 * 1024 * 1024;

/** A file that was named on the command line. @throws Fault('not_found'), Fault('limit') */
export async function readText(path: string): Promise<string> {
  const about = await stat(path).catch(() => null);
  if (about === null || !about.isFile()) throw new Fault('not_found', `There is no file ${path}.`);
  if (about.size > bytesMax) throw new Fault('limit', `${path} is larger than 32 MB.`);
  return await readFile(path, 'utf8');
}
