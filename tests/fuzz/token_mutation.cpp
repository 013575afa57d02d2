// A whole answer to a refresh, spoilt step by step. Input: a byte for the status, then pairs of bytes: which member,
// and what is done to it. Whatever is spoilt: a success that holds a refresh token as a text never loses it, and so
// never has the spent one sent again.
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "daemon/refresh/answer.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

struct Member {
  std::string name;
  std::string value;  // as JSON
};

constexpr std::array statuses = {200, 201, 202, 203, 206, 299};

std::vector<Member> complete() {
  return {{"access_token", R"("a-1")"},
          {"refresh_token", R"("r-1")"},
          {"token_type", R"("Bearer")"},
          {"expires_in", "300"},
          {"scope", R"("patient/Observation.rs")"},
          {"patient", R"("patient-1")"},
          {"fhirContext", R"([{"reference":"ImagingStudy/7"}])"},
          {"id_token", R"("x.y.z")"},
          {"unknown", R"({"nested":[1,2,{"a":null}]})"}};
}

// Each letter of a JSON text or name as its number.
std::string escaped(const std::string& quoted) {
  std::string text = "\"";
  for (const char c : quoted.substr(1, quoted.size() - 2)) {
    std::array<char, 8> number{};
    (void)std::snprintf(number.data(), number.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += number.data();
  }
  return text + "\"";
}

class Answer {
 public:
  void spoil(unsigned which, unsigned how) {
    Member& member = members_[which % members_.size()];
    const bool is_text = member.value.starts_with('"') && !member.value.contains('\\');
    switch (how % 16) {
      case 0:
        member.name = "other_" + member.name;
        break;
      case 1:
        member.value = "null";
        break;
      case 2:
        member.value = "7";
        break;
      case 3:
        member.value = "[" + member.value + "]";
        break;
      case 4:
        member.value = R"({"in":)" + member.value + "}";
        break;
      case 5:
        members_.push_back(member);
        break;
      case 6:
        members_.push_back({member.name, R"("r-2")"});
        break;
      case 7:
        if (is_text) member.value = escaped(member.value);
        break;
      case 8:
        escape_names_ = !escape_names_;
        break;
      case 9:
        members_.push_back({"name", "\"Ren\xe9\""});
        break;
      case 10:
        before_ = "\xEF\xBB\xBF \r\n" + before_;
        break;
      case 11:
        before_ = "<!-- gateway -->" + before_;
        break;
      case 12:
        behind_ += "// end";
        break;
      case 13:
        wide_ = !wide_;
        break;
      case 14:
        is_json_type_ = !is_json_type_;
        break;
      default:
        members_.push_back({"", "\"\""});
        break;
    }
  }

  [[nodiscard]] std::string text() const {
    std::string body = before_ + "{";
    for (const Member& member : members_) {
      const std::string name = "\"" + member.name + "\"";
      body += (body.ends_with('{') ? "" : ",") + (escape_names_ ? escaped(name) : name) + ":" + member.value;
    }
    body += "}" + behind_;
    if (!wide_) return body;
    std::string twice;
    for (const char c : body) twice.append({c, '\0'});
    return twice;
  }
  [[nodiscard]] std::string type() const { return is_json_type_ ? "application/json" : "text/html"; }

  [[nodiscard]] bool brings_refresh_token() const {
    return std::ranges::any_of(
        members_, [](const Member& member) { return member.name == "refresh_token" && member.value.starts_with('"'); });
  }

 private:
  std::vector<Member> members_ = complete();
  std::string before_, behind_;
  bool escape_names_ = false;
  bool wide_ = false;
  bool is_json_type_ = true;
};

}  // namespace

void fuzz_token_mutation(Bytes input) {
  if (input.empty()) return;
  constexpr std::size_t most_steps = 24;
  Answer answer;
  for (std::size_t at = 1; at + 1 < input.size() && at < 2 * most_steps; at += 2)
    answer.spoil(static_cast<unsigned char>(input[at]), static_cast<unsigned char>(input[at + 1]));
  HttpResponse response{.status = statuses[static_cast<unsigned char>(input[0]) % statuses.size()],
                        .headers = {{"content-type", answer.type()}},
                        .body = Secret(answer.text())};
  const refresh::Answer read = refresh::read_answer(std::move(response), WallTime{});
  if (!answer.brings_refresh_token()) return;
  const std::string_view kept = read.tokens ? read.tokens->refresh_token.reveal() : std::string_view();
  require(kept == "r-1" || kept == "r-2", "a refresh token that came is kept");
  require(read.outcome.kind != refresh::Outcome::Kind::no_reply, "the spent token is not sent again");
}

}  // namespace wardend::fuzz
