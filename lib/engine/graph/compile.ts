import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { messageOf, UserError } from "../../errors.js";
import type { Ops } from "../ops.js";
import type { Program, ProgramFunction, ProgramSpec } from "../program.js";
import type { TensorflowBackend } from "../tensorflow-backend.js";
import type { Variable } from "../variable.js";
import { GraphRecorder } from "./recorder.js";
import { encodeSavedModel, tag } from "./saved-model.js";

/** Where a function's tensors enter and leave the graph. */
interface Signature {
  feeds: string[];
  fetches: string[];
}

/**
 * Compiles a program to one TensorFlow graph: its functions run once, recorded, and from then on as a whole in a
 * session, which TensorFlow optimizes (layouts, fusion, buffers used again) and which costs one call from
 * JavaScript a step. The graph goes to TensorFlow as a SavedModel, the one form that tfjs-node's binding loads.
 */
export function compileProgram(
  backend: TensorflowBackend,
  ops: Ops,
  spec: ProgramSpec,
  packageName: string,
): Program {
  const recorder = new GraphRecorder(backend);
  const signatures = new Map<string, Signature>();
  recorder.record(() =>
    tf.tidy(() => {
      const variables = recorder.setUp(() => openVariables(ops, spec));
      const record = (name: string, definition: ProgramFunction) =>
        signatures.set(name, recordFunction(recorder, name, definition, { ops, variables }));
      for (const [name, definition] of Object.entries(spec.functions)) record(name, definition);
      for (const [name, { size }] of Object.entries(variables)) {
        record(readName(name), { inputs: [], body: ({ variables: own }) => [own[name]!.read()] });
        record(assignName(name), {
          inputs: [{ shape: [size], dtype: "float32" }],
          body({ inputs: [value], variables: own }) {
            own[name]!.assign(value as Tensor1D);
            return [tf.scalar(0)];
          },
        });
      }
      recorder.setUp(() => {
        for (const variable of Object.values(variables)) variable.dispose();
      });
    }),
  );
  const session = openSession(
    backend,
    encodeSavedModel(recorder.nodes, { binding: backend.binding, packageName }),
  );

  const run = (name: string, inputs: Tensor[]): Tensor[] => {
    const { feeds, fetches } = signatures.get(name)!;
    const ids = backend.getInputTensorIds(inputs);
    try {
      const outputs = backend.binding.runSavedModel(session, ids, feeds.join(","), fetches.join(","));
      return outputs.map((metadata) => backend.createOutputTensor(metadata));
    } catch (error) {
      const shapes = inputs.map(({ shape }) => `[${shape}]`).join(", ");
      throw new UserError(`Engine tensorflow failed in ${name} on ${shapes}: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  const variables: Record<string, Variable> = {};
  for (const [name, values] of Object.entries(spec.variables)) {
    variables[name] = {
      size: values.length,
      read: () => run(readName(name), [])[0] as Tensor1D,
      assign: (value) => tf.dispose(run(assignName(name), [value])),
      dispose: () => {},
    };
    tf.tidy(() => variables[name]!.assign(tf.tensor1d(values)));
  }
  return {
    variables,
    call(name, inputs, rates = []) {
      if (rates.length === 0) return run(name, inputs);
      const numbers = tf.tensor1d(rates);
      const outputs = run(name, [...inputs, numbers]);
      numbers.dispose();
      return outputs;
    },
    dispose: () => backend.binding.deleteSavedModel(session),
  };
}

const readName = (variable: string) => `read/${variable}`;
const assignName = (variable: string) => `assign/${variable}`;

/** Variables whose handles are in the graph. Their values here are placeholders. */
function openVariables(ops: Ops, spec: ProgramSpec): Record<string, Variable> {
  const entries = Object.entries(spec.variables);
  return Object.fromEntries(entries.map(([name, { length }]) => [name, ops.variable(tf.zeros([length]))]));
}

function recordFunction(
  recorder: GraphRecorder,
  name: string,
  { inputs, rates = 0, body }: ProgramFunction,
  { ops, variables }: { ops: Ops; variables: Record<string, Variable> },
): Signature {
  recorder.beginFunction();
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, dtype }) => tf.zeros(shape, dtype));
    const feeds = tensors.map((tensor, index) => recorder.placeholder(`${name}/input${index}`, tensor));
    const numbers: tf.Scalar[] = [];
    if (rates > 0) {
      const vector = tf.ones([rates]);
      feeds.push(recorder.placeholder(`${name}/rates`, vector));
      numbers.push(...(tf.unstack(vector) as tf.Scalar[]));
    }
    const outputs = body({ ops, inputs: tensors, rates: numbers, variables });
    return {
      feeds,
      fetches: outputs.map((tensor, index) => recorder.output(`${name}/output${index}`, tensor)),
    };
  });
}

/** Loads a graph by way of a folder that is gone again afterwards. */
function openSession({ binding }: TensorflowBackend, savedModel: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), "filter-sparsity-"));
  try {
    writeFileSync(join(folder, "saved_model.pb"), savedModel);
    return binding.loadSavedModel(folder, tag);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
