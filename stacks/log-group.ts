/** Where FSx writes what it could not import or export. Without it those failures are silent: FSx logs nothing by default. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { nameTag } from './name-tag';

/** FSx accepts only log groups with this prefix (API shape LustreLogCreateConfiguration, Destination). */
const requiredPrefix = '/aws/fsx';

export interface LogGroupProps {
  readonly name: string;
}

export class LogGroup extends Construct {
  readonly arn: string;
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, { name }: LogGroupProps) {
    super(scope, id);
    if (!name.startsWith(requiredPrefix)) throw new Error(`log group ${name} must start with ${requiredPrefix}`);
    const group = new CloudwatchLogGroup(this, 'Default', { name, retentionInDays: 90, tags: { Name: nameTag(name) } });
    this.arn = group.arn;
    this.logGroupName = group.name;
  }
}
