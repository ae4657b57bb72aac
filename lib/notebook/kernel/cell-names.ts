import type TypeScript from "@tslab/typescript-for-tslab";
import { ts } from "./tslab.js";

/** "type": there is no value; "ambient": `declare`, the value is a global one. */
export type DeclarationKind =
  | "let"
  | "const"
  | "var"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "import"
  | "type"
  | "ambient";

/** A name that a cell declares at its top level. */
export interface DeclaredName {
  name: string;
  kind: DeclarationKind;
  node: TypeScript.Declaration;
  /** The cell exports it under its own name itself. */
  exported: boolean;
}

export interface CellNames {
  names: DeclaredName[];
  /** The variable lists among them, `var` in nested blocks included. */
  lists: Set<TypeScript.VariableDeclarationList>;
}

/**
 * What a cell declares for the cells after it: everything at its top level, and every `var` outside of functions. Not
 * `using`, whose value is disposed of as the cell ends.
 */
export function namesOf(file: TypeScript.SourceFile): CellNames {
  const names: DeclaredName[] = [];
  const lists = new Set<TypeScript.VariableDeclarationList>();
  const reexported = new Set<string>();

  const add = (node: TypeScript.Declaration, name: TypeScript.Node | undefined, kind: DeclarationKind) => {
    if (name && ts.isIdentifier(name))
      names.push({ name: name.text, kind, node, exported: isExported(node) });
  };
  const addBinding = (
    node: TypeScript.VariableDeclaration | TypeScript.BindingElement,
    kind: DeclarationKind,
  ) => {
    if (ts.isIdentifier(node.name)) add(node, node.name, kind);
    else
      for (const element of node.name.elements) if (ts.isBindingElement(element)) addBinding(element, kind);
  };
  const addList = (list: TypeScript.VariableDeclarationList, ambient: boolean) => {
    const kind = ambient ? "ambient" : variableKind(list);
    if (!kind) return;
    if (!ambient) lists.add(list);
    for (const declaration of list.declarations) addBinding(declaration, kind);
  };
  const addImports = ({ importClause: clause }: TypeScript.ImportDeclaration) => {
    if (!clause) return;
    const kindOf = (typeOnly: boolean) => (clause.isTypeOnly || typeOnly ? "type" : "import");
    add(clause, clause.name, kindOf(false));
    const { namedBindings: bindings } = clause;
    if (bindings && ts.isNamespaceImport(bindings)) add(bindings, bindings.name, kindOf(false));
    if (bindings && ts.isNamedImports(bindings))
      for (const one of bindings.elements) add(one, one.name, kindOf(one.isTypeOnly));
  };
  const addVars = (node: TypeScript.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && variableKind(node) === "var") addList(node, false);
    ts.forEachChild(node, addVars);
  };

  for (const statement of file.statements) {
    const ambient = hasModifier(statement, ts.SyntaxKind.DeclareKeyword);
    if (ts.isVariableStatement(statement)) addList(statement.declarationList, ambient);
    else if (ts.isFunctionDeclaration(statement))
      add(statement, statement.name, ambient ? "ambient" : "function");
    else if (ts.isClassDeclaration(statement)) add(statement, statement.name, ambient ? "ambient" : "class");
    else if (ts.isEnumDeclaration(statement)) add(statement, statement.name, ambient ? "ambient" : "enum");
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      add(statement, statement.name, "type");
    else if (ts.isModuleDeclaration(statement)) {
      if (!(statement.flags & ts.NodeFlags.GlobalAugmentation))
        add(statement, statement.name, ambient ? "ambient" : "namespace");
    } else if (ts.isImportDeclaration(statement)) addImports(statement);
    else if (ts.isImportEqualsDeclaration(statement))
      add(statement, statement.name, statement.isTypeOnly ? "type" : "import");
    else if (ts.isExportDeclaration(statement)) {
      if (!statement.moduleSpecifier && statement.exportClause && ts.isNamedExports(statement.exportClause))
        for (const { name } of statement.exportClause.elements) reexported.add(name.text);
    } else addVars(statement);
  }
  for (const one of names) if (reexported.has(one.name)) one.exported = true;
  return { names, lists };
}

/** undefined for `using`. */
function variableKind(list: TypeScript.VariableDeclarationList): "let" | "const" | "var" | undefined {
  const { Let, Const, BlockScoped } = ts.NodeFlags;
  const scope = list.flags & BlockScoped;
  if (scope === Let) return "let";
  if (scope === Const) return "const";
  return scope === 0 ? "var" : undefined;
}

export const hasModifier = (node: TypeScript.Node, kind: TypeScript.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);

/** Under its own name: `export default` is another. */
function isExported(node: TypeScript.Declaration): boolean {
  let at: TypeScript.Node = node;
  while (
    ts.isBindingElement(at) ||
    ts.isObjectBindingPattern(at) ||
    ts.isArrayBindingPattern(at) ||
    ts.isVariableDeclaration(at) ||
    ts.isVariableDeclarationList(at)
  )
    at = at.parent;
  return hasModifier(at, ts.SyntaxKind.ExportKeyword) && !hasModifier(at, ts.SyntaxKind.DefaultKeyword);
}
