/** What a reviewer should never have to say twice. Formatting is prettier's, import floors are dependency-cruiser's. */
import tseslint from 'typescript-eslint';

const everywhere = {
  eqeqeq: ['error', 'always'],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-console': 'error',
  'no-debugger': 'error',
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-shadow-restricted-names': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-escape': 'error',
  'no-cond-assign': 'error',
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-dupe-keys': 'error',
  'no-self-compare': 'error',
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'max-depth': ['error', 5],
};

const withTypes = {
  '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
  '@typescript-eslint/no-misused-promises': [
    'error',
    // Express 5 and event listeners that handle their own errors take async functions.
    { checksVoidReturn: { arguments: false, properties: false, attributes: false } },
  ],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-require-imports': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    {
      argsIgnorePattern: '^_',
      varsIgnorePattern: '^_',
      caughtErrors: 'all',
      caughtErrorsIgnorePattern: '^_',
    },
  ],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
};

/** Only what the pages' modules may count on in every browser that we support. */
const browserGlobals = [
  'AbortController',
  'Blob',
  'CSS',
  'CustomEvent',
  'Element',
  'Event',
  'EventSource',
  'EventTarget',
  'FormData',
  'HTMLElement',
  'Hls',
  'IntersectionObserver',
  'KeyboardEvent',
  'MediaSource',
  'ManagedMediaSource',
  'MutationObserver',
  'ResizeObserver',
  'URL',
  'URLSearchParams',
  'cancelAnimationFrame',
  'clearInterval',
  'clearTimeout',
  'console',
  'customElements',
  'document',
  'fetch',
  'getComputedStyle',
  'history',
  'localStorage',
  'location',
  'matchMedia',
  'navigator',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'sessionStorage',
  'setInterval',
  'setTimeout',
  'structuredClone',
  'window',
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'media/', 'data/', '.dev/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { rules: everywhere },
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: withTypes,
  },
  {
    // Not part of the program: linted without its types.
    files: ['vitest.config.ts'],
    ...tseslint.configs.disableTypeChecked,
  },
  {
    files: ['server/**/*.ts', 'storage/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ClassDeclaration[superClass=null]:not([declare=true])',
          message: 'Write a factory createX({…}) that returns its verbs; classes are for errors only.',
        },
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only server/main.ts reads the environment, through loadConfig in server/base/config.ts.',
        },
      ],
    },
  },
  {
    files: ['server/main.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // A test looks into answers from outside and says what it expects of them.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  {
    files: ['scripts/**', 'server/main.ts', '*.config.{js,ts}'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['AbortSignal', 'URL', 'console', 'fetch', 'performance', 'process'].map((name) => [
          name,
          'readonly',
        ]),
      ),
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
  },
  {
    files: ['views/public/**/*.js', 'scripts/bench/parts/in-page.js'],
    languageOptions: {
      sourceType: 'module',
      globals: Object.fromEntries(browserGlobals.map((name) => [name, 'readonly'])),
    },
  },
);
