/** The ways out of an existing subnet: to the SFTP source, to S3, to the AWS APIs that the hosts call. */
import { isIP, isIPv6 } from 'node:net';
import type { NatGateway, Route, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { type Account, type AwsCheck, unanswered } from './check';
import type { ExistingNetwork } from './network-checks';
import { aclAllows, blockOf, isDefault, routeTo, targetOf } from './routes';

export function routeChecks(network: ExistingNetwork, migration: Migration): readonly AwsCheck[] {
  return [
    { name: 'route to the source', look: (account) => wayToSource(account, network, migration) },
    { name: 'network ACL', look: (account) => aclToSource(account, network, migration) },
    { name: 'S3 endpoint', look: (account) => s3Endpoint(account, network) },
    { name: 'AWS APIs', look: (account) => interfaceEndpoints(account, network, migration) },
  ];
}

/** The source's address, where it is written as one. */
function addressOf({ source }: Migration): string | undefined {
  return isIP(source.host) === 0 ? undefined : source.host;
}

function tableOf({ ec2 }: Account, { subnetId, vpcId }: ExistingNetwork) {
  return ec2.routeTable(subnetId, vpcId);
}

async function wayToSource(account: Account, network: ExistingNetwork, migration: Migration): Promise<Outcome> {
  const { Routes: routes = [] } = (await tableOf(account, network)) ?? {};
  const outcome = await wayByRoute(account, { routes, network, migration });
  const others = addressOf(migration) === undefined ? routes.filter(leadsElsewhere) : [];
  if (others.length === 0) return outcome;
  // Resolved here, a name may have another address than in the VPC.
  const detail = `${outcome.detail}; unless its address lies in ${others.map((route) => `${blockOf(route)}, through ${targetOf(route)}`).join('; ')}`;
  return outcome.status === 'ok' ? ok(detail) : unanswered(detail, outcome.cure);
}

interface Routes {
  readonly routes: readonly Route[];
  readonly network: ExistingNetwork;
  readonly migration: Migration;
}

async function wayByRoute(account: Account, { routes, network, migration }: Routes): Promise<Outcome> {
  const { host } = migration.source;
  const route = routeTo(routes, addressOf(migration));
  const target = route === undefined ? undefined : targetOf(route);
  if (route === undefined || target === undefined)
    return problem(
      `${network.subnetId} has no route to ${addressOf(migration) ?? `the internet, for ${host}`}`,
      isIPv6(host)
        ? 'add a route for ::/0 through an egress-only internet gateway, or through an internet gateway'
        : 'add a route for 0.0.0.0/0 through a NAT gateway (its address goes on the allow-list of the vendor), or through an internet gateway',
    );
  if (route.State === 'blackhole')
    return problem(`the route ${blockOf(route)} leads to ${target}, which is gone`, 'replace the route');
  if (isIPv6(host)) return fromOwnAddress(account, { target, network, migration });
  if (target.startsWith('igw-')) return throughInternetGateway(account, { target, network, migration });
  if (target.startsWith('nat-')) return throughNatGateway(await account.ec2.natGateway(target), { target, migration });
  return ok(`${blockOf(route)} through ${target}, not followed further`);
}

/** To a part of the world outside the VPC: a partner's address may lie there. */
function leadsElsewhere(route: Route): boolean {
  return (
    blockOf(route) !== undefined && !isDefault(route) && targetOf(route) !== 'local' && route.State !== 'blackhole'
  );
}

interface Way {
  readonly target: string;
  readonly network: ExistingNetwork;
  readonly migration: Migration;
}

/** States of an IPv6 block that a subnet no longer has, or never got. */
const lost = new Set<string | undefined>(['disassociating', 'disassociated', 'failing', 'failed']);

/** Over IPv6 nothing translates: the source sees the address that the subnet gives a host at its launch. */
async function fromOwnAddress({ ec2 }: Account, { target, network }: Way): Promise<Outcome> {
  const { subnetId } = network;
  const { AssignIpv6AddressOnCreation: assigns, Ipv6CidrBlockAssociationSet: sets = [] } =
    (await ec2.subnet(subnetId)) ?? {};
  const block = sets.find(({ Ipv6CidrBlockState: is }) => !lost.has(is?.State))?.Ipv6CidrBlock;
  if (block === undefined)
    return problem(
      `through ${target}, but ${subnetId} has no IPv6 addresses`,
      `give it a block of its VPC's: aws ec2 associate-subnet-cidr-block --subnet-id ${subnetId} --ipv6-cidr-block ...; or name the source's IPv4 address`,
    );
  if (assigns !== true)
    return problem(
      `through ${target}, but hosts of ${subnetId} get no IPv6 address`,
      `aws ec2 modify-subnet-attribute --subnet-id ${subnetId} --assign-ipv6-address-on-creation; a host that is there already: aws ec2 assign-ipv6-addresses`,
    );
  return ok(`through ${target}: the source sees addresses of ${block}`);
}

async function throughInternetGateway(account: Account, { target, network, migration }: Way): Promise<Outcome> {
  if (migration.host.elasticIp) return ok(`through ${target}, with an Elastic IP`);
  const subnet = await account.ec2.subnet(network.subnetId);
  if (subnet?.MapPublicIpOnLaunch === true) return ok(`through ${target}, with an address that changes at every stop`);
  return problem(
    `through ${target}, but the hosts have no public address, so nothing comes back`,
    'set host.elasticIp: true, or name a subnet whose route leads through a NAT gateway',
  );
}

function throughNatGateway(gateway: NatGateway | undefined, { target, migration }: Omit<Way, 'network'>): Outcome {
  const address = gateway?.NatGatewayAddresses?.[0]?.PublicIp;
  if (gateway?.State !== 'available' || gateway.ConnectivityType === 'private')
    return problem(
      `through ${target}, which is ${gateway?.State === 'available' ? 'private: it does not lead to the internet' : (gateway?.State ?? 'gone')}`,
      'route 0.0.0.0/0 through a public NAT gateway that is available',
    );
  if (migration.host.elasticIp)
    return problem(
      `through ${target}: the source sees ${address}, and the Elastic IPs of the hosts lead nowhere`,
      `set host.elasticIp: false and give ${address} to the vendor; host.sessionManager: true lets operators in`,
    );
  return ok(`through ${target}: the source sees ${address}`);
}

/** Linux's own range of ports for what comes back (net.ipv4.ip_local_port_range). */
const returnPorts = [32_768, 60_999];

/** File system and hosts share the subnet: an ACL stands between them and the source only. */
async function aclToSource({ ec2 }: Account, { subnetId }: ExistingNetwork, migration: Migration): Promise<Outcome> {
  const acl = await ec2.networkAcl(subnetId);
  if (acl === undefined) return unanswered('there is no such subnet');
  const { port, host } = migration.source;
  const address = addressOf(migration);
  const entries = acl.Entries ?? [];
  const id = acl.NetworkAclId;
  if (!aclAllows(entries, { egress: true, port, address }))
    return problem(
      `${id} lets nothing out to TCP ${port} of ${host}`,
      `allow it outbound: aws ec2 create-network-acl-entry --network-acl-id ${id} --egress ...`,
    );
  if (!returnPorts.every((back) => aclAllows(entries, { egress: false, port: back, address })))
    return problem(
      `${id} drops what comes back from ${host} to TCP ${returnPorts.join('-')}`,
      `allow it inbound: aws ec2 create-network-acl-entry --network-acl-id ${id} --ingress ...; ACLs do not remember connections`,
    );
  return ok(`${id} lets TCP ${port} out, and its answers in`);
}

async function s3Endpoint(account: Account, network: ExistingNetwork): Promise<Outcome> {
  const { RouteTableId: table = '', Routes: routes = [] } = (await tableOf(account, network)) ?? {};
  const endpoints = await account.ec2.endpoints(network.vpcId);
  const gateway = endpoints.find(
    (endpoint) =>
      serviceOf(endpoint) === 's3' &&
      (endpoint.VpcEndpointType ?? 'Gateway') === 'Gateway' &&
      endpoint.RouteTableIds?.includes(table) === true &&
      isAvailable(endpoint),
  );
  if (gateway !== undefined) return ok(`${gateway.VpcEndpointId}`);
  if (endpoints.some((endpoint) => serviceOf(endpoint) === 's3' && answersByName(endpoint)))
    return ok('an interface endpoint');
  const cure = `free of charge: aws ec2 create-vpc-endpoint --vpc-id ${network.vpcId} --service-name com.amazonaws.${account.region}.s3 --route-table-ids ${table}`;
  const out = defaultTarget(routes);
  if (out === undefined) return problem('none, and no route to the internet: hosts reach no package repository', cure);
  if (out.startsWith('nat-')) return ok('none: packages from S3 pass the NAT gateway, which bills every GB');
  return ok(`none: S3 is reached through ${out}`);
}

/** What hosts call besides S3: needed in the VPC where no route leads out of it. */
async function interfaceEndpoints(account: Account, network: ExistingNetwork, migration: Migration): Promise<Outcome> {
  const out = defaultTarget((await tableOf(account, network))?.Routes ?? []);
  if (out !== undefined) return ok(`through ${out}`);
  const references = Object.values(migration.source.credentials).filter((reference) => reference !== undefined);
  const needed = new Set([
    ...references.flatMap((reference) => ('secretsManager' in reference ? ['secretsmanager'] : [])),
    ...references.flatMap((reference) => ('ssmParameter' in reference ? ['ssm'] : [])),
    ...(migration.host.sessionManager ? ['ssm', 'ssmmessages'] : []),
    // For the metric of a failed pull.
    ...(migration.alarms === undefined ? [] : ['monitoring']),
  ]);
  const present = new Set((await account.ec2.endpoints(network.vpcId)).filter(answersByName).map(serviceOf));
  const missing = [...needed].filter((service) => !present.has(service));
  if (missing.length === 0) return ok(needed.size === 0 ? 'none is called' : `${[...needed].join(', ')} by endpoints`);
  return problem(
    `no way to ${missing.join(', ')}: no route to the internet, and no endpoint with private DNS that is available in ${network.vpcId}`,
    `make interface endpoints of ${missing.map((service) => `com.amazonaws.${account.region}.${service}`).join(', ')} with private DNS, or a NAT gateway`,
  );
}

function isAvailable({ State }: VpcEndpoint): boolean {
  return State?.toLowerCase() === 'available';
}

/** Programs call a service by its usual name, which leads to the endpoint with private DNS only. */
function answersByName(endpoint: VpcEndpoint): boolean {
  return endpoint.VpcEndpointType === 'Interface' && endpoint.PrivateDnsEnabled === true && isAvailable(endpoint);
}

function defaultTarget(routes: Parameters<typeof routeTo>[0]): string | undefined {
  const route = routeTo(routes, undefined);
  return route === undefined || route.State === 'blackhole' ? undefined : targetOf(route);
}

/** `com.amazonaws.us-east-1.s3` -> `s3` */
function serviceOf({ ServiceName = '' }: VpcEndpoint): string {
  return ServiceName.split('.').slice(3).join('.');
}
