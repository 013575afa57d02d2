#include "tests/sandbox/shelf.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {

std::expected<void, std::string> Shelf::put(std::string_view text) {
  auto members = Members::parse(text);
  if (!members) return std::unexpected(members.error());
  const auto path = members->text("path");
  if (!path || !path->contains('/')) members->complain("path", "must be a type and an id: Patient/patient-1");
  const auto resource = members->object("resource");
  const auto version = members->text("version");
  if (const auto problem = members->problem()) return std::unexpected(*problem);
  if (const auto found = kept_.find(*path); found != kept_.end()) {
    for (const Kept& old : found->second) bytes_ -= old.resource.size();
    count_ -= found->second.size();
    kept_.erase(found);
  }
  if (!add(*path, {.resource = resource.value_or(""), .version = version.value_or("1")}))
    return std::unexpected("too many records: clear them");
  return {};
}

bool Shelf::add(const std::string& path, Kept kept) {
  constexpr std::size_t most = 2000;
  constexpr std::size_t most_bytes = 16UL * 1024 * 1024;
  if (count_ >= most || bytes_ + kept.resource.size() > most_bytes) return false;
  ++count_;
  bytes_ += kept.resource.size();
  kept_[path].push_back(std::move(kept));
  return true;
}

void Shelf::clear() {
  kept_.clear();
  count_ = bytes_ = 0;
}

const Shelf::Kept* Shelf::find(const std::string& path) const {
  const Versions* const found = versions(path);
  return found == nullptr ? nullptr : &found->back();
}

const Shelf::Versions* Shelf::versions(const std::string& path) const {
  const auto found = kept_.find(path);
  return found == kept_.end() ? nullptr : &found->second;
}

std::string Shelf::list() const {
  nlohmann::json paths = nlohmann::json::array();
  for (const auto& [path, versions] : kept_) paths.push_back(path);
  return dump_json({{"records", paths}});
}

}  // namespace wardend::sandbox
