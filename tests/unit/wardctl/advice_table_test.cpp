#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "ipc/service_interface.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl::test {
namespace {

// Every error that an interface's text declares, qualified, with the words of its declaration.
std::map<std::string, std::string> declared_errors(std::string_view interface, std::string_view text) {
  std::map<std::string, std::string> found;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("error ")) continue;
    found[std::string(interface) + "." + line.substr(6, line.find(' ', 6) - 6)] = line;
  }
  return found;
}

std::map<std::string, std::string> all_declared() {
  auto all = declared_errors(ipc::broker::interface_name, ipc::broker::interface_text);
  all.merge(declared_errors(ipc::control::interface_name, ipc::control::interface_text));
  const ipc::ServiceInterface service("", {});
  all.merge(declared_errors("org.varlink.service", service.description()));
  return all;
}

TEST(Explain, HasARowForEveryErrorOfTheInterfacesAndNoOther) {
  std::set<std::string> rows;
  for (const auto& row : advice_table()) EXPECT_TRUE(rows.emplace(row.error).second) << row.error << " is there twice";
  std::set<std::string> declared;
  for (const auto& [name, line] : all_declared()) declared.insert(name);
  EXPECT_GE(declared.size(), 30U);
  EXPECT_EQ(rows, declared);
}

TEST(Explain, NamesOnlyMembersThatTheErrorHas) {
  const auto declared = all_declared();
  for (const auto& row : advice_table()) {
    EXPECT_FALSE(row.cause.empty() || row.next_step.empty()) << row.error;
    for (auto open = row.cause.find('{'); open != std::string_view::npos; open = row.cause.find('{', open + 1)) {
      const std::string member(row.cause.substr(open + 1, row.cause.find('}', open) - open - 1));
      EXPECT_NE(declared.at(std::string(row.error)).find(member + ":"), std::string::npos)
          << row.error << " has no " << member;
    }
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
