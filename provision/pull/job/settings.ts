/**
 * How a run behaves: `pull` and part of `source` in migration.yaml, field by field (DataSync API, `Options`, where it has the field).
 * The defaults here and those of the configuration's shape are held together by a test.
 */
export type TransferMode = 'CHANGED' | 'ALL';
export type VerifyMode = 'ONLY_FILES_TRANSFERRED' | 'POINT_IN_TIME_CONSISTENT' | 'NONE';
export type OverwriteMode = 'ALWAYS' | 'NEVER';
export type Preserve = 'PRESERVE' | 'NONE';
export type PreserveOwner = 'INT_VALUE' | 'NONE';

export interface RunLimits {
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
  readonly durationMinutes?: number | undefined;
  /** A time of day in UTC, `HH:MM`: the run stops when it comes next. */
  readonly until?: string | undefined;
}

export interface PullSettings {
  readonly transferMode: TransferMode;
  readonly verifyMode: VerifyMode;
  readonly overwriteMode: OverwriteMode;
  readonly preserveDeletedFiles: 'PRESERVE' | 'REMOVE';
  /** Most that one run may remove: a number of files, or a share of the destination's files, such as `25%`. */
  readonly removalLimit: number | string;
  readonly mtime: Preserve;
  readonly posixPermissions: Preserve;
  readonly uid: PreserveOwner;
  readonly gid: PreserveOwner;
  readonly symlinks: 'SKIP' | 'FOLLOW' | 'COPY';
  /** Of file content, over all connections; -1: no limit. */
  readonly bytesPerSecond: number;
  /** 0: off. */
  readonly settleTimeSeconds: number;
  readonly sourceAfterTransfer: 'KEEP' | 'DELETE' | 'MOVE';
  /** For MOVE: an absolute directory at the source. */
  readonly moveTo?: string | undefined;
  readonly limits: RunLimits;
  readonly logLevel: 'OFF' | 'BASIC' | 'TRANSFER';
  readonly taskReport: 'NONE' | 'ERRORS_ONLY' | 'SUCCESSES_AND_ERRORS';
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
}

/** What the server can bear, and how it tells names and times. */
export interface SourceSettings {
  readonly access: 'PARALLEL' | 'ONE_FILE' | 'READ_ONCE';
  /** A label of the WHATWG Encoding Standard: `utf-8`, `latin1`, `shift_jis`. */
  readonly filenameEncoding: string;
  /** How far the server's times are ahead of UTC; negative where they are behind. */
  readonly timeOffsetSeconds: number;
  readonly legacyAlgorithms: boolean;
}

export const defaultSettings: PullSettings = {
  transferMode: 'CHANGED',
  verifyMode: 'ONLY_FILES_TRANSFERRED',
  overwriteMode: 'ALWAYS',
  preserveDeletedFiles: 'PRESERVE',
  removalLimit: '25%',
  mtime: 'PRESERVE',
  posixPermissions: 'PRESERVE',
  uid: 'NONE',
  gid: 'NONE',
  symlinks: 'SKIP',
  bytesPerSecond: -1,
  settleTimeSeconds: 0,
  sourceAfterTransfer: 'KEEP',
  limits: {},
  logLevel: 'TRANSFER',
  taskReport: 'SUCCESSES_AND_ERRORS',
  includes: [],
  excludes: [],
};

/** Every field's name; those without a default are not in `defaultSettings`. */
export const settingNames = [...Object.keys(defaultSettings), 'moveTo'] as readonly (keyof PullSettings)[];

export const defaultSourceSettings: SourceSettings = {
  access: 'PARALLEL',
  filenameEncoding: 'utf-8',
  timeOffsetSeconds: 0,
  legacyAlgorithms: false,
};
