// TensorFlow's stable C interface, as far as operations of our own need it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace filter_sparsity {

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  operator TF_Status*() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  const char* message() const { return TF_Message(status_); }

 private:
  TF_Status* const status_;
};

/** Inputs and outputs of one call of a kernel, all float32. The first failure is reported at its end. */
class Call {
 public:
  static constexpr int most = 6;

  Call(TF_OpKernelContext* context, int inputs) : context_(context) {
    for (int i = 0; i < inputs && status_.ok(); i++) TF_GetInput(context, i, &inputs_[i], status_);
  }
  ~Call() {
    for (TF_Tensor* tensor : inputs_) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
    for (TF_Tensor* tensor : outputs_) {
      if (tensor != nullptr) TF_DeleteTensor(tensor);
    }
    if (!status_.ok()) TF_OpKernelContext_Failure(context_, status_);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  bool ok() const { return status_.ok(); }
  /** Fails the call with this word unless `holds`. Whether the call still goes on. */
  bool check(bool holds, const char* otherwise) {
    if (ok() && !holds) TF_SetStatus(status_, TF_INVALID_ARGUMENT, otherwise);
    return ok();
  }
  void fail(const char* why) { TF_SetStatus(status_, TF_INTERNAL, why); }

  int sides(int input) const { return TF_NumDims(inputs_[input]); }
  long side(int input, int which) const { return static_cast<long>(TF_Dim(inputs_[input], which)); }
  long size(int input) const { return static_cast<long>(TF_TensorElementCount(inputs_[input])); }
  const float* data(int input) const { return static_cast<const float*>(TF_TensorData(inputs_[input])); }

  /** Room for an output; null once the call has failed. */
  float* output(int which, std::initializer_list<long> shape) {
    if (!ok()) return nullptr;
    int64_t sides[4] = {};
    int count = 0;
    size_t bytes = sizeof(float);
    for (const long side : shape) {
      sides[count++] = side;
      bytes *= side;
    }
    outputs_[which] = TF_AllocateOutput(context_, which, TF_FLOAT, sides, count, bytes, status_);
    return ok() ? static_cast<float*>(TF_TensorData(outputs_[which])) : nullptr;
  }

 private:
  TF_OpKernelContext* const context_;
  Status status_;
  TF_Tensor* inputs_[most] = {};
  TF_Tensor* outputs_[most] = {};
};

/** What is known of shapes before a graph runs: TensorFlow plans with it. */
class Shapes {
 public:
  Shapes(TF_ShapeInferenceContext* context, TF_Status* status) : context_(context), status_(status) {}
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  /** Sides [start, end) of an input with `rank` sides. Belongs to `join` or `output`. */
  TF_ShapeHandle* input(int which, int rank, int start, int end) {
    TF_ShapeHandle* shape = TF_NewShapeHandle();
    if (ok()) TF_ShapeInferenceContextGetInput(context_, which, shape, status_);
    if (ok()) TF_ShapeInferenceContextWithRank(context_, shape, rank, shape, status_);
    if (ok()) TF_ShapeInferenceContextSubshape(context_, shape, start, end, shape, status_);
    return shape;
  }
  /** One side of this length. */
  TF_ShapeHandle* known(long side) {
    return TF_ShapeInferenceContextVectorFromSize(context_, static_cast<size_t>(side));
  }
  TF_ShapeHandle* join(TF_ShapeHandle* first, TF_ShapeHandle* second) {
    if (ok()) TF_ShapeInferenceContextConcatenateShapes(context_, first, second, first, status_);
    TF_DeleteShapeHandle(second);
    return first;
  }
  void output(int which, TF_ShapeHandle* shape) {
    if (ok()) TF_ShapeInferenceContextSetOutput(context_, which, shape, status_);
    TF_DeleteShapeHandle(shape);
  }
  void unknown() { TF_ShapeInferenceContextSetUnknownShape(context_, status_); }

 private:
  TF_ShapeInferenceContext* const context_;
  TF_Status* const status_;
};

/** An operation and its kernel for the CPU; all inputs and outputs are float32. */
struct Operation {
  const char* name;
  std::initializer_list<const char*> inputs, outputs;
  /** As TensorFlow writes them, e.g. "epsilon: float". */
  std::initializer_list<const char*> attributes;
  /** Reads the attributes; null where there are none. */
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void* attributes, TF_OpKernelContext*);
  void (*destroy)(void* attributes);
  void (*shapes)(TF_ShapeInferenceContext*, TF_Status*);
};

/** Empty, or why TensorFlow refused it. */
inline std::string registerOperation(const Operation& operation) {
  const Status status;
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  const std::string type = ": float";
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, (input + type).c_str());
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, (output + type).c_str());
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, operation.shapes);
  TF_RegisterOpDefinition(definition, status);
  if (status.ok()) {
    TF_KernelBuilder* kernel =
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy);
    TF_RegisterKernelBuilder(operation.name, kernel, status);
  }
  return status.ok() ? "" : std::string(operation.name) + ": " + status.message();
}

}  // namespace filter_sparsity
