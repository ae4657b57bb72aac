import fc from "fast-check";
import { parameterRoles } from "../../lib/optimizers/penalty-config.js";

const learningRate = fc.double({ min: 1e-4, max: 0.1, noNaN: true });
const share = fc.double({ min: 0.01, max: 0.999, noNaN: true });
const epsilon = fc.constantFrom(1e-8, 1e-7);
const named = (name: string, constants: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.record(
    { name: fc.constant(name), learningRate, ...constants },
    { requiredKeys: ["name", "learningRate"] },
  );
const moments = { beta1: share, beta2: share, epsilon };

/** Any optimizer as a configuration has it, some constants left out. */
export const anyOptimizer = fc.oneof(
  named("sgd", { momentum: share }),
  fc.record({
    name: fc.constant("sgd"),
    learningRate,
    momentum: share,
    nesterov: fc.boolean(),
  }),
  named("adam", moments),
  named("amsgrad", moments),
  named("adamax", moments),
  named("nadam", { ...moments, momentumDecay: share }),
  named("adagrad", { epsilon }),
  named("adadelta", { rho: share, epsilon }),
  named("rmsprop", { decay: share, epsilon, momentum: share }),
  named("lion", { beta1: share, beta2: share }),
  named("muon", {
    momentum: share,
    nesterov: fc.boolean(),
    iterations: fc.integer({ min: 1, max: 6 }),
    adjustment: fc.constantFrom("original", "match-rms-adamw"),
    adam: fc.record({ learningRate, ...moments }, { requiredKeys: [] }),
  }),
);

const lambda = fc.constantFrom(0, 1e-3, 1e-2);

/** Any penalty as a configuration has it. */
export const anyPenalty = fc.record(
  {
    kind: fc.constantFrom("l2", "decoupled"),
    lambda,
    on: fc.oneof(
      fc.constantFrom("all", "weights"),
      fc.array(fc.constantFrom(...parameterRoles), { minLength: 1, maxLength: 6 }),
    ),
    l1Gamma: lambda,
    during: fc.record(
      {
        from: fc.constantFrom(0, 0.1, 0.3),
        until: fc.constantFrom(0.5, 1),
        cycles: fc.integer({ min: 1, max: 4 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** Any schedule as a configuration has it. */
export const anySchedule = fc.oneof(
  fc.record(
    {
      name: fc.constantFrom("constant", "step", "cosine"),
      milestones: fc.array(share, { maxLength: 3 }),
      factor: share,
      final: share,
      warmup: share,
    },
    { requiredKeys: [] },
  ),
  fc.record({ name: fc.constant("one-cycle"), final: share }, { requiredKeys: ["name"] }),
);

/** The same JSON value with the keys of its objects, and the items of `on`, in another order. */
export function reordered(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) return key === "on" ? [...value].reverse().concat(value[0]) : value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [name, reordered(item, name)] as const);
  return Object.fromEntries(entries.reverse());
}
