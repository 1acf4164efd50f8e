import { fsxLogGroup } from '../../../../../scripts/plan-review/rules/fsx-log-group';
import { create, found, lustre } from '../plan-builder';

const logging = (destination: string) => ({ ...lustre, log_configuration: [{ destination }] });

test('finds a log group of another name, by ARN or by reference', () => {
  const arn = 'arn:aws:logs:us-east-1:1:log-group:/sluice/a:*';
  expect(found(fsxLogGroup, [create('aws_fsx_lustre_file_system.a', logging(arn))])).toHaveLength(1);
  const references = { 'aws_fsx_lustre_file_system.a': { log_configuration: ['aws_cloudwatch_log_group.g.arn'] } };
  const group = create('aws_cloudwatch_log_group.g', { name: '/sluice/a' }, ['arn']);
  const fileSystem = create('aws_fsx_lustre_file_system.a', lustre, ['log_configuration']);
  expect(found(fsxLogGroup, [group, fileSystem], { references })).toEqual([fileSystem.address]);
});

test('is silent on /aws/fsx', () => {
  const arn = 'arn:aws:logs:us-east-1:1:log-group:/aws/fsx/a:*';
  expect(
    found(fsxLogGroup, [
      create('aws_fsx_lustre_file_system.a', logging(arn)),
      create('aws_fsx_lustre_file_system.b', lustre),
    ]),
  ).toEqual([]);
});
