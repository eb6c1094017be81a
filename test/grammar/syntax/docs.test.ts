/** Documentation comments, whole and broken. */
import { expect, it } from "vitest";
import { docsAbove, moduleDocs } from "../../../grammar/syntax/docs.ts";

const FILE = `## <summary>The module.</summary>
## <required val="true">why</required>

########################################
## <summary>
##	Read &lt;x&gt;.
## </summary>
## <desc>
##	<p>
##	First.
##	</p>
##	<ul>
##		<li>item</li>
##	</ul>
## </desc>
## <param name="domain">
##	<summary>
##	Domain allowed access.
##	</summary>
## </param>
## <param name="x" optional="true">
##	<summary>Other.</summary>
## </param>
## <infoflow type="read" weight="7"/>
#
interface(\`foo',\`
')
`;

it("reads an interface's documentation", () => {
  const docs = docsAbove(FILE, FILE.indexOf("interface("));
  expect(docs).toMatchObject({
    summary: "Read <x>.",
    desc: "First.\n\n- item",
    infoflow: { type: "read", weight: 7 },
  });
  expect(docs?.params.map((param) => [param.name, param.summary, param.optional])).toEqual([
    ["domain", "Domain allowed access.", false],
    ["x", "Other.", true],
  ]);
  expect(FILE.slice(docs?.start, docs?.end)).toMatch(/^## <summary>[\s\S]*weight="7"\/>$/);
});

it("reads a module's documentation", () => {
  expect(moduleDocs(FILE)).toMatchObject({ summary: "The module.", required: true });
});

it("bears broken XML", () => {
  const broken =
    "## <summary>A & b\n## <param name=\"x\">\n## <summary>c\n## <param name='y'/>\ninterface(`z')";
  const docs = docsAbove(broken, broken.indexOf("interface("));
  expect(docs?.summary).toBe("A & b");
  expect(docs?.params.map((param) => [param.name, param.summary])).toEqual([
    ["x", "c"],
    ["y", ""],
  ]);
});

it("finds none where there is none", () => {
  expect(docsAbove("interface(`z')", 0)).toBeUndefined();
  expect(docsAbove("## <summary>x</summary>\n\ntype a;", 27)).toBeUndefined();
});
