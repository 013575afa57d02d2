#include "tests/sandbox/options.hpp"
#include "tests/sandbox/run.hpp"

int main(int argc, char** argv) {
  auto options = wardend::sandbox::parse_options(argc, argv);
  if (!options) return options.error();
  return wardend::sandbox::run(std::move(*options));
}
