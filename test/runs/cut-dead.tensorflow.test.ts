import { nativeStatus } from "../../lib/engine/native/status.js";
import { optional } from "../support/optional.js";
import { describeCutting } from "./cut-dead-suite.js";

// With one thread TensorFlow adds up in the same order every time.
process.env.TF_NUM_INTRAOP_THREADS = "1";
process.env.TF_NUM_INTEROP_THREADS = "1";
process.env.OMP_NUM_THREADS = "1";

const { loads } = await nativeStatus();
describeCutting("tensorflow", {
  it: optional("engine tensorflow", loads, "run npm run engine -- build"),
});
