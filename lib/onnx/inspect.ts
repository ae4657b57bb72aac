import type { ChannelMap } from "./channels.js";
import { costOf, type ModelCost } from "./cost.js";
import { type CutModel, cutModel } from "./cut.js";
import { type LayerHistograms, layerHistograms } from "./histograms.js";
import type { ModelImages } from "./images.js";
import type { OnnxModel } from "./model.js";
import { computedShapes, type Extremes, observe } from "./observe.js";
import { mapChannels } from "./operators.js";
import { type Choice, type ChoiceOptions, chooseChannels, type LayerReport } from "./select.js";

/** What a model's filters do on images, and what cutting the inactive ones would save. */
export interface Inspection {
  layers: LayerReport[];
  /** Images that all of it was seen on. */
  images: number;
  /**
   * With 95 % confidence a filter that emitted one value on all of them emits another on at most this share of such
   * images: 3 / images (the rule of three, Hanley and Lippman-Hand 1983), at most 1.
   */
  uncertain: number;
  before: ModelCost;
  after: ModelCost;
  /** Layer by layer; only where they were asked for. */
  histograms?: LayerHistograms[];
}

export interface Inspected {
  inspection: Inspection;
  map: ChannelMap;
  extremes: ReadonlyMap<string, Extremes>;
  choice: Choice;
  cut: CutModel;
}

export interface InspectOptions extends ChoiceOptions {
  /** Which of the images. */
  indices: readonly number[];
  /** Whether to say how large each layer's filters are; all channels are then observed on all images. Default false. */
  histograms?: boolean | undefined;
}

/** Runs a model over some images and finds what can be cut of it. */
export async function inspectModel(
  model: OnnxModel,
  images: ModelImages,
  { indices, histograms = false, ...options }: InspectOptions,
): Promise<Inspected> {
  const map = mapChannels(model, await computedShapes(model, images.dims));
  const extremes = await observe(map, images, { indices, all: histograms || options.by === "scale" });
  const choice = chooseChannels(map, extremes, options);
  const cut = cutModel(map, extremes, choice);
  return {
    inspection: {
      ...{ layers: choice.layers, images: indices.length, uncertain: Math.min(1, 3 / indices.length) },
      ...{ before: costOf(map), after: costOf(map, cut.model, cut.successor) },
      ...(histograms && { histograms: layerHistograms(map, extremes) }),
    },
    ...{ map, extremes, choice, cut },
  };
}
