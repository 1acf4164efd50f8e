/** Parameters of the Lustre client as it runs (lctl(8), get_param). They exist while a file system is mounted, and are lost with it. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface LustreParameter {
  /** `osc.abcdbbmv-OST0000-osc-ffff8800.max_rpcs_in_flight` */
  readonly name: string;
  readonly value: string;
}

/** All that match the patterns; none where nothing is mounted, or nothing installed. */
export function lustreParameters(patterns: readonly string[]): Fact<readonly LustreParameter[]> {
  return {
    key: 'lustre-parameters',
    probe: sh`lctl get_param ${patterns} 2>/dev/null || true`,
    parse: (result) =>
      textOf(result)
        .split('\n')
        .flatMap((line) => {
          const match = /^([^=\s]+)=(.*)$/.exec(line);
          return match === null ? [] : [{ name: match[1] ?? '', value: (match[2] ?? '').trim() }];
        }),
  };
}
