import js from '@eslint/js'
import a11y from 'eslint-plugin-jsx-a11y-x'
import tseslint from 'typescript-eslint'

/** Time, timers and chance enter through platform/clock.ts, so that a test can move them. */
const OUTSIDE_THE_CLOCK = [
  { object: 'Date', property: 'now', message: 'Take a Clock as a parameter (platform/clock.ts).' },
  { object: 'Math', property: 'random', message: 'Take a Chance as a parameter (platform/clock.ts).' },
]

export default tseslint.config(
  { ignores: ['node_modules/', '**/dist/', 'data/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'no-restricted-properties': ['error', ...OUTSIDE_THE_CLOCK],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of words.' },
      ],
      eqeqeq: 'error',
    },
  },
  {
    // What people use must be usable by keyboard and by ear; axe looks at the page as it runs, this at how it is written.
    files: ['dashboard/web/**/*.tsx'],
    plugins: { 'jsx-a11y-x': a11y },
    rules: {
      ...a11y.configs.recommended.rules,
      // What scrolls, and what tells more when it has the focus, is reached by Tab.
      'jsx-a11y-x/no-noninteractive-tabindex': [
        'error',
        { tags: ['li'], roles: ['region', 'tabpanel'], allowExpressionValues: true },
      ],
      // A box or a form may hear the keys and clicks of the controls inside it; a click alone is still refused.
      'jsx-a11y-x/no-static-element-interactions': 'off',
      'jsx-a11y-x/no-noninteractive-element-interactions': ['error', { handlers: ['onClick'] }],
    },
  },
  {
    // Programs people start print to the terminal.
    files: ['cli/**/*.ts', 'bench/**/*.ts', 'test/run.ts', 'sim/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // The page lives in the browser's time; its stores still take a clock.
    files: ['**/vite.config.ts', '**/vitest.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  { files: ['platform/clock.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'writable',
        Buffer: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    // Runs in the browser as it is.
    files: ['sim/phone/page.js', 'gateway/field-page/page/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        navigator: 'readonly',
        EventSource: 'readonly',
        localStorage: 'readonly',
        performance: 'readonly',
        createImageBitmap: 'readonly',
      },
    },
  },
)
