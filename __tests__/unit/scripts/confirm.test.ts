/** A word typed on a terminal, as readline sees it: in raw mode Ctrl-C and Ctrl-D are keys. */
import { PassThrough } from 'node:stream';
import { confirm } from '../../../scripts/confirm';
import { fakeContext } from '../../helpers/fake-context';

function asked(keys: string, signal = new AbortController().signal) {
  const fake = fakeContext({ isTTY: true, signal });
  const terminal = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => terminal });
  const answer = confirm({ ...fake.context, stdin: terminal, setExitCode: () => {} }, 'this is the end', 'market-data');
  terminal.write(keys);
  return { answer, stderr: fake.stderr };
}

test.each([
  ['market-data\r', true],
  ['yes\r', false],
  ['\r', false],
  ['\u0004', false],
])('%j is %j, and what comes next begins a line', async (keys, expected) => {
  const { answer, stderr } = asked(keys);
  expect(await answer).toBe(expected);
  expect(stderr()).toMatch(/\n$/);
});

test('Ctrl-C is an interruption, and not an answer that never comes', async () => {
  const { answer, stderr } = asked('market\u0003');
  await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED', kind: 'interrupted' });
  expect(stderr()).toMatch(/\n$/);
});

test('so is a signal, while it waits or before', async () => {
  const abort = new AbortController();
  const { answer } = asked('', abort.signal);
  abort.abort();
  await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED' });
  await expect(asked('', abort.signal).answer).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('without a terminal nobody is asked', async () => {
  expect(await confirm({ ...fakeContext().context, setExitCode: () => {} }, 'this is the end', 'word')).toBeUndefined();
});
