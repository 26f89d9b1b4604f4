// Times in snapshots and texts must not depend on where the tests run.
process.env.TZ = 'UTC';

const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');
const base = require('./.config/jest.config');

const swc = base.transform['^.+\\.(t|j)sx?$'];

module.exports = {
  ...base,
  // Scenes and what it needs come as .mjs, which Jest 29 does not transform on its own.
  transform: { '^.+\\.m?(t|j)sx?$': swc },
  transformIgnorePatterns: [
    nodeModulesToTransform([...grafanaESModules, '@grafana', '@react-hookz', '@ver0', '@rc-component']),
  ],
  setupFilesAfterEnv: ['<rootDir>/jest-setup.js'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/collector/', '<rootDir>/stack/', '<rootDir>/dist/'],
  // src/flow is pure and is tested with the rest of the domain by vitest.
  testMatch: ['<rootDir>/src/{data,components,pages,dashboards}/**/*.test.{ts,tsx}', '<rootDir>/src/*.test.{ts,tsx}'],
};
