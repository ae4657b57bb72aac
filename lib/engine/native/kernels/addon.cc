// The add-on for Node: makes the operations known to the TensorFlow of this process and sets what they work with.
#include <node_api.h>

#include "kernels.h"
#include "ops.h"
#include "workers.h"

namespace filter_sparsity {
namespace {

void set(napi_env env, napi_value object, const char* name, const char* text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, object, name, value);
}

napi_value argument(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value = nullptr;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  return value;
}

/** setThreads(count: number) */
napi_value setThreadsFrom(napi_env env, napi_callback_info info) {
  int32_t threads = 1;
  napi_get_value_int32(env, argument(env, info), &threads);
  setThreads(threads);
  return nullptr;
}

/** limitInstructions(name: string): boolean, whether the processor has them */
napi_value limitInstructions(napi_env env, napi_callback_info info) {
  char name[32] = {};
  size_t length = 0;
  napi_get_value_string_utf8(env, argument(env, info), name, sizeof name, &length);
  napi_value result;
  napi_get_boolean(env, limitKernels(name), &result);
  return result;
}

/** instructions(): string, those in use */
napi_value instructions(napi_env env, napi_callback_info) {
  napi_value result;
  napi_create_string_utf8(env, bestKernels().name, NAPI_AUTO_LENGTH, &result);
  return result;
}

void define(napi_env env, napi_value object, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, object, name, function);
}

napi_value initialize(napi_env env, napi_value exports) {
  set(env, exports, "version", VERSION);
  set(env, exports, "refused", registerOperations().c_str());
  define(env, exports, "setThreads", setThreadsFrom);
  define(env, exports, "limitInstructions", limitInstructions);
  define(env, exports, "instructions", instructions);
  return exports;
}

}  // namespace
}  // namespace filter_sparsity

NAPI_MODULE(filter_sparsity, filter_sparsity::initialize)
