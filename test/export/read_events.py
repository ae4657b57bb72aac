"""Reads TensorBoard event files with TensorFlow's own reader, which checks their checksums, and prints them as JSON."""

import json
import sys

import tensorflow as tf


def value_of(value):
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return {"tag": value.tag, "scalar": value.simple_value}
    if kind == "histo":
        histogram = value.histo
        return {
            "tag": value.tag,
            "histogram": {
                "min": histogram.min,
                "max": histogram.max,
                "count": histogram.num,
                "sum": histogram.sum,
                "sumOfSquares": histogram.sum_squares,
                "limits": list(histogram.bucket_limit),
                "counts": list(histogram.bucket),
            },
        }
    text = tf.make_ndarray(value.tensor).item().decode()
    return {"tag": value.tag, "plugin": value.metadata.plugin_data.plugin_name, "text": text}


events = [
    {
        "version": event.file_version,
        "step": event.step,
        "wallTime": event.wall_time,
        "values": [value_of(value) for value in event.summary.value],
    }
    for event in tf.compat.v1.train.summary_iterator(sys.argv[1])
]
json.dump(events, sys.stdout)
