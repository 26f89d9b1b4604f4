import path from 'path';
import { type Configuration } from 'webpack';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config';

const JSX_RUNTIME = path.resolve(process.cwd(), 'src', 'jsxRuntime.ts');

/**
 * create-plugin's configuration with these changes.
 *
 * Grafana hands `react/jsx-runtime` to plugins only from 12.3 on, and React 18 and 19 differ in what it emits. Taking
 * it out of the externals and aliasing it to a module built on `React.createElement` makes one build run on all.
 *
 * create-plugin's virtual module is written as an ES module, which webpack refuses below a CommonJS package.json.
 */
const config = async (env: Env): Promise<Configuration> => {
  const base = await grafanaConfig(env);
  const externals = (Array.isArray(base.externals) ? base.externals : []).filter(
    (external) => external !== 'react/jsx-runtime' && external !== 'react/jsx-dev-runtime'
  );
  return {
    ...base,
    entry: { module: './module.tsx' },
    externals,
    module: {
      ...base.module,
      rules: [
        ...(base.module?.rules ?? []),
        { test: /[\\/]grafana-public-path\.js$/, type: 'javascript/auto' as const },
      ],
    },
    resolve: {
      ...base.resolve,
      symlinks: true,
      alias: { 'react/jsx-runtime$': JSX_RUNTIME, 'react/jsx-dev-runtime$': JSX_RUNTIME },
    },
    // Scenes is one chunk of its own, loaded with the first page and shared by all: the limits here are the product's.
    performance: { hints: false },
  };
};

export default config;
