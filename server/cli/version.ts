// The package's version. The bundler inlines the package file's text, so a bundle needs no file beside it.

import manifest from "../../package.json" with { type: "json" };

/** As in package.json. */
export function version(): string {
  return manifest.version;
}
