// Writes that are permitted or refused, and what became of them.
#include "tests/integration/audit/audit_day.hpp"

namespace wardend::test {
namespace {

json transaction_of(const std::string& whose) {
  const json created = {{"resource", observation(whose)}, {"request", {{"method", "POST"}, {"url", "Observation"}}}};
  return {{"interaction", "transaction"},
          {"resource_type", "Bundle"},
          {"resource", {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", json::array({created})}}}};
}

// What AuthorizeWrite is asked for: of this patient's Observation, or of another one's.
json question_of(const std::string& interaction, const std::string& session, const std::string& whose) {
  const std::string target = "of-" + whose;
  json question = creation(session, observation(whose));
  if (interaction == "create") return question;
  if (interaction == "transaction") {
    question.erase("resource");
    question.update(transaction_of(whose));
    return question;
  }
  question.update({{"interaction", interaction}, {"target", target}});
  if (interaction == "update") {
    question["resource"]["id"] = target;
    return question;
  }
  question.erase("resource");
  if (interaction == "patch")
    question["patch"] = json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}});
  return question;
}

void writes_of_each_kind(AuditDay& day) {
  for (const std::string whose : {"patient-1", "patient-2"})
    day.lay_down("Observation/of-" + whose, observation(whose, {{"id", "of-" + whose}}));
  day.start();
  day.launched();
  for (const std::string interaction : {"create", "update", "patch", "delete", "transaction"}) {
    EXPECT_NE(day.authorized(question_of(interaction, day.id, "patient-2")), "permitted") << interaction;
    day.expect("refused", {"write/" + interaction + "/denied"});
    EXPECT_EQ(day.authorized(question_of(interaction, day.id, "patient-1")), "permitted") << interaction << day.told;
    day.expect("permitted", {"write/" + interaction + "/granted"});
    EXPECT_EQ(day.entry("write").value("interaction", ""), interaction);
    const std::string outcome = interaction == "create" ? "failure" : "success";
    EXPECT_EQ(day.record(day.told.at("permit"), outcome), "recorded");
    day.expect("its outcome", {"write/outcome/" + std::string(outcome == "success" ? "granted" : "denied")});
    EXPECT_EQ(day.entry("write").value("reason", ""), outcome);
  }
}

}  // namespace

std::vector<Day> days_of_writes() {
  using enum AuditAct;
  return {{"WritesOfEachKind",
           writes_of_each_kind,
           {write_create, write_update, write_patch, write_delete, write_transaction, write_outcome}}};
}

}  // namespace wardend::test
