#include "trail/query.hpp"

#include <nlohmann/json.hpp>

#include "base/json_members.hpp"

namespace wardend::trail {
namespace {

// "Practitioner/1" names https://ehr.example.org/fhir/Practitioner/1 too.
bool names(std::string_view subject, std::string_view asked) {
  return subject == asked || (subject.ends_with(asked) && subject.size() > asked.size() &&
                              subject[subject.size() - asked.size() - 1] == '/');
}

bool is_user(const nlohmann::json& entry, const Query& query) {
  if (!query.subject && !query.uid) return true;
  if (query.subject && names(text_view_member(entry, "subject"), *query.subject)) return true;
  const nlohmann::json* uid = find_member(entry, "uid");
  return query.uid && uid != nullptr && uid->is_number_integer() && uid->get<std::int64_t>() == *query.uid;
}

}  // namespace

bool matches(const nlohmann::json& entry, const Query& query) {
  const std::string_view at = text_view_member(entry, "at");
  return (query.since.empty() || at >= query.since) && (query.until.empty() || at < query.until) &&
         (!query.patient || text_view_member(entry, "patient") == *query.patient) &&
         (!query.app || text_view_member(entry, "app") == *query.app) && is_user(entry, query);
}

void select(const NextLine& next, const Query& query, const Visit& visit) {
  for (std::string_view line; next(line);) {
    if (query.patient && !line.contains(R"("patient":)")) continue;
    if (query.app && !line.contains(R"("app":)")) continue;
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (entry.is_object() && matches(entry, query)) visit(entry, line);
  }
}

}  // namespace wardend::trail
