/** What the roles of a booted host are made from, as `sluice provision` would, with a shell script in place of Node.js. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from '../../provision/core/secret';
import type { RuntimeBuild } from '../../provision/resources/node-runtime';
import type { Role } from '../../provision/role';
import type { RoleInput } from '../../provision/roles/input';
import { ec2Layout } from '../../provision/roles/layout';
import type { HostOs } from '../../provision/roles/lustre-clients';
import { hostRoles } from '../../provision/roles/roles';
import type { BootedHost } from './booted-host';
import type { StandInFileSystem } from './booted-host/file-systems';
import { configText, host as hostSection, type Sections } from './config-text';
import { migrationOf, outputsOf, testFileSystem } from './host-plays';

export interface HostInput {
  readonly os: HostOs;
  /** More lines of the configuration's `host`. */
  readonly lines?: readonly string[];
  /** Other sections of the configuration. */
  readonly sections?: Sections;
  readonly fileSystem?: StandInFileSystem;
  readonly allowReboot?: boolean;
  /** The source's private key, handed over. */
  readonly privateKey?: string;
  /** What is uploaded as Node.js. */
  readonly program?: string;
}

export function inputFor(host: BootedHost, settings: HostInput): RoleInput {
  const {
    os,
    lines = [],
    sections = {},
    fileSystem = testFileSystem,
    allowReboot = false,
    privateKey = 'a private key',
  } = settings;
  const image = 'image: { amiId: ami-0a1b2c3d4e5f60718 }';
  return {
    migration: migrationOf(configText({ ...sections, ...hostSection(`os: ${os}`, image, ...lines) })),
    outputs: outputsOf(host, fileSystem),
    layout: ec2Layout,
    agentBundle: Buffer.from('// the agent\n'),
    credentials: { privateKey: new Secret(privateKey) },
    runtime: runtimeOf(host, settings.program ?? '#!/bin/sh\nexit 0\n'),
    allowReboot,
  };
}

export function rolesFor(host: BootedHost, settings: HostInput): readonly Role[] {
  return hostRoles(inputFor(host, settings));
}

/** The same program for every build; its file goes with the host. */
function runtimeOf(host: BootedHost, program: string): RoleInput['runtime'] {
  const file = join(dirname(host.identityFile), 'node');
  writeFileSync(file, program);
  const sha256 = createHash('sha256').update(program).digest('hex');
  const oldest = { '24.0.0': '2.28', '16.20.2': '2.17' };
  const builds = Object.entries(oldest).flatMap(([version, minGlibc]) =>
    (['x64', 'arm64'] as const).map((arch): RuntimeBuild => ({ version, arch, minGlibc, sha256 })),
  );
  return { builds, source: async () => ({ file, sha256 }) };
}
