#include "wardctl/rehearsal/subject.hpp"

#include <nlohmann/json.hpp>

#include "base/json_members.hpp"

namespace wardend::wardctl {

std::optional<Subject> read_subject(const nlohmann::json& stage) {
  const nlohmann::json* ehr = find_member(stage, "launch_ehr");
  const nlohmann::json* refreshes = find_member(stage, "refreshes");
  auto replaced = texts_member(stage, "replaced", {.texts = 64, .bytes = 1024});
  if (ehr == nullptr || !ehr->is_boolean() || refreshes == nullptr || !refreshes->is_boolean() || !replaced)
    return std::nullopt;
  Subject subject{.app = text_member(stage, "app"),
                  .name = text_member(stage, "name"),
                  .server = text_member(stage, "server"),
                  .digest = text_member(stage, "digest"),
                  .launch_ehr = ehr->get<bool>(),
                  .patient_context = text_member(stage, "patient_context"),
                  .refreshes = refreshes->get<bool>(),
                  .advice = text_member(stage, "advice"),
                  .configuration = text_member(stage, "configuration"),
                  .replaced = std::move(*replaced)};
  const bool whole = !subject.app.empty() && !subject.server.empty() && !subject.configuration.empty();
  return whole ? std::optional(std::move(subject)) : std::nullopt;
}

}  // namespace wardend::wardctl
