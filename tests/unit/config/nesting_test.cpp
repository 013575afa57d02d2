#include "config/nesting.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::config {
namespace {

struct Text {
  std::string text;
  std::optional<std::pair<std::size_t, std::size_t>> place;  // line, column
};

class KeyDepth : public testing::TestWithParam<Text> {};

TEST_P(KeyDepth, CountsThePartsOfOneKeyOnly) {
  const auto found = too_deep(GetParam().text);
  ASSERT_EQ(found.has_value(), GetParam().place.has_value()) << GetParam().text;
  if (found) EXPECT_EQ(std::pair(found->line, found->column), *GetParam().place);
}

INSTANTIATE_TEST_SUITE_P(Table, KeyDepth,
                         testing::ValuesIn<Text>({
                             {"", {}},
                             {"a.b.c.d.e.f.g.h = 1", {}},
                             {"a.b.c.d.e.f.g.h.i = 1", {{1, 16}}},
                             {"\n\n  a.b.c.d.e.f.g.h.i = 1", {{3, 18}}},
                             {"[a.b.c.d.e.f.g.h.i]", {{1, 17}}},
                             {"[[a . b . c . d . e . f . g . h . i]]", {{1, 33}}},
                             {"\"a\".'b'.\"c\".d.e.f.g.h.i = 1", {{1, 22}}},
                             {"x = {a.b.c.d.e.f.g.h.i = 1}", {{1, 21}}},
                             {"a.b.c.d = 1\ne.f.g.h.i = 2", {}},
                             {"x = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]", {}},
                             {"x = \"a.b.c.d.e.f.g.h.i\"", {}},
                             {"x = 'a.b.c.d.e.f.g.h.i'", {}},
                             {"x = \"\\\"a.b.c.d.e.f.g.h.i\"", {}},
                             {"x = '\\'\ny.b.c.d.e.f.g.h.i = 1", {{2, 16}}},
                             {"x = \"\"\"\na.b.c.d.e \" f.g.h.i\"\"\"", {}},
                             {"x = '''\na.b.c.d.e ' f.g.h.i'''", {}},
                             {"x = \"\"\na.b.c.d.e.f.g.h.i = 1", {{2, 16}}},
                             {"x = \"open\na.b.c.d.e.f.g.h.i = 1", {{2, 16}}},
                             {"# a.b.c.d.e.f.g.h.i\nx = 1 # a.b.c.d.e.f.g.h.i", {}},
                             {"x = \"\\", {}},
                             {"\"\"\"", {}},
                         }));

}  // namespace
}  // namespace wardend::config
