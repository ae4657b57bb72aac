import type TypeScript from "@tslab/typescript-for-tslab";
import { type CellNames, hasModifier } from "./cell-names.js";
import { ts } from "./tslab.js";

/** What the compiled function of a cell takes, in order. */
export const parameters = {
  scope: "__cells",
  require: "require",
  import: "__import",
  meta: "__meta",
} as const;

interface TransformOptions {
  checker: TypeScript.TypeChecker;
  /** What the file declares at its top level. */
  declared: CellNames;
  /** Those of them that are variables of the notebook; the others have no value, or a global one. */
  scoped: ReadonlySet<TypeScript.Declaration>;
  /** Where the reader's text begins and ends in the file. */
  text: { start: number; end: number };
}

/**
 * Turns a cell, a module, into the body of a function. A name that a cell declares at its top level is one variable for
 * the whole notebook, whichever cell declares, reads or assigns it: `rate` becomes `__cells.rate` in all of them.
 * TypeScript's own CommonJS output does so for names that another module reads, yet keeps a second, local variable in
 * the module that declares them.
 *
 * - Imports and exports go: the kernel loads modules before the cell runs.
 * - `const { a: [b] } = f()` becomes the assignment `({ a: [__cells.b] } = f())`.
 * - Functions, classes, enums and namespaces keep their declaration, which hoists and names them, and are assigned;
 *   what a class, enum or namespace says of itself inside its body is its own, as in JavaScript.
 * - The last expression is returned, in an array since a promise is a value too, unless it ends in a semicolon.
 */
export function cellTransformer({
  checker,
  declared: { names: declared, lists },
  scoped,
  text,
}: TransformOptions): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { factory } = ts;
  /** Declarations whose bodies are being visited. */
  const within = new Set<TypeScript.Declaration>();
  const { ExportKeyword, DefaultKeyword, ImportKeyword, ImplementsKeyword } = ts.SyntaxKind;

  const isVariable = (symbol: TypeScript.Symbol | undefined): boolean =>
    symbol?.declarations?.some((one) => scoped.has(one) && !within.has(one)) ?? false;
  const member = (name: TypeScript.Identifier): TypeScript.Expression =>
    ts.setTextRange(
      factory.createPropertyAccessExpression(scope(), factory.createIdentifier(name.text)),
      name,
    );
  const scope = () => factory.createIdentifier(parameters.scope);
  const undefinedValue = () => factory.createVoidZero();
  const assigned = (name: TypeScript.Identifier, value: TypeScript.Expression) =>
    factory.createExpressionStatement(factory.createAssignment(member(name), value));
  const ownName = (name: TypeScript.Identifier) => assigned(name, factory.createIdentifier(name.text));

  const isOwn = (node: TypeScript.Node) => node.getStart() >= text.start && node.getStart() < text.end;
  /** Statements of which nothing is left in JavaScript. */
  const isErased = (node: TypeScript.Statement) =>
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  const showsValue = (node: TypeScript.Statement) =>
    (ts.isExpressionStatement(node) || ts.isExportAssignment(node)) && !node.getText().endsWith(";");
  const returned = (node: TypeScript.ExpressionStatement) =>
    ts.setTextRange(
      factory.createReturnStatement(factory.createArrayLiteralExpression([node.expression])),
      node,
    );
  /** A name that stands for no value: of a property, a declaration, a label. */
  const isNameIn = (node: TypeScript.Identifier) => {
    const parent = node.parent as TypeScript.Node & {
      name?: TypeScript.Node;
      propertyName?: TypeScript.Node;
    };
    return parent.name === node || parent.propertyName === node;
  };

  return (context) => (file) => {
    const expression = (node: TypeScript.Expression) =>
      ts.visitNode(node, visit, ts.isExpression) as TypeScript.Expression;

    function visit(node: TypeScript.Node): TypeScript.VisitResult<TypeScript.Node | undefined> {
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return undefined;
      if (ts.isHeritageClause(node) && node.token === ImplementsKeyword) return node;
      if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return undefined;
      if (ts.isExportAssignment(node))
        return ts.setTextRange(factory.createExpressionStatement(expression(node.expression)), node);
      if (ts.isImportEqualsDeclaration(node) && node.parent === file) return importEquals(node);
      if (ts.isVariableStatement(node)) return variableStatement(node);
      if (ts.isVariableDeclarationList(node) && lists.has(node)) return variableList(node);
      if (ts.isFunctionDeclaration(node)) return functionDeclaration(node);
      if (ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node))
        return declaration(node);
      if (ts.isShorthandPropertyAssignment(node)) return shorthand(node);
      if (ts.isMetaProperty(node) && node.keywordToken === ImportKeyword)
        return factory.createIdentifier(parameters.meta);
      if (ts.isCallExpression(node) && node.expression.kind === ImportKeyword)
        return ts.setTextRange(
          factory.createCallExpression(
            factory.createIdentifier(parameters.import),
            undefined,
            node.arguments.map(expression),
          ),
          node,
        );
      if (ts.isCallExpression(node) && isReference(node.expression)) {
        const { questionDotToken: dot, typeArguments } = node;
        const call = { to: detached(node.expression), with: node.arguments.map(expression) };
        return dot
          ? factory.updateCallChain(node as TypeScript.CallChain, call.to, dot, typeArguments, call.with)
          : factory.updateCallExpression(node, call.to, typeArguments, call.with);
      }
      if (ts.isTaggedTemplateExpression(node) && isReference(node.tag))
        return factory.updateTaggedTemplateExpression(
          node,
          detached(node.tag),
          node.typeArguments,
          ts.visitNode(node.template, visit) as TypeScript.TemplateLiteral,
        );
      if (ts.isIdentifier(node))
        return !isNameIn(node) && isVariable(checker.getSymbolAtLocation(node)) ? member(node) : node;
      return ts.visitEachChild(node, visit, context);
    }

    /** Whether a callee is a variable of the notebook, perhaps in brackets. */
    function isReference(node: TypeScript.Expression): boolean {
      let at = node;
      while (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
      return ts.isIdentifier(at) && isVariable(checker.getSymbolAtLocation(at));
    }

    /** `(0, __cells.f)`: called as a function, not as a method of the scope. */
    function detached(node: TypeScript.Expression): TypeScript.Expression {
      const pair = factory.createComma(factory.createNumericLiteral(0), expression(node));
      const callee = ts.setTextRange(factory.createParenthesizedExpression(pair), node);
      // V8 places the call at the end of this, which is to point at the name in the cell.
      ts.setEmitFlags(pair, ts.EmitFlags.NoSourceMap | ts.EmitFlags.NoNestedSourceMaps);
      return ts.setEmitFlags(callee, ts.EmitFlags.NoTrailingSourceMap);
    }

    function shorthand(node: TypeScript.ShorthandPropertyAssignment): TypeScript.Node {
      if (!isVariable(checker.getShorthandAssignmentValueSymbol(node)))
        return ts.visitEachChild(node, visit, context);
      const fallback = node.objectAssignmentInitializer;
      const value = member(node.name);
      return ts.setTextRange(
        factory.createPropertyAssignment(
          factory.createIdentifier(node.name.text),
          fallback ? factory.createAssignment(value, expression(fallback)) : value,
        ),
        node,
      );
    }

    function variableStatement(node: TypeScript.VariableStatement) {
      if (!lists.has(node.declarationList)) return ts.visitEachChild(node, visit, context);
      const list = variableList(node.declarationList);
      return list && ts.setTextRange(factory.createExpressionStatement(list), node);
    }

    /** Assignments; for `for (... of ...)` what is assigned to. */
    function variableList(list: TypeScript.VariableDeclarationList): TypeScript.Expression | undefined {
      const { parent, declarations } = list;
      if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) return target(declarations[0]!.name);
      const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
      const parts = declarations.flatMap((one) => {
        if (!one.initializer && isVar) return [];
        const value = one.initializer ? named(one.name, one.initializer) : undefinedValue();
        return [ts.setTextRange(factory.createAssignment(target(one.name), value), one)];
      });
      if (parts.length === 0) return undefined;
      return parts.reduce<TypeScript.Expression>(
        (left, right) => (left === right ? right : factory.createComma(left, right)),
        parts[0]!,
      );
    }

    /** A binding as what an assignment assigns to. */
    function target(name: TypeScript.BindingName): TypeScript.Expression {
      if (ts.isIdentifier(name)) return member(name);
      const withDefault = ({ name, initializer }: TypeScript.BindingElement) =>
        initializer ? factory.createAssignment(target(name), expression(initializer)) : target(name);
      if (ts.isArrayBindingPattern(name))
        return factory.createArrayLiteralExpression(
          name.elements.map((element) => {
            if (ts.isOmittedExpression(element)) return factory.createOmittedExpression();
            return element.dotDotDotToken
              ? factory.createSpreadElement(target(element.name))
              : withDefault(element);
          }),
        );
      return factory.createObjectLiteralExpression(
        name.elements.map((element) => {
          if (element.dotDotDotToken) return factory.createSpreadAssignment(target(element.name));
          const key = element.propertyName
            ? (ts.visitNode(element.propertyName, visit) as TypeScript.PropertyName)
            : factory.createIdentifier((element.name as TypeScript.Identifier).text);
          return factory.createPropertyAssignment(key, withDefault(element));
        }),
      );
    }

    /** `const f = () => 1` names the function f; an assignment to a property would not, `{ f: () => 1 }.f` does. */
    function named(name: TypeScript.BindingName, value: TypeScript.Expression): TypeScript.Expression {
      const visited = expression(value);
      const anonymous =
        ts.isArrowFunction(value) ||
        ((ts.isFunctionExpression(value) || ts.isClassExpression(value)) && !value.name);
      if (!ts.isIdentifier(name) || !anonymous || name.text === "__proto__") return visited;
      const key = () => factory.createIdentifier(name.text);
      return factory.createPropertyAccessExpression(
        factory.createObjectLiteralExpression([factory.createPropertyAssignment(key(), visited)]),
        key(),
      );
    }

    const unexported = (modifiers: TypeScript.NodeArray<TypeScript.ModifierLike> | undefined) =>
      modifiers?.filter(({ kind }) => kind !== ExportKeyword && kind !== DefaultKeyword);

    function functionDeclaration(node: TypeScript.FunctionDeclaration): TypeScript.Node | undefined {
      if (!node.body) return undefined;
      const visited = ts.visitEachChild(node, visit, context);
      if (node.parent !== file) return visited;
      return factory.updateFunctionDeclaration(
        visited,
        unexported(visited.modifiers) as TypeScript.Modifier[] | undefined,
        visited.asteriskToken,
        visited.name ?? factory.createIdentifier("_default"),
        visited.typeParameters,
        visited.parameters,
        visited.type,
        visited.body,
      );
    }

    function declaration(
      node: TypeScript.ClassDeclaration | TypeScript.EnumDeclaration | TypeScript.ModuleDeclaration,
    ): TypeScript.Node[] {
      const own = node.parent === file;
      if (own) within.add(node);
      const visited = ts.visitEachChild(node, visit, context);
      within.delete(node);
      if (!own || hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return [visited];
      const after = node.name && ts.isIdentifier(node.name) && hasValue(node) ? [ownName(node.name)] : [];
      const modifiers = unexported(visited.modifiers);
      if (ts.isClassDeclaration(visited)) {
        const { name = factory.createIdentifier("_default"), typeParameters, heritageClauses } = visited;
        const parts = [name, typeParameters, heritageClauses, visited.members] as const;
        return [factory.updateClassDeclaration(visited, modifiers, ...parts), ...after];
      }
      const plain = modifiers as TypeScript.Modifier[] | undefined;
      return ts.isEnumDeclaration(visited)
        ? [factory.updateEnumDeclaration(visited, plain, visited.name, visited.members), ...after]
        : [factory.updateModuleDeclaration(visited, plain, visited.name, visited.body), ...after];
    }

    /** A namespace of types only has none. */
    function hasValue(node: TypeScript.Declaration & { name?: TypeScript.Node }): boolean {
      if (!ts.isModuleDeclaration(node)) return true;
      const flags = checker.getSymbolAtLocation(node.name)?.flags ?? 0;
      return (flags & ts.SymbolFlags.ValueModule) !== 0;
    }

    function importEquals(node: TypeScript.ImportEqualsDeclaration): TypeScript.Node | undefined {
      const { moduleReference: reference } = node;
      if (node.isTypeOnly || !scoped.has(node)) return undefined;
      if (ts.isExternalModuleReference(reference))
        return assigned(
          node.name,
          factory.createCallExpression(factory.createIdentifier(parameters.require), undefined, [
            reference.expression,
          ]),
        );
      const path = (name: TypeScript.EntityName): TypeScript.Expression =>
        ts.isIdentifier(name)
          ? expression(name)
          : factory.createPropertyAccessExpression(path(name.left), name.right.text);
      return assigned(node.name, path(reference));
    }

    /** Functions can be called before their declaration, and `var` read. */
    function hoisted(): TypeScript.Statement[] {
      const names = declared.filter(({ node }) => scoped.has(node) && node.getSourceFile() === file);
      const inText = names.filter(({ node }) => isOwn(node));
      const variables = inText.filter(({ kind }) => kind === "var").map(({ name }) => name);
      const functions = inText.filter(({ kind, node }) => kind === "function" && "body" in node && node.body);
      return [
        ...[...new Set(variables)].map((name) => assigned(factory.createIdentifier(name), undefinedValue())),
        ...functions.map(({ name }) => ownName(factory.createIdentifier(name))),
      ];
    }

    const own = file.statements.filter(isOwn);
    const last = own.findLast((one) => !isErased(one));
    const body = own.flatMap((statement) => {
      const visited = [visit(statement)].flat() as (TypeScript.Statement | undefined)[];
      return visited.flatMap((node) => {
        if (!node) return [];
        const shown = statement === last && ts.isExpressionStatement(node) && showsValue(statement);
        return [shown ? returned(node) : node];
      });
    });
    return factory.updateSourceFile(file, [...hoisted(), ...body]);
  };
}
