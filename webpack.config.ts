import path from 'path';
import { type Configuration } from 'webpack';
import grafanaConfig, { type Env } from './.config/webpack/webpack.config';

const JSX_RUNTIME = path.resolve(process.cwd(), 'src', 'jsxRuntime.ts');

/**
 * create-plugin's configuration with two changes.
 *
 * Grafana hands `react/jsx-runtime` to plugins only from 12.3 on, and React 18 and 19 differ in what it emits. Taking
 * it out of the externals and aliasing it to a module built on `React.createElement` makes one build run on all.
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
    resolve: {
      ...base.resolve,
      symlinks: true,
      alias: { 'react/jsx-runtime$': JSX_RUNTIME, 'react/jsx-dev-runtime$': JSX_RUNTIME },
    },
  };
};

export default config;
