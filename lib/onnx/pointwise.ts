/** Operators that compute each value of their first input by itself. */
export const pointwise = [
  ...[
    "Relu",
    "LeakyRelu",
    "Elu",
    "Selu",
    "Celu",
    "ThresholdedRelu",
    "Sigmoid",
    "HardSigmoid",
    "HardSwish",
    "Clip",
  ],
  ...[
    "Tanh",
    "Erf",
    "Gelu",
    "Mish",
    "Softplus",
    "Softsign",
    "Exp",
    "Log",
    "Sqrt",
    "Neg",
    "Abs",
    "Reciprocal",
    "Sign",
  ],
  ...["Floor", "Ceil", "Round", "Identity", "Dropout", "Cast"],
];

/** Operators that join inputs value by value, broadcasting. */
export const elementwise = ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Sum", "Mean", "PRelu"];
