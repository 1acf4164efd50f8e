/** Reaching a host through others, each of which is verified and logged in to like the host itself (ssh_config(5), ProxyJump). */
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { messageOf, SluiceError } from '../core/errors';
import { urlHost } from '../core/url-host';
import { closeClient, type SshTarget, sshClient } from './ssh';

/**
 * What carries a session to `address:port`: a channel of the last hop, which is itself reached through the one before it, the first
 * one as it says itself. Ending it ends the hops. Rejects as `sshTransport` does, with the hop's name in the message, or with JUMP_REFUSED (retryable) where the
 * last hop cannot reach the address.
 */
export async function throughHops(
  hops: readonly SshTarget[],
  destination: { readonly address: string; readonly port: number },
): Promise<Duplex> {
  const [last, ...before] = [...hops].reverse();
  if (last === undefined) throw new RangeError('a way through jump hosts has at least one');
  const rest = before.reverse();
  const socket = rest.length === 0 ? {} : { socket: () => throughHops(rest, last) };
  const client = await sshClient({ ...last, ...socket });
  // For life: what runs over it learns of the loss by its own end.
  client.on('error', () => {});
  try {
    const channel = await forward(client, destination);
    channel.once('close', () => void closeClient(client));
    client.once('close', () => channel.destroy());
    return channel;
  } catch (error) {
    await closeClient(client);
    throw new SluiceError(
      `the jump host ${last.name} does not reach ${urlHost(destination.address)}:${destination.port}: ${messageOf(error)}`,
      {
        code: 'JUMP_REFUSED',
        kind: 'unreachable',
        retryable: true,
        hint: 'is the host running, does its security group let the jump host in, and does the jump host allow TCP forwarding?',
        cause: error,
      },
    );
  }
}

function forward(client: Client, { address, port }: { address: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    client.once('close', () => reject(new Error('the connection was lost')));
    client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      if (error === undefined) resolve(channel);
      else reject(error);
    });
  });
}
