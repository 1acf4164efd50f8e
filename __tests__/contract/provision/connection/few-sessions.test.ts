/** OpenSSH that opens few sessions a connection: it refuses more, and frees one a little after it told that it is closed. */
import { sshTransport } from '../../../../provision/connection/ssh';
import { describeWith } from '../../../helpers/needs';
import { sshdNeeds, sshTargetOf, startSshd } from '../../../helpers/sshd';

describeWith(sshdNeeds, 'OpenSSH of few sessions', () => {
  test.each(['1', '2'])('with MaxSessions %s every command runs, at once or one after another', async (sessions) => {
    const server = await startSshd({ config: { MaxSessions: sessions } });
    const transport = await sshTransport(sshTargetOf(server, 'host'));
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
