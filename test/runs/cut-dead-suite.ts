import { beforeAll, describe, expect, type TestAPI, test } from "vitest";
import { loadDataset } from "../../lib/datasets/index.js";
import { syntheticImages } from "../../lib/datasets/synthetic-images.js";
import { type Engine, type EngineName, openEngine } from "../../lib/engine/index.js";
import { createNetwork, initialParameters, type Network } from "../../lib/models/index.js";
import { optimizerChain } from "../../lib/optimizers/index.js";
import { openRandom } from "../../lib/random.js";
import { Checkpoints } from "../../lib/runs/checkpoint-folder.js";
import { parseRunConfig, type RunConfig, type RunConfigInput, runId } from "../../lib/runs/config.js";
import { type CutState, DeadCutter } from "../../lib/runs/cut-dead.js";
import { executeRun } from "../../lib/runs/execute.js";
import { keepLast } from "../../lib/runs/last-dataset.js";
import type { Run } from "../../lib/runs/record.js";
import { parseRecord } from "../../lib/runs/schema.js";
import { type Listener, type Position, Session, trainWith } from "../../lib/training/index.js";
import type { TrainerState } from "../../lib/training/trainer.js";
import { smokeConfig, useTemporaryFolders } from "./support.js";

const images = syntheticImages({ size: 8 });
const steps = 40;
const every = 10;

const planted = (changes: Partial<RunConfigInput>): RunConfig =>
  parseRunConfig({
    dataset: { name: "synthetic", source: "builtin", size: 8 },
    model: { widths: [8, 8, 12] },
    optimizer: { name: "adam", learningRate: 1e-3 },
    penalty: { lambda: 1e-3 },
    cutDead: { every },
    ...{ steps, batchSize: 8 },
    ...changes,
  });

/** Every second channel of a group. */
const isPlanted = (channel: number): boolean => channel % 2 === 1;

/** What of a vector over the parameters is gamma and beta of the channels that are dead from the start. */
function* plantedPlaces({ layers, layout }: Network) {
  for (const { gamma, beta, filters } of layers)
    for (let channel = 0; channel < filters; channel++)
      if (isPlanted(channel))
        yield {
          gamma: gamma === undefined ? undefined : layout.slots[gamma]!.offset + channel,
          beta: layout.slots[beta]!.offset + channel,
        };
}

/** Initial weights, with a beta so low that no normalized value, at most sqrt(8 * 64 - 1) in size, opens the ReLU. */
function initialWithDead(network: Network): Float32Array {
  const parameters = initialParameters(network.layout, openRandom(1, "init"));
  for (const { gamma, beta } of plantedPlaces(network)) {
    if (gamma !== undefined) parameters[gamma] = 0.01;
    parameters[beta] = -1;
  }
  return parameters;
}

function masked(network: Network, { variables, ...state }: TrainerState): TrainerState {
  const own = { ...variables };
  for (const [name, values] of Object.entries(variables)) {
    if (values.length !== network.layout.length) continue;
    own[name] = values.slice();
    for (const { gamma, beta } of plantedPlaces(network)) {
      if (gamma !== undefined) own[name][gamma] = 0;
      own[name][beta] = 0;
    }
  }
  return { ...state, variables: own };
}

const networks: [string, RunConfig][] = [
  ["BasicNet", planted({})],
  [
    "a ResNet, whose channels several layers write",
    planted({
      model: { name: "resnet", stages: [1, 1], widths: [8, 8, 8, 16, 16] },
      optimizer: { name: "sgd", learningRate: 1e-3, momentum: 0.9 },
    }),
  ],
];

/** A run in which filters die within tens of steps. */
const dying = smokeConfig({
  model: { widths: [12, 16, 16, 16] },
  optimizer: { name: "adam", learningRate: 0.05 },
  schedule: {},
  ...{ steps: 80, cutDead: { every: 10 } },
});
const load = keepLast(loadDataset);

const result = ({ record: { timing: _, ...record }, filters, weights }: Run) => ({
  record,
  filters,
  weights,
});

/** Trains with dead filters cut out, on one engine; `thorough`: whole runs too, which die alike only where rounding is. */
export function describeCutting(
  name: EngineName,
  { it = test, thorough = false }: { it?: TestAPI; thorough?: boolean } = {},
): void {
  describe(`dead filters cut out in training, on ${name}`, () => {
    useTemporaryFolders();
    let engine: Engine;
    beforeAll(async () => {
      engine = await openEngine({ name });
    });

    function open(config: RunConfig) {
      const network = createNetwork(config.model, images);
      const session = new Session({
        ...{ engine, network, steps, seed: 1, batchSize: config.batchSize, tracksReach: true },
        ...{ dataset: images, chain: optimizerChain(config), initial: initialWithDead(network) },
      });
      return { session, cutter: new DeadCutter({ config, images, session, time: (work) => work() }) };
    }

    async function train(
      session: Session,
      { cutter, listen, from }: { cutter?: DeadCutter; listen?: Listener; from?: Position } = {},
    ) {
      const losses: number[] = [];
      const note: Listener = (event) => {
        if (event.type === "reading") losses.push(event.score.loss / event.score.count);
      };
      await trainWith(session, {
        stops: Array.from({ length: steps }, (_, step) => step + 1),
        from,
        listeners: [
          ...(cutter ? [cutter.before] : []),
          ...[note, ...(listen ? [listen] : [])],
          ...(cutter ? [cutter.after] : []),
        ],
      });
      await cutter?.finish();
      const state = await session.trainer.state();
      session.dispose();
      return { losses, variables: state.variables };
    }

    it.each(networks)("leave the steps of the whole network with them held at 0: %s", async (_, config) => {
      const { session, cutter } = open(config);
      const { network } = session;
      const cut = await train(session, { cutter });
      const { session: other } = open(config);
      const whole = await train(other, {
        listen: async ({ type, ...event }) => {
          if (type !== "stop" || !("step" in event) || event.step !== every) return;
          other.trainer.restore(masked(network, await other.trainer.state()));
        },
      });

      const left = network.layers.map(({ filters }) => 4 * Math.ceil(filters / 2 / 4));
      expect(cutter.cuts).toEqual([{ step: every, filters: left }]);
      for (const [step, loss] of cut.losses.entries()) expect(loss).toBeCloseTo(whole.losses[step]!, 4);
      const view = (vector: Float32Array, index: number) =>
        network.layout.view(vector, network.layout.slots[index]!);
      for (const { weight, gamma, beta, filters, offset } of network.layers) {
        for (const index of [weight, gamma!, beta]) {
          const [own, others] = [cut, whole].map(({ variables }) => view(variables.parameters!, index));
          // A weight of 0 reads what was cut: in the whole network it is there, and of no account.
          const differences = [...own!.keys()]
            .filter((place) => !isPlanted(place % filters) && own![place] !== 0)
            .map((place) => Math.abs(own![place]! - others![place]!));
          expect(differences.length).toBeGreaterThan(0);
          expect(Math.max(...differences)).toBeLessThan(2e-4);
        }
        for (let filter = offset; filter < offset + filters; filter += 2)
          expect(cut.variables.running![filter]).toBeCloseTo(whole.variables.running![filter]!, 3);
      }
    });

    it("are gone where training goes on elsewhere, which ends with the same bits", async () => {
      const [, config] = networks[0]!;
      const whole = open(config);
      const expected = await train(whole.session, { cutter: whole.cutter });
      const first = open(config);
      let left: { state: TrainerState; standing: CutState } | undefined;
      await train(first.session, {
        cutter: first.cutter,
        listen: async (event) => {
          if (event.type === "position" && event.position.step === 25 && !event.position.stopIsDue)
            left = { state: await first.cutter.state(), standing: first.cutter.standing };
        },
      });
      const second = open(config);
      second.session.trainer.restore(left!.state);
      await second.cutter.resume(left!.standing);
      const from = { step: 25, stopIsDue: false, seconds: 0 };
      const { variables } = await train(second.session, { cutter: second.cutter, from });
      expect(variables).toEqual(expected.variables);
      expect(second.cutter.cuts).toEqual(whole.cutter.cuts);
    });

    if (!thorough) return;
    it("leave a record of the whole network, and a run cut off ends as if it had not been", async () => {
      const whole = await executeRun(dying, { engine, seed: 1, load });
      const { record, weights } = whole;
      const cuts = record.cuts!;
      expect(cuts.length).toBeGreaterThan(1);
      expect(parseRecord(JSON.stringify(record))).toMatchObject({ kind: "record", record: { cuts } });
      const { layers, layout } = createNetwork(dying.model, images);
      expect(weights!.parameters.length).toBe(layout.length);
      for (const [layer, { name, filters, weight }] of layers.entries()) {
        const cut = filters - cuts.at(-1)!.filters[layer]!;
        const { deadByScale, deadByActivation, ...about } = record.final.layers[layer]!;
        expect(about).toEqual({ name, filters });
        expect(Math.min(deadByScale, deadByActivation)).toBeGreaterThanOrEqual(cut);
        const values = layout.view(weights!.parameters, layout.slots[weight]!);
        const zeros = Array.from({ length: filters }, (_, filter) =>
          values.every((value, place) => place % filters !== filter || value === 0),
        );
        expect(zeros.filter(Boolean).length).toBe(cut);
      }

      const stop = new AbortController();
      const checkpoints = new Checkpoints(runId(dying), 1, { every: 1e9 });
      const cutOff = executeRun(dying, {
        ...{ engine, seed: 1, load, checkpoints, signal: stop.signal },
        onProgress: ({ step }) => step > cuts[0]!.step && stop.abort(),
      });
      await expect(cutOff).rejects.toThrow(/abort/i);
      const resumed = await executeRun(dying, { engine, seed: 1, load, checkpoints });
      expect(resumed.record.timing.resumes).toBe(1);
      expect(result(resumed)).toEqual(result(whole));
    });
  });
}
