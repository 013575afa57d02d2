#include "base/json_objects.hpp"

#include <nlohmann/json.hpp>

namespace wardend {

std::vector<const nlohmann::json*> objects_in(const nlohmann::json& value) {
  std::vector<const nlohmann::json*> found, todo = {&value};
  while (!todo.empty()) {
    const nlohmann::json& one = *todo.back();
    todo.pop_back();
    if (one.is_object()) found.push_back(&one);
    for (const nlohmann::json& inner : one)
      if (inner.is_structured()) todo.push_back(&inner);
  }
  return found;
}

}  // namespace wardend
