#include "protocol/fhir/release.hpp"

#include <algorithm>
#include <array>

namespace wardend::fhir {
namespace {

struct NamedRelease {
  Release release;
  std::string_view name;
  std::string_view version;  // as servers write it, without the last number
};
constexpr std::array rows = {
    NamedRelease{Release::dstu2, "DSTU2", "1.0"}, NamedRelease{Release::stu3, "STU3", "3.0"},
    NamedRelease{Release::r4, "R4", "4.0"},       NamedRelease{Release::r4b, "R4B", "4.3"},
    NamedRelease{Release::r5, "R5", "5.0"},
};

}  // namespace

std::string_view name_of(Release release) { return std::ranges::find(rows, release, &NamedRelease::release)->name; }

std::optional<Release> release_named(std::string_view name) {
  const auto* row = std::ranges::find(rows, name, &NamedRelease::name);
  return row == rows.end() ? std::nullopt : std::optional(row->release);
}

std::optional<Release> release_of_version(std::string_view version) {
  for (const NamedRelease& row : rows)
    if (version == row.version || (version.starts_with(row.version) && version[row.version.size()] == '.'))
      return row.release;
  return std::nullopt;
}

}  // namespace wardend::fhir
