import type { Command } from '../command.ts';

const recipients = { recipient: { type: 'string', multiple: true } } as const;

/** The keyring, and copies of keys and data. */
export const keyCommands: readonly Command[] = [
  {
    name: ['keys', 'status'],
    usage: '[--json]',
    meaning: 'what keeps the keyring; wrapping keys; last backups',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./keyring-commands.ts')).showKeys(call),
  },
  {
    name: ['keys', 'rotate'],
    usage: '[--json]',
    meaning: 'a new wrapping key around every key, while serving',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./keyring-commands.ts')).rotateKeys(call),
  },
  {
    name: ['keys', 'retire'],
    usage: '[--json]',
    meaning: 'drop wrapping keys that lie around nothing any more',
    takes: [0, 0],
    options: {},
    run: async (call) => (await import('./keyring-commands.ts')).retireKeys(call),
  },
  {
    name: ['keys', 'move'],
    usage: '--to file|passphrase|vault|awskms [--json]',
    meaning: 'have something else keep the keyring closed',
    takes: [0, 0],
    options: { to: { type: 'string' } },
    run: async (call) => (await import('./keyring-commands.ts')).moveKeys(call),
  },
  {
    name: ['keys', 'backup'],
    usage: 'DIR [--recipient age1\u2026] [--keep DAYS] [--json]',
    meaning: 'copy the keys; copies older than 30 days are removed',
    takes: [1, 1],
    options: { ...recipients, keep: { type: 'string' } },
    run: async (call) => (await import('./backup-commands.ts')).backUpKeys(call),
  },
  {
    name: ['backup'],
    usage: 'DIR [--recipient age1\u2026] [--json]',
    meaning: 'copy the data; without the keys it cannot be read',
    takes: [1, 1],
    options: recipients,
    run: async (call) => (await import('./backup-commands.ts')).backUpData(call),
  },
  {
    name: ['restore'],
    usage: 'DATA --keys KEYS [--identity FILE]\u2026 [--replace] [--json]',
    meaning: 'bring a backup into an empty installation',
    takes: [1, 1],
    options: { keys: { type: 'string' }, identity: { type: 'string', multiple: true }, replace: { type: 'boolean' } },
    run: async (call) => (await import('./backup-commands.ts')).restoreAll(call),
  },
];
