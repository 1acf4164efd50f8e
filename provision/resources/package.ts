/** An installed package of a given release series. How it is installed is the caller's: extras topic, dnf, apt. */
import type { Command } from '../core/sh';
import { packageVersion } from '../facts/package-state';
import { type Prediction, predicted } from '../facts/prediction';
import type { Resource } from './resource';

export interface PackageParams {
  readonly name: string;
  /** The leading numbers of the version: `2.12` accepts 2.12.8-1. */
  readonly series: string;
  readonly install: Command;
  /** What else the package brings, for the resources that follow in a check. */
  readonly provides: readonly Prediction[];
}

const installTimeoutMs = 900_000;

/** State: the installed version, or null. */
export function installedPackage(params: PackageParams): Resource<string | null> {
  const { name, series } = params;
  const fact = packageVersion(name);
  return {
    name: `package ${name} ${series}`,
    inspect: (reader) => reader.get(fact),
    plan(version) {
      if (version !== null && (version === series || version.startsWith(`${series}.`))) return [];
      return [{ path: 'version', action: version === null ? 'create' : 'update', from: version, to: series }];
    },
    predict: () => [predicted(fact, series), ...params.provides],
    async apply(writer) {
      await writer.run(params.install, { timeoutMs: installTimeoutMs });
    },
  };
}
