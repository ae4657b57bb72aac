import { describeResuming } from "./resume-suite.js";

describeResuming("wasm", { thorough: true });
