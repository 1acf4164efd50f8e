/** What was checked, and how to check it again. */
import { formatBytes, formatDuration, plural } from '../../../provision/core/units';
import type { VerifyMode } from '../../../provision/pull/job/settings';
import type { ReportedRun, RunDetails } from '../report-data';
import { type Child, h, section } from './dom';
import { whyUnnamed } from './named-files';
import { pathText } from './text';

const meanings: Readonly<Record<VerifyMode, string>> = {
  ONLY_FILES_TRANSFERRED: 'Each file transferred was read back and compared with the SHA-256 of what was received.',
  POINT_IN_TIME_CONSISTENT:
    'Each file transferred was read back and compared with the SHA-256 of what was received; at the end both trees were listed again and compared.',
  NONE: 'What was written was not read back; sizes were compared.',
};

/** Of whether a file changed while it was read. */
function changedMeanwhile({ access }: NonNullable<RunDetails['settings']>['source']): string {
  return access === 'READ_ONCE'
    ? 'With source.access READ_ONCE the source was not asked again whether a file had changed.'
    : 'After each file the source was asked again whether it had changed.';
}

export function verification(run: ReportedRun, details: RunDetails): HTMLElement {
  const { settings, entries, resumedFiles } = details;
  const { counts } = run.summary;
  const facts: [string, Child][] = [];
  if (settings !== undefined) {
    const { verifyMode, transferMode, overwriteMode } = settings.options;
    const took = settings.stateDurationsMs.VERIFYING;
    facts.push([
      'Mode',
      h('span', {}, h('code', {}, verifyMode), ` ${meanings[verifyMode]} ${changedMeanwhile(settings.source)}`),
    ]);
    if (took !== undefined)
      facts.push(['Last phase', `VERIFYING took ${formatDuration(took)}; files are verified as they arrive, too.`]);
    facts.push(['Compared by', h('span', {}, h('code', {}, transferMode), ' and ', h('code', {}, overwriteMode))]);
  }
  facts.push(['Digests', `${plural(counts.filesTransferred, 'SHA-256 digest')} in manifest.sha256.`]);
  if (whyUnnamed(run) === undefined) {
    facts.push([
      'Tried again',
      `${plural(entries.totals.retried, 'file')} changed while being read, or did not verify at first.`,
    ]);
  }
  if (resumedFiles > 0) {
    facts.push([
      'Resumed',
      `${plural(resumedFiles, 'file')} went on from ${formatBytes(counts.bytesResumed)} of an earlier run.`,
    ]);
  }
  if (counts.modesChanged > 0)
    facts.push(['Permissions', `set on ${plural(counts.modesChanged, 'file')} whose content was there.`]);
  if (settings !== undefined && counts.filesTransferred > 0) {
    const command = `cd ${quoted(settings.destination.path)} && sha256sum -c ${quoted(settings.files.manifest)}`;
    facts.push(['Check it yourself', h('code', { class: 'command' }, pathText(command))]);
  }
  const list = facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]);
  return section(
    'verification',
    'Verification',
    h('dl', { class: 'facts' }, ...list),
    h(
      'p',
      { class: 'aside' },
      'This is what reached the destination. Where that is an FSx for Lustre file system, its export to S3 goes on in the background: a finished run does not tell what is in the bucket; sluice verify does.',
    ),
  );
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
