// The page of the access view. It draws what the extension sends and asks when somebody types or clicks; all text is
// set as text, never as markup, because names come from the files of a workspace.
/// <reference lib="dom" />

import type { FromPage, ToPage, TracePermission, TraceRemoval, TraceRule } from "../accessMessages.ts";
import type { AccessTable, ComputedAv, Place } from "../protocol.ts";
import { el, replace } from "./elements.ts";

interface EditorApi {
  postMessage(message: FromPage): void;
}
declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const page = document.getElementById("page") as HTMLElement;

type Chosen = { readonly class: string; readonly permission?: string | undefined };

interface PageState {
  asked: { readonly source: string; readonly target: string };
  table: AccessTable | undefined;
  chosen: Chosen | undefined;
  computed: ComputedAv | undefined;
  error: string | undefined;
}

const state: PageState = {
  asked: { source: "", target: "" },
  table: undefined,
  chosen: undefined,
  computed: undefined,
  error: undefined,
};

const source = field("source", "Source: a type or a context");
const target = field("target", "Target: a type, a context, or self");
const body = el("div", {});
const form = el("form", {}, [
  source.label,
  el("button", { type: "button", class: "plain", title: "Swap", "aria-label": "Swap" }, ["⇄"], swap),
  target.label,
  el("button", { type: "submit" }, ["Show"]),
]);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
replace(page, [form, body]);

function field(side: "source" | "target", placeholder: string) {
  const list = el("datalist", { id: `${side}s` });
  const input = el("input", {
    list: `${side}s`,
    placeholder,
    spellcheck: "false",
    name: side,
  }) as HTMLInputElement;
  input.addEventListener("input", () => editor.postMessage({ type: "suggest", side, text: input.value }));
  input.addEventListener("change", ask);
  const label = el("label", {}, [side === "source" ? "Source" : "Target", input, list]);
  return { input, list, label };
}

function swap(): void {
  const before = source.input.value;
  source.input.value = target.input.value;
  target.input.value = before;
  ask();
}

function ask(): void {
  const question = { source: source.input.value.trim(), target: target.input.value.trim() };
  if (question.source === "" || question.target === "") return;
  if (
    question.source === state.asked.source &&
    question.target === state.asked.target &&
    state.error === undefined
  )
    return;
  editor.postMessage({ type: "ask", ...question });
}

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.type === "suggestions") {
    const side = data.side === "source" ? source : target;
    return replace(
      side.list,
      data.names.map((value) => el("option", { value })),
    );
  }
  if (data.type === "error") state.error = data.text;
  else if (data.type === "explained") {
    if (data.class === state.chosen?.class) state.computed = data.computed;
  } else take(data);
  draw();
});

function take(message: Extract<ToPage, { type: "table" }>): void {
  const same = message.asked.source === state.asked.source && message.asked.target === state.asked.target;
  state.asked = message.asked;
  state.table = message.table;
  state.error = undefined;
  source.input.value = message.asked.source;
  target.input.value = message.asked.target;
  choose(message.focus ?? (same ? state.chosen : undefined));
}

function choose(chosen: Chosen | undefined): void {
  state.chosen = chosen;
  state.computed = undefined;
  if (chosen !== undefined) editor.postMessage({ type: "explain", class: chosen.class });
}

function draw(): void {
  const { table, error } = state;
  const parts: (Node | string)[] = [];
  if (error !== undefined) parts.push(el("p", { class: "error", role: "alert" }, [error]));
  if (table === undefined || table.source === "") {
    if (error === undefined)
      parts.push(
        el("p", {}, ["Name a source and a target to see everything that the one may do to the other."]),
      );
    replace(body, parts);
    return;
  }
  parts.push(
    el("p", { class: "contexts" }, [
      `${table.source} → ${table.target} `,
      table.permissive ? el("span", { class: "badge" }, ["permissive"]) : "",
    ]),
    el("p", { class: "legend" }, [
      legend("allowed", "allowed"),
      legend("removed", "granted, then taken away"),
      legend("dontaudit", "denied, not logged"),
      legend("denied", "denied"),
      "Click one to see why.",
    ]),
    ...table.classes.map(drawClass),
    el("p", { class: "contexts" }, [
      table.classes.length === 0
        ? "No rule speaks about this pair."
        : `No rule speaks about the other ${table.silent} classes.`,
    ]),
  );
  replace(body, parts);
}

function legend(kind: string, text: string): HTMLElement {
  return el("span", {}, [el("span", { class: `bit ${kind}` }, [text])]);
}

function drawClass(entry: AccessTable["classes"][number]): HTMLElement {
  const { chosen } = state;
  const isChosen = chosen?.class === entry.class;
  const bits = entry.permissions.map((permission) => {
    const pressed = isChosen && chosen.permission === permission.name;
    const attributes = {
      type: "button",
      class: `bit ${permission.state}`,
      "aria-pressed": String(pressed),
      "aria-label": `${permission.name}: ${permission.state}`,
      title: `${permission.state}${permission.auditallow ? ", logged when used" : ""}`,
    };
    return el("button", attributes, [permission.name], () => {
      choose(pressed ? undefined : { class: entry.class, permission: permission.name });
      draw();
    });
  });
  return el("section", { "data-class": entry.class }, [
    el("h2", {}, [entry.class, el("small", {}, [`${entry.allowed} of ${entry.permissions.length}`])]),
    el("div", { class: "bits" }, bits),
    ...(isChosen ? [drawReason(chosen)] : []),
  ]);
}

function drawReason(chosen: Chosen): HTMLElement {
  const { computed } = state;
  if (computed?.trace === undefined) return el("div", { class: "reason" }, ["…"]);
  const all = computed.trace.permissions as readonly TracePermission[];
  const shown = all.filter((one) =>
    chosen.permission === undefined ? one.granted : one.name === chosen.permission,
  );
  const removals = computed.trace.removals as readonly TraceRemoval[];
  return el(
    "div",
    { class: "reason" },
    shown.flatMap((permission) => [
      el("p", {}, [el("b", {}, [permission.name]), `: ${verdict(permission)}`]),
      el("ul", {}, permission.rules.map(drawRule)),
      ...removals.filter((one) => one.permissions.includes(permission.name)).map(drawRemoval),
    ]),
  );
}

function verdict({ allowed, granted, dontaudit, rules }: TracePermission): string {
  if (allowed) return "allowed by";
  if (granted) return "a rule grants it, and something takes it away";
  const why = rules.length === 0 ? "no rule grants it" : "the conditions of these rules do not hold";
  return `denied, ${why}${dontaudit ? "; the denial is not logged" : ""}`;
}

function drawRule({ rule, enabled, origins }: TraceRule): HTMLElement {
  const places = origins.flatMap(({ location, calls }) => {
    const way = [...calls, ...(location === null ? [] : [location])].map(drawPlace);
    return way.length === 0
      ? []
      : [
          el(
            "div",
            {},
            way.flatMap((link, i) => (i === 0 ? [link] : [" → ", link])),
          ),
        ];
  });
  return el("li", {}, [el("code", {}, [rule]), enabled ? "" : " (its condition is off)", ...places]);
}

function drawPlace(place: Place): HTMLElement {
  const name = decodeURIComponent(place.uri.replace(/^.*\//, ""));
  const link = el("a", { href: "#", title: place.uri }, [`${name}:${place.range.start.line + 1}`]);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    editor.postMessage({ type: "open", place });
  });
  return link;
}

function drawRemoval(removal: TraceRemoval): HTMLElement {
  if (removal.step === "role-allow")
    return el("p", {}, [`There is no ‘allow ${removal.role} ${removal.newRole};’ between the roles.`]);
  if (removal.step === "bounds")
    return el("p", {}, [
      `The bounding pair ${removal.bound.source} → ${removal.bound.target} does not have it (typebounds).`,
    ]);
  return el("div", {}, [
    el("p", {}, ["A constraint takes it away: ", el("code", {}, [removal.expression])]),
    el(
      "ul",
      {},
      removal.terms.map(({ text, compared, value }) =>
        el("li", {}, [
          el("b", { class: String(value === true) }, [value === true ? "true " : "false "]),
          `${text} (${compared})`,
        ]),
      ),
    ),
  ]);
}

editor.postMessage({ type: "ready" });
