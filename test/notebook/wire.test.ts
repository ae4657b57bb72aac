import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isOfClosedSocket } from "../../lib/notebook/kernel/closed-sockets.js";
import { codePointsOf, unitsOf } from "../../lib/notebook/kernel/code-points.js";
import { wellFormed } from "../../lib/notebook/kernel/well-formed.js";

/** Strings with halves of surrogate pairs, backslashes and what looks like an escape. */
const text = fc
  .array(fc.constantFrom("a", "🙂", "\ud83d", "\ude42", "\\", "\\ud83d", '"', "\n", "é"))
  .map((parts) => parts.join(""));

/** As UTF-8 has it: a half becomes U+FFFD. */
const inUtf8 = (written: string) => Buffer.from(written, "utf8").toString("utf8");

test("every string and key of a message is what UTF-8 makes of it, and nothing else changes", () => {
  fc.assert(
    fc.property(text, text, (key, value) => {
      const message = { [key]: [value, { nested: value }], number: 1, none: null };
      const whole = inUtf8(value);
      expect(wellFormed(message)).toEqual({
        [inUtf8(key)]: [whole, { nested: whole }],
        number: 1,
        none: null,
      });
    }),
  );
});

test("positions in code points and in code units are each other's inverse, at whole characters", () => {
  fc.assert(
    fc.property(text, (written) => {
      const whole = inUtf8(written);
      for (const [index] of [...whole].entries()) {
        const units = [...whole].slice(0, index).join("").length;
        expect(unitsOf(whole, index)).toBe(units);
        expect(codePointsOf(whole, units)).toBe(index);
      }
      expect(unitsOf(whole, 1e9)).toBe(whole.length);
    }),
  );
});

test("errors of sockets that are closed under a message are told from those of cells", async () => {
  const socket = new Reply();
  await socket.bind("tcp://127.0.0.1:*");
  const waiting = rejectionOf(() => socket.receive());
  socket.close();
  const errors = await Promise.all([
    waiting,
    rejectionOf(() => socket.receive()),
    rejectionOf(() => socket.send("late")),
  ]);
  expect(errors.map(isOfClosedSocket)).toEqual([true, true, true]);
  const ofFile = await rejectionOf(async () => readFileSync(999_999));
  expect(ofFile).toMatchObject({ code: "EBADF" });
  expect([ofFile, new Error("Socket is closed"), "EBADF"].map(isOfClosedSocket)).toEqual([
    false,
    false,
    false,
  ]);
});

/** What a call throws or rejects with. */
async function rejectionOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return void (await call());
  } catch (error) {
    return error;
  }
}

interface ReplySocket {
  bind(address: string): Promise<void>;
  receive(): Promise<unknown>;
  send(text: string): Promise<void>;
  close(): void;
}

/** The kernel has ZeroMQ through tslab. */
const { Reply } = createRequire(createRequire(import.meta.url).resolve("tslab/dist/main.js"))("zeromq") as {
  Reply: new () => ReplySocket;
};
