// Diagnostics that the client asks for: of one document (and of the other open ones that it makes stale), and of the
// whole workspace. A document is answered with what is known at once when the client can be told to ask again, and
// after all checks otherwise; an edit meanwhile makes the answer ServerCancelled. The workspace is answered in parts; a
// client that takes parts and has everything already waits until something changes.

import {
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ErrorCodes,
  type FullDocumentDiagnosticReport,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
  type UnchangedDocumentDiagnosticReport,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { Report } from "./diagnosticsHub.ts";
import { fitDiagnostics } from "./fit.ts";
import type { Session } from "./session.ts";

/** Files in one partial result. */
const BATCH = 50;

/** What is announced to a client that pulls. */
export function pullCapability(client: ClientCapabilities): Partial<ServerCapabilities> {
  if (client.textDocument?.diagnostic === undefined) return {};
  return {
    diagnosticProvider: {
      identifier: "selinux",
      interFileDependencies: true,
      workspaceDiagnostics: true,
    },
  };
}

/** What a client has of an open document. */
interface Told {
  readonly resultId: string;
  readonly version: number | undefined;
}

/** Answers pulls, and knows which answers have become old. */
export class DiagnosticPull {
  private readonly session: Session;
  private readonly told = new Map<string, Told>();

  constructor(connection: Connection, session: Session) {
    this.session = session;
    connection.onRequest(DocumentDiagnosticRequest.type, ({ textDocument, previousResultId }, token) => {
      if (typeof textDocument?.uri !== "string") throw invalid("a textDocument");
      return this.document(textDocument.uri, previousResultId, token);
    });
    connection.onRequest(WorkspaceDiagnosticRequest.type, (params, token) => {
      if (!Array.isArray(params?.previousResultIds)) throw invalid("previousResultIds");
      return this.workspace(connection, params, token);
    });
  }

  /** True when the client has diagnostics of an open document that are wrong by now, though its text is the same. */
  get isStale(): boolean {
    for (const [uri, { resultId, version }] of this.told) {
      const open = this.session.versionOf(uri);
      if (open === undefined) this.told.delete(uri);
      else if (open === version && this.session.hub.report(uri).resultId !== resultId) return true;
    }
    return false;
  }

  private async document(
    uri: string,
    previous: string | undefined,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    const { session } = this;
    await session.ready(token);
    session.publishNow();
    if (session.client.workspace?.diagnostics?.refreshSupport !== true && !(await session.settled(token)))
      throw new ResponseError(LSPErrorCodes.ServerCancelled, "the text has changed", {
        retriggerRequest: true,
      });
    const related = this.related(uri);
    return {
      ...this.answer(uri, session.hub.report(uri), previous),
      ...(related === undefined ? {} : { relatedDocuments: related }),
    };
  }

  /** Other open documents that the client has asked about and of which it knows something else. */
  private related(asked: string): DocumentDiagnosticReport["relatedDocuments"] {
    const { session } = this;
    if (session.client.textDocument?.diagnostic?.relatedDocumentSupport !== true) return undefined;
    const found: Record<string, FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport> = {};
    for (const [uri, { resultId, version }] of [...this.told]) {
      const report = session.hub.report(uri);
      if (uri === asked || session.versionOf(uri) !== version || report.resultId === resultId) continue;
      found[uri] = this.answer(uri, report, resultId);
    }
    return Object.keys(found).length === 0 ? undefined : found;
  }

  private answer(
    uri: string,
    report: Report,
    previous: string | undefined,
  ): FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport {
    const { resultId } = report;
    this.told.set(uri, { resultId, version: this.session.versionOf(uri) });
    if (previous === resultId) return { kind: "unchanged", resultId };
    return { kind: "full", resultId, items: this.itemsOf(report) };
  }

  private itemsOf({ items }: Report): Diagnostic[] {
    return fitDiagnostics(items, this.session.client.textDocument?.diagnostic) as Diagnostic[];
  }

  private async workspace(
    connection: Connection,
    { previousResultIds, partialResultToken }: WorkspaceDiagnosticParams,
    token: CancellationToken,
  ): Promise<WorkspaceDiagnosticReport> {
    const { session } = this;
    session.hub.leaveWorkspaceToPull();
    await session.ready(token);
    session.publishNow();
    await session.settled(token);
    const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    if (partialResultToken === undefined) return { items: this.everything(previous) };
    for (;;) {
      const items = this.everything(previous);
      if (items.some(({ kind }) => kind === "full") || session.isOver) {
        for (let i = 0; i < items.length; i += BATCH)
          await connection.sendProgress(WorkspaceDiagnosticRequest.partialResult, partialResultToken, {
            items: items.slice(i, i + BATCH),
          });
        return { items: [] };
      }
      const { changes } = session.hub;
      while (session.hub.changes === changes && !session.isOver) await session.settled(token, true);
    }
  }

  private everything(previous: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport[] {
    const { hub } = this.session;
    const uris = new Set([...hub.reports().keys(), ...previous.keys()]);
    return [...uris].map((uri) => {
      const report = hub.report(uri);
      const version = this.session.versionOf(uri) ?? null;
      if (previous.get(uri) === report.resultId)
        return { kind: "unchanged", uri, version, resultId: report.resultId };
      return { kind: "full", uri, version, resultId: report.resultId, items: this.itemsOf(report) };
    });
  }
}

function invalid(what: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, `the request needs ${what}`);
}
