#include "daemon/server/link_state.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

using server::State;
using Kind = server::LinkEvidence::Kind;

// Evidence as letters: A answered, S slow, F failing, M failing and away for an hour, U unreachable, T untrusted, ?
// inconclusive. States: ? u d x (down).
struct Story {
  const char* name;
  unsigned fail_after;
  unsigned recover_after;
  std::string evidence;
  std::string states;
};

Kind kind_of(char letter) {
  switch (letter) {
    case 'A':
      return Kind::answered;
    case 'S':
      return Kind::slow;
    case 'F':
    case 'M':
      return Kind::failing;
    case 'U':
      return Kind::unreachable;
    case 'T':
      return Kind::untrusted;
    default:
      return Kind::inconclusive;
  }
}

char letter_of(State state) { return "?udx"[static_cast<std::size_t>(state)]; }

class LinkState : public ::testing::TestWithParam<Story> {};
TEST_P(LinkState, ByTheTable) {
  config::Health rules;
  rules.fail_after = GetParam().fail_after;
  rules.recover_after = GetParam().recover_after;
  server::LinkState link;
  std::string states;
  for (const char letter : GetParam().evidence) {
    const Duration quiet = letter == 'M' ? Duration(1h) : letter == 'F' ? Duration(30s) : Duration::zero();
    link = next(link, {.kind = kind_of(letter), .quiet = quiet}, rules);
    states += letter_of(link.state);
  }
  EXPECT_EQ(states, GetParam().states) << GetParam().evidence;
}
INSTANTIATE_TEST_SUITE_P(Health, LinkState,
                         ::testing::Values(Story{"AFirstAnswerIsUp", 2, 2, "A", "u"},
                                           Story{"AFirstFailureIsDegraded", 2, 2, "U", "d"},
                                           Story{"AFirstFailureIsDownWhereOneIsEnough", 1, 2, "U", "x"},
                                           Story{"FailuresInARowTakeItDown", 2, 2, "AFF", "udx"},
                                           Story{"EveryKindOfFailureCounts", 3, 2, "AFUT", "uddx"},
                                           Story{"AnAnswerBetweenStartsTheCountAnew", 2, 2, "AFAFAF", "uddddd"},
                                           Story{"OneAnswerIsNotYetUp", 2, 2, "AFFA", "udxd"},
                                           Story{"AnswersInARowBringItBack", 2, 2, "AFFAA", "udxdu"},
                                           Story{"AFailureOnTheWayBackStartsThatCountAnew", 2, 3, "FFAAFAAA",
                                                 "dxddddd"
                                                 "u"},
                                           Story{"DownStaysDownWhileItFails", 2, 2, "FFFFF", "dxxxx"},
                                           Story{"BackAtOnceWhereOneAnswerIsEnough", 2, 1, "FFA", "dxu"},
                                           Story{"ASlowFirstAnswerIsUp", 2, 2, "S", "u"},
                                           Story{"SlowAnswersInARowDegradeAndNeverTakeDown", 2, 2, "ASSSSS", "uudddd"},
                                           Story{"OneSlowAnswerAmongQuickOnesIsNothing", 2, 2, "ASASAS", "uuuuuu"},
                                           Story{"QuickAnswersInARowEndIt", 2, 2, "ASSAA", "uuddu"},
                                           Story{"ASlowAnswerOfOneThatIsDownIsDegraded", 2, 2, "FFS", "dxd"},
                                           Story{"SlowAndFailingAreCountedApart", 3, 2, "ASFSF", "uuddd"},
                                           Story{"MaintenanceThatIsToldIsDownAtOnce", 3, 2, "AMAA", "uxdu"},
                                           Story{"InconclusiveChangesNothing", 2, 2, "?A?F?F?A?A?", "?uuddxxdduu"},
                                           Story{"InconclusiveDoesNotBreakARow", 2, 2, "AF?F", "uddx"}),
                         [](const auto& info) { return info.param.name; });

TEST(LinkStateName, IsAsOnTheWire) {
  EXPECT_EQ(server::name_of(State::unknown), "unknown");
  EXPECT_EQ(server::name_of(State::up), "up");
  EXPECT_EQ(server::name_of(State::degraded), "degraded");
  EXPECT_EQ(server::name_of(State::down), "down");
}

struct Outcome {
  const char* name;
  std::expected<HttpResponse, HttpFailure> (*outcome)();
  Kind kind;
};
class Evidence : public ::testing::TestWithParam<Outcome> {};
TEST_P(Evidence, ByTheTable) { EXPECT_EQ(server::evidence_of(GetParam().outcome()).kind, GetParam().kind); }

template <int status>
std::expected<HttpResponse, HttpFailure> answered() {
  return HttpResponse{.status = status};
}
template <HttpFailure::Kind kind>
std::expected<HttpResponse, HttpFailure> failed() {
  return std::unexpected(HttpFailure{.kind = kind});
}
INSTANTIATE_TEST_SUITE_P(Health, Evidence,
                         ::testing::Values(Outcome{"Good", answered<200>, Kind::answered},
                                           Outcome{"NotFound", answered<404>, Kind::answered},
                                           Outcome{"Unauthorized", answered<401>, Kind::answered},
                                           Outcome{"TimeoutThere", answered<408>, Kind::failing},
                                           Outcome{"TooManyRequests", answered<429>, Kind::inconclusive},
                                           Outcome{"ServerError", answered<500>, Kind::failing},
                                           Outcome{"Unavailable", answered<503>, Kind::failing},
                                           Outcome{"NoConnection", failed<HttpFailure::Kind::network>,
                                                   Kind::unreachable},
                                           Outcome{"NoAnswer", failed<HttpFailure::Kind::timeout>, Kind::unreachable},
                                           Outcome{"TooMuch", failed<HttpFailure::Kind::too_large>, Kind::failing},
                                           Outcome{"NoTrust", failed<HttpFailure::Kind::tls>, Kind::untrusted}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace wardend
