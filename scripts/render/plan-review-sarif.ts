/** A review as SARIF 2.1.0 (OASIS), as code scanning services read it. */
import { version } from '../../package.json';
import type { Finding, Review } from '../plan-review/review';
import type { Severity } from '../plan-review/rule';
import { rules } from '../plan-review/rules';

export interface SarifOptions {
  /** The file that findings are shown at, relative to the repository: the configuration, or the plan. */
  readonly artifact: string;
}

const levels: Readonly<Record<Severity, string>> = { blocked: 'error', warning: 'warning', info: 'note' };

export function renderSarif({ findings }: Review, { artifact }: SarifOptions): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'sluice', semanticVersion: version, rules: rules.map(descriptor) } },
        results: findings.map((finding) => result(finding, artifact)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function descriptor({ id, severity, title, explanation }: (typeof rules)[number]) {
  return {
    id,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: explanation },
    defaultConfiguration: { level: levels[severity] },
  };
}

/** A plan has no lines: the place is the file, and the resource is its logical location. */
function result({ rule, severity, allowed, address, message, fix, chains }: Finding, artifact: string) {
  const steps = (chains ?? []).map((chain) => `\n${chain.join(' -> ')}`).join('');
  const uri = artifact.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: `${address === '' ? '' : `${address}: `}${message}.${steps}\nFix: ${fix}.` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
        ...(address === '' ? {} : { logicalLocations: [{ fullyQualifiedName: address, kind: 'resource' }] }),
      },
    ],
    partialFingerprints: { 'ruleAndResource/v1': `${rule}:${address}` },
    ...(allowed ? { suppressions: [{ kind: 'external', justification: `allowed by name: --allow ${rule}` }] } : {}),
  };
}
