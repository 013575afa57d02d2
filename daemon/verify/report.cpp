#include "daemon/verify/report.hpp"

#include <algorithm>

namespace wardend::verify {

std::string_view name_of(Source source) {
  switch (source) {
    case Source::smart_configuration:
      return "smart-configuration";
    case Source::metadata:
      return "metadata";
    case Source::configuration:
      return "wardend.toml";
  }
  return {};
}

bool Report::ready() const {
  return std::ranges::none_of(findings, [](const Finding& of) { return of.severity == Severity::blocking; });
}

}  // namespace wardend::verify
