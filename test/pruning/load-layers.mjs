// A user's program: plain tfjs and a model's address. Prints the logits of the images on stdin as JSON.
import { text } from "node:stream/consumers";
import * as tf from "@tensorflow/tfjs";

const { url, images, shape } = JSON.parse(await text(process.stdin));
await tf.setBackend("cpu");
const model = await tf.loadLayersModel(url);
const logits = model.predict(tf.tensor4d(images, shape));
process.stdout.write(JSON.stringify({ logits: [...(await logits.data())], backend: tf.getBackend() }));
