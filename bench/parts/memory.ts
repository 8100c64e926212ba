import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB, by a line of its status: `VmRSS`, `VmHWM` for its peak, `RssAnon`, `RssShmem`. */
export function memoryOf(pid: number, what: string): number {
  const status = told(`/proc/${pid}/status`);
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024;
}

/** The database whose data lies in this folder, in MB. Every process shows the shared pages as its own: they count once. */
export function databaseMemory(cluster: string): number {
  const postmaster = Number(readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n')[0]);
  const all = [postmaster, ...childrenOf(postmaster)];
  const own = all.reduce((sum, pid) => sum + memoryOf(pid, 'RssAnon'), 0);
  return own + Math.max(...all.map((pid) => memoryOf(pid, 'RssShmem')));
}

function childrenOf(pid: number): readonly number[] {
  const children = told(`/proc/${pid}/task/${pid}/children`).trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

/** Empty for a process that has ended meanwhile, and on systems that tell no such thing. */
function told(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
