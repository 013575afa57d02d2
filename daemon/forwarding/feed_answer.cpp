#include "daemon/forwarding/feed_answer.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"
#include "protocol/http/date.hpp"

namespace wardend::forwarding {
namespace {

using nlohmann::json;

constexpr JsonLimits limits{.bytes = most_feed_answer, .values = 200'000};
constexpr std::size_t longest_why = 300;

enum class Meaning { taken, refused, no_ids, again };

// Spec: FHIR R4 3.1.0.4.3: a server that takes no id from a client says 405.
Meaning meaning_of(int status) {
  if (status / 100 == 2) return Meaning::taken;
  if (status == 405) return Meaning::no_ids;
  const bool passing =
      status == 401 || status == 403 || status == 408 || status == 409 || status == 425 || status == 429;
  return status / 100 == 4 && !passing ? Meaning::refused : Meaning::again;
}

// "201 Created" and "201" are 201; 0: it is no status.
int status_of(const json& answer) {
  const json* response = find_member(answer, "response");
  const std::string_view text = response == nullptr ? "" : text_view_member(*response, "status");
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

// What the repository says of it, short and on one line: it goes into the journal.
std::string why_of(const json& answer, int status) {
  std::string why = "HTTP " + std::to_string(status);
  const json* response = find_member(answer, "response");
  const json* outcome = response == nullptr ? nullptr : find_member(*response, "outcome");
  if (outcome == nullptr || list_member(*outcome, "issue").empty()) return why;
  const json& issue = list_member(*outcome, "issue").front();
  const json* details = find_member(issue, "details");
  std::string words = text_member(issue, "diagnostics");
  if (words.empty() && details != nullptr) words = text_member(*details, "text");
  if (words.empty()) words = text_member(issue, "code");
  words.resize(std::min(words.size(), longest_why));
  std::ranges::replace_if(words, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return words.empty() ? why : why + ": " + words;
}

FeedAnswer in_trouble(std::string trouble) { return {.delivery = {.trouble = std::move(trouble)}}; }

// Of the answers up to the first that is none: taken and refused entries are done, if one at least was taken.
FeedAnswer judged(const json& answers, const SentBatch& sent) {
  FeedAnswer answer;
  bool taken = false;
  for (const Outgoing& entry : sent.entries) {
    const json& said = answers[answer.delivery.done];
    const int status = status_of(said);
    Meaning meaning = meaning_of(status);
    if (meaning == Meaning::no_ids && sent.once == Once::by_tag) meaning = Meaning::refused;
    if (meaning == Meaning::no_ids) answer.takes_ids = false;
    if (meaning == Meaning::no_ids || meaning == Meaning::again) {
      answer.delivery.trouble = "it put an entry off (" + why_of(said, status) + ")";
      break;
    }
    taken = taken || meaning == Meaning::taken;
    if (meaning == Meaning::refused)
      answer.delivery.refused.push_back({entry.behind.link.sequence, why_of(said, status)});
    ++answer.delivery.done;
  }
  if (taken || answer.delivery.done == 0) return answer;
  return in_trouble("it refuses every entry (" + answer.delivery.refused.front().why +
                    "): look whether it takes AuditEvents; nothing is passed over");
}

std::string next_step(int status) {
  if (status == 401 || status == 403) return ": check forward_token and what the repository lets it do";
  if (status == 404 || status == 405) return ": check fhir_base_url of the server that forward_to names";
  return {};
}

}  // namespace

FeedAnswer answer_of(const HttpResponse& response, const SentBatch& sent) {
  if (response.status / 100 != 2) {
    FeedAnswer answer = in_trouble("it answered HTTP " + std::to_string(response.status) + next_step(response.status));
    answer.delivery.retry_after = http::retry_after(response.header("retry-after"), response.header("date"));
    answer.smaller = response.status == 400 || response.status == 413 || response.status == 422;
    return answer;
  }
  const auto body = parse_json(response.body.reveal(), limits);
  if (!body || text_view_member(*body, "resourceType") != "Bundle")
    return in_trouble("its answer is no Bundle: check fhir_base_url of the server that forward_to names" +
                      response.why_unreadable());
  const json& answers = list_member(*body, "entry");
  if (answers.size() != sent.entries.size())
    return in_trouble("its answer tells of " + std::to_string(answers.size()) + " entries, and " +
                      std::to_string(sent.entries.size()) + " were sent");
  return judged(answers, sent);
}

FeedAnswer answer_of(const HttpFailure& failure) {
  std::string words = "it gives no answer (" + failure.detail + ")";
  if (failure.kind == HttpFailure::Kind::tls || failure.kind == HttpFailure::Kind::handshake)
    words = "there is no TLS with it (" + failure.detail + "): check ca_file, forward_certificate and forward_key";
  FeedAnswer answer = in_trouble(std::move(words));
  answer.timed_out = failure.kind == HttpFailure::Kind::timeout;
  answer.smaller = answer.timed_out || failure.kind == HttpFailure::Kind::too_large;
  return answer;
}

}  // namespace wardend::forwarding
