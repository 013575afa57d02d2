#include "tests/sandbox/outcome.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {

Outcome outcome_of(const Reply& reply) {
  for (const auto& [name, value] : reply.headers) {
    const auto question = value.find('?');
    if (name != "Location" || question == std::string::npos) continue;
    const auto form = Form::parse(std::string_view(value).substr(question + 1));
    return form ? Outcome{form->get("error"), form->get("error_description")} : Outcome{};
  }
  if (reply.status < 400) return {};
  const auto body = parse_json(reply.body, 64 * 1024);
  if (!body || !body->is_object()) return {};
  return {text_in(*body, "error"), text_in(*body, "error_description")};
}

}  // namespace wardend::sandbox
