#include "daemon/guard/asked_write.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;

struct Row {
  Interaction interaction;
  std::string_view type;
  std::optional<std::string_view> target;
  std::string_view expected;  // the request in words, or the field that is wrong
};

constexpr Row rows[] = {
    {Interaction::create, "Observation", std::nullopt, "create Observation"},
    {Interaction::create, "Observation", "identifier=s|1&patient=p1", "create Observation if"},
    {Interaction::create, "Observation", "Observation?identifier=s|1", "create Observation if"},
    {Interaction::create, "Observation", "?identifier=s|1", "create Observation if"},
    {Interaction::create, "Observation", "o1", "target"},
    {Interaction::create, "Observation", "Condition?identifier=1", "target"},
    {Interaction::update, "Observation", "o1", "update Observation/o1"},
    {Interaction::update, "Observation", "Observation/o1", "update Observation/o1"},
    {Interaction::update, "Observation", "https://ehr.example.org/fhir/r4/Observation/o1", "update Observation/o1"},
    {Interaction::update, "Observation", "https://other.example.org/fhir/r4/Observation/o1", "target"},
    {Interaction::update, "Observation", "Patient/p2", "target"},
    {Interaction::update, "Observation", "Observation/o1/_history/2", "target"},
    {Interaction::update, "Observation", "Observation/o1/", "target"},
    {Interaction::update, "Observation", "Observation/../Patient/p2", "target"},
    {Interaction::update, "Observation", "Observation%2Fo1", "target"},
    {Interaction::update, "Observation", "#o1", "target"},
    {Interaction::update, "Observation", "", "target"},
    {Interaction::update, "Observation", std::nullopt, "target"},
    {Interaction::update, "Observation", "patient=p1", "update Observation if"},
    {Interaction::update, "Observation", "_format=json", "target"},
    {Interaction::update, "Observation", "patient:likes=p1", "target"},
    {Interaction::patch, "Observation", "o1", "patch Observation/o1"},
    {Interaction::patch, "Observation", "Observation?patient=p1", "patch Observation if"},
    {Interaction::delete_, "Observation", "o1", "delete Observation/o1"},
    {Interaction::delete_, "Observation", "patient=p1", "delete Observation if"},
    {Interaction::transaction, "Bundle", std::nullopt, "transaction"},
    {Interaction::transaction, "Observation", std::nullopt, "resource_type"},
    {Interaction::transaction, "Bundle", "b1", "target"},
    {Interaction::update, "observation", "o1", "resource_type"},
    {Interaction::update, "Patient/p2/Observation", "o1", "resource_type"},
    {Interaction::create, "", std::nullopt, "resource_type"},
};

std::string asked(const Row& row) {
  const Facts facts = facts_of_p1();
  const auto request = request_of({row.interaction, row.type, row.target}, facts.base);
  if (!request) return *request.error().as<errors::InvalidRequest>()->field;
  std::string text(name_of(request->interaction));
  if (!request->type.empty()) text += " " + request->type;
  if (!request->id.empty()) text += "/" + request->id;
  return text + (request->conditional ? " if" : "");
}

TEST(AskedWrite, BecomesTheRequestThatTheAppIsAboutToSend) {
  for (const Row& row : rows) EXPECT_EQ(asked(row), row.expected) << row.type << " " << row.target.value_or("-");
}

}  // namespace
}  // namespace wardend::guard
