import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** One TypeScript file as the rules look at it. */
export interface SourceFile {
  /** From the project's root, e.g. `src/domain/money.ts`. */
  path: string;
  lines: number;
  exports: readonly Exported[];
  functions: readonly NamedFunction[];
}

interface Exported {
  name: string;
  isType: boolean;
}

interface NamedFunction {
  /** As a person would look for it: `Class.method`, or the name it is given. */
  name: string;
  lines: number;
}

/** Every TypeScript file of these folders. */
export function sourcesIn(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    filesIn(folder, '.ts').map((file) => {
      const text = readFileSync(file, 'utf8');
      return sourceOf(file, text);
    }),
  );
}

export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.posix.join(folder, name))
    .sort();
}

export function sourceOf(file: string, text: string): SourceFile {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return {
    path: file,
    lines: text.split('\n').length - 1,
    exports: tree.statements.flatMap(exportedBy),
    functions: functionsIn(tree),
  };
}

function exportedBy(statement: ts.Statement): Exported[] {
  const isExported =
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map(({ name }) => name);
    return names.filter(ts.isIdentifier).map(({ text }) => ({ name: text, isType: false }));
  }
  const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  const isNamed = isType || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed && statement.name !== undefined ? [{ name: statement.name.text, isType }] : [];
}

/** Functions that have a name; a callback without one is a part of the function around it. */
function functionsIn(tree: ts.SourceFile): NamedFunction[] {
  const found: NamedFunction[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isFunctionLike(node) && 'body' in node && node.body !== undefined ? nameOf(node) : null;
    if (name !== null) {
      const line = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
      found.push({ name, lines: line(node.end) - line(node.getStart(tree)) + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string | null {
  const { parent } = node;
  const named = node.name ?? (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name : null);
  const own = ts.isConstructorDeclaration(node) ? 'constructor' : (named?.getText() ?? null);
  return own !== null && ts.isClassLike(parent) ? `${parent.name?.text ?? 'class'}.${own}` : own;
}
