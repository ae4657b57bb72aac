import { nativeStatus } from "../../lib/engine/native/status.js";
import { optional } from "../support/optional.js";
import { describeResuming } from "./resume-suite.js";

// With one thread TensorFlow adds up in the same order every time.
process.env.TF_NUM_INTRAOP_THREADS = "1";
process.env.TF_NUM_INTEROP_THREADS = "1";
process.env.OMP_NUM_THREADS = "1";

const { loads } = await nativeStatus();
describeResuming("tensorflow", {
  it: optional("engine tensorflow", loads, "run npm run engine -- build"),
});
