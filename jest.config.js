// Its versions are pinned to ones that run on this Node.js.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  // Integration suites mostly wait (for Terraform, for hosts that boot): more of them at once than there are cores.
  maxWorkers: 3,
  randomize: true,
  restoreMocks: true,
  // Ends a test that hangs, and nothing else: how long one takes is the machine's matter.
  testTimeout: 900_000,
  reporters: ['default', '<rootDir>/__tests__/helpers/skips-reporter.js'],
};
