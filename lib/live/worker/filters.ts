import { inactiveByActivation, inactiveByScale } from "../../sparsity/measures.js";
import { stateOf } from "../../study/filter-states.js";
import { codeOf, type Look } from "../messages.js";

type FilterLook = Pick<Look, "states" | "deadByScale" | "deadByActivation">;

/** The filters of one arm as its looks find them: what they are now, and which of them once were dead. */
export class Filters {
  private readonly wasDead: Uint8Array;
  private readonly returned: Uint8Array;
  /** Maximal |activation| at the latest look at activations, [channels]; until then nothing counts as silent. */
  private maxActivation: Float32Array;
  /** What the latest look found. */
  latest: FilterLook = { states: new Uint8Array(0), deadByScale: 0, deadByActivation: 0 };

  constructor(
    private readonly network: {
      channels: number;
      layers: readonly { offset: number; filters: number }[];
    },
  ) {
    this.wasDead = new Uint8Array(network.channels);
    this.returned = new Uint8Array(network.channels);
    this.maxActivation = new Float32Array(network.channels).fill(Number.POSITIVE_INFINITY);
  }

  /** @param gamma NaN where there is none, @param maxActivation where activations were looked at too */
  look(gamma: Float32Array, maxActivation?: Float32Array): FilterLook {
    this.maxActivation = maxActivation ?? this.maxActivation;
    const states = new Uint8Array(this.network.channels);
    const dead = { scale: 0, activation: 0 };
    for (let channel = 0; channel < states.length; channel++) {
      const [scale, activation] = [gamma[channel]!, this.maxActivation[channel]!];
      if (inactiveByScale(scale)) dead.scale++;
      if (inactiveByActivation(activation)) dead.activation++;
      const state = stateOf(scale, activation);
      if (state !== "alive") this.wasDead[channel] = 1;
      else if (this.wasDead[channel]) this.returned[channel] = 1;
      states[channel] = codeOf[state === "alive" && this.wasDead[channel] ? "alive again" : state];
    }
    this.latest = {
      states,
      deadByScale: dead.scale / states.length,
      deadByActivation: dead.activation / states.length,
    };
    return this.latest;
  }

  /** Of the filters that any look found dead, the share that a later one found alive; NaN where none died. */
  get cameBack(): number {
    const count = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);
    return count(this.returned) / count(this.wasDead);
  }

  /** Filters inactive by activation at the latest look, per layer. */
  silent(): { filters: number; dead: number }[] {
    return this.network.layers.map(({ offset, filters }) => ({
      filters,
      dead: this.maxActivation.subarray(offset, offset + filters).filter(inactiveByActivation).length,
    }));
  }
}
