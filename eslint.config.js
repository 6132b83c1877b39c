import js from "@eslint/js";

/** Names of the browser are known to tsc, so that eslint need not know them, too. */
export default [
  js.configs.recommended,
  {
    files: ["api/static/**/*.js"],
    rules: {
      "no-undef": "off",
      "complexity": ["error", 12],
      "curly": ["error", "multi-line"],
      "eqeqeq": "error",
      "max-lines": ["error", 350],
      "max-lines-per-function": ["error", 60],
      "no-console": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { ignores: [".venv/", "build/", "out/", "var/", "node_modules/", "api/static/widget/"] },
];
