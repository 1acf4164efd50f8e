/**
 * Conditions that say who calls, or from which network (IAM user guide, "AWS global condition context keys"). Any other, such as
 * aws:SecureTransport, everyone can meet.
 */
import { isPublic } from './ingress';
import { entriesOf } from './policy-document';

/** In lower case: keys are compared without regard to it. aws:VpcSourceIp is none: any VPC may have the address. */
const callerKeys: ReadonlySet<string> = new Set([
  ...['principalarn', 'principalaccount', 'principalorgid', 'principalorgpaths', 'userid'].map((key) => `aws:${key}`),
  ...['principalservicename', 'principalservicenameslist'].map((key) => `aws:${key}`),
  ...['sourcearn', 'sourceaccount', 'sourceowner', 'sourceorgid', 'sourceorgpaths'].map((key) => `aws:${key}`),
  ...['sourcevpc', 'sourcevpcarn', 'sourcevpce', 'vpceaccount', 'vpceorgid', 'vpceorgpaths'].map((key) => `aws:${key}`),
  'aws:sourceip',
  'kms:calleraccount',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  'elasticfilesystem:accesspointarn',
]);

/** Neither negations, nor those that hold where the key is absent (`...IfExists`, `ForAllValues:`). */
const demanding = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like)|ipaddress)$/;

/** True where a condition lets in only whom it names. All of its keys have to hold, so one such key is enough. */
export function namesCaller(condition: unknown): boolean {
  return entriesOf(condition).some(([operator, keys]) =>
    entriesOf(keys).some(([key, values]) => restricts(operator.toLowerCase(), key.toLowerCase(), values)),
  );
}

function restricts(operator: string, key: string, values: unknown): boolean {
  const texts = [values].flat().map(String);
  // A mount target has an address of a VPC only ("Blocking public access", EFS user guide).
  if (operator === 'bool') return key === 'elasticfilesystem:accessedviamounttarget' && texts.every(isTrue);
  return demanding.test(operator) && callerKeys.has(key) && texts.every((text) => isOneCaller(key, text));
}

function isTrue(text: string): boolean {
  return text.toLowerCase() === 'true';
}

/** What a wildcard stands for may be anybody's, and so may most of the internet's addresses. */
function isOneCaller(key: string, text: string): boolean {
  if (key === 'aws:sourceip') return !/[*?]/.test(text) && !isPublic(text);
  return /^[^*?]+$/.test(ownerIn(key, text));
}

/** The part of a value that says whose it is: what follows may have wildcards. */
function ownerIn(key: string, text: string): string {
  if (key.endsWith('arn')) return ownerOfArn(text);
  if (key.endsWith('orgpaths')) return text.split('/')[0] ?? '';
  // The id of a role stands before the name of its session.
  return key === 'aws:userid' ? (text.split(':')[0] ?? '') : text;
}

/** The account; of a bucket its name, which nobody else has. */
function ownerOfArn(arn: string): string {
  const [, , service, , account = '', name = ''] = arn.split(':');
  return account === '' || (service === 's3' && account === '*') ? name : account;
}
