#include "tests/unit/lint/own_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

SourceFile file(const std::string& path, const std::string& own, const std::string& after = {}) {
  return {path, "namespace wardend::a {\nnamespace {\n" + own + "\n}  // namespace\n" + after +
                    "}  // namespace wardend::a\n"};
}

TEST(CompiledAsOne, AreTheFilesOfATargetThatAreNotApart) {
  EXPECT_THAT(
      compiled_as_one("a", "wardend_library(wardend_a IN_ROOMS\n  SOURCES x.cpp y.cpp z.cpp\n  APART y.cpp\n  LINK b)"),
      ElementsAre(std::set<std::string>{"a/x.cpp", "a/z.cpp"}));
  for (const std::string call : {"wardend_test(test_a IN_WORLD", "wardend_test_program(a"})
    EXPECT_THAT(compiled_as_one("a", call + " SOURCES x.cpp y.cpp APART x.cpp LINK b)"),
                ElementsAre(std::set<std::string>{"a/y.cpp"}))
        << call;
}

TEST(OwnNames, ThatTwoFilesHaveAreFound) {
  for (const std::string own : {"struct Row {", "constexpr std::size_t most = 3;", "constexpr Row rows[] = {",
                                "bool is_digit(char c) {", "enum class Kind : int { a };"})
    EXPECT_THAT(own_name_faults({file("a/x.cpp", own), file("a/y.cpp", own)}), ElementsAre(StartsWith("a/y.cpp: ")))
        << own;
  EXPECT_THAT(own_name_faults({file("a/x.cpp", "using Rows = int;"), file("a/y.cpp", "using Rows = long;")}),
              SizeIs(1));
  EXPECT_THAT(own_name_faults({file("a/x.cpp", "using test::Ward;"), file("a/y.cpp", "struct Ward : Office {")}),
              SizeIs(1));
}

TEST(OwnNames, OfFunctionsAreToldApartByTypesAlone) {
  const auto faults = [](const std::string& one, const std::string& other) {
    return own_name_faults(
        {file("a/x.cpp", "bool fits(" + one + ") {"), file("a/y.cpp", "bool fits(" + other + ") {")});
  };
  EXPECT_THAT(faults("std::string_view word", "std::string_view name"), SizeIs(1));
  EXPECT_THAT(faults("const json& entry", "std::string_view name"), SizeIs(1)) << "a text turns into json by itself";
  EXPECT_THAT(faults("const json& entry", "std::string_view name, int at"), IsEmpty());
  EXPECT_THAT(faults("int a, int b", "int a"), IsEmpty());
}

TEST(OwnNames, ThatMeanTheSameOrOtherParametersAreLeftAlone) {
  EXPECT_THAT(own_name_faults(
                  {file("a/x.cpp", "using Json = nlohmann::json;"), file("a/y.cpp", "using Json = nlohmann::json;")}),
              IsEmpty());
  EXPECT_THAT(own_name_faults({file("a/x.cpp", "using test::Ward;"), file("a/y.cpp", "using test::Ward;")}), IsEmpty());
  EXPECT_THAT(own_name_faults({file("a/x.cpp", "bool fits(int a) {"), file("a/y.cpp", "bool fits(char a) {")}),
              IsEmpty());
  EXPECT_THAT(own_name_faults({file("a/x.cpp", "", "int x;\n"), file("a/y.cpp", "int x = 2;")}), IsEmpty());
}

TEST(OwnNames, AreNoLinesOfAQuotedTextAndNoMacros) {
  for (const std::string line : {"name = \"here\"", "INSTANTIATE_TEST_SUITE_P(", "static_assert(sizeof(int) == 4);"})
    EXPECT_THAT(own_name_faults({file("a/x.cpp", line), file("a/y.cpp", line)}), IsEmpty()) << line;
}

TEST(OwnNames, OfANamespaceThatMeansAnotherBesideAreFound) {
  const SourceFile short_name = file("a/x.cpp", "namespace http = boost::beast::http;");
  EXPECT_THAT(own_name_faults({short_name, file("a/y.cpp", "", "http::Url url;\n")}), SizeIs(1));
  EXPECT_THAT(own_name_faults({short_name, file("a/y.cpp", "", "boost::beast::http::verb verb;\n")}), IsEmpty());
}

}  // namespace
}  // namespace wardend::lint
