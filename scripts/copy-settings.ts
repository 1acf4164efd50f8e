/** The engine's settings as options of `sluice copy`, each under the name it has in migration.yaml. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  defaultSettings,
  defaultSourceSettings,
  type PullSettings,
  type SourceSettings,
} from '../provision/pull/job/settings';
import { wholeNumber } from './option-values';
import { repeatable } from './repeatable';

/** The engine's settings, but for those that an option has in another form. */
export interface CopySettings
  extends Omit<PullSettings, 'settleTimeSeconds' | 'limits' | 'includes' | 'excludes'>,
    Omit<SourceSettings, 'timeOffsetSeconds' | 'legacyAlgorithms'> {
  readonly connections: number;
  readonly settleTime: number;
  readonly maxFiles?: number;
  readonly maxBytes?: number;
  readonly maxMinutes?: number;
  readonly until?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly timeOffset: number;
  readonly legacyAlgorithms?: true;
}

export function withCopySettings(command: Command): Command {
  const choice = (flag: string, description: string, choices: readonly string[], fallback: string) =>
    command.addOption(new Option(flag, description).choices(choices).default(fallback));
  const settings = defaultSettings;
  command
    .addOption(repeatable('--include <pattern>', 'take only what matches: /folder, /folder*'))
    .addOption(repeatable('--exclude <pattern>', 'leave out what matches: /folder, *.tmp, */cache'))
    .option('--connections <number>', 'most SSH connections at one time', wholeNumber({ min: 1, max: 64 }), 4);
  choice('--transfer-mode <mode>', 'what differs, or everything', ['CHANGED', 'ALL'], settings.transferMode);
  choice(
    '--verify-mode <mode>',
    'read back what was written; list both sides again at the end',
    ['ONLY_FILES_TRANSFERRED', 'POINT_IN_TIME_CONSISTENT', 'NONE'],
    settings.verifyMode,
  );
  choice('--overwrite-mode <mode>', 'NEVER leaves what is there', ['ALWAYS', 'NEVER'], settings.overwriteMode);
  choice(
    '--preserve-deleted-files <mode>',
    'REMOVE: what is gone at the source goes here too',
    ['PRESERVE', 'REMOVE'],
    settings.preserveDeletedFiles,
  );
  command.option(
    '--removal-limit <files|share>',
    'above it nothing is removed: 1000, 10%',
    String(settings.removalLimit),
  );
  choice('--mtime <mode>', "keep the source's times", ['PRESERVE', 'NONE'], settings.mtime);
  choice(
    '--posix-permissions <mode>',
    "keep the source's permissions",
    ['PRESERVE', 'NONE'],
    settings.posixPermissions,
  );
  choice('--uid <mode>', "keep the owners' numbers (root only)", ['NONE', 'INT_VALUE'], settings.uid);
  choice('--gid <mode>', "keep the groups' numbers (root only)", ['NONE', 'INT_VALUE'], settings.gid);
  choice('--symlinks <mode>', 'never out of the tree', ['SKIP', 'FOLLOW', 'COPY'], settings.symlinks);
  command
    .option(
      '--bytes-per-second <number>',
      'most bytes of file content a second, 1024 or more: 10M (K, M, G, T: 1000; Ki, Mi, Gi, Ti: 1024); -1: no limit',
      bytes({ min: -1 }),
      settings.bytesPerSecond,
    )
    .option(
      '--settle-time <seconds>',
      'leave files for later that are younger, or change',
      wholeNumber({ min: 0 }),
      settings.settleTimeSeconds,
    );
  choice(
    '--source-after-transfer <action>',
    'once verified and in place',
    ['KEEP', 'DELETE', 'MOVE'],
    settings.sourceAfterTransfer,
  );
  command
    .option('--move-to <folder>', 'where MOVE puts files, at the source')
    .option('--max-files <number>', 'stop after so many files', wholeNumber({ min: 1 }))
    .option('--max-bytes <number>', 'stop after so many bytes: 500G, 2Ti', bytes({ min: 1 }))
    .option('--max-minutes <number>', 'stop after so many minutes', wholeNumber({ min: 1 }))
    .option('--until <HH:MM>', 'stop at this time of day, UTC');
  choice('--log-level <level>', 'entries told in events', ['OFF', 'BASIC', 'TRANSFER'], settings.logLevel);
  choice(
    '--task-report <level>',
    'files listed one by one, as NDJSON and CSV',
    ['NONE', 'ERRORS_ONLY', 'SUCCESSES_AND_ERRORS'],
    settings.taskReport,
  );
  choice(
    '--access <mode>',
    'how gently the server is read',
    ['PARALLEL', 'ONE_FILE', 'READ_ONCE'],
    defaultSourceSettings.access,
  );
  return command
    .option('--filename-encoding <name>', 'of names at the server', defaultSourceSettings.filenameEncoding)
    .option(
      '--time-offset <seconds>',
      "how far the server's times are ahead of UTC",
      wholeNumber({ min: -86_400, max: 86_400 }),
      defaultSourceSettings.timeOffsetSeconds,
    )
    .option('--legacy-algorithms', 'offer SHA-1, CBC and 3DES too, for a server that has nothing better');
}

export function pullSettings(given: CopySettings): PullSettings {
  return {
    transferMode: given.transferMode,
    verifyMode: given.verifyMode,
    overwriteMode: given.overwriteMode,
    preserveDeletedFiles: given.preserveDeletedFiles,
    removalLimit: given.removalLimit,
    mtime: given.mtime,
    posixPermissions: given.posixPermissions,
    uid: given.uid,
    gid: given.gid,
    symlinks: given.symlinks,
    bytesPerSecond: given.bytesPerSecond,
    settleTimeSeconds: given.settleTime,
    sourceAfterTransfer: given.sourceAfterTransfer,
    moveTo: given.moveTo,
    limits: { files: given.maxFiles, bytes: given.maxBytes, durationMinutes: given.maxMinutes, until: given.until },
    logLevel: given.logLevel,
    taskReport: given.taskReport,
    includes: given.include,
    excludes: given.exclude,
  };
}

export function sourceSettings(given: CopySettings): SourceSettings {
  return {
    access: given.access,
    filenameEncoding: given.filenameEncoding,
    timeOffsetSeconds: given.timeOffset,
    legacyAlgorithms: given.legacyAlgorithms === true,
  };
}

const unitLetters = ['', 'K', 'M', 'G', 'T'];

/** A whole number of bytes or, with a unit, of these: `10M`, `10MB`, `10Mi`, `10MiB`. */
function bytes({ min }: { readonly min: number }) {
  return (text: string): number => {
    const [, number, letter = '', binary] = /^(-?\d+)(?:([KMGT])(i?)B?)?$/i.exec(text) ?? [];
    const power = unitLetters.indexOf(letter.toUpperCase());
    const value = Number(number) * (binary === '' ? 1000 : 1024) ** power;
    if (value >= min && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(
      `a whole number of at least ${min} is needed, alone or with K, M, G, T (of 1000) or Ki, Mi, Gi, Ti (of 1024).`,
    );
  };
}
