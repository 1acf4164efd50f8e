/** The hosts, all alike: what they share (key pair, image) and the instances, named `-host-1`, `-host-2`... */
import { KeyPair } from '@cdktf/provider-aws/lib/key-pair';
import { DataResource } from 'cdktf';
import { Construct } from 'constructs';
import { Host, type HostProps } from './host';
import { amiOf, imageChoice } from './image';

export type HostsProps = Omit<HostProps, 'ami' | 'imageChoice' | 'keyName' | 'name'> & {
  /** Prefix of the resources' names. */
  readonly prefix: string;
};

export class Hosts extends Construct {
  readonly all: readonly Host[];

  constructor(scope: Construct, id: string, { prefix, ...props }: HostsProps) {
    super(scope, id);
    const { settings } = props;
    const { keyName } = new KeyPair(this, 'key_pair', {
      keyName: prefix,
      publicKey: settings.ssh.publicKey,
      tags: { Name: prefix },
    });
    const choice = new DataResource(this, 'image_choice', {
      input: { image: imageChoice(settings), ...spotChoice(settings), ...addressChoice(props) },
    });
    const ami = amiOf(this, settings);
    const numbers = Array.from({ length: settings.count }, (_, index) => index + 1);
    this.all = numbers.map(
      (number) =>
        new Host(this, String(number), {
          ...props,
          name: `${prefix}-host-${number}`,
          ami,
          imageChoice: choice,
          keyName,
        }),
    );
  }
}

/**
 * EC2 does not change the type of a spot instance (User Guide, "Behavior of Spot Instance interruptions"), and to the provider a market
 * that is not written any more is no change (terraform-provider-aws, issue 38141): a spot host is replaced for either.
 */
function spotChoice({ purchase, instanceType }: HostProps['settings']): Readonly<Record<string, string>> {
  return purchase === 'spot' ? { spotInstanceType: instanceType } : {};
}

/**
 * EC2 gives an instance a public address of its own when it starts it. To the provider it had one beside its Elastic IP: without that,
 * the host would be left with none, and known by the address that was released.
 */
function addressChoice({ settings, needsPublicAddress }: Omit<HostsProps, 'prefix'>) {
  return needsPublicAddress && !settings.elasticIp ? { publicAddress: 'of its own' } : {};
}
