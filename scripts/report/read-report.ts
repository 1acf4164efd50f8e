/**
 * report.json without its lists of failed and skipped entries: they may be as long as the tree, and events.ndjson has them too. The
 * agent writes each key of the report on a line of its own, indented by two; a list begins and ends on such lines.
 */
import { createReadStream, existsSync } from 'node:fs';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { linesOf } from '../../provision/core/lines';
import type { PullReport } from '../../provision/pull/record/report';

export type ReportHead = Omit<PullReport, 'failed' | 'skipped'>;

/**
 * @returns undefined where the run left no report.
 * @throws SluiceError REPORT_UNREADABLE
 */
export async function readReport(file: string): Promise<ReportHead | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    return parseReportHead(await textWithoutLists(file), file);
  } catch (error) {
    throw error instanceof SluiceError ? error : unreadable(file, messageOf(error), error);
  }
}

/**
 * @param text A report without its lists, or with them.
 * @param name The file's, for messages.
 * @throws SluiceError REPORT_UNREADABLE
 */
export function parseReportHead(text: string, name: string): ReportHead {
  const { failed: _failed, skipped: _skipped, ...head } = jsonOf(text, name) ?? {};
  if (head.version !== 1 || typeof head.counts?.failed !== 'number' || Number.isNaN(Date.parse(head.startedAt))) {
    throw unreadable(name, `version ${JSON.stringify(head.version)} is not a report of version 1`);
  }
  return head;
}

function jsonOf(text: string, name: string) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(name, messageOf(cause), cause);
  }
}

function unreadable(name: string, why: string, cause?: unknown): SluiceError {
  return new SluiceError(`${name} cannot be read: ${why}`, {
    code: 'REPORT_UNREADABLE',
    hint: 'It must be the report.json of a pull. Without the file, the report is made from events.ndjson alone.',
    cause,
  });
}

async function textWithoutLists(file: string): Promise<string> {
  const kept: string[] = [];
  let isInList = false;
  for await (const lines of linesOf(createReadStream(file))) {
    for (const line of lines) {
      if (isInList) isInList = !/^ {2}\],?$/.test(line);
      else if (/^ {2}"(failed|skipped)": \[$/.test(line)) isInList = true;
      else kept.push(line);
    }
  }
  return kept.join('\n');
}
