#include "tests/sandbox/shelf.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {

std::expected<void, std::string> Shelf::put(std::string_view text) {
  constexpr std::size_t most = 200;
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  const auto path = members->text("path");
  if (!path || !path->contains('/')) members->complain("path", "must be a type and an id: Patient/patient-1");
  const auto resource = members->object("resource");
  const auto version = members->text("version");
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  if (kept_.size() >= most) return std::unexpected("too many records: clear them");
  kept_[*path] = {.resource = resource.value_or(""), .version = version.value_or("1")};
  return {};
}

const Shelf::Kept* Shelf::find(const std::string& path) const {
  const auto found = kept_.find(path);
  return found == kept_.end() ? nullptr : &found->second;
}

std::string Shelf::list() const {
  nlohmann::json paths = nlohmann::json::array();
  for (const auto& [path, kept] : kept_) paths.push_back(path);
  return dump_json({{"records", paths}});
}

}  // namespace wardend::sandbox
