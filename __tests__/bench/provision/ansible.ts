/**
 * The host's configuration as an Ansible playbook, task by task what the roles do, in modules of ansible-core. Where ansible-core has no
 * module (packages by extras topic, kernel modules, mounts) it is the plainest command that only looks: the cheapest that Ansible can do.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BootedHost } from '../../helpers/booted-host';

export interface PlaybookFiles {
  readonly folder: string;
  readonly agent: string;
  readonly runtime: string;
}

/** Writes playbook, inventory and the host's keys for a host behind 127.0.0.1:port. Returns how many tasks the playbook has. */
export async function writePlaybook(host: BootedHost, port: number, files: PlaybookFiles): Promise<number> {
  const { folder, agent, runtime } = files;
  mkdirSync(folder, { recursive: true });
  const copied: Record<string, string> = {};
  for (const path of ['/etc/sluice/job.json', '/etc/systemd/system/sluice-pull.service']) {
    copied[path] = join(folder, path.replaceAll('/', '_'));
    writeFileSync(copied[path], await host.run(`cat ${path}`));
  }
  const fstabLine = (await host.run('grep " /fsx " /etc/fstab')).trim();
  const looks = (command: string) => ({ 'ansible.builtin.shell': command, changed_when: false });
  const folderOf = (path: string, mode?: string) => ({
    'ansible.builtin.file': {
      path,
      state: 'directory',
      ...(mode === undefined ? {} : { mode, owner: 'root', group: 'root' }),
    },
  });
  const file = (src: string, dest: string, mode: string) => ({
    'ansible.builtin.copy': { src, dest, mode, owner: 'root', group: 'root' },
  });
  const tasks = [
    { 'ansible.builtin.assert': { that: ["ansible_facts['distribution_major_version'] is defined"] } },
    looks('rpm -q lustre-client'),
    looks('modinfo -k "$(uname -r)" lustre >/dev/null; [ -d /sys/module/lustre ] || modprobe lustre'),
    looks('getent ahosts fs-0123456789abcdef0.fsx.us-east-1.amazonaws.com'),
    folderOf('/fsx'),
    { 'ansible.builtin.lineinfile': { path: '/etc/fstab', line: fstabLine } },
    looks('[ "$(findmnt --kernel -nro FSTYPE /fsx | tail -n 1)" = lustre ]'),
    folderOf('/opt/sluice', '0755'),
    folderOf('/etc/sluice', '0700'),
    folderOf('/var/lib/sluice', '0750'),
    file(runtime, '/opt/sluice/node/bin/node', '0755'),
    file(agent, '/opt/sluice/agent.js', '0644'),
    folderOf('/etc/sluice/credentials', '0700'),
    file(copied['/etc/sluice/job.json'] as string, '/etc/sluice/job.json', '0600'),
    file(
      copied['/etc/systemd/system/sluice-pull.service'] as string,
      '/etc/systemd/system/sluice-pull.service',
      '0644',
    ),
    looks('systemctl show -p LoadState -p NeedDaemonReload sluice-pull.service'),
  ];
  // JSON is YAML.
  const play = { hosts: 'all', become: true, gather_facts: true, gather_subset: ['min'], tasks };
  writeFileSync(join(folder, 'playbook.yml'), JSON.stringify([play], null, 2));
  const key = readFileSync(host.path('/etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  writeFileSync(join(folder, 'known_hosts'), `[127.0.0.1]:${port} ${key}`);
  const variables = {
    ansible_host: '127.0.0.1',
    ansible_port: port,
    ansible_user: host.username,
    ansible_ssh_private_key_file: host.identityFile,
    ansible_python_interpreter: '/usr/bin/python3',
    ansible_ssh_common_args: `-o UserKnownHostsFile=${join(folder, 'known_hosts')} -o StrictHostKeyChecking=yes`,
  };
  writeFileSync(join(folder, 'inventory.json'), JSON.stringify({ all: { hosts: { 'host-1': variables } } }));
  return tasks.length;
}
