/** OpenSSH that opens few sessions a connection: it refuses more, and frees one a little after it told that it is closed. */
import { readFileSync } from 'node:fs';
import { pinnedHostKeys } from '../../../../provision/connection/host-key-policy';
import { sshTransport } from '../../../../provision/connection/ssh';
import { Secret } from '../../../../provision/core/secret';
import { describeWith } from '../../../helpers/needs';
import { sshdNeeds, startSshd } from '../../../helpers/sshd';

describeWith(sshdNeeds, 'OpenSSH of few sessions', () => {
  test.each(['1', '2'])('with MaxSessions %s every command runs, at once or one after another', async (sessions) => {
    const server = await startSshd({ config: { MaxSessions: sessions } });
    const transport = await sshTransport({
      name: 'host',
      address: server.host,
      port: server.port,
      username: server.username,
      hostKey: pinnedHostKeys('host', [server.hostKeyFingerprint]),
      privateKey: new Secret(readFileSync(server.identityFile, 'utf8')),
    });
    try {
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const results = await Promise.all(numbers.map((number) => transport.run(`echo ${number}`, {})));
      for (const number of numbers) results.push(await transport.run(`echo ${number}`, {}));
      expect(results.map(({ stdout }) => Number(stdout))).toEqual([...numbers, ...numbers]);
    } finally {
      await transport.close();
      await server.stop();
    }
  });
});
