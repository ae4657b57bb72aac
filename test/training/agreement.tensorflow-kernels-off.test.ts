import { vi } from "vitest";
import { nativeStatus } from "../../lib/engine/native/status.js";
import { describeAgreement } from "../support/agreement.js";
import { optional } from "../support/optional.js";

vi.stubEnv("FILTER_SPARSITY_KERNELS", "off");

const status = await nativeStatus();
describeAgreement("tensorflow", optional("engine tensorflow", status.loads, "run npm run engine -- build"));
