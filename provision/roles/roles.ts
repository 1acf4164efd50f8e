/** Everything that makes a host out of an EC2 instance, in order. */
import type { Role } from '../role';
import { agentRole } from './agent';
import type { RoleInput } from './input';
import { lustreClientRole } from './lustre-client';
import { lustreMountRole } from './lustre-mount';
import { pullRole } from './pull';

export function hostRoles(input: RoleInput): readonly Role[] {
  return [lustreClientRole(input), lustreMountRole(input), agentRole(input), pullRole(input)];
}
