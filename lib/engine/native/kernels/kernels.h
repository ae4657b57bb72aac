// What the kernels compute, whatever the processor. Tensors are float32 and NHWC, filters [3, 3, channels, filters].
#pragma once

namespace filter_sparsity {

/** Of one 3x3 convolution with stride 1 and padding "same". */
struct ConvolutionShape {
  long images, height, width, channels, filters;
};

/** How a 3x3 convolution is computed. The engine's TypeScript chooses; the names there are those in `ops.cc`. */
enum class Form {
  /** Pixel by pixel: 1 or 3 channels. */
  direct,
  /** Images of 1x1: only the filter's middle meets a pixel. */
  center,
  /** Images of 2x2: a Toeplitz product in each axis with 3 products for 4 (Karatsuba). */
  karatsuba,
  /** Winograd's F(2x2,3x3): 16 products for 36. */
  winograd2,
  /** Winograd's F(4x4,3x3): 36 products for 144. */
  winograd4,
};

/** Of images whose pixels are rows: [rows, channels]. */
struct NormalizationShape {
  long rows, channels;
  /** Added to the variance. */
  float epsilon;
  /** The nonlinearity behind it is max(y, slope * y); 1: none. */
  float slope;
};

/** Of 2x2 maximum pooling with stride 2; an odd last row or column is dropped. */
struct PoolingShape {
  long images, height, width, channels;
};

/** All kernels for one instruction set. */
struct Kernels {
  const char* name;
  /** Floats in a vector. */
  int width;
  void (*convolve)(Form, const ConvolutionShape&, const float* x, const float* filter, float* y);
  /** Not for `direct`. */
  void (*convolveInputGradient)(Form, const ConvolutionShape&, const float* dy, const float* filter, float* dx);
  void (*convolveFilterGradient)(Form, const ConvolutionShape&, const float* x, const float* dy, float* dFilter);
  /** `variance` has Bessel's correction; `saved` [4, channels] is for the gradient. At least `width` channels. */
  void (*normalize)(const NormalizationShape&, const float* x, const float* gamma, const float* beta, float* y,
                    float* mean, float* variance, float* saved);
  void (*normalizeGradient)(const NormalizationShape&, const float* dy, const float* x, const float* saved, float* dx,
                            float* dGamma, float* dBeta);
  /** The same with given statistics. */
  void (*normalizeInference)(const NormalizationShape&, const float* x, const float* gamma, const float* beta,
                             const float* mean, const float* variance, float* y);
  /** At least `width` channels. */
  void (*pool)(const PoolingShape&, const float* x, float* y);
  /** To the first of the four values that is the largest. */
  void (*poolGradient)(const PoolingShape&, const float* x, const float* y, const float* dy, float* dx);
};

extern const Kernels plainKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels, avx512Kernels;
#endif

/** The widest kernels that the processor has and that `limitKernels` allows. */
const Kernels& bestKernels();

/** Of those, the widest with at most so many floats in a vector; null where none is so narrow. */
const Kernels* kernelsFor(long channels);

/** Of those, the ones with the fewest products for a convolution whose channels fill whole vectors. */
const Kernels& kernelsFor(const ConvolutionShape&);

/** Leaves out what is wider than the named ones; false where the processor has none of that name. */
bool limitKernels(const char* name);

}  // namespace filter_sparsity
