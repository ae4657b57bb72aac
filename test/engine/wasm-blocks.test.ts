import { describeBlockAgreement } from "../support/block-agreement.js";

describeBlockAgreement("wasm");
