// All kernels for one instruction set: compiled once for each, with the compiler's options for it and KERNELS and NAME
// defined, e.g. -mavx2 -mfma -DKERNELS=avx2Kernels -DNAME='"avx2"'.
#include "convolution.h"
#include "direct.h"
#include "filter-gradient.h"
#include "kernels.h"
#include "normalization.h"
#include "pooling.h"

namespace filter_sparsity {
namespace {

/** Calls `with` with the transforms of a form. */
template <class With>
INLINE void transformsOf(Form form, With with) {
  switch (form) {
    case Form::center:
      return with(Center{});
    case Form::karatsuba:
      return with(Karatsuba{});
    case Form::winograd2:
      return with(Winograd2{});
    case Form::winograd4:
      return with(Winograd4{});
    case Form::direct:
      return;
  }
}

void forward(Form form, const ConvolutionShape& s, const float* x, const float* filter, float* y) {
  if (form != Form::direct) transformsOf(form, [&](auto k) { convolve<decltype(k)>(s, x, filter, y); });
  else if (s.channels == 1) convolveDirect<1>(s, x, filter, y);
  else convolveDirect<3>(s, x, filter, y);
}

void inputGradient(Form form, const ConvolutionShape& s, const float* dy, const float* filter, float* dx) {
  transformsOf(form, [&](auto k) { convolveInputGradient<decltype(k)>(s, dy, filter, dx); });
}

void filterGradient(Form form, const ConvolutionShape& s, const float* x, const float* dy, float* dFilter) {
  if (form != Form::direct)
    transformsOf(form, [&](auto k) { convolveFilterGradient<decltype(k)>(s, x, dy, dFilter); });
  else if (s.channels == 1) convolveDirectFilterGradient<1>(s, x, dy, dFilter);
  else convolveDirectFilterGradient<3>(s, x, dy, dFilter);
}

}  // namespace

extern const Kernels KERNELS = {NAME,      W,           forward,           inputGradient, filterGradient,
                                normalize, normalizeGradient, normalizeInference, pool,          poolGradient};

}  // namespace filter_sparsity
