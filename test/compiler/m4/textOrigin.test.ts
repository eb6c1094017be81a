/** Where generated text comes from: copies stand in their input as they are, calls give the argument a name is made of. */
import { describe, expect, it } from "vitest";
import { generateCorenetwork } from "../../../server/compiler/m4/corenetwork.ts";
import { runM4 } from "../../../server/compiler/m4/m4.ts";
import { COPY, PIECE } from "../../../server/compiler/m4/pieces.ts";
import { offsetInOutput, spanInInput } from "../../../server/compiler/m4/textOrigin.ts";
import { IF_IN, INPUTS, TE_IN } from "../../support/corenetwork.ts";

const sourcesOf = (more: Partial<Record<string, string>> = {}) => {
  const all = { ...INPUTS, ...more };
  return {
    teIn: all["te.in"] ?? "",
    teM4: all["te.m4"] ?? "",
    ifIn: all["if.in"] ?? "",
    ifM4: all["if.m4"] ?? "",
  };
};
const MADE = generateCorenetwork(sourcesOf(), {}, {}, "/c");

/** `file:line:column text`, and what is copied with a `=`. */
function shown(which: "te" | "if", text: string, after = ""): string {
  const { text: whole, origin } = MADE[which];
  const start = whole.indexOf(text, whole.indexOf(after));
  expect(start, text).toBeGreaterThanOrEqual(0);
  const span = spanInInput(origin, whole, start, start + text.length);
  if (span === undefined) return "nothing";
  const before = span.input.text.slice(0, span.start).split("\n");
  const place = `${span.input.path.slice(3)}:${before.length}:${(before.at(-1) ?? "").length + 1}`;
  return `${place} ${span.isCopy ? "=" : ""}${span.input.text.slice(span.start, span.end)}`;
}

describe("a place of generated text", () => {
  it.each([
    ["te", "port_t", "type ", "te.in:5:6 =port_t"],
    ["te", "allow port_t port_type:file read;", "", "te.in:14:1 =allow port_t port_type:file read;"],
    ["te", "http_port_t", "", "te.in:7:14 http"],
    ["te", "8080", "", "te.in:7:35 8080"],
    ["te", "type http_port_t, port_type;", "", "te.in:7:1 network_port(http, tcp,80,s0, tcp,8080,s0)"],
    ["te", "ssh_port_t", "", "te.in:8:14 ssh"],
    ["te", "# é remote", "", "te.in:8:30 =# é remote"],
    ["te", "kernel_read_files", "", "te.in:11:2 =kernel_read_files"],
    ["te", "kernel_read_files(port_t)\n')", "", "te.in:11:2 kernel_read_files(port_t)\n'')"],
    ["te", "lo_port_t", "", "te.in:17:14 lo"],
    ["if", "corenet_port", "", "if.in:13:12 =corenet_port"],
    ["if", "corenet_bind_http_port", "", "te.in:7:14 http"],
    ["if", "ssh_port_t", "dir search", "te.in:8:14 ssh"],
    ["if", "$1 ssh_port_t", "", "te.in:8:1 network_port(ssh, tcp,22,s0)"],
    ["te", "generated", "", "te.in:1:1 "],
    ["te", "port_type", "http_port_t", "te.m4:7:17 port_type"],
    ["if", "search", "ssh_port_t", "if.m4:18:33 search"],
    ["if", "write", "ssh_port_t", "if.m4:17:34 write"],
  ] as const)("%s: %s", (which, text, after, expected) => {
    expect(shown(which, text, after)).toBe(expected);
  });

  it("is a line of an argument when the call hands it through", () => {
    const { te } = generateCorenetwork(sourcesOf({ "te.in": TE_IN.replace("enabled'", "off'") }), {});
    const start = te.text.indexOf("lo_port_t");
    const span = spanInInput(te.origin, te.text, start, start + 9);
    expect(span?.start).toBe(TE_IN.replace("enabled'", "off'").indexOf("lo_port_t"));
    expect(span?.isCopy).toBe(true);
  });
});

it("leads forward again: to the copy, or to the first name that a word of a call is a part of", () => {
  const { text, origin } = MADE.te;
  for (const word of ["port_t, port_type", "kernel_read_files", "remote"])
    expect(text.startsWith(word, offsetInOutput(origin, text, "/c.te.in", TE_IN.indexOf(word)))).toBe(true);
  expect(offsetInOutput(origin, text, "/c.te.in", TE_IN.indexOf("ssh") + 1)).toBe(text.indexOf("ssh_port_t"));
  expect(offsetInOutput(origin, text, "/c.te.in", TE_IN.indexOf("network_port"))).toBeUndefined();
  expect(offsetInOutput(origin, text, "/c.if.in", 3)).toBeUndefined();
  const { text: interfaces, origin: theirs } = MADE.if;
  const at = IF_IN.indexOf("typeattribute");
  expect(interfaces.startsWith("typeattribute", offsetInOutput(theirs, interfaces, "/c.if.in", at))).toBe(
    true,
  );
});

it("says of every copied piece that it stands in its input as it is", () => {
  for (const { text, origin } of [MADE.te, MADE.if]) {
    let copied = 0;
    for (let at = 0; at < origin.pieces.length; at += PIECE) {
      if (origin.pieces[at + 3] !== COPY) continue;
      const [start = 0, input = 0, from = 0] = origin.pieces.subarray(at);
      const end = origin.pieces[at + PIECE] ?? text.length;
      expect(origin.inputs[input]?.text.slice(from, from + end - start)).toBe(text.slice(start, end));
      copied += end - start;
    }
    expect(copied).toBeGreaterThan(100);
  }
});

it("follows diversions, and several files", () => {
  const inputs = [
    { path: "a", text: "one divert(3)late divert`'two " },
    { path: "b", text: "three" },
  ];
  const { value, pieces = new Int32Array(0) } = runM4(inputs, { provenance: "pieces" });
  expect(value).toBe("one two threelate ");
  const found: string[] = [];
  for (let at = 0; at < pieces.length; at += PIECE) {
    const [start = 0, file = 0, from = 0] = pieces.subarray(at);
    const text = value.slice(start, pieces[at + PIECE] ?? value.length);
    found.push(`${inputs[file]?.path}${from} ${text}`);
  }
  expect(found).toEqual(["a0 one ", "a26 two ", "b0 three", "a13 late "]);
});

describe("a line at which m4 would give up", () => {
  /** The mistakes of a changed corenetwork.te.in, with the lines of it that they are told at. */
  const mistakesIn = (teIn: string) => {
    const { te, if: interfaces } = generateCorenetwork(sourcesOf({ "te.in": teIn }), {});
    expect(interfaces.mistakes).toEqual([]);
    const found = te.mistakes.map(({ start, end, code }) => {
      const span = spanInInput(te.origin, te.text, start, end);
      return `${code} ${span?.input.text.slice(span.start, span.end)}`;
    });
    return { found, te: te.text, interfaces: interfaces.text };
  };

  it.each([
    ["network_port(ssh, tcp,22,s0)", "network_port(`ssh, tcp,22,s0)", "parse-quote"],
    ["network_port(ssh, tcp,22,s0)", "network_port((ssh, tcp,22,s0)", "parse-paren"],
    ["network_port(ssh, tcp,22,s0)", "network_port(ssh, tcp,22,s0", "parse-paren"],
  ])("%s → %s", (right, wrong, code) => {
    const { found, te, interfaces } = mistakesIn(TE_IN.replace(right, wrong));
    expect(found).toEqual([`${code} ${wrong} # é remote`]);
    // Everything else is as it would be without the line.
    const without = generateCorenetwork(sourcesOf({ "te.in": TE_IN.replace(`${right} # é remote`, "") }), {});
    const squeezed = (text: string) => text.replace(/[ \t]+\n/g, "\n");
    expect(squeezed(te)).toBe(squeezed(without.te.text));
    expect(interfaces).toBe(without.if.text);
  });

  it("is told with others", () => {
    const { found } = mistakesIn(TE_IN.replace("(ssh", "(`ssh").replace("(http", "((http"));
    expect(found.map((one) => one.split("(")[0])).toEqual([
      "parse-quote network_port",
      "parse-paren network_port",
    ]);
  });

  it("is told also where only the interfaces are made of single lines", () => {
    const teIn = TE_IN.replace("network_port(ssh, tcp,", "network_port(ssh, `tcp',`\n");
    const right = teIn.replace("`\n22,s0)", "`22',\ns0)");
    expect(right).not.toBe(teIn);
    const { found } = mistakesIn(right);
    expect(found).toEqual(["parse-paren network_port(ssh, `tcp',`22',\ns0)"]);
  });

  it("is told at the head when it stands in a file of macros", () => {
    const ifM4 = `${INPUTS["if.m4"]}define(\`x',\`y)\n`;
    const { if: made, te } = generateCorenetwork(sourcesOf({ "if.m4": ifM4 }), {}, {}, "/c");
    expect(te.mistakes).toEqual([]);
    expect(made.mistakes).toMatchObject([{ start: 0, code: "parse-quote" }]);
    expect(made.mistakes[0]?.message).toMatch(/^c\.if\.m4:\d+: the quote/);
  });

  it("says all that m4 would", () => {
    const { errors } = generateCorenetwork(sourcesOf({ "te.in": TE_IN.replace("(ssh", "(`ssh") }), {});
    expect(errors.map(({ message, line }) => `${line} ${message}`)).toContain(
      "8 ERROR: end of file in string",
    );
  });
});
