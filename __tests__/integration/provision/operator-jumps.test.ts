import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../../helpers/needs';
import { operatorSshNeeds, useOperatorSsh } from '../../helpers/operator-ssh';
import type { Sshd } from '../../helpers/sshd';
import { standInAws } from '../../helpers/stand-in-aws';

describeWith(operatorSshNeeds, 'SSH through a jump host', () => {
  const { folder, host, bastion, gate, write, know, pinned, toHost, hello } = useOperatorSsh();

  beforeEach(() => {
    write('config', `${toHost()}  IdentityFile ~/.ssh/market\n`);
    write(
      'config',
      `Host bastion\n  HostName ${bastion().host}\n  Port ${bastion().port}\n  IdentityFile ~/.ssh/bastion\n`,
    );
  });

  test('by ProxyJump and by --jump, each hop with its own key', async () => {
    know(bastion());
    const named = { ...pinned(), identity: join(folder(), '.ssh/market') };
    expect(await hello({ ...named, jump: `${bastion().username}@bastion` })).toMatchObject({ said: 'hello\n' });
    write('config', `Host i-*\n  ProxyJump bastion\n`);
    expect(await hello(pinned())).toMatchObject({ said: 'hello\n' });
  });

  describe('that is itself reached through another', () => {
    const toGate = () => `Host gate\n  HostName ${gate().host}\n  Port ${gate().port}\n  IdentityFile ~/.ssh/gate\n`;
    const acceptedAt = (server: Sshd, since: number) => server.logs().slice(since).includes('Accepted publickey');
    beforeEach(() => {
      for (const server of [bastion(), gate()]) know(server);
      write('config', `${toGate()}Host bastion\n  ProxyJump gate\n`);
    });

    test('its own ProxyJump is followed, as ssh does; hops that are named one after the other have their way', async () => {
      const before = gate().logs().length;
      expect(await hello({ ...pinned(), jump: 'bastion' })).toMatchObject({ said: 'hello\n' });
      expect(acceptedAt(gate(), before)).toBe(true);
      expect(await hello({ ...pinned(), jump: 'gate,bastion' })).toMatchObject({ said: 'hello\n' });
    });

    test('so is its ProxyCommand', async () => {
      const aws = standInAws(gate());
      write('config', 'Host gate\n  ProxyCommand aws --to %n\n');
      expect(await hello({ ...pinned(), jump: 'bastion' }, { env: aws.env })).toMatchObject({ said: 'hello\n' });
      expect(readFileSync(aws.callsFile, 'utf8')).toBe('--to\ngate');
      aws.remove();
    });

    test('a circle is refused, with the cure', async () => {
      write('config', 'Host *\n  ProxyJump bastion\n');
      await expect(hello(pinned())).rejects.toMatchObject({
        code: 'JUMP_LOOP',
        kind: 'config',
        message: expect.stringMatching(/through .*:\d+ through .*:\d+ through/),
        hint: expect.stringContaining('Host bastion, with ProxyJump none'),
      });
      writeFileSync(join(folder(), '.ssh/config'), `${toHost()}Host *\n  ProxyJump host-1\n`);
      await expect(hello(pinned())).rejects.toMatchObject({ code: 'JUMP_LOOP' });
    });
  });

  test('a hop that is not known, or that has another key, is refused before anything is sent', async () => {
    const before = bastion().logs().length;
    await expect(hello({ ...pinned(), jump: 'bastion' })).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      hint: expect.stringContaining('known_hosts'),
    });
    know(bastion(), host());
    await expect(hello({ ...pinned(), jump: 'bastion' })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    expect(bastion().logs().slice(before)).not.toContain('Accepted publickey');
  });

  test('the host behind it is verified too', async () => {
    know(bastion());
    const wrong = { hostKey: [`SHA256:${'A'.repeat(43)}`] };
    await expect(hello({ ...wrong, jump: 'bastion' })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
  });

  test('a host that the hop does not reach is named', async () => {
    know(bastion());
    await expect(hello({ ...pinned(), jump: 'bastion', port: 1 })).rejects.toMatchObject({
      code: 'JUMP_REFUSED',
      retryable: true,
      message: expect.stringContaining('bastion does not reach 127.0.0.1:1'),
    });
  });
});
