import type { Listener, Position } from "../training/index.js";
import type { TrainerState } from "../training/trainer.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Checkpoints } from "./checkpoint-folder.js";

/** Keeps the latest moment that a run can go on from, and saves it whenever its folder asks for one. */
export class Keeper {
  /** The trainer's part is read only when it is saved. */
  private standing: Omit<Checkpoint, "trainer"> | undefined;

  /**
   * @param describe all that a checkpoint holds at a position but the trainer's state; what it gives must not change
   *   afterwards
   */
  constructor(
    private readonly checkpoints: Pick<Checkpoints, "due" | "save"> | undefined,
    private readonly readState: () => Promise<TrainerState>,
    private readonly describe: (position: Position) => Omit<Checkpoint, "trainer">,
  ) {}

  readonly listen: Listener = async (event) => {
    if (event.type !== "position") return;
    this.standing = this.describe(event.position);
    if (this.checkpoints?.due) await this.save();
  };

  /** Saves the latest moment now, e.g. because the run is to end. */
  async save(): Promise<void> {
    if (!this.checkpoints || !this.standing) return;
    const state = await this.readState();
    // After a divergence the trainer is further on.
    if (state.steps === this.standing.position.step)
      await this.checkpoints.save({ ...this.standing, trainer: state });
  }
}
