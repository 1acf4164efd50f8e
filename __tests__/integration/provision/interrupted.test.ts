/** Ctrl-C at every change in turn: each is finished and proven, none is begun after it, and reruns go on to the end. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedHostKeys } from '../../../provision/connection/host-key-policy';
import { ShellConnection, type Transport } from '../../../provision/connection/shell-connection';
import { sshTransport } from '../../../provision/connection/ssh';
import { Secret } from '../../../provision/core/secret';
import { exitCodeOf, play } from '../../../provision/play';
import type { Role } from '../../../provision/role';
import { ec2Layout } from '../../../provision/roles/layout';
import { hostRoles } from '../../../provision/roles/roles';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { configText } from '../../helpers/config-text';
import { migrationOf, outputsOf, playOn, testFileSystem } from '../../helpers/host-plays';
import { describeWith } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describeWith(bootedHostNeeds, 'an operator who stops it again and again', () => {
  const folder = useTemporaryFolder();

  test('leaves a consistent host every time', async () => {
    const host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
    try {
      const roles = rolesFor(host, folder());
      let stops = 0;
      for (let run = await stopped(host, roles); run.exitCode !== 0; run = await stopped(host, roles)) {
        stops += 1;
        expect(stops).toBeLessThan(40);
        // What a stop left half done would show in the next run, as a failure.
        expect(run).toMatchObject({ exitCode: 130, counts: { changed: 1, failed: 0, blocked: 0, unreachable: 0 } });
      }
      expect(stops).toBeGreaterThan(8);
      const last = await playOn(host, { roles, mode: 'apply' });
      expect(last.recap.counts).toMatchObject({ ok: last.tasks.size, changed: 0 });
    } finally {
      await host.stop();
    }
  });
});

/** A run that is interrupted in the middle of the first command that changes something. */
async function stopped(host: BootedHost, roles: readonly Role[]) {
  const abort = new AbortController();
  const connect = async () => {
    const transport = await sshTransport({
      name: 'host-1',
      address: host.address,
      port: host.port,
      username: host.username,
      hostKey: pinnedHostKeys('host-1', host.hostKeyFingerprints),
      privateKey: new Secret(readFileSync(host.identityFile, 'utf8')),
    });
    return new ShellConnection(interrupting(transport, abort), 'root');
  };
  const recaps = await play([{ name: 'host-1', connect, roles }], {
    mode: 'apply',
    selection: { tags: [], skipTags: [] },
    forks: 1,
    clock: () => performance.now(),
    signal: abort.signal,
    reporter: () => {},
  });
  return { exitCode: exitCodeOf(recaps), counts: recaps[0]?.counts };
}

function interrupting(inner: Transport, abort: AbortController): Transport {
  return {
    ...inner,
    run: (commandLine, options) => {
      const running = inner.run(commandLine, options);
      if (!commandLine.includes('probe 0 ')) abort.abort();
      return running;
    },
  };
}

function rolesFor(host: BootedHost, folder: string): readonly Role[] {
  const program = join(folder, 'node');
  const text = '#!/bin/sh\necho v24.0.0\n';
  writeFileSync(program, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return hostRoles({
    migration: migrationOf(configText()),
    outputs: outputsOf(host),
    layout: ec2Layout,
    agentBundle: Buffer.from('// the agent\n'),
    credentials: { privateKey: new Secret('a private key') },
    runtime: {
      builds: [{ version: '24.0.0', arch: 'x64', minGlibc: '2.28', sha256 }],
      source: async () => ({ file: program, sha256 }),
    },
  });
}
