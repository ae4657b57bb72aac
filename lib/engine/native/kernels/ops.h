#pragma once

#include <string>

namespace filter_sparsity {

/** Makes the operations known to TensorFlow, once a process. Empty, or what it refused and why. */
std::string registerOperations();

}  // namespace filter_sparsity
