#include "ops.h"

#include <cstring>
#include <exception>
#include <iterator>

#include "kernels.h"
#include "op.h"

namespace filter_sparsity {
namespace {

/** Runs a kernel; an exception (no memory) fails the call. */
template <class Work>
void guarded(Call& call, const Work& work) {
  if (!call.ok()) return;
  try {
    work();
  } catch (const std::exception& error) {
    call.fail(error.what());
  }
}

enum class Direction { forward, input, filter };

constexpr const char* formNames[] = {"direct", "center", "karatsuba", "winograd-2x2", "winograd-4x4"};
constexpr Form forms[] = {Form::direct, Form::center, Form::karatsuba, Form::winograd2, Form::winograd4};

void* createConvolution(TF_OpKernelConstruction* construction) {
  const Status status;
  char name[32] = {};
  TF_OpKernelConstruction_GetAttrString(construction, "form", name, sizeof name - 1, status);
  if (status.ok()) {
    for (size_t i = 0; i < std::size(forms); i++)
      if (std::strcmp(name, formNames[i]) == 0) return new Form(forms[i]);
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "unknown form of convolution");
  }
  TF_OpKernelConstruction_Failure(construction, status);
  return nullptr;
}

/** Whether a form can compute a convolution. */
bool fits(Form form, Direction direction, const ConvolutionShape& s) {
  switch (form) {
    case Form::direct:
      return direction != Direction::input && (s.channels == 1 || s.channels == 3) && kernelsFor(s.filters) != nullptr;
    case Form::center:
      return s.height == 1 && s.width == 1;
    case Form::karatsuba:
      return s.height == 2 && s.width == 2;
    default:
      return true;
  }
}

template <Direction DIRECTION>
void convolution(void* attributes, TF_OpKernelContext* context) {
  Call call(context, 2);
  const Form form = *static_cast<Form*>(attributes);
  if (!call.ok() || !call.check(call.sides(0) == 4 && call.sides(1) == 4, "two tensors with 4 sides expected")) return;
  ConvolutionShape s{call.side(0, 0), call.side(0, 1), call.side(0, 2), 0, call.side(1, 3)};
  bool agree;
  if (DIRECTION == Direction::filter) {
    s.channels = call.side(0, 3);
    agree = call.side(1, 0) == s.images && call.side(1, 1) == s.height && call.side(1, 2) == s.width;
  } else {
    s.channels = call.side(1, 2);
    const long given = DIRECTION == Direction::forward ? s.channels : s.filters;
    agree = call.side(1, 0) == 3 && call.side(1, 1) == 3 && call.side(0, 3) == given;
  }
  const bool empty = s.images * s.height * s.width * s.channels * s.filters == 0;
  if (!call.check(agree && !empty, "the sides of images and 3x3 filter do not agree")) return;
  if (!call.check(fits(form, DIRECTION, s), "this form does not take this shape")) return;
  const Kernels& kernels = form == Form::direct ? *kernelsFor(s.filters) : kernelsFor(s);
  if (DIRECTION == Direction::forward) {
    float* y = call.output(0, {s.images, s.height, s.width, s.filters});
    guarded(call, [&] { kernels.convolve(form, s, call.data(0), call.data(1), y); });
  } else if (DIRECTION == Direction::input) {
    float* dx = call.output(0, {s.images, s.height, s.width, s.channels});
    guarded(call, [&] { kernels.convolveInputGradient(form, s, call.data(0), call.data(1), dx); });
  } else {
    float* dFilter = call.output(0, {3, 3, s.channels, s.filters});
    guarded(call, [&] { kernels.convolveFilterGradient(form, s, call.data(0), call.data(1), dFilter); });
  }
}

template <Direction DIRECTION>
void convolutionShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  Shapes shapes(context, status);
  if (DIRECTION == Direction::filter) {
    TF_ShapeHandle* taps = shapes.join(shapes.known(3), shapes.known(3));
    shapes.output(0, shapes.join(shapes.join(taps, shapes.input(0, 4, 3, 4)), shapes.input(1, 4, 3, 4)));
  } else {
    const int side = DIRECTION == Direction::forward ? 3 : 2;
    shapes.output(0, shapes.join(shapes.input(0, 4, 0, 3), shapes.input(1, 4, side, side + 1)));
  }
}

struct NormalizationAttributes {
  float epsilon, slope;
};

void* createNormalization(TF_OpKernelConstruction* construction) {
  const Status status;
  auto* attributes = new NormalizationAttributes;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes->epsilon, status);
  if (status.ok()) TF_OpKernelConstruction_GetAttrFloat(construction, "slope", &attributes->slope, status);
  if (!status.ok()) TF_OpKernelConstruction_Failure(construction, status);
  return attributes;
}

template <class T>
void destroy(void* attributes) {
  delete static_cast<T*>(attributes);
}

/** Images that an operation takes pixel by pixel, and the kernels for their channels. */
struct Images {
  long images = 0, height = 0, width = 0, channels = 0;
  const Kernels* kernels = nullptr;
  Images(Call& call, int input) {
    if (!call.ok() || !call.check(call.sides(input) == 4, "images with 4 sides expected")) return;
    images = call.side(input, 0);
    height = call.side(input, 1);
    width = call.side(input, 2);
    channels = call.side(input, 3);
    kernels = kernelsFor(channels);
    call.check(kernels != nullptr && rows() > 0, "images with at least 4 channels expected");
  }
  long rows() const { return images * height * width; }
  long size() const { return rows() * channels; }
  NormalizationShape normalization(void* attributes) const {
    const auto [epsilon, slope] = *static_cast<NormalizationAttributes*>(attributes);
    return {rows(), channels, epsilon, slope};
  }
  PoolingShape pooling() const { return {images, height, width, channels}; }
};

constexpr const char* perChannel = "one number a channel expected";

void normalization(void* attributes, TF_OpKernelContext* context) {
  Call call(context, 3);
  const Images x(call, 0);
  if (!call.ok() || !call.check(call.size(1) == x.channels && call.size(2) == x.channels, perChannel)) return;
  float* y = call.output(0, {x.images, x.height, x.width, x.channels});
  float* mean = call.output(1, {x.channels});
  float* variance = call.output(2, {x.channels});
  float* saved = call.output(3, {4, x.channels});
  guarded(call, [&] {
    x.kernels->normalize(x.normalization(attributes), call.data(0), call.data(1), call.data(2), y, mean, variance,
                         saved);
  });
}

void normalizationShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  Shapes shapes(context, status);
  shapes.output(0, shapes.input(0, 4, 0, 4));
  shapes.output(1, shapes.input(1, 1, 0, 1));
  shapes.output(2, shapes.input(1, 1, 0, 1));
  shapes.output(3, shapes.join(shapes.known(4), shapes.input(1, 1, 0, 1)));
}

void normalizationInference(void* attributes, TF_OpKernelContext* context) {
  Call call(context, 5);
  const Images x(call, 0);
  for (int i = 1; i < 5; i++)
    if (!call.ok() || !call.check(call.size(i) == x.channels, perChannel)) return;
  float* y = call.output(0, {x.images, x.height, x.width, x.channels});
  guarded(call, [&] {
    x.kernels->normalizeInference(x.normalization(attributes), call.data(0), call.data(1), call.data(2), call.data(3),
                                  call.data(4), y);
  });
}

/** As the first input's. */
void sameShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  Shapes shapes(context, status);
  shapes.output(0, shapes.input(0, 4, 0, 4));
}

void normalizationGradient(void* attributes, TF_OpKernelContext* context) {
  Call call(context, 3);
  const Images x(call, 1);
  if (!call.ok() || !call.check(call.size(0) == x.size() && call.size(2) == 4 * x.channels,
                                "the gradient's shape is not that of the images"))
    return;
  float* dx = call.output(0, {x.images, x.height, x.width, x.channels});
  float* dGamma = call.output(1, {x.channels});
  float* dBeta = call.output(2, {x.channels});
  guarded(call, [&] {
    x.kernels->normalizeGradient(x.normalization(attributes), call.data(0), call.data(1), call.data(2), dx, dGamma,
                                 dBeta);
  });
}

void normalizationGradientShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  Shapes shapes(context, status);
  shapes.output(0, shapes.input(1, 4, 0, 4));
  shapes.output(1, shapes.input(2, 2, 1, 2));
  shapes.output(2, shapes.input(2, 2, 1, 2));
}

void pooling(void*, TF_OpKernelContext* context) {
  Call call(context, 1);
  const Images x(call, 0);
  float* y = call.output(0, {x.images, x.height / 2, x.width / 2, x.channels});
  guarded(call, [&] { x.kernels->pool(x.pooling(), call.data(0), y); });
}

void unknownShape(TF_ShapeInferenceContext* context, TF_Status* status) { Shapes(context, status).unknown(); }

void poolingGradient(void*, TF_OpKernelContext* context) {
  Call call(context, 3);
  const Images x(call, 0);
  const long pooled = x.images * (x.height / 2) * (x.width / 2) * x.channels;
  if (!call.ok() || !call.check(call.size(1) == pooled && call.size(2) == pooled,
                                "the gradient's shape is not that of the pooled images"))
    return;
  float* dx = call.output(0, {x.images, x.height, x.width, x.channels});
  guarded(call, [&] { x.kernels->poolGradient(x.pooling(), call.data(0), call.data(1), call.data(2), dx); });
}

std::string registerAll() {
  const std::initializer_list<const char*> form = {"form: string"}, norm = {"epsilon: float", "slope: float"};
  const Operation operations[] = {
      {"FilterSparsityConv2D", {"x", "filter"}, {"y"}, form, createConvolution, convolution<Direction::forward>,
       destroy<Form>, convolutionShapes<Direction::forward>},
      {"FilterSparsityConv2DInputGradient", {"dy", "filter"}, {"dx"}, form, createConvolution,
       convolution<Direction::input>, destroy<Form>, convolutionShapes<Direction::input>},
      {"FilterSparsityConv2DFilterGradient", {"x", "dy"}, {"dfilter"}, form, createConvolution,
       convolution<Direction::filter>, destroy<Form>, convolutionShapes<Direction::filter>},
      {"FilterSparsityBatchNorm", {"x", "gamma", "beta"}, {"y", "mean", "variance", "saved"}, norm, createNormalization,
       normalization, destroy<NormalizationAttributes>, normalizationShapes},
      {"FilterSparsityBatchNormGradient", {"dy", "x", "saved"}, {"dx", "dgamma", "dbeta"}, norm, createNormalization,
       normalizationGradient, destroy<NormalizationAttributes>, normalizationGradientShapes},
      {"FilterSparsityBatchNormInference", {"x", "gamma", "beta", "mean", "variance"}, {"y"}, norm, createNormalization,
       normalizationInference, destroy<NormalizationAttributes>, sameShape},
      {"FilterSparsityMaxPool", {"x"}, {"y"}, {}, nullptr, pooling, nullptr, unknownShape},
      {"FilterSparsityMaxPoolGradient", {"x", "y", "dy"}, {"dx"}, {}, nullptr, poolingGradient, nullptr, sameShape},
  };
  std::string refused;
  for (const Operation& operation : operations) refused += registerOperation(operation);
  return refused;
}

}  // namespace

std::string registerOperations() {
  // Node initializes an add-on again in each worker thread.
  static const std::string refused = registerAll();
  return refused;
}

}  // namespace filter_sparsity
