import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB, by a line of its status: `VmRSS`, `VmHWM` for its peak, `RssAnon`, `RssShmem`. */
export function memoryOf(pid: number, what: string): number {
  const status = told(`/proc/${pid}/status`);
  return Number(new RegExp(`^${what}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024;
}

/** The database whose data lies in this folder, in MB. Every process shows the shared pages as its own: they count once. */
export function databaseMemory(cluster: string): number {
  const all = processesOf(cluster);
  const own = all.reduce((sum, pid) => sum + memoryOf(pid, 'RssAnon'), 0);
  return own + Math.max(...all.map((pid) => memoryOf(pid, 'RssShmem')));
}

/** Seconds of CPU that a process has had, with those of its children that have ended; in steps of ten milliseconds. */
export function cpuSecondsOf(pid: number): number {
  const stat = told(`/proc/${pid}/stat`);
  const ticks = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return ticks.reduce((sum, some) => sum + Number(some), 0) / 100;
}

/** A process of the database that ends meanwhile is counted with its parent. */
export function databaseCpuSeconds(cluster: string): number {
  return processesOf(cluster).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

function processesOf(cluster: string): readonly number[] {
  const postmaster = Number(readFileSync(`${cluster}/postmaster.pid`, 'utf8').split('\n')[0]);
  return [postmaster, ...childrenOf(postmaster)];
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
