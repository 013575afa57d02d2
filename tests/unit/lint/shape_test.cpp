// The rules of size and of sentences, held against texts that break them.
#include "tests/unit/lint/shape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string statements(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "  x();\n";
  return text;
}

TEST(FunctionRule, CountsFromTheSignatureToTheBrace) {
  const std::string head = "namespace a {\n\nint f(int x,\n      int y) {\n";
  EXPECT_THAT(function_faults({"base/a.cpp", head + statements(47) + "}\n"}), IsEmpty());
  EXPECT_THAT(function_faults({"base/a.cpp", head + statements(48) + "}\n"}),
              ElementsAre("base/a.cpp:3: a function of 51 lines: more than 50, split it"));
  EXPECT_THAT(function_faults({"tests/unit/a.cpp", head + statements(90) + "}\n"}), IsEmpty());
  for (const char* other : {"class A {\n", "template <typename T>\nclass A {\n", "constexpr auto table = made_of({\n"})
    EXPECT_THAT(function_faults({"base/a.cpp", other + statements(90) + "};\n"}), IsEmpty()) << other;
}

TEST(ClassRule, CountsAClassOverAllItsFiles) {
  const SourceFile header{"base/a.hpp", "class A {\n" + statements(8) + "};\n"};
  const SourceFile one{"base/a.cpp", "int A::f() {\n" + statements(143) + "}\n"};
  const SourceFile two{"base/a_more.cpp", "void A::g() const {\n" + statements(143) + "}\n"};
  const SourceFile other{"base/b.cpp", "int B::f() {\n" + statements(300) + "}\n"};
  EXPECT_THAT(class_faults({header, one, two, other}), IsEmpty());
  const SourceFile three{"base/a_most.cpp", "A::A() {\n}\n"};
  EXPECT_THAT(class_faults({header, one, two, three}), ElementsAre(HasSubstr("class A has 302 lines")));
}

TEST(ClassRule, CountsWhomAClassKnows) {
  const auto header = [](int members) {
    std::string text = "class A {\n  struct Parts {\n    const X& x;\n  };\n  struct Other {\n    X& y;\n  };\n";
    for (int i = 0; i < members; ++i) text += "  a::B& b" + std::to_string(i) + "_;\n";
    return SourceFile{"base/a.hpp", text + "};\n"};
  };
  EXPECT_THAT(class_faults({header(5)}), IsEmpty());
  EXPECT_THAT(class_faults({header(6)}), ElementsAre("base: class A knows 7 others: more than 6, make it two"));
}

TEST(SentenceRule, AsksForOneAboveEachBlockOfDeclarations) {
  EXPECT_THAT(sentence_faults({"base/a.hpp", "// Adds.\nint add(int x);\nint sub(int x);\n"}), IsEmpty());
  EXPECT_THAT(sentence_faults({"base/a.hpp", "// Adds.\nint add(int x);\n\nint sub(int x);\n"}),
              ElementsAre("base/a.hpp:4: sub has no sentence: say what it does"));
  const std::string members =
      "class A {\n public:\n  A(int x);\n  int get() const { return x_; }\n\n  void run();\n private:\n  void "
      "go();\n};\n";
  EXPECT_THAT(sentence_faults({"base/a.hpp", members}), ElementsAre(HasSubstr(":6: run has no sentence")));
  EXPECT_THAT(sentence_faults({"tests/support/a.hpp", "int sub(int x);\n"}), IsEmpty());
}

TEST(TestNameRule, EndsANameAtSixtyCharacters) {
  const std::string name(60, 'A');
  EXPECT_THAT(test_name_faults({"tests/unit/a.cpp", "TEST(A, " + name + ") {\n"}), IsEmpty());
  EXPECT_THAT(test_name_faults({"tests/unit/a.cpp", "TEST_F(A, " + name + "A) {\n"}),
              ElementsAre(HasSubstr(":1: the name has 61")));
}

}  // namespace
}  // namespace wardend::lint
