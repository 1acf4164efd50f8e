/** Hosts opened with the operator's keys, as his own `ssh` would: files, agents, passphrases. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startLeased } from '../../helpers/leased-process';
import { describeWith, program } from '../../helpers/needs';
import { operatorSshNeeds, useOperatorSsh } from '../../helpers/operator-ssh';

describeWith([...operatorSshNeeds, program('ssh-agent'), program('ssh-add')], "the operator's keys", () => {
  const { folder, host, bastion, write, pinned, toHost, hello } = useOperatorSsh();

  test('the usual files are tried where an agent runs that does not hold the key, as every desktop has one', async () => {
    write('config', toHost());
    renameSync(join(folder(), '.ssh/market'), join(folder(), '.ssh/id_ed25519'));
    const socket = join(folder(), 'agent');
    const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
    await agent.printed(/SSH_AUTH_SOCK/);
    const env = { SSH_AUTH_SOCK: socket };
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
    execFileSync('ssh-add', ['-q', bastion().identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
    await agent.stop();
    expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
  });

  test.each(['"~/agent.sock"', `\${AGENTS}/agent.sock`, '$AGENT', '%d/agent.sock'])(
    'the agent that IdentityAgent names is asked: %s',
    async (named) => {
      const socket = join(folder(), 'agent.sock');
      const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
      await agent.printed(/SSH_AUTH_SOCK/);
      execFileSync('ssh-add', ['-q', host().identityFile], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'ignore',
      });
      write('config', `${toHost()}  IdentityAgent ${named}\n`);
      expect(await hello(pinned(), { env: { AGENTS: folder(), AGENT: socket } })).toMatchObject({ said: 'hello\n' });
      await agent.stop();
    },
  );

  describe('with an encrypted key', () => {
    const passphrase = 'planted pass phrase 5ec4e7';
    const identity = () => join(folder(), '.ssh/market');
    const options = () => ({ ...pinned(), identity: identity() });
    beforeEach(() => {
      write('config', toHost());
      copyFileSync(`${host().identityFile}.pub`, `${identity()}.pub`);
      execFileSync('ssh-keygen', ['-q', '-p', '-N', passphrase, '-P', '', '-f', identity()], { stdio: 'ignore' });
    });

    test('the passphrase comes from a variable, or is asked for without an echo', async () => {
      const variable = { ...options(), passphraseEnv: 'PHRASE' };
      expect(await hello(variable, { env: { PHRASE: passphrase } })).toMatchObject({ said: 'hello\n' });
      const { said, stderr } = await hello(options(), { typed: passphrase });
      expect(said).toBe('hello\n');
      expect(stderr).toBe(`Passphrase for ${identity()}: \n`);
    });

    test('a wrong one, or none where nobody can be asked, is a matter of configuration', async () => {
      const variable = { ...options(), passphraseEnv: 'PHRASE' };
      const wrong = hello(variable, { env: { PHRASE: 'wrong' } });
      await expect(wrong).rejects.toMatchObject({ code: 'SSH_KEY_UNUSABLE', kind: 'config' });
      await expect(wrong).rejects.toThrow(`the private key in ${identity()} cannot be used: `);
      await expect(hello(variable)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
      await expect(hello(options())).rejects.toMatchObject({
        code: 'SECRET_MISSING',
        hint: expect.stringContaining('--passphrase-env'),
      });
    });

    test('an agent that holds the key opens it, and no other of its keys is shown', async () => {
      const socket = join(folder(), 'agent');
      const agent = await startLeased('ssh-agent', ['-D', '-a', socket]);
      await agent.printed(/SSH_AUTH_SOCK/);
      const env = { SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', bastion().identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
      await expect(hello(options(), { env })).rejects.toMatchObject({ code: 'SECRET_MISSING' });
      execFileSync('ssh-add', ['-q', host().identityFile], { env: { ...process.env, ...env }, stdio: 'ignore' });
      const before = host().logs().length;
      expect(await hello(options(), { env })).toMatchObject({ said: 'hello\n' });
      expect(host().logs().slice(before)).not.toContain('Failed publickey');
      // Without a name for the key, all of the agent's are tried.
      expect(await hello(pinned(), { env })).toMatchObject({ said: 'hello\n' });
      await agent.stop();
    });
  });
});
