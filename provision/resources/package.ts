/** An installed package of a given release series. How it is installed is the caller's: extras topic, dnf, apt. */
import type { Command } from '../core/sh';
import type { Fact } from '../facts/fact';
import { packageVersion } from '../facts/package-state';
import { predicted } from '../facts/prediction';
import { packageFailure } from './package-failure';
import type { Resource } from './resource';

export interface PackageParams {
  readonly name: string;
  /** The leading numbers of the version: `2.12` accepts 2.12.8-1. */
  readonly series: string;
  readonly install: Command;
  /** What else the package brings, for the resources that follow in a check. */
  readonly provides?: Provided<unknown>;
}

/** A fact that installing changes, and what it makes of it. */
export interface Provided<T> {
  readonly fact: Fact<T>;
  after(before: T): T;
}

interface State {
  /** Installed; null where it is not. */
  readonly version: string | null;
  /** The fact that the package provides, before. */
  readonly provided: unknown;
}

const installTimeoutMs = 900_000;

export function installedPackage(params: PackageParams): Resource<State> {
  const { name, series, provides } = params;
  const fact = packageVersion(name);
  return {
    name: `package ${name} ${series}`,
    async inspect(reader) {
      const [version, provided] = await Promise.all([reader.get(fact), provides && reader.get(provides.fact)]);
      return { version, provided };
    },
    plan({ version }) {
      if (version !== null && (version === series || version.startsWith(`${series}.`))) return [];
      return [{ path: 'version', action: version === null ? 'create' : 'update', from: version, to: series }];
    },
    predict: ({ provided }) => [
      predicted(fact, series),
      ...(provides === undefined ? [] : [predicted(provides.fact, provides.after(provided))]),
    ],
    async apply(writer) {
      try {
        await writer.run(params.install, { timeoutMs: installTimeoutMs });
      } catch (error) {
        throw packageFailure(name, error);
      }
    },
  };
}
