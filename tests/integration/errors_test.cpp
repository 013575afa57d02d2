// Every error that the two interfaces declare, provoked on the real wardend: each declared member is there and says
// what it is for.
#include <set>
#include <string>
#include <vector>

#include "tests/integration/provoked.hpp"

namespace wardend::test {
namespace {

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

TEST_F(Errors, AreAllProvoked) {
  start();
  std::set<std::string> listed;
  for (const Provoked& row : all_provoked()) listed.insert(row.error);
  std::set<std::string> all;
  for (const char* interface : {"Broker", "Control"})
    for (const auto& [error, members] : declared(interface)) all.insert(error);
  EXPECT_EQ(listed, all);
}

}  // namespace
}  // namespace wardend::test
