// The errors of base/errors.hpp against the errors that the two interfaces declare.
#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <type_traits>

#include "ipc/interface/broker.hpp"
#include "ipc/interface/control.hpp"
#include "tests/fuzz/trivial_service.hpp"
#include "tests/support/errors.hpp"

namespace wardend::ipc {
namespace {

using Json = nlohmann::json;

// Of each error that the interface's text declares: its members.
std::map<std::string, std::set<std::string>> declared_in(std::string_view text) {
  std::map<std::string, std::set<std::string>> errors;
  const std::string all(text);
  const std::regex declaration(R"(\nerror (\w+) \(([^)]*)\))");
  const std::regex member(R"((\w+):)");
  for (std::sregex_iterator found(all.begin(), all.end(), declaration), end; found != end; ++found) {
    auto& members = errors[(*found)[1]];
    const std::string list = (*found)[2];
    for (std::sregex_iterator of(list.begin(), list.end(), member); of != end; ++of) members.insert((*of)[1]);
  }
  return errors;
}

// What the interface tells of one error of each kind.
std::map<std::string, Json> told_by(const Dispatcher& interface) {
  std::map<std::string, Json> told;
  for (const Error& error : test::one_of_each())
    if (const auto text = interface.error_parameters(error))
      EXPECT_TRUE(told.emplace(name_of(error.code()), Json::parse(*text)).second) << name_of(error.code());
  return told;
}

class DeclaredErrors : public ::testing::Test {
 public:
  fuzz::TrivialBroker broker_handler;
  fuzz::TrivialControl control_handler;
  broker::Dispatcher broker{broker_handler};
  control::Dispatcher control{control_handler};
};

TEST_F(DeclaredErrors, AreAllToldWithEveryMember) {
  for (const Dispatcher* interface : std::initializer_list<const Dispatcher*>{&broker, &control}) {
    const auto told = told_by(*interface);
    const auto declared = declared_in(interface->description());
    EXPECT_EQ(told.size(), declared.size()) << interface->interface_name();
    for (const auto& [name, members] : declared) {
      ASSERT_TRUE(told.contains(name)) << name;
      std::set<std::string> given;
      for (const auto& [member, value] : told.at(name).items()) {
        given.insert(member);
        EXPECT_FALSE(value.is_null() || (value.is_string() && value.empty())) << name << "." << member;
      }
      EXPECT_EQ(given, members) << name;
    }
  }
}

TEST_F(DeclaredErrors, AreTheOnlyOnesThatCanBeMade) {
  EXPECT_EQ(test::one_of_each().size(), std::variant_size_v<errors::Any>);
  for (const Error& error : test::one_of_each())
    EXPECT_TRUE(broker.error_parameters(error) || control.error_parameters(error)) << name_of(error.code());
}

TEST_F(DeclaredErrors, SaySomethingToPeopleAndNameNoPatient) {
  for (const Error& error : test::one_of_each()) {
    EXPECT_FALSE(error.detail().empty()) << name_of(error.code());
    for (const char* patient : {"p1", "p2", "e2"}) EXPECT_FALSE(error.detail().contains(patient)) << error.detail();
  }
}

TEST(Required, MembersCannotBeLeftOut) {
  static_assert(!std::is_default_constructible_v<errors::SessionCleared>);
  static_assert(!std::is_default_constructible_v<errors::ReauthenticationRequired>);
  static_assert(!std::is_default_constructible_v<errors::ServerUnavailable>);
  static_assert(!std::is_constructible_v<errors::RateLimited, std::chrono::nanoseconds, const char*>,
                "a duration is rounded where it is known which way");
}

}  // namespace
}  // namespace wardend::ipc
