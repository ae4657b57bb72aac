import { PbfWriter } from "pbf";
import { crc32c } from "./crc32c.js";

/** Counts of a histogram: bucket k holds values up to `limits[k]` and above the limit before. */
export interface Histogram {
  min: number;
  max: number;
  count: number;
  sum: number;
  sumOfSquares: number;
  limits: number[];
  counts: number[];
}

export type SummaryValue =
  | { tag: string; scalar: number }
  | { tag: string; histogram: Histogram }
  /** Markdown. */
  | { tag: string; text: string };

export interface SummaryEvent {
  step: number;
  /** Seconds since 1970. */
  wallTime: number;
  values: SummaryValue[];
}

/**
 * The bytes of a TensorBoard event file: TFRecords of `Event` messages, the first one naming the version (TensorFlow,
 * core/util/event.proto, core/framework/summary.proto).
 */
export function encodeEvents(events: readonly SummaryEvent[]): Uint8Array {
  const version = new PbfWriter();
  version.writeDoubleField(1, events[0]?.wallTime ?? 0);
  version.writeStringField(3, "brain.Event:2");
  return Buffer.concat([version.finish(), ...events.map(encodeEvent)].map(framed));
}

/** Length, its checksum, the data, its checksum (TensorFlow, core/lib/io/record_writer.cc). */
function framed(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(8 + 4 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(masked(crc32c(record.subarray(0, 8))), 8);
  record.set(data, 12);
  record.writeUInt32LE(masked(crc32c(data)), 12 + data.length);
  return record;
}

/** A checksum of data that holds checksums would be weak; so they are stored rotated and shifted. */
const masked = (crc: number) => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;

function encodeEvent(event: SummaryEvent): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, event.wallTime);
  pbf.writeVarintField(2, event.step);
  pbf.writeMessage(5, writeSummary, event.values);
  return pbf.finish();
}

function writeSummary(values: readonly SummaryValue[], pbf: PbfWriter): void {
  for (const value of values) pbf.writeMessage(1, writeValue, value);
}

function writeValue(value: SummaryValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.tag);
  if ("scalar" in value) pbf.writeFloatField(2, value.scalar);
  if ("histogram" in value) pbf.writeMessage(5, writeHistogram, value.histogram);
  if ("text" in value) {
    pbf.writeMessage(8, writeText, value.text);
    pbf.writeMessage(9, writeMetadata, "text");
  }
}

function writeHistogram(
  { min, max, count, sum, sumOfSquares, limits, counts }: Histogram,
  pbf: PbfWriter,
): void {
  for (const [index, number] of [min, max, count, sum, sumOfSquares].entries())
    pbf.writeDoubleField(1 + index, number);
  pbf.writePackedDouble(6, limits);
  pbf.writePackedDouble(7, counts);
}

/** A tensor of no dimensions with one string. */
function writeText(text: string, pbf: PbfWriter): void {
  const stringType = 7;
  pbf.writeVarintField(1, stringType);
  pbf.writeMessage(2, () => {}, undefined);
  pbf.writeBytesField(8, Buffer.from(text, "utf8"));
}

/** Which of TensorBoard's plugins shows the value. */
function writeMetadata(plugin: string, pbf: PbfWriter): void {
  pbf.writeMessage(1, (name: string, inner: PbfWriter) => inner.writeStringField(1, name), plugin);
}
