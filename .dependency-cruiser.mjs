// Who may import whom: the one place that says it. `pnpm run boundaries` checks it over the built workspace.

/** What each package may import: packages of ours first, then packages of others. Node's own modules are free to all. */
const mayImport = {
  'libs/runtime': [[], []],
  'libs/protocol': [['runtime'], ['zod']],
  'libs/parameters': [[], ['fastest-levenshtein', 'zod']],
  'libs/scheduler': [['runtime', 'protocol'], []],
  'libs/engine': [['runtime', 'protocol', 'scheduler', 'journal'], []],
  'libs/journal': [['runtime', 'protocol'], ['lmdb']],
  'libs/keys': [['runtime', 'protocol'], ['zod']],
  'libs/zmq': [['runtime', 'protocol'], ['zeromq']],
  'libs/worker': [['runtime', 'protocol'], []],
  'libs/client': [['runtime', 'protocol', 'keys', 'zmq'], []],
  'libs/figures': [[], []],
  'libs/logging': [[], ['@nestjs/common', 'pino', 'pino-pretty']],
  'libs/access': [['runtime', 'protocol'], ['zod']],
  'libs/http': [
    ['runtime', 'protocol', 'parameters', 'access'],
    ['@nestjs/common', 'cookie', 'fastify', 'prom-client'],
  ],
  'libs/nestjs-zeromq': [
    ['runtime', 'protocol', 'zmq'],
    ['@nestjs/*', 'rxjs'],
  ],
  'libs/hub': [
    ['runtime', 'protocol', 'keys', 'zmq', 'worker', 'logging', 'nestjs-zeromq'],
    ['@nestjs/*', 'pidusage', 'rxjs', 'zod'],
  ],
  'libs/simulation': [['runtime', 'protocol', 'scheduler', 'engine', 'journal', 'zmq', 'client', 'hub'], []],
  'libs/testing': [['protocol', 'zmq', 'worker', 'client'], []],
  'libs/nestjs': [
    ['keys', 'worker', 'client', 'hub', 'testing'],
    ['@nestjs/*', 'reflect-metadata'],
  ],
  'apps/balancer': [
    [
      'runtime',
      'protocol',
      'parameters',
      'keys',
      'scheduler',
      'engine',
      'journal',
      'zmq',
      'logging',
      'nestjs-zeromq',
      'access',
      'http',
    ],
    ['@fastify/*', '@nestjs/*', 'fastify', 'prom-client', 'reflect-metadata', 'rxjs', 'zod'],
  ],
  'apps/worker-hub': [
    ['protocol', 'parameters', 'keys', 'logging', 'nestjs-zeromq', 'access', 'http', 'hub'],
    ['@nestjs/*', 'fastify', 'prom-client', 'reflect-metadata'],
  ],
  'apps/healthcheck': [
    ['runtime', 'protocol', 'parameters', 'keys', 'zmq', 'logging', 'nestjs-zeromq', 'access', 'http'],
    ['@nestjs/*', 'fastify', 'prom-client', 'reflect-metadata', 'rxjs', 'zod'],
  ],
  'apps/monitor/src/server': [
    ['protocol', 'parameters', 'logging', 'access', 'http'],
    ['@fastify/*', 'fastify'],
  ],
  'apps/monitor/src/page': [
    ['protocol', 'figures'],
    ['@mantine/*', '@tanstack/*', 'openapi-fetch', 'react', 'react-dom', 'react-router', 'uplot'],
  ],
  'apps/cli': [
    [
      'runtime',
      'protocol',
      'parameters',
      'keys',
      'figures',
      'access',
      'client',
      'journal',
      'nestjs-zeromq',
      'simulation',
    ],
    ['cli-progress', 'cli-table3', 'commander', 'eventsource-parser', 'rxjs'],
  ],
  tasks: [['worker'], []],
};

/** What builds, tests and photographs a package, beside its sources. */
const toolsOfPackages = ['^[^/]+/[^/]+/[^/]+[.]config[.]ts$', '^[^/]+/[^/]+/(scripts|test)/'];

/** What specs, and the helpers beside them, may import on top. Nothing that is shipped may. */
const testTools = ['@nestjs/testing', 'fast-check', 'reflect-metadata', 'vitest'];

const testFiles = '[.](spec|e2e-spec)[.]ts$|/test/';

/** A folder of ours, or the pattern of a package of others, as a pattern over resolved paths. */
const ours = (lib) => `^libs/${lib}/`;
const theirs = (name) => `/node_modules/${name.replace('*', '[^/]+')}/`;

const packageRules = Object.entries(mayImport).map(([folder, [libs, packages]]) => ({
  name: `${folder} imports only what it may`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: testFiles },
  to: {
    dependencyTypesNot: ['core'],
    couldNotResolve: false,
    pathNot: [`^${folder}/`, ...libs.map(ours), ...packages.map(theirs)],
  },
}));

const testRules = Object.entries(mayImport).map(([folder, [libs, packages]]) => ({
  name: `the specs of ${folder} import only what they may`,
  severity: 'error',
  from: { path: `^${folder}/.*(${testFiles})` },
  to: {
    dependencyTypesNot: ['core'],
    couldNotResolve: false,
    pathNot: [
      `^${folder}/`,
      '^tools/free-ports/',
      ...libs.map(ours),
      ...[...packages, ...testTools].map(theirs),
    ],
  },
}));

/** The way of the data through the balancer. A folder imports from those after it, never from those before it. */
const balancerStations = ['api|ingress', 'engine', 'sockets'];

const stationRules = balancerStations.slice(1).map((station, index) => ({
  name: `the balancer's ${station} does not look back`,
  severity: 'error',
  from: { path: `^apps/balancer/src/(${station})/`, pathNot: testFiles },
  to: { path: `^apps/balancer/src/(${balancerStations.slice(0, index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...packageRules,
    ...testRules,
    ...stationRules,
    {
      name: 'no package without a rule',
      comment: 'A new package belongs into the table above.',
      severity: 'error',
      from: {
        path: '^(libs|apps|tasks)/',
        pathNot: [...Object.keys(mayImport).map((folder) => `^${folder}/`), ...toolsOfPackages],
      },
      to: {},
    },
    {
      name: 'no way in but the front door',
      comment:
        "A package is imported by its name, through its exports; its inside is nobody else's business.",
      severity: 'error',
      from: { path: '^((?:libs|apps|examples)/[^/]+|tasks|bench|e2e)/' },
      to: {
        path: '^(?:(?:libs|apps|examples)/[^/]+|tasks|bench|e2e)/',
        // The specs of the hub's program use what those of its library use.
        pathNot: [
          '^$1/',
          '^libs/[^/]+/dist/(index|host|wire|core|(terminus|testing)/index)[.](js|d[.]ts)$',
          '^libs/hub/test/',
        ],
      },
    },
    {
      name: 'nothing imports an app',
      comment: 'Apps are started, and spoken to over sockets.',
      severity: 'error',
      from: { pathNot: '^(apps/[^/]+)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'no cycles',
      comment: 'Types may know each other; modules that wait for each other to load may not.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing undeclared',
      comment: 'What is imported stands in the package.json of the package that imports it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'nothing unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing shipped needs what is only there for development',
      severity: 'error',
      // The page is shipped as one bundle.
      from: { path: '^(libs|apps)/[^/]+/src/', pathNot: [testFiles, '^apps/monitor/src/page/'] },
      // What the application brings itself is there as a peer, and for our own tests once more.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
    },
    {
      name: 'nothing deprecated',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['deprecated'] },
    },
  ],
  options: {
    // The sources, with their type-only imports: the built files no longer have those.
    parser: 'tsc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    // Each package answers for itself: what the root declares is for the root's own tools.
    combinedDependencies: false,
    doNotFollow: { path: 'node_modules|/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
  },
};
