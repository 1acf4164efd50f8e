/** Parameters of the Lustre client that runs, set now. What sets them after the next mount is a unit. */
import { sh } from '../core/sh';
import { type LustreParameter, lustreParameters } from '../facts/lustre-parameters';
import { predicted } from '../facts/prediction';
import type { Resource } from './resource';

export interface WantedParameter {
  /** With `*` for any characters: `osc.*OST*.max_rpcs_in_flight`. */
  readonly pattern: string;
  readonly value: string;
  /** What it may also be shown as. */
  readonly alias?: string;
}

/** Of those that exist: a file system that is not mounted has none. */
export function lustreClientParameters(wanted: readonly WantedParameter[]): Resource<readonly LustreParameter[]> {
  const fact = lustreParameters(wanted.map(({ pattern }) => pattern));
  return {
    name: 'parameters of the Lustre client',
    inspect: (reader) => reader.get(fact),
    plan: (found) =>
      wanted.flatMap((parameter) => {
        const values = [...new Set(found.filter((each) => isOff(each, parameter)).map(({ value }) => value))];
        if (values.length === 0) return [];
        return [{ path: parameter.pattern, action: 'update', from: values.join(', '), to: parameter.value }];
      }),
    predict: (found) => [
      predicted(
        fact,
        found.map((each) => ({ ...each, value: wanted.find((one) => isOff(each, one))?.value ?? each.value })),
      ),
    ],
    async apply(writer, { path, to }) {
      await writer.run(sh`lctl set_param ${`${path}=${to}`}`);
    },
  };
}

function isOff({ name, value }: LustreParameter, wanted: WantedParameter): boolean {
  const parts = wanted.pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
  if (!new RegExp(`^${parts.join('.*')}$`).test(name)) return false;
  return value !== wanted.value && value !== wanted.alias;
}
