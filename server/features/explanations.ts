// What each code means and what to do about it: the text of `sels explain` and of the documentation. One row a code;
// a test holds that every code the engine can give has one.

export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly text: string;
}

/** Explanations by code. */
export const EXPLANATIONS: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  "encoding-bom": {
    title: "the file starts with a byte order mark",
    text: "m4 copies the mark through and checkpolicy does not understand it. Save the file as UTF-8 without a mark.",
  },
  "encoding-not-utf8": {
    title: "the file holds bytes that are not UTF-8",
    text: "It is read as Latin-1, one character a byte. In comments this is harmless; save the file as UTF-8 to be rid of it.",
  },
  "file-binary": {
    title: "the file is binary",
    text: "A file with NUL bytes is no policy source. Binary policies are for `sels query --policy`.",
  },
  "file-too-large": { title: "the file is too large", text: "Files beyond 256 MB are not read." },
  "module-missing": {
    title: "modules.conf names a module that the tree does not have",
    text: "make stops with ‘No rule to make target’. Remove the line from modules.conf, or add the module.",
  },
  "headers-missing": {
    title: "there are no policy headers at the given place",
    text: "A directory of policy headers holds build.conf, support/ and one directory for each layer, such as /usr/share/selinux/devel/include.",
  },
};

/** The explanation of a code. */
export function explanationOf(code: string): Explanation | undefined {
  const found = EXPLANATIONS[code];
  return found === undefined ? undefined : { code, ...found };
}
