// Configuration of a project: the nearest `.sels.json` and `selint.conf` up the tree from its root, and what the user
// or the command line sets on top. Precedence, the weakest first: the catalogue, selint.conf, the files that
// `.sels.json` extends, `.sels.json`, the editor's settings, the command line. Every place that was looked at is an
// input, so that a file which appears there later counts. It reads through the port and never throws.

import {
  type Control,
  type ControlLayer,
  createControl,
  type Level,
  NO_CONTROL,
} from "../checks/control/control.ts";
import { parseSelintConf } from "../checks/control/selintConf.ts";
import { parseSettings } from "../checks/control/settings.ts";
import { directoryOf, joinPath } from "./paths.ts";
import type { ProjectSettings, ReadText } from "./project.ts";

export const SETTINGS_FILE = ".sels.json";
export const SELINT_FILE = "selint.conf";
/** Files in a chain of `extends`. */
const MOST_EXTENDED = 8;

/** Something wrong in a configuration file, at its place. */
export interface ConfigurationProblem {
  readonly path: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface Configuration {
  readonly control: Control;
  /** changes when the decisions do */
  readonly key: string;
  readonly build: readonly string[];
  /** absolute */
  readonly headers: string | undefined;
  /** paths that were looked for */
  readonly inputs: readonly string[];
  readonly problems: readonly ConfigurationProblem[];
}

export const NO_CONFIGURATION: Configuration = {
  control: NO_CONTROL,
  key: "",
  build: [],
  headers: undefined,
  inputs: [],
  problems: [],
};

interface Gathered {
  readonly readText: ReadText;
  readonly layers: ControlLayer[];
  readonly texts: string[];
  readonly build: string[];
  headers: string | undefined;
  readonly inputs: string[];
  readonly problems: ConfigurationProblem[];
}

/** The configuration of a project whose root (or only file) lies in `directory`. */
export function configurationOf(
  readText: ReadText,
  directory: string,
  settings: ProjectSettings,
): Configuration {
  const gathered: Gathered = {
    readText,
    layers: [],
    texts: [],
    build: [],
    headers: undefined,
    inputs: [],
    problems: [],
  };
  const selint = nearest(gathered, directory, SELINT_FILE);
  if (selint !== undefined) {
    const { layer, problems } = parseSelintConf(selint.text);
    gathered.layers.push(layer);
    gathered.texts.push(selint.text);
    for (const problem of problems) gathered.problems.push({ ...selint, ...problem });
  }
  const own = nearest(gathered, directory, SETTINGS_FILE);
  if (own !== undefined) addSettings(gathered, own.path, own.text, []);
  addGiven(gathered, directory, settings);
  const { layers, texts, build, headers, inputs, problems } = gathered;
  if (layers.length === 0) return { ...NO_CONFIGURATION, inputs, problems };
  return { control: createControl(layers), key: texts.join("\0"), build, headers, inputs, problems };
}

interface Found {
  readonly path: string;
  readonly text: string;
}

/** The nearest file of a name up the tree. */
function nearest(gathered: Gathered, directory: string, name: string): Found | undefined {
  for (let at = directory; ; at = directoryOf(at)) {
    const path = at === "/" ? `/${name}` : `${at}/${name}`;
    gathered.inputs.push(path);
    const text = gathered.readText(path);
    if (text !== undefined) return { path, text };
    if (at === "/") return undefined;
  }
}

/** Adds a settings file, after those that it extends. */
function addSettings(gathered: Gathered, path: string, text: string, chain: readonly string[]): void {
  const directory = directoryOf(path);
  const parsed = parseSettings(text, directory);
  for (const parent of parsed.extends) {
    const parentPath = joinPath(directory, parent);
    gathered.inputs.push(parentPath);
    const at = Math.max(0, text.indexOf(JSON.stringify(parent)));
    const complain = (message: string): void => {
      gathered.problems.push({ path, text, start: at, end: at + parent.length + 2, message });
    };
    const parentText = gathered.readText(parentPath);
    if (parentText === undefined) complain(`there is no ${parentPath}`);
    else if (chain.includes(parentPath) || parentPath === path || chain.length >= MOST_EXTENDED)
      complain(`${parent} extends this file, directly or through others`);
    else addSettings(gathered, parentPath, parentText, [...chain, path]);
  }
  for (const problem of parsed.problems) gathered.problems.push({ path, text, ...problem });
  gathered.layers.push(parsed.layer);
  gathered.texts.push(path, text);
  gathered.build.push(...parsed.build);
  if (parsed.headers !== undefined) gathered.headers = joinPath(directory, parsed.headers);
}

/** The editor's settings, and what the command line selects. */
function addGiven(gathered: Gathered, directory: string, settings: ProjectSettings): void {
  const { checks, select = [], ignore = [] } = settings;
  if (checks !== undefined && checks !== "") {
    gathered.layers.push(parseSettings(checks, directory).layer);
    gathered.texts.push(checks);
  }
  if (select.length === 0 && ignore.length === 0) return;
  const levels = new Map(ignore.map((id): [string, Level] => [id, "off"]));
  const only = select.length > 0 ? { only: new Set(select) } : {};
  gathered.layers.push({ levels, overrides: [], options: new Map(), ...only });
  gathered.texts.push(JSON.stringify([select, ignore]));
}
