// Security contexts, levels and ranges, and the statements that label objects (sid, fs_use_*, genfscon, portcon …,
// the Xen contexts). Follows policy_parse.y from `initial_sid_contexts` on. In policy source a context is mostly
// `gen_context(…)`, and any part may be a macro's parameter. These statements have no `;` except fs_use_*.

import {
  N_CONTEXT,
  N_FSCON,
  N_FSUSE,
  N_GENFSCON,
  N_IBENDPORTCON,
  N_IBPKEYCON,
  N_LEVEL,
  N_NAME,
  N_NETIFCON,
  N_NODECON,
  N_PORTCON,
  N_RANGE,
  N_SID,
  N_SIDCONTEXT,
  N_XENCON,
} from "../syntax/kinds.ts";
import {
  T_ADDRESS,
  T_CALLEE,
  T_CIDR,
  T_COLON,
  T_COMMA,
  T_DEVICETREECON,
  T_FS_USE_TASK,
  T_FS_USE_TRANS,
  T_FS_USE_XATTR,
  T_FSCON,
  T_GEN_CONTEXT,
  T_GENFSCON,
  T_IBENDPORTCON,
  T_IBPKEYCON,
  T_IOMEMCON,
  T_IOPORTCON,
  T_MINUS,
  T_NETIFCON,
  T_NODECON,
  T_NUMBER,
  T_NUMWORD,
  T_PATH,
  T_PCIDEVICECON,
  T_PIRQCON,
  T_PORTCON,
  T_SID,
  T_STRING,
  T_WORD,
} from "../text/tokens.ts";
import type { Rule } from "./bufferParser.ts";
import { ExpressionRules } from "./expressions.ts";

const NUMBERS = [T_NUMBER, T_WORD];
const FILE_SYSTEMS = [T_WORD, T_NUMWORD, T_STRING];
const ADDRESSES = [T_ADDRESS, T_WORD];

export abstract class LabelRules extends ExpressionRules {
  /** `gen_context(…)`. */
  abstract genContext(): void;

  /** `s0`, `s0:c0.c3,c5`: one N_LEVEL. */
  protected readonly level: Rule = this.RULE("level", () => {
    const node = this.open(N_LEVEL);
    this.name(0);
    this.option(0, () => {
      this.take(0, T_COLON);
      this.name(1);
      this.many(0, () => {
        this.take(1, T_COMMA);
        this.name(2);
      });
    });
    this.close(node);
  });

  /** `low - high`: one N_RANGE. */
  protected readonly range: Rule = this.RULE("range", () => {
    const node = this.open(N_RANGE);
    this.subrule(0, this.level);
    this.option(0, () => {
      this.take(0, T_MINUS);
      this.subrule(1, this.level);
    });
    this.close(node);
  });

  /** A context in any form: one node. */
  protected readonly context: Rule = this.RULE("context", () => {
    this.or(0, this.contexts);
  });

  private readonly contexts = [
    { ALT: () => this.plainContext() },
    { ALT: () => this.recordable(0, T_GEN_CONTEXT, () => this.genContext()) },
    { ALT: () => this.macroContext() },
  ];

  /** Records a token for what is read by hand. */
  protected recordable(index: number, type: number, read: () => void): void {
    if (this.RECORDING_PHASE) this.take(index, type);
    else read();
  }

  private macroContext(): void {
    const node = this.open(N_CONTEXT);
    this.recordable(1, T_CALLEE, () => this.callInSet());
    this.close(node);
  }

  private plainContext(): void {
    const node = this.open(N_CONTEXT);
    this.name(0);
    this.option(0, () => {
      this.take(2, T_COLON);
      this.name(1);
      this.take(3, T_COLON);
      this.name(2);
      this.option(1, () => {
        this.take(4, T_COLON);
        this.subrule(0, this.range);
      });
    });
    this.close(node);
  }

  /** `sid x`, `sid x ctx` */
  protected readonly sid: Rule = this.RULE("sid", () => {
    const node = this.open(N_SID);
    this.take(0, T_SID);
    this.name(0);
    this.option(0, {
      GATE: () => this.contextFollows(),
      DEF: () => {
        this.tree.kind[node] = N_SIDCONTEXT;
        this.subrule(0, this.context);
      },
    } as never);
    this.close(node);
  });

  /** A bare word on the next line is the next statement, not a context. */
  private contextFollows(): boolean {
    const type = this.types[this.pos];
    if (type === T_GEN_CONTEXT) return true;
    if (type === T_WORD && this.types[this.pos + 1] === T_COLON) return true;
    return (type === T_WORD || type === T_CALLEE) && !this.beginsLine(this.pos);
  }

  protected readonly fsUse: Rule = this.RULE("fsUse", () => {
    const node = this.open(N_FSUSE);
    this.tree.data[node] = this.anyOf(0, [T_FS_USE_XATTR, T_FS_USE_TRANS, T_FS_USE_TASK]) + 1;
    this.nameOf(1, FILE_SYSTEMS);
    this.subrule(0, this.context);
    this.semicolon();
    this.close(node);
  });

  protected readonly genfscon: Rule = this.RULE("genfscon", () => {
    const node = this.open(N_GENFSCON);
    this.take(0, T_GENFSCON);
    this.nameOf(0, FILE_SYSTEMS);
    this.nameOf(1, [T_PATH, T_STRING, T_WORD]);
    this.option(0, () => {
      const at = this.pos;
      this.take(1, T_MINUS);
      this.anyOf(2, [T_MINUS, T_WORD]);
      this.joined(at);
    });
    this.subrule(0, this.context);
    this.close(node);
  });

  /** A name whose text is the tokens from `first` on. */
  protected joined(first: number): void {
    if (this.RECORDING_PHASE) return;
    const { start, end, text } = this.tokens;
    const word = this.words.internRange(text, start[first] as number, end[this.pos - 1] as number);
    this.tree.leaf(N_NAME, first, this.pos, word);
  }

  /** `low` or `low-high` */
  private numbers(): void {
    this.nameOf(5, NUMBERS);
    this.option(5, () => {
      this.take(5, T_MINUS);
      this.nameOf(6, NUMBERS);
    });
  }

  protected readonly portcon: Rule = this.RULE("portcon", () => {
    const node = this.open(N_PORTCON);
    this.take(0, T_PORTCON);
    this.name(0);
    this.numbers();
    this.subrule(0, this.context);
    this.close(node);
  });

  protected readonly netifcon: Rule = this.RULE("netifcon", () => {
    const node = this.open(N_NETIFCON);
    this.take(0, T_NETIFCON);
    this.nameOf(0, FILE_SYSTEMS);
    this.subrule(0, this.context);
    this.subrule(1, this.context);
    this.close(node);
  });

  protected readonly nodecon: Rule = this.RULE("nodecon", () => {
    const node = this.open(N_NODECON);
    this.take(0, T_NODECON);
    this.or(0, [
      { ALT: () => this.nameOf(1, [T_CIDR]) },
      {
        ALT: () => {
          this.nameOf(2, ADDRESSES);
          this.nameOf(3, ADDRESSES);
        },
      },
    ]);
    this.subrule(0, this.context);
    this.close(node);
  });

  protected readonly ibpkeycon: Rule = this.RULE("ibpkeycon", () => {
    const node = this.open(N_IBPKEYCON);
    this.take(0, T_IBPKEYCON);
    this.nameOf(0, ADDRESSES);
    this.numbers();
    this.subrule(0, this.context);
    this.close(node);
  });

  protected readonly ibendportcon: Rule = this.RULE("ibendportcon", () => {
    const node = this.open(N_IBENDPORTCON);
    this.take(0, T_IBENDPORTCON);
    this.nameOf(0, FILE_SYSTEMS);
    this.nameOf(1, NUMBERS);
    this.subrule(0, this.context);
    this.close(node);
  });

  protected readonly fscon: Rule = this.RULE("fscon", () => {
    const node = this.open(N_FSCON);
    this.take(0, T_FSCON);
    this.nameOf(0, NUMBERS);
    this.nameOf(1, NUMBERS);
    this.subrule(0, this.context);
    this.subrule(1, this.context);
    this.close(node);
  });

  protected readonly xencon: Rule = this.RULE("xencon", () => {
    const node = this.open(N_XENCON);
    this.tree.data[node] =
      this.anyOf(0, [T_PIRQCON, T_IOMEMCON, T_IOPORTCON, T_PCIDEVICECON, T_DEVICETREECON]) + 1;
    this.nameOf(1, [T_NUMBER, T_WORD, T_PATH, T_STRING]);
    this.option(0, () => {
      this.take(0, T_MINUS);
      this.nameOf(2, NUMBERS);
    });
    this.subrule(0, this.context);
    this.close(node);
  });
}
