// What a clinician reads: every error has a sentence and a next step, and no two causes that need other steps share
// them.
#include "daemon/launch/clinician_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "daemon/launch/admission.hpp"
#include "daemon/launch/refusal.hpp"
#include "tests/support/errors.hpp"

namespace wardend {
namespace {

using launch::Words;
using launch::words_for;

constexpr std::array stages = {LaunchStage::discovery, LaunchStage::client, LaunchStage::authorization,
                               LaunchStage::token, LaunchStage::identity};

// What every text for clinicians keeps to. `what` says which one is wrong.
void expect_plain(std::string_view sentence, std::string_view next_step, const std::string& what) {
  for (const std::string_view text : {sentence, next_step}) {
    ASSERT_FALSE(text.empty()) << what;
    EXPECT_TRUE(text.front() >= 'A' && text.front() <= 'Z') << what << ": " << text;
    EXPECT_TRUE(text.ends_with('.')) << what << ": " << text;
    EXPECT_EQ(std::ranges::count(text, '.'), 1) << what << ": one sentence: " << text;
    for (const char* word :
         {"id_token", "scope", "client", "token", "[[", "jwks", "certificate", "_", "HTTP", "server"})
      EXPECT_FALSE(text.contains(word)) << what << " is for IT: " << text;
  }
}

TEST(ClinicianWords, EveryErrorHasASentenceAndAStep) {
  for (const Error& error : test::one_of_each()) {
    const Words words = words_for(error);
    expect_plain(words.sentence, words.next_step, std::string(name_of(error.code())));
  }
  for (std::size_t reason = 0; reason < clear_reason_names.size(); ++reason) {
    const Words words = words_for(errors::SessionCleared{.reason = static_cast<ClearReason>(reason), .at = WallTime{}});
    expect_plain(words.sentence, words.next_step, std::string(clear_reason_names[reason]));
  }
}

TEST(ClinicianWords, EveryStageHasWordsForACodeThatNobodyKnows) {
  for (const LaunchStage stage : stages) {
    const Words words = words_for(stage, "never_heard_of");
    expect_plain(words.sentence, words.next_step, std::string(name_of(stage)));
    EXPECT_NE(words.sentence, "The launch did not work.") << name_of(stage);
  }
}

TEST(ClinicianWords, EveryPageThatTurnsSomebodyAwayIsPlain) {
  for (std::size_t at = 0; at <= static_cast<std::size_t>(launch::Refusal::session_over); ++at) {
    const launch::RefusalText text = launch::text_of(static_cast<launch::Refusal>(at));
    expect_plain(text.sentence, text.next_step, std::string(text.code));
    EXPECT_GE(text.status, 400) << text.code;
    EXPECT_FALSE(text.title.ends_with('.')) << text.code;
  }
}

struct Case {
  LaunchStage stage;
  const char* code;
  const char* sentence;  // words in it
  const char* step;      // words in it
  Words::Trouble trouble = Words::Trouble::lasting;
};
constexpr auto passing = Words::Trouble::passing;

TEST(ClinicianWords, TellCausesApart) {
  const Case table[] = {
      {LaunchStage::discovery, "discovery_unreachable", "cannot be reached", "in a few minutes", passing},
      {LaunchStage::discovery, "discovery_timeout", "does not answer", "in a few minutes", passing},
      {LaunchStage::discovery, "discovery_tls", "secure connection", "Tell IT"},
      {LaunchStage::discovery, "discovery_handshake", "secure connection", "Tell IT"},
      {LaunchStage::discovery, "discovery_proxy", "way from this workstation", "in a few minutes", passing},
      {LaunchStage::discovery, "discovery_changed", "has changed", "Tell IT"},
      {LaunchStage::discovery, "discovery_no_s256", "description of its sign-in", "Tell IT"},
      {LaunchStage::client, "credential", "prove to the EHR", "Tell IT"},
      {LaunchStage::authorization, "access_denied", "cancelled", "if that was not meant"},
      {LaunchStage::authorization, "temporarily_unavailable", "right now", "in a few minutes", passing},
      {LaunchStage::authorization, "server_error", "right now", "in a few minutes", passing},
      {LaunchStage::authorization, "login_required", "sign in to it first", "Sign in to the EHR"},
      {LaunchStage::authorization, "invalid_scope", "what it asks for", "Tell IT"},
      {LaunchStage::authorization, "unauthorized_client", "refused", "Tell IT"},
      {LaunchStage::authorization, "issuer_mismatch", "did not come from the EHR", "Tell IT"},
      {LaunchStage::authorization, "issuer_missing", "did not come from the EHR", "Tell IT"},
      {LaunchStage::authorization, "state_mismatch", "does not fit this launch", "Launch the app again"},
      {LaunchStage::authorization, "redirect_port", "not set up to take", "Tell IT"},
      {LaunchStage::authorization, "no_audit_trail", "cannot be opened on this workstation", "Tell IT"},
      {LaunchStage::authorization, "no_loopback", "not set up to take", "Tell IT"},
      {LaunchStage::identity, "no_openid", "not set up to learn who signs in", "Tell IT"},
      {LaunchStage::authorization, "too_long", "cannot be read", "Launch the app again"},
      {LaunchStage::token, "token_timeout", "too long", "Launch the app again"},
      {LaunchStage::token, "token_unreachable", "could not be reached", "in a few minutes", passing},
      {LaunchStage::token, "token_tls", "secure connection", "Tell IT"},
      {LaunchStage::token, "token_handshake", "secure connection", "Tell IT"},
      {LaunchStage::token, "token_proxy", "way from this workstation", "in a few minutes", passing},
      {LaunchStage::token, "http_503", "right now", "in a few minutes", passing},
      {LaunchStage::token, "http_404", "cannot be used", "Tell IT"},
      {LaunchStage::token, "http_50x", "right now", "in a few minutes", passing},
      {LaunchStage::token, "invalid_grant", "no longer accepts", "Launch the app again"},
      {LaunchStage::token, "invalid_client", "does not accept this app", "Tell IT"},
      {LaunchStage::token, "bad_context_id", "which patient is meant", "Tell IT"},
      {LaunchStage::identity, "no_id_token", "did not say who", "Tell IT"},
      {LaunchStage::identity, "expired", "clock", "clocks differ"},
      {LaunchStage::identity, "issued_in_future", "clock", "clocks differ"},
      {LaunchStage::identity, "jwks_unreachable", "right now", "in a few minutes", passing},
      {LaunchStage::identity, "bad_signature", "could not be confirmed", "Tell IT"},
      {LaunchStage::identity, "nonce_mismatch", "another sign-in", "Launch the app again"},
  };
  for (const Case& row : table) {
    const Words words = words_for(row.stage, row.code);
    EXPECT_TRUE(words.sentence.contains(row.sentence)) << row.code << ": " << words.sentence;
    EXPECT_TRUE(words.next_step.contains(row.step)) << row.code << ": " << words.next_step;
    EXPECT_EQ(words.trouble, row.trouble) << row.code;
    expect_plain(words.sentence, words.next_step, row.code);
  }
}

TEST(ClinicianWords, LockedIsOneThingAndNobodySignedInAnother) {
  const errors::WorkstationLocked error{"why"};
  EXPECT_EQ(words_for(error, workstation::Presence::locked).sentence, "The workstation is locked.");
  EXPECT_TRUE(words_for(error, workstation::Presence::held).sentence.contains("Nobody has signed in"));
}

// Codes that stand in the sources and are not OAuth's own or a parser's.
TEST(ClinicianWords, EveryCodeThatIsWrittenInTheSourcesHasWords) {
  const std::regex made(R"re(launch_failed\(\s*LaunchStage::(\w+),\s*"(\w+)")re");
  std::size_t found = 0;
  for (const auto& file : std::filesystem::directory_iterator(std::string(WARDEND_SOURCE_DIR) + "/daemon/launch")) {
    if (file.path().extension() != ".cpp") continue;
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator at(source.begin(), source.end(), made); at != std::sregex_iterator(); ++at, ++found) {
      const auto stage = std::ranges::find_if(stages, [&](LaunchStage one) { return name_of(one) == at->str(1); });
      ASSERT_NE(stage, stages.end()) << at->str(1);
      const Words words = words_for(*stage, at->str(2));
      expect_plain(words.sentence, words.next_step, at->str(2));
    }
  }
  EXPECT_GT(found, 5U) << "the sources are not where they were";
}

}  // namespace
}  // namespace wardend
