/** EC2 instance types: `c7gn.xlarge` is family `c`, generation 7, attributes `gn`, size `xlarge`. */

export type Architecture = 'x86_64' | 'arm64';

/**
 * The architecture whose images an instance type boots; undefined where the text is no instance type. Graviton types
 * have a `g` right after the generation (m7g, c7gn, im4gn), and so has A1, the first. A `-gb` suffix is NVIDIA Grace.
 * Source: EC2 instance types guide, "Naming conventions".
 */
export function architectureOf(instanceType: string): Architecture | undefined {
  const match = /^([a-z]+)-?(\d*)([a-z0-9-]*)\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)$/.exec(
    instanceType,
  );
  if (match === null) return undefined;
  const [, family = '', generation = '', attributes = ''] = match;
  const isArm = attributes.startsWith('g') || /-gb\d/.test(attributes) || `${family}${generation}` === 'a1';
  return isArm ? 'arm64' : 'x86_64';
}
