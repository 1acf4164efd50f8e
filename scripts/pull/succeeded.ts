/** A command on a host that has to succeed, other than the agent's, whose failures agent-on-host.ts reads. */
import type { Connection, ExecResult } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';

/** @throws SluiceError COMMAND_FAILED, in the command's own words. */
export function succeeded(host: Connection, result: ExecResult): ExecResult {
  if (result.exitCode === 0) return result;
  throw new SluiceError(`${host.host}: ${result.stderr.trim() || `exit ${result.exitCode}`}`, {
    code: 'COMMAND_FAILED',
    hint: 'is the host provisioned? sluice provision --check tells',
  });
}
