import * as vscode from "vscode";
import { Recall } from "./history";

/** An instruction with a name, as the user's settings list them. */
export type Presets = Readonly<Record<string, string>>;

/** What the box shows and offers. */
export interface Question {
  /** What will happen to what: `Rewrite function total_price`. */
  readonly title: string;
  readonly presets: Presets;
  /** Newest first. */
  readonly history: readonly string[];
  /** Offers to take the line instead of the function, or the other way round. */
  readonly otherReach?: string;
  /** Hears what is typed, at every key. */
  readonly onType?: (typed: string) => void;
}

/** What the user answered. */
export type Answer = { readonly instruction: string } | { readonly multiline: string } | { readonly otherReach: true };

interface Choice extends vscode.QuickPickItem {
  /** What it asks for, if not what is typed. */
  readonly instruction?: string;
}

const LINE_END = /\s*\n\s*/g;
const MULTILINE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("list-flat"),
  tooltip: "Write several lines",
};

/** The line that asks what should change, with presets and earlier instructions below; ↑ and ↓ recall as in a shell. */
export class InstructionBox implements vscode.Disposable {
  private picker: vscode.QuickPick<Choice> | undefined;
  private recall = new Recall([]);
  private question: Question = { title: "", presets: {}, history: [] };

  /** Ask once; undefined if the user turned away. */
  ask(question: Question): Promise<Answer | undefined> {
    const picker = vscode.window.createQuickPick<Choice>();
    const reach: vscode.QuickInputButton = {
      iconPath: new vscode.ThemeIcon("list-selection"),
      tooltip: question.otherReach,
    };
    picker.title = question.title;
    picker.placeholder = "What should change?  Enter runs it, ↑ recalls, Esc turns away";
    picker.matchOnDetail = true;
    picker.buttons = question.otherReach ? [reach, MULTILINE] : [MULTILINE];
    this.picker = picker;
    this.question = question;
    this.recall = new Recall(question.history);
    picker.onDidChangeValue((typed) => {
      this.offer(picker);
      question.onType?.(typed);
    });
    this.offer(picker);
    void vscode.commands.executeCommand("setContext", "specedit.asking", true);
    return new Promise((resolve) => {
      const answer = (value?: Answer) => {
        resolve(value);
        picker.hide();
      };
      picker.onDidTriggerButton((button) =>
        answer(button === reach ? { otherReach: true } : { multiline: picker.value }),
      );
      picker.onDidAccept(() => {
        const instruction = (picker.activeItems[0]?.instruction ?? picker.value).trim();
        if (instruction) answer({ instruction });
      });
      picker.onDidHide(() => {
        resolve(undefined);
        this.close(picker);
      });
      picker.show();
    });
  }

  /** Show an older instruction. */
  recallOlder(): void {
    this.put(this.recall.older(this.picker?.value ?? ""));
  }

  /** Show a newer instruction. */
  recallNewer(): void {
    this.put(this.recall.newer());
  }

  dispose(): void {
    this.picker?.dispose();
  }

  private put(instruction: string | undefined): void {
    if (!this.picker || instruction === undefined) return;
    this.picker.value = instruction.replace(LINE_END, " ");
    this.offer(this.picker);
  }

  private offer(picker: vscode.QuickPick<Choice>): void {
    picker.items = choicesFor(picker.value, this.question);
    // Enter means what is typed; with nothing typed it means nothing yet.
    if (!picker.value.trim()) picker.activeItems = [];
    void vscode.commands.executeCommand("setContext", "specedit.recalling", this.recall.isAway);
  }

  private close(picker: vscode.QuickPick<Choice>): void {
    picker.dispose();
    // The next question may be open already: the editor tells late that a box is gone.
    if (this.picker !== picker) return;
    this.picker = undefined;
    void vscode.commands.executeCommand("setContext", "specedit.asking", false);
  }
}

function choicesFor(value: string, { presets, history }: Question): Choice[] {
  // It has no instruction of its own: who types and presses Enter at once may get here before its label is the last one.
  const typed: Choice[] = value.trim() ? [{ label: `$(sparkle) ${value}`, alwaysShow: true }] : [];
  const group = (label: string, choices: Choice[]): Choice[] =>
    choices.length ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...choices] : [];
  return [
    ...typed,
    ...group(
      "presets",
      Object.entries(presets).map(([label, instruction]) => ({
        label,
        detail: label === instruction ? undefined : instruction,
        instruction,
      })),
    ),
    ...group(
      "earlier",
      history.map((instruction) => ({ label: `$(history) ${instruction.replace(LINE_END, " ⏎ ")}`, instruction })),
    ),
  ];
}
