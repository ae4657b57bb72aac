import type TypeScript from "@tslab/typescript-for-tslab";
import { ts } from "./tslab.js";

/** A module that a cell imports, with the names it gives to what it takes. */
export interface CellImport {
  specifier: string;
  /** `with { type: "json" }`. */
  attributes: Record<string, string>;
  /** `imported` is the name in the module, "*" for all of it. None for an import for its effects. */
  bindings: { name: string; imported: string }[];
}

/** The modules that a cell loads: imports of types alone are left out, as TypeScript leaves them out. */
export function importsOf(
  file: TypeScript.SourceFile,
  { checker, isOwn }: { checker: TypeScript.TypeChecker; isOwn: (node: TypeScript.Node) => boolean },
): CellImport[] {
  const isValue = (name: TypeScript.Identifier) => {
    const symbol = checker.getSymbolAtLocation(name);
    return symbol !== undefined && (checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value) !== 0;
  };
  return file.statements.filter(ts.isImportDeclaration).flatMap((node): CellImport[] => {
    const { importClause: clause, moduleSpecifier, attributes } = node;
    if (!isOwn(node) || clause?.isTypeOnly) return [];
    const named = clause?.namedBindings;
    const bindings: CellImport["bindings"] = [];
    if (clause?.name && isValue(clause.name)) bindings.push({ name: clause.name.text, imported: "default" });
    if (named && ts.isNamespaceImport(named)) bindings.push({ name: named.name.text, imported: "*" });
    if (named && ts.isNamedImports(named))
      for (const { name, propertyName, isTypeOnly } of named.elements)
        if (!isTypeOnly && isValue(name))
          bindings.push({ name: name.text, imported: (propertyName ?? name).text });
    if (clause && bindings.length === 0) return [];
    const specifier = (moduleSpecifier as TypeScript.StringLiteral).text;
    return [{ specifier, attributes: readAttributes(attributes), bindings }];
  });
}

const readAttributes = (attributes: TypeScript.ImportAttributes | undefined): Record<string, string> =>
  Object.fromEntries(
    (attributes?.elements ?? []).map(({ name, value }) => [
      name.text,
      (value as TypeScript.StringLiteral).text,
    ]),
  );
