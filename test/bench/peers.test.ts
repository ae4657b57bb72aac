import { describe, expect, test } from "vitest";
import { randomImages } from "../../lib/bench/images.js";
import { findPeers } from "../../lib/bench/peers.js";
import { namedWorks } from "../../lib/bench/work.js";
import { createNetwork } from "../../lib/models/index.js";
import { optional } from "../support/optional.js";

const found = await findPeers(["jax"], { torchDevice: "cpu" });
const [jax] = found.peers;
const withJax = optional("JAX", jax !== undefined, found.missing[0] ?? "");
const work = (name: string) => namedWorks(2).find((named) => named.name === name)!.work;

describe("JAX beside us", () => {
  withJax("trains and evaluates our BasicNet", { timeout: 300_000 }, async () => {
    const { model, size, batch } = work("quick");
    const { macs, layout } = createNetwork(model, randomImages(size, batch));
    const process = jax!.start("wasm", { threads: 1 });
    try {
      expect(jax!.nameFrom(await process.ready())).toMatch(/^JAX \d/);
      for (const mode of ["train", "evaluate"] as const) {
        const answer = await process.ask({ work: { ...work("quick"), mode }, steps: 2 });
        expect(answer.loss).toBeGreaterThan(0);
        // Where they differ there is no ratio.
        expect(answer).toMatchObject({ macs, parameters: layout.count });
      }
    } finally {
      process.close();
    }
  });

  withJax("says what it cannot do", async () => {
    const process = jax!.start("wasm", { threads: 1 });
    try {
      await process.ready();
      await expect(process.ask({ work: work("lite-lion"), steps: 1 })).rejects.toThrow(/has no lion/);
      await expect(process.ask({ work: work("lite-no-norm"), steps: 1 })).rejects.toThrow(
        /batch normalization/,
      );
    } finally {
      process.close();
    }
  });
});

test("a device on which PyTorch runs is part of its name", async () => {
  const { peers } = await findPeers(["eager"], { torchDevice: "cuda" });
  for (const peer of peers) expect(peer.nameFrom({ torch: "2" })).toBe("PyTorch 2 eager on cuda");
});
