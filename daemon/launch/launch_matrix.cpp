#include "daemon/launch/launch_matrix.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/launch/clinician_words.hpp"

namespace wardend::launch {
namespace {

constexpr std::array<std::string_view, 12> member_words = {
    "patient",       "encounter",    "fhirContext", "intent",   "tenant",      "smart_style_url",
    "banner_wanted", "banner_shown", "user",        "fhirUser", "unusable_id", "left_out"};

}  // namespace

std::vector<std::string> members_of(const oauth::TokenResponse& response) {
  const LaunchContext& context = response.context;
  const auto& claims = response.id_token_claims;
  const bool came[member_words.size()] = {context.patient.has_value(),
                                          context.encounter.has_value(),
                                          !context.fhir_context.empty(),
                                          context.intent.has_value(),
                                          context.tenant.has_value(),
                                          context.smart_style_url.has_value(),
                                          response.said_need_patient_banner && context.need_patient_banner,
                                          response.said_need_patient_banner && !context.need_patient_banner,
                                          claims.has_value(),
                                          claims && !claims->fhir_user.empty(),
                                          response.unusable_id,
                                          !response.left_out.empty()};
  std::vector<std::string> words;
  for (std::size_t i = 0; i < member_words.size(); ++i)
    if (came[i]) words.emplace_back(member_words[i]);
  return words;
}

bool is_member_word(std::string_view word) { return std::ranges::find(member_words, word) != member_words.end(); }

std::string outcome_of(const Error& error) {
  std::string outcome(name_of(error.code()));
  const auto* failed = error.as<errors::LaunchFailed>();
  if (failed == nullptr) return outcome;
  outcome += "/" + std::string(name_of(*failed->stage));
  const bool by_server = *failed->stage == LaunchStage::authorization || *failed->stage == LaunchStage::token;
  if (by_server && !is_known_code(*failed->stage, *failed->code)) return outcome;
  return outcome + "/" + *failed->code;
}

std::string_view meaning_of_session(const std::vector<std::string>& came) {
  if (std::ranges::find(came, member_words.front()) != came.end())
    return "The app opened for the patient that the EHR named.";
  return "The app opened without a patient: the EHR named none.";
}

LaunchSeen* LaunchMatrix::place_for(const LaunchKind& kind) {
  const auto found = counts_.kinds.find(kind);
  if (found != counts_.kinds.end()) return &found->second;
  const auto of_app = std::ranges::count_if(
      counts_.kinds, [&](const auto& row) { return row.first.app == kind.app && row.first.server == kind.server; });
  if (counts_.kinds.size() >= most_kinds || std::cmp_greater_equal(of_app, most_kinds_of_an_app)) return nullptr;
  return &counts_.kinds[kind];
}

void LaunchMatrix::note(const LaunchKind& kind, std::string_view meaning) {
  const std::int64_t now = unix_seconds(clock_.wall_now());
  if (counts_.since == 0) counts_.since = now;
  if (LaunchSeen* seen = place_for(kind)) {
    if (++seen->count == 1) seen->first_at = now;
    seen->last_at = now;
    seen->meaning = meaning;
  } else {
    ++counts_.unlisted;
  }
  changed_.notify_all();
}

void LaunchMatrix::add(const LaunchCounts& before) {
  if (before.since != 0 && (counts_.since == 0 || before.since < counts_.since)) counts_.since = before.since;
  counts_.unlisted += before.unlisted;
  for (const auto& [kind, seen] : before.kinds) {
    LaunchSeen* place = place_for(kind);
    if (place == nullptr) {
      counts_.unlisted += seen.count;
      continue;
    }
    place->first_at = seen.first_at;
    place->last_at = std::max(place->last_at, seen.last_at);
    if (place->count == 0) place->meaning = seen.meaning;
    place->count += seen.count;
  }
}

}  // namespace wardend::launch
