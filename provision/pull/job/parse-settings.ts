/** `options` and the settings among `source` of job.json. Whether they go together is for `check-settings.ts`. */
import { absolutePath, boolean, fieldsOf, integer, nonEmpty, oneOf, strings } from './read-fields';
import {
  defaultSettings,
  defaultSourceSettings,
  type PullSettings,
  type RunLimits,
  type SourceSettings,
  settingNames,
} from './settings';

const anyNumber = { min: 0, max: Number.MAX_SAFE_INTEGER };

export function parseSettings(value: unknown): PullSettings {
  const at = 'job.options';
  const options = fieldsOf(value, at, Object.keys(defaultSettings), settingNames);
  const choice = <T extends string>(name: keyof PullSettings, choices: readonly T[]): T =>
    oneOf(options[name], `${at}.${name}`, choices);
  return {
    transferMode: choice('transferMode', ['CHANGED', 'ALL']),
    verifyMode: choice('verifyMode', ['ONLY_FILES_TRANSFERRED', 'POINT_IN_TIME_CONSISTENT', 'NONE']),
    overwriteMode: choice('overwriteMode', ['ALWAYS', 'NEVER']),
    preserveDeletedFiles: choice('preserveDeletedFiles', ['PRESERVE', 'REMOVE']),
    removalLimit:
      typeof options.removalLimit === 'string'
        ? nonEmpty(options.removalLimit, `${at}.removalLimit`)
        : integer(options.removalLimit, `${at}.removalLimit`, anyNumber),
    mtime: choice('mtime', ['PRESERVE', 'NONE']),
    posixPermissions: choice('posixPermissions', ['PRESERVE', 'NONE']),
    uid: choice('uid', ['INT_VALUE', 'NONE']),
    gid: choice('gid', ['INT_VALUE', 'NONE']),
    symlinks: choice('symlinks', ['SKIP', 'FOLLOW', 'COPY']),
    bytesPerSecond: integer(options.bytesPerSecond, `${at}.bytesPerSecond`, { ...anyNumber, min: -1 }),
    settleTimeSeconds: integer(options.settleTimeSeconds, `${at}.settleTimeSeconds`, anyNumber),
    sourceAfterTransfer: choice('sourceAfterTransfer', ['KEEP', 'DELETE', 'MOVE']),
    ...(options.moveTo === undefined ? {} : { moveTo: absolutePath(options.moveTo, `${at}.moveTo`) }),
    limits: parseLimits(options.limits),
    logLevel: choice('logLevel', ['OFF', 'BASIC', 'TRANSFER']),
    taskReport: choice('taskReport', ['NONE', 'ERRORS_ONLY', 'SUCCESSES_AND_ERRORS']),
    includes: strings(options.includes, `${at}.includes`),
    excludes: strings(options.excludes, `${at}.excludes`),
  };
}

function parseLimits(value: unknown): RunLimits {
  const at = 'job.options.limits';
  const limits = fieldsOf(value, at, [], ['files', 'bytes', 'durationMinutes', 'until']);
  const number = (name: 'files' | 'bytes' | 'durationMinutes') =>
    limits[name] === undefined ? {} : { [name]: integer(limits[name], `${at}.${name}`, { ...anyNumber, min: 1 }) };
  return {
    ...number('files'),
    ...number('bytes'),
    ...number('durationMinutes'),
    ...(limits.until === undefined ? {} : { until: nonEmpty(limits.until, `${at}.until`) }),
  };
}

export const sourceSettingNames = Object.keys(defaultSourceSettings);

/** From the fields of `source`, which holds more than these. */
export function parseSourceSettings(source: Readonly<Record<string, unknown>>, at: string): SourceSettings {
  const aDay = 24 * 3600;
  return {
    access: oneOf(source.access, `${at}.access`, ['PARALLEL', 'ONE_FILE', 'READ_ONCE']),
    filenameEncoding: nonEmpty(source.filenameEncoding, `${at}.filenameEncoding`),
    timeOffsetSeconds: integer(source.timeOffsetSeconds, `${at}.timeOffsetSeconds`, { min: -aDay, max: aDay }),
    legacyAlgorithms: boolean(source.legacyAlgorithms, `${at}.legacyAlgorithms`),
  };
}
