import { createNetwork, type Network } from "../models/index.js";
import type { ImageShape } from "../pruning/model.js";
import { keptFilters, keptWidths } from "../pruning/selection.js";
import { type Places, placesOfKept, valuesAt } from "../pruning/surgery.js";
import type { Listener, Session } from "../training/index.js";
import type { TrainerState } from "../training/trainer.js";
import type { RunConfig } from "./config.js";
import type { Cut } from "./record.js";

/** Layers keep multiples of this many channels where they can: kernels compute that many at once, and take odd ones alone. */
const channelsAtOnce = 4;

type Kept = readonly (readonly number[])[];

/** What was cut, as a checkpoint keeps it. */
export interface CutState {
  /** Channels of each group that are left, ascending. */
  kept: Kept;
  cuts: readonly Cut[];
}

export interface DeadCutterOptions {
  config: Pick<RunConfig, "model" | "cutDead">;
  images: ImageShape;
  /** Whose trainers track reach. */
  session: Session;
  /** Counts the time that cutting takes. */
  time: (work: () => Promise<void>) => Promise<void>;
}

/**
 * Cuts the dead filters out of a network while it trains, every so many steps: those whose beta got no gradient of the
 * objective in any step since the look before. Their ReLUs were closed on every image of every one of these batches (or nothing
 * awake read them), so that without them these steps would have come out the same. From then on the steps are those of the whole
 * network with gamma, beta and weights of what was cut held at 0, but for rounding: optimizers work on every parameter by
 * itself, and a filter that emits 0 changes no other. Whether a filter would have come back nobody knows then.
 *
 * The session's own trainer stays that of the whole network, for what is measured and kept: it has zeros where filters were.
 */
export class DeadCutter {
  private readonly session: Session;
  private readonly whole: Network;
  private kept: Kept;
  private places: Places | undefined;
  readonly cuts: Cut[] = [];

  constructor(private readonly options: DeadCutterOptions) {
    this.session = options.session;
    this.whole = this.session.network;
    this.kept = this.whole.groups.map(({ channels }) =>
      Array.from({ length: channels }, (_, channel) => channel),
    );
  }

  /** Steps before the last at which there is a look. */
  get steps(): number[] {
    const { every } = this.options.config.cutDead!;
    const looks = Math.ceil(this.session.steps / every) - 1;
    return Array.from({ length: looks }, (_, look) => (look + 1) * every);
  }

  /** To be kept with `state`. What it gives does not change afterwards. */
  get standing(): CutState {
    return { kept: this.kept, cuts: [...this.cuts] };
  }

  /** Goes on from what a checkpoint kept; the session's trainer is in the state that was kept with it. */
  async resume({ kept, cuts }: CutState): Promise<void> {
    this.cuts.push(...cuts);
    if (cuts.length > 0) this.goOnWith(kept, await this.session.trainer.state());
  }

  /** Brings the whole network to where training is. Goes before those who measure. */
  readonly before: Listener = async ({ type }) => {
    if (type === "stop" && this.places) await this.options.time(() => this.bringUp());
  };

  /** Looks, and cuts. Goes after those who measure. */
  readonly after: Listener = async (event) => {
    if (event.type === "stop" && this.steps.includes(event.step))
      await this.options.time(() => this.look(event.step));
  };

  /** Where training is, of the whole network. */
  async state(): Promise<TrainerState> {
    const state = await this.session.stepper.state();
    const { places, session } = this;
    if (!places) return state;
    const variables: TrainerState["variables"] = {};
    for (const [name, values] of Object.entries(state.variables)) {
      const all = new Float32Array(lengthOf(name, this.whole));
      // As before training: a channel whose batches are all 0 is divided by nothing.
      if (name === "running") all.fill(1, session.network.channels);
      variables[name] = spread(values, placesFor(name, places), all);
    }
    return { ...state, variables };
  }

  /** The whole network, where training is, takes over again. */
  async finish(): Promise<void> {
    if (this.places) await this.bringUp();
    this.places = undefined;
    this.session.goOnWhole();
  }

  private async bringUp(): Promise<void> {
    this.session.trainer.restore(await this.state());
  }

  private async look(step: number): Promise<void> {
    const { places, whole } = this;
    const own = await this.session.stepper.takeReached();
    const reached = places ? spread(own, places.filters, new Float32Array(whole.channels)) : own;
    const kept = stillReached(whole, this.kept, reached);
    if (kept.every(({ length }, group) => length === this.kept[group]!.length)) return;
    this.goOnWith(kept, await this.state());
    this.cuts.push({ step, filters: keptFilters(this.whole.layers, { kept }) });
  }

  private goOnWith(kept: Kept, state: TrainerState): void {
    const { config, images } = this.options;
    const part = createNetwork({ ...config.model, widths: keptWidths(this.whole.layers, { kept }) }, images);
    const places = placesOfKept(this.whole, part, kept);
    const variables = Object.fromEntries(
      Object.entries(state.variables).map(([name, values]) => [
        name,
        valuesAt(values, placesFor(name, places)),
      ]),
    );
    this.session.goOnWith(part, { ...state, variables });
    this.kept = kept;
    this.places = places;
  }
}

/** Puts a part's values where they belong among those of the whole. */
function spread(values: Float32Array, places: Int32Array, whole: Float32Array): Float32Array {
  for (const [index, place] of places.entries()) if (place >= 0) whole[place] = values[index]!;
  return whole;
}

/** What of the trainers' variables goes by channel; all others are vectors over the parameters. */
function placesFor(name: string, { parameters, statistics, filters }: Places): Int32Array {
  if (name === "running") return statistics;
  return name === "reached" ? filters : parameters;
}

function lengthOf(name: string, { layout, channels }: Network): number {
  if (name === "running") return 2 * channels;
  return name === "reached" ? channels : layout.length;
}

/**
 * Of the channels of each group those that a gradient reached in any of the layers that write them, and as many others as make
 * their number a multiple. All of them stay where none was reached in one of the groups: nothing before it was either then,
 * which says nothing of the filters there.
 *
 * @param reached the largest gradient that each filter of the whole network got, [channels]
 */
export function stillReached({ groups, layers }: Network, kept: Kept, reached: Float32Array): Kept {
  const awake = groups.map(({ layers: own }, group) =>
    kept[group]!.filter((channel) => own.some((layer) => reached[layers[layer]!.offset + channel]! > 0)),
  );
  if (awake.some(({ length }) => length === 0)) return kept;
  return awake.map((own, group) => {
    const silent = kept[group]!.filter((channel) => !own.includes(channel));
    const fill = Math.ceil(own.length / channelsAtOnce) * channelsAtOnce - own.length;
    return [...own, ...silent.slice(0, fill)].sort((a, b) => a - b);
  });
}
