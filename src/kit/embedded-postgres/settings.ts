import { socketSetting } from './postmaster.ts';

/** `on`: every transaction is refused what it would change. */
export const readOnlySetting = 'default_transaction_read_only';

/** Small enough for a machine of 512 MB, and nothing of what is stored reaches the log. */
const houseSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '64MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Values stand in statements, in parameters, in the details of an error and in its very message: none of them is logged.
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_min_messages: 'log',
};

/** The command line of PostgreSQL; `settings` win over the house's own. */
export function postgresArguments(from: {
  readonly dataArgument: string;
  readonly socketFolder: string;
  readonly settings: Readonly<Record<string, string>>;
}): string[] {
  const all = Object.entries({ ...houseSettings, ...from.settings }).map(([name, value]) => `${name}=${value}`);
  return ['-D', from.dataArgument, ...[...all, socketSetting(from.socketFolder)].flatMap((setting) => ['-c', setting])];
}
