/** One direction of imports, no cycles: the order of the folders is the way of a flow (docs/development.md). */
const appLayers = ['src/pages', 'src/components', 'src/data', 'src/flow'];
const collectorStages = [
  'collector/src/loki',
  'collector/src/aggregate',
  'collector/src/dedup',
  'collector/src/enrich',
  'collector/src/decode',
  'collector/src/kafka',
  'collector/src/receive',
];

const under = (folders) => `^(${folders.join('|')})/`;

const layerRules = appLayers.slice(1).map((layer, index) => ({
  name: `${layer.replace('src/', '')}-imports-upwards`,
  comment: 'pages → components → data → flow → schema',
  severity: 'error',
  from: { path: `^${layer}/` },
  to: { path: under(appLayers.slice(0, index + 1)) },
}));

const stageRules = collectorStages.map((stage) => ({
  name: `${stage.replace('collector/src/', '')}-imports-another-stage`,
  comment: 'Stages know the flow and the configuration, not each other; pipeline.ts joins them.',
  severity: 'error',
  from: { path: `^${stage}/` },
  to: { path: under(collectorStages.filter((other) => other !== stage)) },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A scene object names its component, whose props name the scene object: types alone may go back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...layerRules,
    ...stageRules,
    {
      name: 'schema-imports-nothing',
      severity: 'error',
      from: { path: '^schema/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^schema/' },
    },
    {
      name: 'flow-is-pure',
      comment: 'The domain runs in the app, in tests and on the command line: no React, no Grafana.',
      severity: 'error',
      from: { path: '^src/flow/' },
      to: { path: 'node_modules/(react|react-dom|@grafana|rxjs)/' },
    },
    {
      name: 'collector-stands-alone',
      comment: 'Only its command line may use the query side.',
      severity: 'error',
      from: { path: '^collector/src/', pathNot: '^collector/src/(cli|commands/)' },
      to: { path: '^src/' },
    },
    {
      name: 'app-and-collector-meet-in-schema',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(collector|stack|tests)/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { path: '^(src|collector|schema)/', pathNot: '\\.test\\.tsx?$|/test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.stack)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
