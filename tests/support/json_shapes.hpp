// JSON texts of any size whose shape costs a parser the most: each is one list or object with as many members as fit.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::test {

struct JsonShape {
  std::string name;
  std::string text;
};

// One of each shape, each of about `bytes`.
[[nodiscard]] inline std::vector<JsonShape> json_shapes(std::size_t bytes) {
  const auto filled = [bytes](std::string text, const std::function<std::string(std::size_t)>& part,
                              std::string_view end) {
    std::size_t count = 0;
    do {
      if (count > 0) text += ',';
      text += part(count++);
    } while (text.size() + end.size() < bytes);
    return text += end;
  };
  const auto list = [&](const char* name, const std::string& part) {
    return JsonShape{name, filled("[", [&](std::size_t) { return part; }, "]")};
  };
  const auto long_name = [](std::size_t i) { return std::string(500, 'k') + std::to_string(i); };
  const auto member = [](std::string name) { return '"' + std::move(name) + "\":0"; };
  return {
      list("empty objects", "{}"),
      list("empty lists", "[]"),
      list("empty strings", "\"\""),
      list("numbers", "1"),
      list("fractions", "0.1234567890123456789"),
      list("nulls", "null"),
      list("escaped strings", R"("\u00e9\ud83d\ude00")"),
      list("objects in objects", R"({"a":{"b":{"c":{}}}})"),
      list("lists in lists", "[[[[[[[[]]]]]]]]"),
      list("objects of two", R"({"a":{},"b":[]})"),
      {"members", filled(
                      "{", [&](std::size_t i) { return member(std::to_string(i)); }, "}")},
      {"objects as members", filled(
                                 "{", [](std::size_t i) { return '"' + std::to_string(i) + R"(":{"a":{}})"; }, "}")},
      {"long names", filled(
                         "{", [&](std::size_t i) { return member(long_name(i)); }, "}")},
      {"one name again and again", filled(
                                       "{", [&](std::size_t) { return member(std::string(500, 'k')); }, "}")},
      {"a list of lists", '[' +
                              filled(
                                  "[", [](std::size_t) { return std::string("{}"); }, "]") +
                              ",{}]"},
      {"one string", '"' + std::string(bytes, 'x') + '"'},
      {"one number", std::string(bytes, '1')},
      {"blanks", std::string(bytes, ' ') + "1"},
      {"never closed", filled(
                           "[", [](std::size_t) { return std::string("{}"); }, "")},
  };
}

}  // namespace wardend::test
