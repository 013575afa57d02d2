// What libFuzzer calls: one program a target, named by WARDEND_FUZZ_TARGET.
#include "base/log.hpp"
#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  wardend::log::set_sink([](wardend::log::Level, std::string_view) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wardend::fuzz::WARDEND_FUZZ_TARGET({data, size});
  return 0;
}
