// Every error that the two interfaces declare, provoked on the real wardend: each declared member is there and says
// what it is for. What this version cannot provoke stands in `not_built` with the method that will.
#include <set>
#include <string>
#include <vector>

#include "tests/integration/provoked.hpp"

namespace wardend::test {
namespace {

const json write_request = {
    {"session", "s"}, {"patient", "p"}, {"interaction", "create"}, {"resource_type", "Observation"}};

// Declared for methods that this version does not have.
struct NotBuilt {
  std::string error;
  std::string method;
  json parameters;
};
const std::vector<NotBuilt> not_built = {
    {"Broker.EncounterMismatch", "Broker.AuthorizeWrite", write_request},
    {"Broker.PatientUnverified", "Broker.AuthorizeWrite", write_request},
    {"Broker.ResourceRejected", "Broker.AuthorizeWrite", write_request},
};

class Provoke : public Errors, public ::testing::WithParamInterface<Provoked> {};
TEST_P(Provoke, TellsEveryDeclaredMember) {
  const Provoked& row = GetParam();
  const Refusal refusal = row.provoke(*this);
  ASSERT_EQ(refusal.error, row.error) << refusal.members;
  std::set<std::string> told;
  for (const auto& [name, value] : refusal.members.items()) told.insert(name);
  ASSERT_EQ(told, declared(row.error.substr(0, row.error.find('.'))).at(row.error)) << refusal.members;
  row.check(*this, refusal.members);
}
INSTANTIATE_TEST_SUITE_P(Errors, Provoke, ::testing::ValuesIn(all_provoked()), [](const auto& row) {
  std::string name = row.param.error;
  std::erase(name, '.');
  return name;
});

TEST_F(Errors, AreAllProvokedOrBelongToAMethodThatIsNotBuilt) {
  start();
  std::set<std::string> listed;
  for (const Provoked& row : all_provoked()) listed.insert(row.error);
  for (const NotBuilt& row : not_built) {
    EXPECT_TRUE(listed.insert(row.error).second) << row.error << " is provoked: take it out of not_built";
    EXPECT_TRUE(call(row.method, row.parameters).error.ends_with(".NotSupported"))
        << row.method << " is built: provoke " << row.error;
  }
  std::set<std::string> all;
  for (const char* interface : {"Broker", "Control"})
    for (const auto& [error, members] : declared(interface)) all.insert(error);
  EXPECT_EQ(listed, all);
}

}  // namespace
}  // namespace wardend::test
