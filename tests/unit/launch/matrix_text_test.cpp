#include "daemon/launch/matrix_text.hpp"

#include <gtest/gtest.h>

namespace wardend::launch {
namespace {

LaunchCounts counts() {
  return {.kinds = {{{.app = "vitals",
                      .server = "ehr",
                      .mode = Mode::standalone,
                      .tokens = true,
                      .came = {"patient", "user"},
                      .missing_scopes = true,
                      .outcome = "ok"},
                     {.count = 3, .first_at = 5, .last_at = 9, .meaning = "The app opened."}},
                    {{.app = "vitals", .server = "", .outcome = "UnknownServer"}, {.count = 1}}},
          .since = 4,
          .unlisted = 2};
}

TEST(MatrixText, ComesBackAsItWas) {
  EXPECT_EQ(read_matrix(to_text(counts())), counts());
  EXPECT_EQ(read_matrix(to_text({})), LaunchCounts());
}

TEST(MatrixText, WhatIsNoSuchTextIsNone) {
  const std::string good = to_text(counts());
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string text = good;
    return text.replace(text.find(what), what.size(), by);
  };
  for (const std::string& text :
       {std::string(), std::string("{}"), good.substr(0, good.size() / 2), good + std::string(1, '\0'),
        with("\"patient\"", "\"p1\""), with("\"standalone\"", "\"other\""), with("\"count\":3", "\"count\":0"),
        with("\"count\":3", "\"count\":-3"), with("\"count\":3", "\"count\":3.5"),
        with("\"tokens\":true", "\"tokens\":1"), with("\"app\":\"vitals\"", "\"app\":\"\""),
        with("\"since\":4", "\"since\":\"4\""), std::string(R"({"since":0,"unlisted":0,"launches":{}})")})
    EXPECT_FALSE(read_matrix(text)) << text;
  std::string twice = good;
  const auto list = twice.find('[') + 1;
  const auto end = twice.find("},{");
  twice.insert(list, twice.substr(list, end + 1 - list) + ",");
  EXPECT_FALSE(read_matrix(twice)) << twice;
}

}  // namespace
}  // namespace wardend::launch
