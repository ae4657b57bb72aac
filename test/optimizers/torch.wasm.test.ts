import { describeOptimizerAgreement } from "../support/optimizer-agreement.js";

describeOptimizerAgreement("wasm");
