/** `--limit`: which of the hosts are meant. */
import { oneOf } from '../../config/nearest';
import { SluiceError } from '../../provision/core/errors';
import type { Outputs } from '../../stacks/outputs';

/** The outputs with only the hosts that are named; all of them where none is. */
export function limited(outputs: Outputs, names: readonly string[]): Outputs {
  if (names.length === 0) return outputs;
  const unknown = names.find((name) => !outputs.hosts.some((host) => host.name === name || host.instance_id === name));
  if (unknown !== undefined)
    throw new SluiceError(`--limit: there is no host ${JSON.stringify(unknown)}`, {
      code: 'HOST_UNKNOWN',
      kind: 'config',
      hint: `name ${oneOf(outputs.hosts.map(({ name }) => name))}`,
    });
  return {
    ...outputs,
    hosts: outputs.hosts.filter((host) => names.includes(host.name) || names.includes(host.instance_id)),
  };
}

/** As `limited`, for what is done on one host: with several, one has to be named. @throws HOST_AMBIGUOUS, of kind `config`. */
export function limitedToOne(outputs: Outputs, names: readonly string[]): Outputs {
  const chosen = limited(outputs, names);
  if (chosen.hosts.length === 1) return chosen;
  const all = chosen.hosts.map(({ name }) => name);
  throw new SluiceError(`there are ${all.length} hosts: ${all.join(', ')}`, {
    code: 'HOST_AMBIGUOUS',
    kind: 'config',
    hint: `name the one that pulls: --limit ${all[0]}`,
  });
}
