/** Writes the stack's outputs: each of `Outputs`, under its own name, no more and no less. */
import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import type { Outputs } from './outputs';

export class HandOver extends Construct {
  /** `outputs` holds references that Terraform resolves, in the very shape that `parseOutputs` returns. */
  constructor(scope: Construct, id: string, outputs: Outputs) {
    super(scope, id);
    for (const [name, value] of Object.entries(outputs))
      new TerraformOutput(this, name, { value }).overrideLogicalId(name);
  }
}
