import type {
  Identifier,
  Node,
  SourceFile,
  TransformerFactory,
  TypeChecker,
  VisitResult,
} from "@tslab/typescript-for-tslab";

type TypeScript = typeof import("@tslab/typescript-for-tslab");

/**
 * A transformer that runs before tslab's own, which turns each identifier declared by an earlier cell into a
 * property of that cell's exports, yet takes property names for identifiers and overlooks `{ name }`:
 * `{ name }` becomes `{ name: exports.name }`, and other property names are made opaque to it.
 */
export function separatePropertyNames(
  typescript: TypeScript,
  checker: TypeChecker,
  isPreviousCells: (file: SourceFile) => boolean,
): TransformerFactory<SourceFile> {
  const { factory } = typescript;
  const opaque = (name: Identifier) => typescript.setTextRange(factory.createIdentifier(name.text), name);
  const exported = (name: Identifier) =>
    factory.createPropertyAccessExpression(factory.createIdentifier("exports"), opaque(name));

  return (context) => {
    const visit = (node: Node): VisitResult<Node> => {
      if (typescript.isShorthandPropertyAssignment(node)) {
        const { name, objectAssignmentInitializer: fallback } = node;
        const written = typescript.getOriginalNode(node);
        const declarations = checker.getShorthandAssignmentValueSymbol(written)?.declarations ?? [];
        if (!declarations.some((declaration) => isPreviousCells(declaration.getSourceFile())))
          return typescript.visitEachChild(node, visit, context);
        const value = fallback
          ? factory.createAssignment(
              exported(name),
              typescript.visitNode(fallback, visit, typescript.isExpression),
            )
          : exported(name);
        return typescript.setTextRange(factory.createPropertyAssignment(opaque(name), value), node);
      }
      const visited = typescript.visitEachChild(node, visit, context);
      if (typescript.isPropertyAssignment(visited) && typescript.isIdentifier(visited.name))
        return factory.updatePropertyAssignment(visited, opaque(visited.name), visited.initializer);
      if (
        typescript.isBindingElement(visited) &&
        visited.propertyName &&
        typescript.isIdentifier(visited.propertyName)
      ) {
        const { dotDotDotToken, propertyName, name, initializer } = visited;
        return factory.updateBindingElement(visited, dotDotDotToken, opaque(propertyName), name, initializer);
      }
      return visited;
    };
    return (file) => typescript.visitEachChild(file, visit, context);
  };
}
