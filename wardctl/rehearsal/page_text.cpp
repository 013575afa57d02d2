#include "wardctl/rehearsal/page_text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::size_t most_words = 2000;

// What wardend's pages escape, and no more.
std::string unescaped(std::string text) {
  for (const auto& [written, meant] : {std::pair<std::string_view, std::string_view>{"&lt;", "<"},
                                       {"&gt;", ">"},
                                       {"&quot;", "\""},
                                       {"&#39;", "'"},
                                       {"&amp;", "&"}})
    for (auto at = text.find(written); at != std::string::npos; at = text.find(written, at + meant.size()))
      text.replace(at, written.size(), meant);
  return text;
}

// What stands between `opening` and `closing`, from `from` on, which moves behind it; nullopt: no such text.
std::optional<std::string> between(std::string_view text, std::string_view opening, std::string_view closing,
                                   std::size_t& from) {
  const auto start = text.find(opening, from);
  if (start == std::string_view::npos) return std::nullopt;
  const auto begin = start + opening.size();
  const auto end = text.find(closing, begin);
  if (end == std::string_view::npos) return std::nullopt;
  from = end + closing.size();
  return unescaped(std::string(text.substr(begin, end - begin)));
}

// Where one piece of text ends and how the next is set off from it.
std::string_view separator_after(std::string_view tag) {
  if (tag == "/dt") return ": ";
  if (tag == "/dd" || tag == "/li") return "; ";
  if (tag == "/h1" || tag == "/p" || tag == "/dl" || tag == "/ul") return " ";
  return "";
}

// A heading is a sentence too.
void end_piece(std::string& words, std::string_view tag) {
  const std::string_view separator = separator_after(tag);
  if (separator.empty() || words.empty()) return;
  if (separator == " ") {
    while (words.ends_with(' ') || words.ends_with(';')) words.pop_back();
    if (!words.ends_with('.') && !words.ends_with(':') && !words.ends_with('!')) words += '.';
  }
  words += separator;
}

std::string words_in(std::string_view html) {
  std::string words;
  while (!html.empty() && words.size() < most_words) {
    const auto open = html.find('<');
    words += html.substr(0, open);
    if (open == std::string_view::npos) break;
    html.remove_prefix(open + 1);
    const auto close = html.find('>');
    if (close == std::string_view::npos) break;
    const std::string_view tag = html.substr(0, close);
    html.remove_prefix(close + 1);
    end_piece(words, tag.substr(0, tag.find(' ')));
  }
  while (words.ends_with(' ') || words.ends_with(';')) words.pop_back();
  return printable(unescaped(std::move(words)), most_words);
}

}  // namespace

Page read_page(int status, std::string_view html) {
  Page page{.status = status};
  const auto main = html.find("<main>");
  std::string_view shown = main == std::string_view::npos ? html : html.substr(main + 6);
  for (const std::string_view end : {"<details>", "<script>", "</main>"}) shown = shown.substr(0, shown.find(end));
  page.words = words_in(shown);
  std::size_t from = 0;
  page.reference = between(html, "For IT: reference ", "</summary>", from).value_or("");
  return page;
}

std::optional<PageForm> form_on(std::string_view html) {
  std::size_t from = html.find("<form method=\"post\"");
  if (from == std::string_view::npos) return std::nullopt;
  const auto action = between(html, "action=\"", "\"", from);
  if (!action) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> fields;
  while (true) {
    const auto name = between(html, "name=\"", "\"", from);
    if (!name) break;
    const auto value = between(html, "value=\"", "\"", from);
    if (!value) break;
    fields.emplace_back(*name, *value);
  }
  FormFields views(fields.begin(), fields.end());
  return PageForm{.action = *action, .body = form_encode(views)};
}

}  // namespace wardend::wardctl
