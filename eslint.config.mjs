import { defineConfig } from 'eslint/config';
import sonarjs from 'eslint-plugin-sonarjs';
import importX from 'eslint-plugin-import-x';
import grafanaConfig from '@grafana/eslint-config/flat.js';

// The direction of imports between folders and the ban on cycles are in .dependency-cruiser.cjs.
export default defineConfig([
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/coverage/',
      '.config/',
      '.stack/',
      'test-results/',
      'playwright-report/',
      'playwright/',
    ],
  },
  { files: ['**/*.{js,mjs,cjs,ts,tsx}'], extends: [grafanaConfig], rules: { 'react/prop-types': 'off' } },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['webpack.config.ts', 'vitest.config.ts', 'playwright.config.ts'],
    plugins: { sonarjs, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      'import-x/no-duplicates': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-eval': 'error',
      'no-new-func': 'error',
      'sonarjs/cognitive-complexity': ['error', 20],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { '@typescript-eslint/no-deprecated': 'warn' },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'tests/**', 'collector/test/**', 'stack/**', 'collector/**', 'schema/**', 'docs/**'],
    rules: { 'react-hooks/rules-of-hooks': 'off' },
  },
]);
