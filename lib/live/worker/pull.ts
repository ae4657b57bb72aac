import { median } from "../../statistics.js";
import { codeOf, type Look } from "../messages.js";

/** What a gradient counts as that is exactly 0: float32's smallest positive number. */
const smallestFloat = 2 ** -149;

/** What a look at activations and gradients finds. */
export interface PullLook {
  states: Look["states"];
  gamma: Float32Array;
  gammaGradient: Float32Array;
}

/**
 * How many decades the penalty's pull on gamma, lambda |gamma|, is above the objective's at the look before filters die,
 * as medians over the filters about to die and over those that live to the end, at the same looks. NaN where none dies.
 */
export function pullBeforeDeath(
  looks: readonly PullLook[],
  lambda: number,
): Record<"dying" | "surviving", number> {
  const channels = [...(looks.at(-1)?.states.keys() ?? [])];
  const isDead = (look: number, channel: number) =>
    looks[look]!.states[channel]! >= codeOf["dead by activation"];
  const lastAlive = channels.map((channel) => looks.findLastIndex((_, look) => !isDead(look, channel)));
  const ratio = (look: number, channel: number) => {
    const { gamma, gammaGradient } = looks[look]!;
    const pull = Math.max(lambda * Math.abs(gamma[channel]!), Number.MIN_VALUE);
    return Math.log10(pull / Math.max(Math.abs(gammaGradient[channel]!), smallestFloat));
  };
  const survives = (channel: number) => lastAlive[channel] === looks.length - 1;
  const dying = channels.filter((channel) => !survives(channel) && lastAlive[channel]! >= 0);
  const times = new Set(dying.map((channel) => lastAlive[channel]!));
  return {
    dying: median(dying.map((channel) => ratio(lastAlive[channel]!, channel))),
    surviving: median(
      [...times].flatMap((look) => channels.filter(survives).map((channel) => ratio(look, channel))),
    ),
  };
}
