// What carries a type: ports, network interfaces, filesystems, initial SIDs – the objects whose labels the policy itself
// names. `http_port_t` means little without its ports. Labels of files on disk are file contexts, which have their own
// hover.

import type { PolicyDb } from "../../policydb/policydb.ts";
import { printAddress } from "../../services/address.ts";
import { PORT_PROTOCOLS } from "../../services/networkContexts.ts";
import { counted, nameList, paragraphs } from "../markdown.ts";

/** Things of one kind that are named. */
const MOST = 24;
const PROTOCOLS = new Map(Object.entries(PORT_PROTOCOLS).map(([name, number]) => [number, name]));
const USES = new Map([
  [1, "extended attributes"],
  [2, "transitions"],
  [3, "tasks"],
]);

/** What objects of the policy have a type; undefined when there are none. */
export function labelledText(db: PolicyDb, type: number): string | undefined {
  const { ocontexts, genfs } = db;
  const has = ({ context }: { readonly context: { readonly type: number } }): boolean =>
    context.type === type;
  const sids = ocontexts.initialSids.filter(has).map(({ name, sid }) => name ?? String(sid));
  const ports = ocontexts.ports
    .filter(has)
    .map(({ protocol, low, high }) => `${PROTOCOLS.get(protocol) ?? protocol} ${span(low, high)}`);
  const netifs = ocontexts.netifs.filter(({ contexts }) => contexts[0].type === type).map(({ name }) => name);
  const nodes = [...ocontexts.nodes, ...ocontexts.nodes6].filter(has).map((one) => printAddress(one.address));
  const uses = ocontexts.fsUses
    .filter(has)
    .map(({ fstype, behavior }) => `${fstype} (labels of files by ${USES.get(behavior) ?? behavior})`);
  const paths = genfs.flatMap(({ fstype, entries }) =>
    entries.filter(has).map(({ path }) => `${fstype} ${path}`),
  );
  const text = paragraphs([
    line("Initial SIDs", sids),
    line(counted(ports.length, "port entry", "port entries"), ports),
    line("Network interfaces", netifs),
    line("Network addresses", nodes),
    line("Filesystems", uses),
    line(counted(paths.length, "genfscon path"), paths),
  ]);
  return text === "" ? undefined : text;
}

function line(title: string, names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `**${title}:** ${nameList(names, MOST)}`;
}

function span(low: number, high: number): string {
  return low === high ? String(low) : `${low}-${high}`;
}
