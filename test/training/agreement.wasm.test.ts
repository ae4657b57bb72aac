import { describeAgreement } from "../support/agreement.js";

describeAgreement("wasm");
