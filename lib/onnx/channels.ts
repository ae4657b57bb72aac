import type { OnnxModel } from "./model.js";
import type { NodeProto } from "./proto.js";

/** Channels along one axis of a tensor: the class of each index. Channels of one class are cut together or not at all. */
export interface Carried {
  axis: number;
  classes: readonly number[];
}

/** A node that makes channels of its own: its filters, or units of a dense layer. */
export interface Layer {
  name: string;
  node: NodeProto;
  kind: "convolution" | "depthwise" | "dense";
  classes: readonly number[];
  /** Behind normalization, bias and nonlinearity: the tensor whose values decide whether a filter is inactive. */
  activation: string;
  /** Of normalization behind it; undefined where there is none. */
  gamma?: Float32Array;
  /** Of its output map, or of what else it is applied to; 1 of a dense layer on vectors. */
  positions: number;
}

/** A node that adds up channels, weighted: what a constant channel gives it can be moved to its bias. */
export interface Reader {
  node: NodeProto;
  tensor: string;
  classes: readonly number[];
  groups: number;
  /**
   * Where a constant may come from: "anywhere"; "inside" where zero padding shows at borders, so that a channel has to
   * stay to carry it there; "nowhere" where only zero may go.
   */
  constants: "anywhere" | "inside" | "nowhere";
}

/** Channel sets that must lose the same number each: a grouped convolution's. */
export interface Balanced {
  sets: readonly (readonly number[])[];
  of: string;
}

/** Who carries which channels through a model, who makes them and who reads them. */
export class ChannelMap {
  readonly carried = new Map<string, Carried>();
  readonly layers: Layer[] = [];
  readonly readers: Reader[] = [];
  readonly balanced: Balanced[] = [];
  private readonly parents: number[] = [];
  private readonly fixed: { id: number; reason: string }[] = [];

  /** @param shapes of every computed tensor, from a run */
  constructor(
    readonly model: OnnxModel,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
  ) {}

  /** Shape of a constant or computed tensor; undefined of one that is empty or unknown. */
  shape(name: string | undefined): readonly number[] | undefined {
    if (name === undefined) return undefined;
    return this.model.constant(name)?.dims ?? this.shapes.get(name);
  }

  carry(tensor: string | undefined, carried: Carried | undefined): void {
    if (tensor && carried) this.carried.set(tensor, carried);
  }

  /** Classes that no channel has yet. */
  fresh(count: number): number[] {
    const first = this.parents.length;
    const classes = Array.from({ length: count }, (_, index) => first + index);
    this.parents.push(...classes);
    return classes;
  }

  unite(one: readonly number[], other: readonly number[]): void {
    for (const [index, id] of one.entries()) this.parents[this.find(id)] = this.find(other[index]!);
  }

  /** What stands for all channels that are united with this one. */
  find(id: number): number {
    let root = id;
    while (this.parents[root] !== root) root = this.parents[root]!;
    this.parents[id] = root;
    return root;
  }

  /** Keeps all channels of a tensor, where it carries any. */
  fix(tensor: string | undefined, reason: string): void {
    if (tensor !== undefined) this.fixClasses(this.carried.get(tensor)?.classes ?? [], reason);
  }

  fixClasses(classes: readonly number[], reason: string): void {
    for (const id of classes) this.fixed.push({ id, reason });
  }

  /** Why classes cannot be cut, by what stands for them. */
  reasons(): Map<number, string> {
    return new Map(this.fixed.map(({ id, reason }) => [this.find(id), reason]));
  }
}
