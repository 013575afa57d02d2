#include "ipc/dispatcher.hpp"

#include <algorithm>

namespace wardend::ipc {

std::optional<std::size_t> Dispatcher::find_method(std::string_view name) const {
  const auto all = methods();
  const auto found = std::ranges::find(all, name, &MethodInfo::name);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace wardend::ipc
