// Runs each model of models.bin in TensorFlow Lite Micro, and writes to counts.bin how many operators it
// has, how many instructions an inference executes, and the name and the instructions of each operator.
//
// A model is preceded by its length.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "clock.h"
extern "C" {
#include "board.h"
}
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/schema/schema_generated.h"

void operator delete(void*) noexcept {}
void operator delete(void*, size_t) noexcept {}
extern "C" void __cxa_pure_virtual() { host_exit(97); }
extern "C" void abort() {
  host_exit(96);
  for (;;) {
  }
}

namespace {

constexpr uint32_t kOperators = 64;

struct Count {
  char name[28];
  uint32_t instructions;
};

using Invoke = TfLiteStatus (*)(TfLiteContext*, TfLiteNode*);

constexpr int kKinds = 12;
const tflite::MicroOpResolver* kernels;
TFLMRegistration counted[kKinds];
Invoke invokes[kKinds];
tflite::BuiltinOperator kinds[kKinds];
int n_kinds;

bool counts_operators;
Count counts[kOperators];
uint32_t n_counts;

template <int kind>
TfLiteStatus CountedInvoke(TfLiteContext* context, TfLiteNode* node) {
  if (!counts_operators || n_counts == kOperators) return invokes[kind](context, node);
  clock_start();
  const TfLiteStatus status = invokes[kind](context, node);
  const uint32_t instructions = clock_stop();
  strncpy(counts[n_counts].name, tflite::EnumNameBuiltinOperator(kinds[kind]), sizeof counts[0].name);
  counts[n_counts++].instructions = instructions;
  return status;
}

constexpr Invoke kCounted[kKinds] = {CountedInvoke<0>, CountedInvoke<1>, CountedInvoke<2>, CountedInvoke<3>,
                                     CountedInvoke<4>, CountedInvoke<5>, CountedInvoke<6>, CountedInvoke<7>,
                                     CountedInvoke<8>, CountedInvoke<9>, CountedInvoke<10>, CountedInvoke<11>};

// Finds kernels whose instructions are counted.
class CountingResolver : public tflite::MicroOpResolver {
 public:
  const TFLMRegistration* FindOp(tflite::BuiltinOperator operation) const override {
    for (int kind = 0; kind < n_kinds; kind++) {
      if (kinds[kind] == operation) return &counted[kind];
    }
    const TFLMRegistration* found = kernels->FindOp(operation);
    if (found == nullptr || n_kinds == kKinds) return found;
    kinds[n_kinds] = operation;
    counted[n_kinds] = *found;
    invokes[n_kinds] = found->invoke;
    counted[n_kinds].invoke = kCounted[n_kinds];
    return &counted[n_kinds++];
  }
  const TFLMRegistration* FindOp(const char*) const override { return nullptr; }
  tflite::TfLiteBridgeBuiltinParseFunction GetOpDataParser(tflite::BuiltinOperator operation) const override {
    return kernels->GetOpDataParser(operation);
  }
};

alignas(16) unsigned char model[7000000];
alignas(16) unsigned char arena[1000000];
alignas(16) unsigned char place[sizeof(tflite::MicroInterpreter)];
alignas(16) unsigned char resolver_place[sizeof(tflite::MicroMutableOpResolver<12>)];
alignas(16) unsigned char counting_place[sizeof(CountingResolver)];

// Fills an input with random values: integers of the whole range, or floats from -2 to 2.
void Fill(TfLiteTensor* input) {
  uint32_t state = 1;
  auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state >> 24;
  };
  if (input->type == kTfLiteInt8) {
    for (size_t i = 0; i < input->bytes; i++) input->data.int8[i] = static_cast<int8_t>(next());
  } else {
    for (size_t i = 0; i < input->bytes / 4; i++) input->data.f[i] = static_cast<int>(next()) / 64.0f - 2.0f;
  }
}

}  // namespace

extern "C" int main() {
  auto& resolver = *new (resolver_place) tflite::MicroMutableOpResolver<12>();
  resolver.AddConv2D();
  resolver.AddDepthwiseConv2D();
  resolver.AddFullyConnected();
  resolver.AddLogistic();
  resolver.AddMaxPool2D();
  resolver.AddAveragePool2D();
  resolver.AddMean();
  resolver.AddReshape();
  resolver.AddSoftmax();
  resolver.AddShape();
  resolver.AddStridedSlice();
  resolver.AddPack();
  kernels = &resolver;
  const auto& counting = *new (counting_place) CountingResolver();
  clock_prepare();
  const int32_t models = host_open("models.bin", HOST_READ);
  const int32_t output = host_open("counts.bin", HOST_WRITE);
  uint32_t length;
  while (host_read(models, &length, sizeof length) == sizeof length) {
    if (length > sizeof model) return 93;
    host_read(models, model, length);
    auto* interpreter =
        new (place) tflite::MicroInterpreter(tflite::GetModel(model), counting, arena, sizeof arena);
    if (interpreter->AllocateTensors() != kTfLiteOk) return 95;
    n_counts = 0;
    counts_operators = true;
    Fill(interpreter->input(0));
    if (interpreter->Invoke() != kTfLiteOk) return 94;
    counts_operators = false;
    Fill(interpreter->input(0));
    clock_start();
    interpreter->Invoke();
    const uint32_t instructions = clock_stop();
    host_write(output, &n_counts, sizeof n_counts);
    host_write(output, &instructions, sizeof instructions);
    host_write(output, counts, n_counts * sizeof counts[0]);
  }
  return 0;
}
