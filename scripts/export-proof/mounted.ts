/**
 * Whether the host sees the file system of the outputs, and all of it: another one at the mount point, as after a replacement that the host was
 * not provisioned for, would be proven, or have its blocks freed, in its place, and what lies beneath a mount further down is seen by nobody.
 */
import { wholeAnswer } from '../../provision/connection/connection-lost';
import { SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import { formatDuration } from '../../provision/core/units';
import type { Reader } from '../../provision/facts/fact';
import { mounts } from '../../provision/facts/mounts';
import { lustreMount, mountTimeoutMs } from '../../provision/resources/lustre-mount';
import { type ProofSubject, rootOf } from './look-at';

/**
 * @param options.undone Told where it does not: `nothing was proven`.
 * @throws SluiceError of kind `blocked`. Where nothing is mounted, the agent says so.
 */
export async function assertMounted(
  subject: ProofSubject,
  { signal, undone }: { readonly signal: AbortSignal; readonly undone: string },
): Promise<void> {
  const unseen = (what: string, hint: string) =>
    new SluiceError(`${connection.host} does not show ${what}; ${undone}`, {
      code: 'FILE_SYSTEM_UNSEEN',
      kind: 'blocked',
      hint,
    });
  const { connection, layout, outputs } = subject;
  if (layout.standInForMount !== null) return;
  const target = rootOf(subject);
  const { id, dns_name: dnsName, mount_name: mountName } = outputs.file_system;
  const reader: Reader = {
    get: async ({ probe, parse }) => parse(await wholeAnswer(connection, probe, { signal })),
  };
  // Where an automount lies, it happens. What is asked of the file system comes from its servers, never from what the client still has of it.
  const asks = sh`cd ${`${target}/.`} && stat -f . >/dev/null`;
  await connection.exec(asks, { signal, repeatable: true, timeoutMs: mountTimeoutMs }).catch((error) => {
    if (!(error instanceof SluiceError) || error.code !== 'EXEC_TIMEOUT') throw error;
    throw unseen(
      `${id}: nothing of ${target} was answered within ${formatDuration(mountTimeoutMs)}, as where its servers cannot be reached, or it was deleted`,
      'npx sluice doctor aws says whether it still exists, npx sluice doctor host whether its ports are reached; in its maintenance window run again later',
    );
  });
  const mount = lustreMount({ dnsName, mountName, target, options: [] });
  const plan = mount.plan(await mount.inspect(reader));
  if ('kind' in plan) throw unseen(`${id}: ${plan.reason}`, plan.fix);
  const above = (await reader.get(mounts)).find((each) => each.target.startsWith(`${target}/`));
  if (above !== undefined)
    throw unseen(
      `all of ${id}: ${above.fsType} ${above.source} is mounted on ${above.target}, and hides what lies beneath`,
      `if nothing uses it: umount ${above.target}, then run again`,
    );
}
