import type { Connection, ExecOptions } from '../../../../provision/connection/connection';
import { SluiceError } from '../../../../provision/core/errors';
import type { Command } from '../../../../provision/core/sh';
import { textOf, UnknownFact } from '../../../../provision/facts/fact';
import { PredictedFacts, predicted, unpredictable } from '../../../../provision/facts/prediction';
import { FactStore } from '../../../../provision/facts/store';
import { cell, SimulatedHost } from '../../../helpers/simulated-host';

const hostWith = (cells: Record<string, string>) => new SimulatedHost(new Map(Object.entries(cells)));

test('all that is asked for in one turn is one round trip, and asking again is none', async () => {
  const host = hostWith({ a: '1', b: '2' });
  const facts = new FactStore(host);
  const asks = ['a', 'b', 'a'].map((name) => facts.get(cell(name)));
  expect(await Promise.all(asks)).toEqual(['1', '2', '1']);
  expect(await facts.get(cell('b'))).toBe('2');
  expect(host.roundTrips).toBe(1);
});

test('what is forgotten is read anew, but for what is stable', async () => {
  const host = hostWith({ a: '1', b: '2' });
  const facts = new FactStore(host);
  const stable = { ...cell('b'), stable: true };
  await Promise.all([facts.get(cell('a')), facts.get(stable)]);
  host.cells.set('a', '3').set('b', '4');
  facts.forget();
  expect(await Promise.all([facts.get(cell('a')), facts.get(stable)])).toEqual(['3', '2']);
});

test('a parser that throws spoils its own fact only, under its key', async () => {
  const facts = new FactStore(hostWith({ a: '1' }));
  const broken = {
    ...cell('b'),
    parse: () => {
      throw new Error('not a number');
    },
  };
  const [good, bad] = await Promise.allSettled([facts.get(cell('a')), facts.get(broken)]);
  expect(good).toMatchObject({ value: '1' });
  expect(bad).toMatchObject({ reason: { code: 'FACT_UNREADABLE', message: 'cell:b cannot be read: not a number' } });
});

test('a lost connection rejects all that was asked, and the next ask tries again', async () => {
  const host = hostWith({ a: '1' });
  let isLost = true;
  const connection: Connection = Object.assign(Object.create(host), {
    exec: (command: Command, options: ExecOptions) => {
      if (isLost) return Promise.reject(new SluiceError('lost', { code: 'CONNECTION_LOST', kind: 'unreachable' }));
      return host.exec(command, options);
    },
  });
  const facts = new FactStore(connection);
  await expect(facts.get(cell('a'))).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  isLost = false;
  expect(await facts.get(cell('a'))).toBe('1');
});

test('predictions lie over the host; what cannot be predicted is refused with the reason', async () => {
  const facts = new PredictedFacts(new FactStore(hostWith({ a: '1', b: '2', c: '3' })));
  facts.add([predicted(cell('a'), 'new'), unpredictable(cell('b'), 'it depends')]);
  expect(await facts.get(cell('a'))).toBe('new');
  expect(await facts.get(cell('c'))).toBe('3');
  await expect(facts.get(cell('b'))).rejects.toEqual(new UnknownFact('cell:b', 'it depends'));
});

test('a probe that hangs is told by itself: what was asked with it is answered', async () => {
  const host = hostWith({ a: 'one', b: 'HANGS', c: 'three' });
  const connection: Connection = Object.assign(Object.create(host), {
    exec: async (command: Command, options: ExecOptions) => {
      const { stdout } = await host.exec(command, options);
      const hanging = stdout.indexOf('HANGS');
      return hanging === -1
        ? { exitCode: 0, stdout, stderr: '' }
        : { exitCode: 124, stdout: stdout.subarray(0, hanging), stderr: '' };
    },
  });
  const facts = new FactStore(connection);
  const asked = ['a', 'b', 'c'].map((name) => facts.get({ ...cell(name), parse: textOf }));
  const [a, b, c] = await Promise.allSettled(asked);
  expect(a).toMatchObject({ value: 'one' });
  expect(b).toMatchObject({ reason: { message: 'cell:b cannot be read: the probe gave no answer in time' } });
  expect(c).toMatchObject({ value: 'three' });
  expect(host.roundTrips).toBe(3);
});

test('where everything hangs, an end is made of it', async () => {
  const host = hostWith({});
  const connection: Connection = Object.assign(Object.create(host), {
    exec: async () => {
      host.roundTrips += 1;
      return { exitCode: 124, stdout: Buffer.alloc(0), stderr: '' };
    },
  });
  const facts = new FactStore(connection);
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const asked = await Promise.allSettled(names.map((name) => facts.get({ ...cell(name), parse: textOf })));
  for (const one of asked)
    expect(one).toMatchObject({ reason: { message: expect.stringContaining('no answer in time') } });
  expect(host.roundTrips).toBe(6);
});
